#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the converter's targets and writes docs/reference/results-conversion.md.

    bench/convert_targets.py SYNFIRE_PROGRAM [--only WORDS]... [--quick]

Everything comes from the program's own JSON. Rows whose data are not on the machine, and with --only those without the words
in section or row, stay as the page has them. Rows with distillation need Debian's python3-torch. --quick: one calibration draw
and 500 test samples, printed instead of written (to try the script).
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
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kept_page import KeptPage, Part, Row, markdown

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SYNFIRE_SHARED_DIR", ROOT.parent / "shared"))
PAGE = ROOT / "docs/reference/results-conversion.md"
DRAWS = (1, 2, 3)
SAMPLES = 512
FINE = ("--skip-steps", "8")
DISTIL = ROOT / "converters/distil/distil.py"
Json = dict[str, Any]


@dataclass(frozen=True)
class EventPoint:
    """A setting on the curve of accuracy against synaptic events."""

    coding: str
    steps: int
    options: tuple[str, ...] = ()
    draws: int = 1
    distil: tuple[str, ...] = ()
    """Options of distil.py: convert what it makes of the network."""

    def levels(self) -> int:
        return self.steps if self.coding == "ttfs" else 2 ** self.steps - 1

    def text(self) -> str:
        convert = f"`{' '.join(('--coding', self.coding, '--steps', str(self.steps), *self.options))}`"
        return f"`distil.py {' '.join(self.distil)}`, then {convert}" if self.distil else convert


EVENT_POINTS = (
    EventPoint("auto", 5), EventPoint("auto", 4), EventPoint("auto", 4, ("--spike-price", "0.01")), EventPoint("auto", 3),
    EventPoint("auto", 3, ("--spike-price", "0.01")), EventPoint("auto", 2), EventPoint("ttfs", 16, FINE, 3),
    EventPoint("ttfs", 15, (), 1, ("--event-price", "15", "--epochs", "12", "--mirror", "--shift", "4")),
    EventPoint("ttfs", 16, (*FINE, "--prune-channels", "35")))


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
    return every


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


def if_present(case: Case, measured: Callable[[], list[str] | None]) -> Callable[[], list[str] | None]:
    return lambda: measured() if case.present() else None


def loss_row(program: Program, case: Case, steps: int) -> Row:
    options = FINE if case.residual else ()

    def measured() -> list[str]:
        found = program.measure(case, steps, *options)
        return [f"{100 * program.trained(case)['accuracy']:.2f}", found.text(), f"{program.events_per_mac(case, found):.3f}",
                f"{case.allowed[steps]:.2f}", verdict(found.loss() <= case.allowed[steps] + 1e-9)]

    return Row([case.name, str(steps), shown(options)], if_present(case, measured))


def variant_row(program: Program, case: Case, options: tuple[str, ...], draws: int) -> Row:
    def measured() -> list[str]:
        found = program.measure(case, 4, *options, draws=draws)
        return [found.text(), f"{program.events_per_mac(case, found):.3f}"]

    return Row([case.name, shown(options) or "(default)"], if_present(case, measured))


