# SPDX-License-Identifier: Apache-2.0
"""The random recurrent network of bench/peers/recurrent.py in Brian2's C++ standalone mode; runs inside its environment.

    brian_program.py FOLDER STEPS THREADS BUILD      generates and compiles a program into BUILD
    brian_program.py --run FOLDER BUILD              a server of bench/peers/timing.py that runs it

The same steps: decay, arrivals, threshold, reset, a refractory time in which arrivals are lost; in double precision, without
rounding to whole numbers. Brian2 by itself compares with the threshold before spikes arrive, so the order of a step is set here.
"""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
MEMBRANE = "dv/dt = -v / tau : 1 (unless refractory)"
# Of the loop alone: the time that Brian2 itself states is the processor's without threads, the clock's with them.
BEFORE = """timespec loop_start, loop_end;
clock_gettime(CLOCK_MONOTONIC, &loop_start);
const std::clock_t loop_cpu = std::clock();"""
AFTER = """clock_gettime(CLOCK_MONOTONIC, &loop_end);
std::ofstream("results/loop_seconds.txt") << double(loop_end.tv_sec - loop_start.tv_sec) + 1e-9 * double(loop_end.tv_nsec - loop_start.tv_nsec)
    << " " << double(std::clock() - loop_cpu) / CLOCKS_PER_SEC;"""


def numbers(folder: Path) -> dict[str, int]:
    names = ("neurons", "fan_in", "theta", "decay", "refractory", "delay")
    return dict(zip(names, np.fromfile(folder / "numbers.i32", np.int32).tolist(), strict=True))


def generate(folder: Path, steps: int, threads: int, build: Path) -> None:
    import brian2 as b
    b.prefs.devices.cpp_standalone.openmp_threads = threads if threads > 1 else 0
    b.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]  # its default starts every compilation at once
    b.set_device("cpp_standalone", directory=str(build), build_on_run=False)
    b.defaultclock.dt = dt = 0.1 * b.ms
    n = numbers(folder)
    at, neuron = (np.fromfile(folder / f"input_{x}.i32", np.int32) for x in ("steps", "neurons"))
    within = at < steps
    sources = np.fromfile(folder / "sources.i32", np.int32)
    targets = np.repeat(np.arange(n["neurons"], dtype=np.int32), n["fan_in"])
    weights = np.fromfile(folder / "weights.i8", np.int8).astype(float)

    # A spike at step t is none at t + 1 .. t + r; Brian2's condition is `t - lastspike >= refractory`.
    cells = b.NeuronGroup(n["neurons"], MEMBRANE, threshold=f"v >= {n['theta']}", reset="v = 0",
                          refractory=(n["refractory"] + 1) * dt, method="exact",
                          namespace={"tau": -dt / np.log((4096 - n["decay"]) / 4096)})
    # Spikes enter the queues in the step after they were made, as synapses come before thresholds: one step less each.
    drive = b.SpikeGeneratorGroup(n["neurons"], neuron[within], at[within] * dt)
    enter = b.Synapses(drive, cells, on_pre="v_post += 32512 * int(not_refractory_post)")
    enter.connect(j="i")
    recurrent = b.Synapses(cells, cells, "w : 1", on_pre="v_post += w * int(not_refractory_post)", delay=(n["delay"] - 1) * dt)
    recurrent.connect(i=sources, j=targets)
    recurrent.w = weights
    spikes = b.SpikeMonitor(cells)
    net = b.Network(cells, drive, enter, recurrent, spikes)
    net.schedule = ["start", "groups", "synapses", "thresholds", "resets", "end"]
    b.device.insert_code("before_network_run", BEFORE)
    b.device.insert_code("after_network_run", AFTER)
    net.run((steps + 1) * dt)  # drive: one step late
    b.device.build(directory=str(build), compile=True, run=False, debug=False)
    (build / "about.json").write_text(json.dumps({"version": b.__version__, "monitor": spikes.name}))


def measure(build: Path) -> tuple[float, float]:
    """Run the program once; return seconds of its loop, by the clock and of the processor."""
    subprocess.run(["./main"], cwd=build, check=True, stdout=subprocess.DEVNULL)
    wall, cpu = map(float, (build / "results/loop_seconds.txt").read_text().split())
    return wall, cpu


def spikes_of(build: Path) -> np.ndarray:
    """Return steps and neurons of all spikes, as this project counts steps."""
    results = build / "results"
    monitor = json.loads((build / "about.json").read_text())["monitor"]
    files = {name: next(results.glob(f"_dynamic_array_{monitor}_{name}_*")) for name in ("t", "i")}
    steps = np.rint(np.fromfile(files["t"], np.float64) / 1e-4).astype(np.int32) - 1
    return np.stack([steps, np.fromfile(files["i"], np.int32)], 1)


def main() -> None:
    if sys.argv[1] != "--run":
        generate(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
        return
    folder, build = Path(sys.argv[2]), Path(sys.argv[3])
    measure(build)
    spikes_of(build).tofile(folder / "brian.spikes")
    print("ready", (build / "about.json").read_text(), flush=True)
    for _ in sys.stdin:
        print(*measure(build), flush=True)


if __name__ == "__main__":
    main()
