# SPDX-License-Identifier: Apache-2.0
"""How the simulator's own time grows: with threads, and with spikes."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import numpy as np
from plot import Line, Plot

from .dense import Bench, Prepared, networks
from .recurrent_data import write_input, write_network
from .section import Load, Section, Table, verdict
from .timing import Command, alternate, ratios, spread

PLOT = "results-peers-spikes.svg"
PERCENT = (1, 2, 5, 10, 20, 50, 100)
HERTZ = (1, 2, 5, 10, 20, 50, 100)
WITHIN = 0.25  # of a straight line, to count as linear
TWICE = 1.8
FIXED = 1 / 3  # of the time at the most spikes that may be spent in any case; more is nearly flat, however straight


def measure_threads(bench: Bench) -> Section | None:
    """Target: two threads 1.8 times as fast as one."""
    load, rows = Load(), []
    for network in networks(bench.quick):
        prepared = Prepared(bench, network)
        found = alternate({str(n): prepared.own(n) for n in (1, 2)}, bench.rounds)
        wall = ratios(found["1"].wall, found["2"].wall)
        cores = [[c / w for c, w in zip(x.cpu, x.wall, strict=True)] for x in (found["1"], found["2"])]
        more = ratios(found["2"].cpu, found["1"].cpu)
        judged = verdict(median(wall) >= TWICE) if median(cores[1]) >= TWICE * 0.95 else "open, machine busy"
        rows.append([network.case.name, f"{network.images:,}", spread(wall), spread(cores[0]), spread(cores[1]), spread(more),
                     f"{2 / median(more):.2f}", judged])
        print(rows[-1], file=sys.stderr, flush=True)
        load.sample()
    if not rows:
        return None
    return Section(
        "Two threads",
        f"Batches of images, one and two threads in turns, {bench.rounds} rounds. Speed-up: wall time of one thread divided by that of "
        "two. Cores had: processor time divided by wall time, what the machine gave; where two threads had far less than two, the "
        "verdict is open. More work: processor time of two threads divided by that of one; two divided by it is the speed-up of two "
        f"idle cores if no thread waited for the other. Target: {TWICE}.",
        Table(["network", "images", "speed-up", "cores had, 1 thread", "cores had, 2 threads", "more work", "2 / more work", "verdict"],
              rows),
        {"Synfire": version(bench)}, load=load.text(), busy=load.busy())


def version(bench: Bench) -> str:
    out = subprocess.run([str(bench.synfire), "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return out.split()[-1]


def convolution_points(bench: Bench) -> list[tuple[float, float]]:
    """Return synaptic events and processor seconds of a sample, by share of active sources; 64 channels."""
    program = [bench.program("bench_convolution_speed"), "--benchmark_format=json", "--benchmark_min_time=0.05",
               f"--benchmark_repetitions={bench.rounds}", "--benchmark_enable_random_interleaving=true"]
    names = "|".join(map(str, PERCENT))
    out = subprocess.run([*program, f"--benchmark_filter=channels:64/active_percent:({names})$"], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    points = []
    for run in json.loads(out)["benchmarks"]:
        if run.get("aggregate_name") == "median":
            seconds = run["cpu_time"] * 1e-3
            points.append((run["events/s"] * seconds / 1000, seconds / 1000))
    return sorted(points)


def streaming_points(bench: Bench) -> list[tuple[float, float]]:
    """Return spikes and processor seconds of a second of the network's time."""
    steps, commands, spikes = 300 if bench.quick else 3000, {}, {}
    for hertz in HERTZ:
        folder = bench.scratch / f"linear-{hertz}"
        folder.mkdir(exist_ok=True)
        write_network(folder)
        write_input(folder, hertz, steps)
        command = [bench.program("bench_recurrent_network"), str(folder), str(steps)]
        spikes[str(hertz)] = float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[2])
        commands[str(hertz)] = Command(command)
    found = alternate(commands, bench.rounds)
    scale = 1e4 / steps
    return [(spikes[name] * scale, median(found[name].cpu) * scale) for name in commands]


def line_through(points: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Fit intercept and slope with weight on relative error; also return the largest relative error."""
    x, y = np.array(points).T
    design = np.stack([np.ones_like(x), x], 1) / y[:, None]
    (start, slope), *_ = np.linalg.lstsq(design, np.ones_like(y), rcond=None)
    return float(start), float(slope), float(np.max(np.abs((start + slope * x) / y - 1)))


def rows_of(name: str, unit: str, points: list[tuple[float, float]]) -> list[list[str]]:
    start, slope, error = line_through(points)
    table = [[name, f"{x:,.0f} {unit}", f"{1e6 * y:,.1f}", f"{1e6 * (start + slope * x):,.1f}", f"{1e9 * y / x:.3g}"]
             for x, y in points]
    decades = np.log10(points[-1][0] / points[0][0])
    fixed = start / (start + slope * points[-1][0])
    end = [name, f"line over {decades:.1f} decades: {1e6 * start:,.1f} us + {1e9 * slope:.3g} ns each",
           f"at most {100 * error:.0f} % away", f"in any case: {100 * fixed:.0f} % of the most",
           verdict(error <= WITHIN and fixed <= FIXED)]
    return [*table, end]


def relative(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """As shares of the largest: both curves fit into one plot."""
    most = points[-1]
    return [(100 * x / most[0], 100 * y / most[1]) for x, y in points]


def measure_linear(bench: Bench) -> Section | None:
    """Target: time is a straight line in spikes, over two decades."""
    load = Load()
    convolution, streaming = convolution_points(bench), streaming_points(bench)
    load.sample()
    svg = Plot("spikes or synaptic events, % of the most", "processor time, % of the most",
               [Line("3x3 convolution", relative(convolution)), Line("recurrent network", relative(streaming)),
                Line("proportional", [(0, 0), (100, 100)], dashed=True)]).svg()
    target = bench.build / "peers/results" / PLOT
    if not bench.quick:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(svg)
    rows = [*rows_of("3x3 convolution, 64 channels, one sample", "synaptic events", convolution),
            *rows_of("recurrent network, one second", "spikes", streaming)]
    return Section(
        "Time against spikes",
        "One thread, processor time. The convolution's sources are active with a share of 1 to 100 %; the recurrent network is that of "
        "the comparison with Brian2 and NEST, driven at 1 to 100 Hz. The line has a part for what is done in any case and a part per spike; it is "
        f"fitted to relative errors. Target: time linear in spikes over two decades; here a line at most {100 * WITHIN:.0f} % away whose "
        "fixed part is at most a third of the time at the most spikes. A layer multiplies by codes, so that several "
        "spikes of one source cost as much as one.",
        Table(["what", "amount", "us", "line, us", "ns each, all included"], rows), {"Synfire": version(bench)},
        [f"![processor time against spikes]({PLOT})"], load=load.text(), busy=load.busy())
