#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the converter's targets and writes docs/reference/results-conversion.md.

    bench/convert_targets.py SYNFIRE_PROGRAM [--quick]

Everything comes from the program's own JSON. Data that are not on the machine leave their rows out. --quick: one
calibration draw and 500 test samples, printed instead of written (to try the script).
"""
from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SYNFIRE_SHARED_DIR", ROOT.parent / "shared"))
PAGE = ROOT / "docs/reference/results-conversion.md"
DRAWS = (1, 2, 3)
SAMPLES = 512
# Code, steps, further options and draws of the curve of accuracy against synaptic events.
FINE = ("--skip-steps", "8")
EVENT_POINTS: tuple[tuple[str, int, tuple[str, ...], int], ...] = (
    ("auto", 5, (), 1), ("auto", 4, (), 1), ("auto", 4, ("--spike-price", "0.01"), 1), ("auto", 3, (), 1),
    ("auto", 3, ("--spike-price", "0.01"), 1), ("auto", 2, (), 1), ("ttfs", 16, (), 3), ("ttfs", 16, FINE, 3),
    ("ttfs", 12, FINE, 3), ("ttfs", 8, FINE, 1), ("ttfs", 6, FINE, 1))
Json = dict[str, Any]


@dataclass
class Case:
    """A trained network, its data, and the losses in percentage points that are its targets, by steps."""

    name: str
    model: Path
    data: str
    allowed: dict[int, float]
    options: tuple[str, ...] = ()
    residual: bool = False
    trained: dict[str, Any] = field(default_factory=dict)

    def present(self) -> bool:
        return self.model.exists() and (not Path(self.data).is_absolute() or Path(self.data).exists())


def cases() -> dict[str, Case]:
    zoo, data = ROOT / "models/zoo", SHARED / "data"
    imagenet = ("--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")
    every = {"mnist": Case("MNIST CNN", zoo / "mnist_cnn/model.onnx", str(data / "mnist"), {4: 0.05}),
             "fashion": Case("Fashion-MNIST CNN", zoo / "fashion_cnn/model.onnx", "fashion-mnist", {4: 0.2}),
             "resnet": Case("ResNet-20, CIFAR-10", SHARED / "models/resnet20_cifar10.onnx", str(data / "cifar10"),
                            {4: 0.4, 6: 0.1}, imagenet, residual=True)}
    return {key: case for key, case in every.items() if case.present()}


@dataclass
class Result:
    """Three draws of one setting: losses in percentage points, and synaptic events per sample."""

    losses: list[float]
    events: list[float]
    seconds: list[float]
    nonzero: list[float] = field(default_factory=list)  # events that meet a weight other than 0

    def loss(self) -> float:
        return statistics.fmean(self.losses)

    def text(self) -> str:
        return f"{self.loss():.2f} ({', '.join(f'{x:.2f}' for x in self.losses)})"


class CheckFailed(SystemExit):
    """Exit status 1: more answers lost than --max-drop allows."""


class Program:
    """Runs the command-line program; results are kept, since tables share them."""

    def __init__(self, path: Path, scratch: Path, quick: bool) -> None:
        self.path, self.scratch = path, scratch
        self.draws = DRAWS[:1] if quick else DRAWS
        self.samples = 500 if quick else 0
        self.kept: dict[tuple[str, ...], Result] = {}

    def run(self, *arguments: str) -> Json:
        out = self.scratch / "result.json"
        done = subprocess.run([str(self.path), *arguments, "--json", str(out)], capture_output=True, text=True, check=False)
        if done.returncode == 1:
            raise CheckFailed(f"{' '.join(arguments)}\n{done.stderr}")
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)}\n{done.stderr}")
        return json.loads(out.read_text(encoding="utf-8"))

    def convert(self, case: Case, steps: int, draw: int, *more: str) -> Json:
        return self.run("convert", str(case.model), "--calibration", case.data, "--calibration-samples", str(SAMPLES), "-o",
                        str(self.scratch / "network.snn"), "--steps", str(steps), "--seed", str(draw), *case.options, *more)

    def trained(self, case: Case) -> Json:
        """Accuracy and dense multiplications of the trained network; `compare` knows both."""
        if not case.trained:
            self.convert(case, 1, 1)
            compared = self.run("compare", str(self.scratch / "network.snn"), str(case.model), "--data", case.data,
                                "--samples", str(self.samples), "--hardware-samples", "0")
            case.trained.update(accuracy=compared["accuracy_dense"], macs=compared["dense_macs"] / compared["samples"])
        return case.trained

    def measure(self, case: Case, steps: int, *more: str, draws: int = 3) -> Result:
        key = (case.name, str(steps), *more)
        if key not in self.kept:
            result = Result([], [], [])
            for draw in self.draws[:draws]:
                print(f"{case.name} T={steps} {' '.join(more)} draw {draw}", file=sys.stderr, flush=True)
                result.seconds.append(self.convert(case, steps, draw, *more)["seconds"])
                ran = self.run("simulate", str(self.scratch / "network.snn"), "--data", case.data, "--samples",
                               str(self.samples))
                result.losses.append(100 * (self.trained(case)["accuracy"] - ran["accuracy"]))
                result.events.append(ran["synaptic_events"] / ran["samples"])
                result.nonzero.append(ran["synaptic_events_nonzero"] / ran["samples"])
            self.kept[key] = result
        return self.kept[key]

    def events_per_mac(self, case: Case, result: Result) -> float:
        return statistics.fmean(result.events) / self.trained(case)["macs"]


def verdict(met: bool) -> str:
    return "met" if met else "missed"


def shown(options: tuple[str, ...]) -> str:
    return f"`{' '.join(options)}`" if options else ""


def loss_row(program: Program, case: Case, steps: int) -> str:
    options = FINE if case.residual else ()
    found = program.measure(case, steps, *options)
    return (f"| {case.name} | {steps} | {shown(options)} | {100 * program.trained(case)['accuracy']:.2f} | {found.text()} | "
            f"{program.events_per_mac(case, found):.3f} | {case.allowed[steps]:.2f} | "
            f"{verdict(found.loss() <= case.allowed[steps] + 1e-9)} |")


def variant_row(program: Program, case: Case, options: tuple[str, ...], draws: int) -> str:
    found = program.measure(case, 4, *options, draws=draws)
    name = f"`{' '.join(options)}`" if options else "(default)"
    return f"| {case.name} | {name} | {found.text()} | {program.events_per_mac(case, found):.3f} |"


def event_point(program: Program, case: Case, coding: str, steps: int, options: tuple[str, ...], draws: int) -> Result:
    return program.measure(case, steps, "--coding", coding, *options, draws=draws)


def event_point_row(program: Program, case: Case, coding: str, steps: int, options: tuple[str, ...], draws: int) -> str:
    found = event_point(program, case, coding, steps, options, draws)
    levels = steps if coding == "ttfs" else 2 ** steps - 1
    return (f"| `{' '.join(('--coding', coding, '--steps', str(steps), *options))}` | {levels} | "
            f"{program.events_per_mac(case, found):.3f} | {found.text()} |")


def event_rows(program: Program, case: Case) -> list[str]:
    points = [event_point(program, case, *point) for point in EVENT_POINTS]
    rows = []
    for events, loss in ((0.50, 0.3), (0.30, 1.5)):
        within = [program.events_per_mac(case, r) for r in points if r.loss() <= loss + 1e-9]
        best = f"{min(within):.3f}" if within else "no setting within that loss"
        rows.append(f"| events per dense MAC at a loss of {loss} pp or less | {events:.2f} | {best} | "
                    f"{verdict(bool(within) and min(within) <= events)} |")
    return rows


def time_row(program: Program, case: Case) -> str:
    seconds = program.measure(case, 4).seconds
    return (f"| seconds to convert ResNet-20, {SAMPLES} samples | 30 | {statistics.median(seconds):.1f} "
            f"({min(seconds):.1f} to {max(seconds):.1f}) | {verdict(statistics.median(seconds) <= 30)} |")


def without_skips(source: Path, target: Path) -> None:
    """Every Add of two computed values gives way to the first of them, the end of the convolutions."""
    import onnx  # only this row needs it

    model = onnx.load(str(source))
    constants = {tensor.name for tensor in model.graph.initializer}
    replaced: dict[str, str] = {}
    kept = []
    for node in model.graph.node:
        names = [replaced.get(name, name) for name in node.input]
        node.ClearField("input")
        node.input.extend(names)
        if node.op_type == "Add" and not constants.intersection(names):
            replaced[node.output[0]] = names[0]
        else:
            kept.append(node)
    live = {output.name for output in model.graph.output}
    alive = []
    for node in reversed(kept):
        if live.intersection(node.output):
            live.update(node.input)
            alive.append(node)
    model.graph.ClearField("node")
    model.graph.node.extend(reversed(alive))
    onnx.save(model, str(target))


def theta_row(program: Program, case: Case) -> str:
    """Of the first convolution that meets a skip: its input is the same with and without."""
    cut = Case(case.name, program.scratch / "without_skips.onnx", case.data, {}, case.options)
    try:
        without_skips(case.model, cut.model)
    except ImportError:
        return "| theta where a skip joins | as without the skip | unknown: python3-onnx is missing | unknown |"
    layer = next(x for x in program.convert(case, 4, 1, "--no-bias-correction")["layers"] if "Add" in x["name"])
    other = program.convert(cut, 4, 1, "--no-bias-correction")["layers"]
    position = [x["name"] for x in program.convert(case, 4, 1)["layers"]].index(layer["name"])
    bare = other[position]
    return (f"| theta where a skip joins ({layer['name']}) | above 127, the most of a grid set by the skip | "
            f"{layer['theta_min']} to {layer['theta_max']}; without the skip {bare['theta_min']} to {bare['theta_max']} | "
            f"{verdict(layer['theta_min'] > 127)} |")


def section(title: str, text: str, header: list[str], rows: list[str]) -> str:
    table = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *rows]
    return f"## {title}\n\n{text}\n\n" + "\n".join(table) + "\n"


def variants(key: str) -> list[tuple[tuple[str, ...], int]]:
    """Options and number of draws; ResNet-20 takes a minute a draw."""
    few = [((), 3), (("--thresholds-per", "layer"), 1), (("--no-bias-correction",), 1), (("--reconstruct",), 1)]
    if key == "resnet":
        return [*few, (FINE, 3)]
    return [(options, 3) for options, _ in few] + [
        (("--thresholds", "percentile", "--percentile", "99.9"), 3), (("--thresholds", "percentile", "--percentile", "99"), 3),
        (("--thresholds", "max"), 3), (("--thresholds-per", "layer", "--equalise"), 3), (("--weight-bits", "3"), 3), (("--weight-bits", "3", "--reconstruct"), 3),
        (("--weight-bits", "2"), 3), (("--weight-bits", "2", "--reconstruct"), 3)]


def page(program: Program) -> str:
    found = cases()
    losses = [loss_row(program, c, t) for c in found.values() for t in c.allowed]
    parts = [section("Accuracy", "Loss against the trained network on the whole test set, in percentage points: mean (each "
                     "draw). A negative loss is a gain. Events are those of the phase code.",
                     ["network", "T", "options", "float %", "loss", "events per dense MAC", "target", "verdict"], losses)]
    rows = [variant_row(program, c, o, n) for key, c in found.items() for o, n in variants(key)]
    parts.append(section("What the options are worth", "T = 4. A single number in parentheses is a single draw.",
                         ["network", "options", "loss", "events per dense MAC"], rows))
    if "resnet" in found:
        case = found["resnet"]
        parts.append(section("Fewer spikes", "ResNet-20: the curve of accuracy against synaptic events. `auto` has the levels of "
                             "`phase` at its steps. A `ttfs` neuron spikes once at most, but each receiver adds its running "
                             "sum in every step: T additions per neuron that are no synaptic events.",
                             ["options", "levels", "events per dense MAC", "loss"],
                             [event_point_row(program, case, *p) for p in EVENT_POINTS]))
        parts.append(section("Other targets", "ResNet-20; conversion time at T = 4.", ["what", "target", "measured", "verdict"],
                             [*event_rows(program, case), time_row(program, case), theta_row(program, case)]))
    return "\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        body = page(Program(arguments.program, Path(scratch), arguments.quick))
    head = ("# Measured results of conversion\n\nWritten by `scripts/dev results-conversion` from the program's own JSON; "
            f"machine: {os.cpu_count()} cores, {platform.machine()}. Phase code unless said, 8-bit weights, 8 input steps, {SAMPLES} "
            "unlabelled calibration samples, three draws of them (`--seed` 1, 2, 3). Rows whose data were not on that "
            "machine are missing: MNIST, CIFAR-10 and ResNet-20 are not part of the project.\n\n")
    if arguments.quick:
        print(head + body)
    else:
        PAGE.write_text(head + body, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
