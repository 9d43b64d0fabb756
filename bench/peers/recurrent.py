# SPDX-License-Identifier: Apache-2.0
"""A random recurrent network of leaky neurons: against Brian2 and NEST, from the same files."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from .dense import Bench
from .environments import BRIAN, NEST
from .recurrent_data import FAN_IN, NEURONS, STEP_SECONDS, Statistics, statistics_of, write_input, write_network
from .section import Load, Section, Table, verdict
from .timing import Command, Seconds, Server, alternate, ratios, spread

HERE = Path(__file__).resolve().parent
RUNS = ((10, 1), (100, 1), (100, 2))  # rate from outside in Hz, threads of the other programs
TARGET = 5.0


def read_spikes(path: Path, steps: int) -> np.ndarray:
    """Return pairs of step and neuron, by step and neuron, of the steps that every program runs."""
    pairs = np.fromfile(path, np.int32).reshape(-1, 2)
    pairs = pairs[(pairs[:, 0] >= 0) & (pairs[:, 0] < steps)]
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def equal_spikes(own: np.ndarray, other: np.ndarray) -> float:
    """Return the share of all spikes that both programs have, in the same step."""
    codes = [set((pairs[:, 0].astype(np.int64) * NEURONS + pairs[:, 1]).tolist()) for pairs in (own, other)]
    return len(codes[0] & codes[1]) / max(1, len(codes[0] | codes[1]))


def shown(found: Statistics) -> str:
    return f"{found.rate:.2f} Hz, CV {found.cv:.3f}"


class Programs:
    """The programs of one rate of spikes, loaded; the other ones where they could be installed."""

    def __init__(self, bench: Bench, folder: Path, steps: int, threads: int) -> None:
        self.folder, self.steps = folder, steps
        own = [bench.program("bench_recurrent_network"), str(folder), str(steps)]
        subprocess.run([*own, str(folder / "own.spikes")], check=True, stdout=subprocess.DEVNULL)
        self.servers: dict[str, Server] = {}
        brian, nest = BRIAN.python(bench.build), NEST.python(bench.build)
        if brian is not None:
            built = bench.scratch / "brian" / folder.name
            built.parent.mkdir(exist_ok=True)
            program = [str(brian), str(HERE / "brian_program.py")]
            subprocess.run([*program, str(folder), str(steps), str(threads), str(built)], check=True, stdout=subprocess.DEVNULL)
            self.servers["Brian2"] = Server([*program, "--run", str(folder), str(built)])
        if nest is not None:
            self.servers["NEST"] = Server([str(nest), str(HERE / "nest_program.py"), str(folder), str(steps), str(threads)])
        self.all: dict[str, Callable[[], tuple[float, float]]] = {"own": Command(own), **self.servers}

    def spikes(self, name: str) -> np.ndarray:
        stem = {"own": "own", "Brian2": "brian", "NEST": "nest"}[name]
        return read_spikes(self.folder / f"{stem}.spikes", self.steps)

    def close(self) -> None:
        for server in self.servers.values():
            server.close()


def row(programs: Programs, name: str, found: dict[str, Seconds], hertz: int, threads: int) -> list[str]:
    own, peer = programs.spikes("own"), programs.spikes(name)
    wall = ratios(found[name].wall, found["own"].wall)
    cpu = ratios(found[name].cpu, found["own"].cpu)
    biological = programs.steps * STEP_SECONDS
    return [name, f"{hertz} Hz", str(threads), shown(statistics_of(own, programs.steps)), shown(statistics_of(peer, programs.steps)),
            f"{100 * equal_spikes(own, peer):.2f} %", f"{median(found['own'].wall) / biological:.2f}",
            f"{median(found[name].wall) / biological:.2f}", spread(wall, ".1f"), spread(cpu, ".1f"), verdict(median(wall) >= TARGET)]


def measure_recurrent(bench: Bench) -> Section | None:
    """Target: five times as fast as Brian2 (C++ standalone) and NEST, with the same statistics of spikes."""
    load, versions, rows = Load(), {}, []
    steps = 500 if bench.quick else 3000
    for hertz, threads in RUNS[:1] if bench.quick else RUNS:
        folder = bench.scratch / f"recurrent-{hertz}-{threads}"
        folder.mkdir(exist_ok=True)
        write_network(folder)
        write_input(folder, hertz, steps)
        programs = Programs(bench, folder, steps, threads)
        found = alternate(programs.all, bench.rounds)
        for name, server in programs.servers.items():
            versions[name] = server.about["version"]
            rows.append(row(programs, name, found, hertz, threads))
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        programs.close()
        load.sample()
    if not rows:
        return None
    return Section(
        "Random recurrent networks: Brian2 and NEST",
        f"{NEURONS:,} leaky neurons, {NEURONS * FAN_IN:,} synapses (every fifth neuron inhibits), delay 1.5 ms, refractory time "
        f"2 ms, {1000 * STEP_SECONDS:g} ms a step, {steps * STEP_SECONDS:g} s of the network's time; Poisson spikes from outside, each of "
        "which makes its neuron fire unless it is refractory, at the rate named. All programs read the same files. Brian2 (C++ "
        "standalone, its default flags) and NEST (`iaf_psc_delta`) run the same steps in double precision instead of whole "
        "numbers, so that single spikes part where neurons excite each other; NEST's generators, one per neuron, are part of its time. "
        "Equal spikes: the share of all spikes that both programs have in the same step. Times are those of the loop, without "
        "loading and compiling, as seconds per second of the network's time. Synfire runs a streaming network on one thread; "
        f"`threads` are the other program's. Target: {TARGET:g}.",
        Table(["program", "rate from outside", "threads", "Synfire's spikes", "its spikes", "equal spikes", "Synfire, s/s", "it, s/s",
               "ratio, wall time", "ratio, processor time", "verdict"], rows), versions, load=load.text(), busy=load.busy())
