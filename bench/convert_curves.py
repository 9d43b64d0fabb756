#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Curves of accuracy against synaptic events, one for each tool that makes networks cheaper.

    bench/convert_curves.py SYNFIRE_PROGRAM [--networks mnist,fashion,resnet] [--quick]

Writes docs/reference/results-curves.md and a picture for each network. Networks and the running of the program are those
of convert_targets.py. --quick: 500 test samples and two points a tool, printed instead of written (to try the script).
A new tool is a new entry of TOOLS: a name and the settings to measure, from most events to fewest.
"""
from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from convert_targets import SAMPLES, Case, CheckFailed, Program, Result, cases, section
from plot import Line, Plot

PAGE = Path(__file__).resolve().parent.parent / "docs/reference/results-curves.md"
DISTIL = PAGE.parent.parent.parent / "converters/distil/distil.py"
# Points further down say nothing that anybody would use, and would flatten the others.
MOST_LOSS = 5.0


@dataclass(frozen=True)
class Setting:
    """Steps T and further options of convert."""

    steps: int
    options: tuple[str, ...] = ()
    event_price: int | None = None
    """Distil first, with this price."""

    def text(self) -> str:
        distilled = () if self.event_price is None else (f"distil.py --event-price {self.event_price},",)
        return " ".join((*distilled, f"--steps {self.steps}", *self.options))


@dataclass(frozen=True)
class Tool:
    name: str
    settings: tuple[Setting, ...]


def at_four(option: str, values: tuple[str, ...], *more: str) -> tuple[Setting, ...]:
    """T = 4 without the option, then with each of its values."""
    return (Setting(4, more), *(Setting(4, (option, value, *more)) for value in values))


def mixed(drops: tuple[str, ...]) -> tuple[Setting, ...]:
    return (Setting(4), *(Setting(4, ("--mixed-steps", "--max-drop", drop)) for drop in drops))


TOOLS = (
    Tool("fewer steps", tuple(Setting(t) for t in (6, 5, 4, 3, 2))),
    Tool("codes chosen (--coding auto)", tuple(Setting(t, ("--coding", "auto")) for t in (6, 5, 4, 3, 2))),
    Tool("--mixed-steps", mixed(("0.2", "0.5", "1", "2"))),
    Tool("--spike-price", at_four("--spike-price", ("0.001", "0.003", "0.01", "0.03"))),
    Tool("--prune", at_four("--prune", ("30", "50", "60", "70", "80"))),
    Tool("--prune-channels", at_four("--prune-channels", ("10", "20", "30", "40", "50"))),
    Tool("distillation", tuple(Setting(4, (), price) for price in (0, 5, 10, 20, 40))),
    Tool("auto and --prune", at_four("--prune", ("30", "50", "60", "70"), "--coding", "auto")),
)


class Curves:
    """Points of one network."""

    def __init__(self, program: Program, case: Case, quick: bool) -> None:
        self.program, self.case = program, case
        self.points: list[tuple[Tool, list[tuple[Setting, Result]]]] = []
        for tool in TOOLS:
            settings = tool.settings[:2] if quick else tool.settings
            self.points.append((tool, [(s, r) for s in settings if (r := self.measured(s)) is not None]))

    def measured(self, setting: Setting) -> Result | None:
        """Nothing where even the largest network loses more than --max-drop allows."""
        case = self.case if setting.event_price is None else self.student(setting)
        if case is None:
            return None
        try:
            return self.program.measure(case, setting.steps, *setting.options, draws=1)
        except CheckFailed:
            return None

    def student(self, setting: Setting) -> Case | None:
        """The case with a distilled model; nothing where PyTorch is missing."""
        self.program.trained(self.case)  # of the teacher; both cases share it
        samples, model = (self.program.scratch / name for name in ("samples.npy", "student.onnx"))
        self.program.run("draw", self.case.data, "-o", str(samples), "--samples", str(SAMPLES), "--seed", "1")
        print(f"{self.case.name} {setting.text()}", file=sys.stderr, flush=True)
        done = subprocess.run(["/usr/bin/python3", str(DISTIL), str(self.case.model), str(samples), "-o", str(model), "--steps",
                               str(setting.steps), "--event-price", str(setting.event_price), *self.case.options],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr, file=sys.stderr)
            return None
        name = f"{self.case.name} distilled {setting.event_price}"  # results are kept by name
        return replace(self.case, name=name, model=model)

    def per_mac(self, events: list[float]) -> float:
        return sum(events) / len(events) / self.program.trained(self.case)["macs"]

    def rows(self) -> list[str]:
        return [f"| {tool.name} | `{setting.text()}` | {self.per_mac(result.events):.3f} | {self.per_mac(result.nonzero):.3f} | "
                f"{result.loss():.2f} |" for tool, points in self.points for setting, result in points]

    def plot(self) -> str:
        lines = []
        for tool, points in self.points:
            places = [(self.per_mac(r.nonzero), max(0.0, r.loss())) for _, r in points if r.loss() <= MOST_LOSS]
            if places:
                lines.append(Line(tool.name, places))
        return Plot("synaptic events with a weight other than 0, per dense MAC", "accuracy lost, percentage points", lines).svg()


def page(program: Program, keys: list[str], quick: bool) -> tuple[str, dict[str, str]]:
    parts, pictures = [], {}
    for key, case in cases().items():
        if key not in keys:
            continue
        curves = Curves(program, case, quick)
        picture = f"results-curves-{key}.svg"
        pictures[picture] = curves.plot()
        text = (f"Float accuracy {100 * program.trained(case)['accuracy']:.2f} %.\n\n"
                f"![Accuracy lost against synaptic events, {case.name}]({picture})")
        parts.append(section(case.name, text, ["tool", "options", "events per dense MAC", "of them nonzero", "loss"], curves.rows()))
    return "\n".join(parts), pictures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--networks", default="mnist,fashion")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        program = Program(arguments.program, Path(scratch), arguments.quick)
        body, pictures = page(program, arguments.networks.split(","), arguments.quick)
    if not pictures:
        raise SystemExit(f"{parser.prog}: none of {arguments.networks} is here with its data; see SYNFIRE_SHARED_DIR")
    head = ("# Accuracy against synaptic events\n\nWritten by `scripts/dev results-conversion` from the program's own JSON; "
            f"machine: {os.cpu_count()} cores, {platform.machine()}. Whole test set, {SAMPLES} unlabelled calibration samples, one "
            "draw (`--seed` 1); differences below 0.15 points mean nothing. Loss in percentage points against the trained "
            "network; a negative loss is a gain. Events per multiplication of the trained network. *Nonzero* are those that meet "
            "a weight other than 0: `--prune` leaves zeros in dense and convolution projections, which a machine has to skip by "
            "itself to save what the pictures show (Synfire's accelerator does not, and its bill counts them); "
            "`--prune-channels` takes channels out of the network, which saves everywhere. Settings that lose more than "
            f"{MOST_LOSS:.0f} points are left out of the pictures.\n\n")
    if arguments.quick:
        print(head + body)
        return 0
    PAGE.write_text(head + body, encoding="ascii")
    for name, text in pictures.items():
        (PAGE.parent / name).write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