def student(program: Program, case: Case, steps: int, coding: str, options: tuple[str, ...]) -> Case | None:
    """The case with a distilled model; nothing where PyTorch is missing. Trained for minutes."""
    program.trained(case)  # of the teacher; both cases share it
    samples, model = (program.scratch / name for name in ("samples.npy", "student.onnx"))
    program.run("draw", case.data, "-o", str(samples), "--samples", str(SAMPLES), "--seed", "1")
    print(f"{case.name} distil.py {' '.join(options)}", file=sys.stderr, flush=True)
    done = subprocess.run(["/usr/bin/python3", str(DISTIL), str(case.model), str(samples), "-o", str(model), "--steps", str(steps),
                           "--coding", coding, *options, *case.options], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return None
    return replace(case, name=f"{case.name} distilled {options}", model=model)  # results are kept by name


def event_point_row(program: Program, case: Case, point: EventPoint) -> Row:
    def measured() -> list[str] | None:
        used = student(program, case, point.steps, point.coding, point.distil) if point.distil else case
        if used is None:
            return None
        found = program.measure(used, point.steps, "--coding", point.coding, *point.options, draws=point.draws)
        return [str(point.levels()), f"{program.events_per_mac(case, found):.3f}", found.text()]

    return Row([point.text()], if_present(case, measured))


def event_rows(points: list[list[str]]) -> list[Row]:
    """`points`: rows of the curve, measured now or before."""
    def best(loss: float, wanted: float) -> Callable[[], list[str]]:
        within = [float(events) for _, _, events, text in points if float(text.split()[0]) <= loss + 1e-9]
        least = f"{min(within):.3f}" if within else "no setting within that loss"
        return lambda: [f"{wanted:.2f}", least, verdict(bool(within) and min(within) <= wanted)]

    return [Row([f"events per dense MAC at a loss of {loss} pp or less"], best(loss, wanted), derived=True)
            for wanted, loss in ((0.50, 0.3), (0.30, 1.5))]


def time_row(program: Program, case: Case) -> Row:
    def measured() -> list[str]:
        seconds = program.measure(case, 4).seconds
        return ["30", f"{statistics.median(seconds):.1f} ({min(seconds):.1f} to {max(seconds):.1f})",
                verdict(statistics.median(seconds) <= 30)]

    return Row([f"seconds to convert ResNet-20, {SAMPLES} samples"], if_present(case, measured))


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


def theta_row(program: Program, case: Case) -> Row:
    """Of the first convolution that meets a skip: its input is the same with and without."""
    def measured() -> list[str] | None:
        cut = Case(case.name, program.scratch / "without_skips.onnx", case.data, {}, case.options)
        try:
            without_skips(case.model, cut.model)
        except ImportError:
            return None
        layers = program.convert(case, 4, 1, "--no-bias-correction")["layers"]
        position, layer = next((i, x) for i, x in enumerate(layers) if "Add" in x["name"])
        bare = program.convert(cut, 4, 1, "--no-bias-correction")["layers"][position]
        return ["above 127, the most of a grid set by the skip",
                f"{layer['theta_min']} to {layer['theta_max']} ({layer['name']}); without the skip {bare['theta_min']} to "
                f"{bare['theta_max']}", verdict(layer["theta_min"] > 127)]

    return Row(["theta where a skip joins"], if_present(case, measured))


def variants(key: str) -> list[tuple[tuple[str, ...], int]]:
    """Options and number of draws; ResNet-20 takes a minute a draw."""
    few = [((), 3), (("--thresholds-per", "layer"), 1), (("--no-bias-correction",), 1), (("--reconstruct",), 1)]
    if key == "resnet":
        return [*few, (FINE, 3)]
    return [(options, 3) for options, _ in few] + [
        (("--thresholds", "percentile", "--percentile", "99.9"), 3), (("--thresholds", "percentile", "--percentile", "99"), 3),
        (("--thresholds", "max"), 3), (("--thresholds-per", "layer", "--equalise"), 3), (("--weight-bits", "3"), 3), (("--weight-bits", "3", "--reconstruct"), 3),
        (("--weight-bits", "2"), 3), (("--weight-bits", "2", "--reconstruct"), 3)]


def page(program: Program, kept: KeptPage) -> str:
    found = cases()
    losses = [loss_row(program, c, t) for c in found.values() for t in c.allowed]
    rows = [variant_row(program, c, o, n) for key, c in found.items() for o, n in variants(key)]
    parts = [Part("Accuracy", "Loss against the trained network on the whole test set, in percentage points: mean (each draw). A "
                  "negative loss is a gain. Events are those of the phase code.",
                  ["network", "T", "options", "float %", "loss", "events per dense MAC", "target", "verdict"], losses),
             Part("What the options are worth", "T = 4. A single number in parentheses is a single draw.",
                  ["network", "options", "loss", "events per dense MAC"], rows)]
    text = [markdown(part, kept.cells(part)) for part in parts]
    case = found["resnet"]
    curve = Part("Fewer spikes", "ResNet-20: the curve of accuracy against synaptic events. `auto` has the levels of `phase` at "
                 "its steps. A `ttfs` neuron spikes once at most, but each receiver adds its running sum in every step: T "
                 "additions per neuron that are no synaptic events. Distillation takes half an hour.",
                 ["options", "levels", "events per dense MAC", "loss"], [event_point_row(program, case, p) for p in EVENT_POINTS])
    points = kept.cells(curve)
    others = Part("Other targets", "ResNet-20; conversion time at T = 4, median of three draws, the whole command: to be measured on a "
                  "quiet machine (2 cores).", ["what", "target", "measured", "verdict"],
                  [*event_rows(points), time_row(program, case), theta_row(program, case)])
    text += [markdown(curve, points), markdown(others, kept.cells(others))]
    return "\n".join(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--only", action="append", default=[], metavar="WORDS",
                        help="measure only sections or rows with these words, keep the others; may be repeated")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    kept = KeptPage(PAGE, arguments.only)
    with tempfile.TemporaryDirectory() as scratch:
        body = page(Program(arguments.program, Path(scratch), arguments.quick), kept)
    head = ("# Measured results of conversion\n\nWritten by `scripts/dev results-conversion` from the program's own JSON; "
            f"machine: {os.cpu_count()} cores, {platform.machine()}. Phase code unless said, 8-bit weights, 8 input steps, {SAMPLES} "
            "unlabelled calibration samples, three draws of them (`--seed` 1, 2, 3). Rows whose data were not on that "
            "machine are missing: MNIST, CIFAR-10 and ResNet-20 are not part of the project. Rows may be of different days.\n\n")
    head += kept.gaps()
    if arguments.quick:
        print(head + body)
    else:
        PAGE.write_text(head + body, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
