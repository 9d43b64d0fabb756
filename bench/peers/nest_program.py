# SPDX-License-Identifier: Apache-2.0
"""The random recurrent network of bench/peers/recurrent.py in NEST; runs inside its environment.

    nest_program.py FOLDER STEPS THREADS    a server of bench/peers/timing.py

iaf_psc_delta has the same step (decay, arrivals, threshold, reset, a refractory time in which arrivals are lost) in double
precision, without rounding to whole numbers. Each run goes on from the state that the last one left, with the same spikes from
outside; the spikes that are compared are those of the first.
"""
from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))
from timing import serve  # noqa: E402  (a sibling, found by the line above)

with contextlib.redirect_stdout(io.StringIO()):
    import nest

STEP = 0.1  # ms


def make(folder: Path, threads: int) -> tuple[nest.NodeCollection, nest.NodeCollection, nest.NodeCollection, int]:
    """Return generators, neurons, recorder and the delay in steps."""
    count, fan_in, theta, decay, refractory, delay = np.fromfile(folder / "numbers.i32", np.int32).tolist()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.resolution = STEP
    nest.local_num_threads = threads
    tau = -STEP / np.log((4096 - decay) / 4096)
    cells = nest.Create("iaf_psc_delta", count, {"tau_m": tau, "E_L": 0.0, "V_m": 0.0, "V_reset": 0.0, "V_th": float(theta),
                                                 "t_ref": refractory * STEP})
    generators = nest.Create("spike_generator", count)
    recorder = nest.Create("spike_recorder", {"time_in_steps": False})
    nest.Connect(generators, cells, "one_to_one", {"weight": 32512.0, "delay": delay * STEP})
    first = cells[0].global_id
    sources = np.fromfile(folder / "sources.i32", np.int32).astype(np.int64) + first
    targets = np.repeat(np.arange(count, dtype=np.int64), fan_in) + first
    weights = np.fromfile(folder / "weights.i8", np.int8).astype(float)
    nest.Connect(sources, targets, "one_to_one", {"weight": weights, "delay": np.full(len(weights), delay * STEP)})
    nest.Connect(cells, recorder)
    return generators, cells, recorder, delay


def set_input(folder: Path, steps: int, generators: nest.NodeCollection, start: int) -> None:
    """Give the spikes of steps 0 .. steps-1 so that they arrive in steps start+1 .. start+steps of NEST."""
    at, neuron = (np.fromfile(folder / f"input_{x}.i32", np.int32) for x in ("steps", "neurons"))
    within = at < steps
    order = np.argsort(neuron[within], kind="stable")
    times = np.round((at[within][order] + start + 1) * STEP, 1)
    ends = np.cumsum(np.bincount(neuron[within], minlength=len(generators)))
    lists = np.split(times, ends[:-1])
    generators.set([{"spike_times": list(x)} for x in lists])


def main() -> None:
    folder, steps, threads = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    generators, cells, recorder, delay = make(folder, threads)
    done = 0

    def prepare() -> None:
        set_input(folder, steps, generators, done)

    def once() -> None:
        nonlocal done
        nest.Run((steps + delay) * STEP)
        done += steps + delay

    prepare()
    nest.Prepare()
    once()
    found = recorder.events
    # A spike that leaves a generator at step k arrives and fires at step k + delay.
    spikes = np.stack([np.rint(found["times"] / STEP) - delay - 1, found["senders"] - cells[0].global_id], 1)
    spikes.astype(np.int32).tofile(folder / "nest.spikes")
    serve({"version": nest.__version__}, once, prepare)


if __name__ == "__main__":
    main()
