#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Curves of accuracy against synaptic events, one for each tool that makes networks cheaper.

    bench/convert_curves.py SYNFIRE_PROGRAM [--networks mnist,fashion,resnet] [--only WORDS]... [--quick]

Writes docs/reference/results-curves.md and a picture for each network. Networks and the running of the program are those
of convert_targets.py. With --only, rows without these words stay as the page has them. --quick: 500 test samples and two points a tool, printed instead of written (to try the script).
A new tool is a new entry of TOOLS: a name and the settings to measure, from most events to fewest.
"""
from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from convert_targets import SAMPLES, Case, CheckFailed, Program, cases, student
from kept_page import KeptPage, Part, Row, markdown
from plot import Line, Plot

PAGE = Path(__file__).resolve().parent.parent / "docs/reference/results-curves.md"
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

    def upto(self, count: int) -> Tool:
        return Tool(self.name, self.settings[:count])


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
    Tool("distillation", (Setting(4), *(Setting(4, (), price) for price in (5, 20, 40, 100, 300, 1000)))),
    Tool("auto and --prune", at_four("--prune", ("30", "50", "60", "70"), "--coding", "auto")),
)


# A residual network of 41 million multiplications takes a minute a point: few of them.
RESIDUAL_TOOLS = (
    Tool("fewer steps", tuple(Setting(t) for t in (5, 4, 3))),
    Tool("codes chosen (--coding auto)", tuple(Setting(t, ("--coding", "auto")) for t in (5, 4, 3))),
    Tool("--spike-price", at_four("--spike-price", ("0.003", "0.01", "0.03"))),
    Tool("--prune", at_four("--prune", ("30", "50"))),
    Tool("--prune-channels", at_four("--prune-channels", ("10", "20"))),
)


class Curves:
    """Points of one network."""

    def __init__(self, program: Program, case: Case, kept: KeptPage, quick: bool) -> None:
        self.program, self.case = program, case
        tools = RESIDUAL_TOOLS if case.residual else TOOLS
        rows = [Row([tool.name, f"`{setting.text()}`"], partial(self.measured, setting))
                for tool in (t.upto(2) if quick else t for t in tools) for setting in tool.settings]
        self.part = Part(case.name, "", ["tool", "options", "events per dense MAC", "of them nonzero", "loss"], rows)
        self.cells = kept.cells(self.part)
        self.kept = kept

    def measured(self, setting: Setting) -> list[str] | None:
        """Nothing without PyTorch, and where even the largest network loses more than --max-drop allows."""
        case: Case | None = self.case if self.case.present() else None
        if case is not None and setting.event_price is not None:
            case = student(self.program, self.case, setting.steps, "phase", ("--event-price", str(setting.event_price)))
        if case is None:
            return None
        try:
            result = self.program.measure(case, setting.steps, *setting.options, draws=1)
        except CheckFailed:
            return None
        return [f"{self.per_mac(result.events):.3f}", f"{self.per_mac(result.nonzero):.3f}", f"{result.loss():.2f}"]

    def per_mac(self, events: list[float]) -> float:
        return sum(events) / len(events) / self.program.trained(self.case)["macs"]

    def accuracy(self) -> str:
        """Of the trained network, as text; measured before where nothing of this network was measured now."""
        if self.case.trained:
            return f"{100 * self.case.trained['accuracy']:.2f}"
        found = re.search(rf"## {re.escape(self.case.name)}\n\nFloat accuracy ([0-9.]+) %", self.kept.text)
        return found.group(1) if found else f"{100 * self.program.trained(self.case)['accuracy']:.2f}"

    def markdown(self, picture: str) -> str:
        self.part.text = (f"Float accuracy {self.accuracy()} %.\n\n"
                          f"![Accuracy lost against synaptic events, {self.case.name}]({picture})")
        return markdown(self.part, self.cells)

    def plot(self) -> str:
        places: dict[str, list[tuple[float, float]]] = {}
        for tool, _, _, nonzero, loss in self.cells:
            if float(loss) <= MOST_LOSS:
                places.setdefault(tool, []).append((float(nonzero), max(0.0, float(loss))))
        lines = [Line(tool, points) for tool, points in places.items()]
        return Plot("synaptic events with a weight other than 0, per dense MAC", "accuracy lost, percentage points", lines).svg()


def page(program: Program, kept: KeptPage, keys: list[str], quick: bool) -> tuple[str, dict[str, str]]:
    """Sections and pictures; a network that was not asked for stays as it is."""
    parts, pictures = [], {}
    for key, case in cases().items():
        if key in keys:
            curves = Curves(program, case, kept, quick)
        elif case.name in kept.tables:
            curves = Curves(program, case, kept.without_measuring(), quick)
        else:
            continue
        if not curves.cells:
            continue
        picture = f"results-curves-{key}.svg"
        pictures[picture] = curves.plot()
        parts.append(curves.markdown(picture))
    return "\n".join(parts), pictures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--networks", default="mnist,fashion", help="of mnist, fashion, resnet; the others stay as they are")
    parser.add_argument("--only", action="append", default=[], metavar="WORDS",
                        help="measure only rows with these words, keep the others; may be repeated")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    kept = KeptPage(PAGE, arguments.only)
    with tempfile.TemporaryDirectory() as scratch:
        program = Program(arguments.program, Path(scratch), arguments.quick)
        body, pictures = page(program, kept, arguments.networks.split(","), arguments.quick)
    if not pictures:
        raise SystemExit(f"{parser.prog}: none of {arguments.networks} is here with its data; see SYNFIRE_SHARED_DIR")
    head = ("# Accuracy against synaptic events\n\nWritten by `scripts/dev results-conversion` from the program's own JSON; "
            f"machine: {os.cpu_count()} cores, {platform.machine()}. Whole test set, {SAMPLES} unlabelled calibration samples, one "
            "draw (`--seed` 1); differences below 0.15 points mean nothing. Loss in percentage points against the trained "
            "network; a negative loss is a gain. Events per multiplication of the trained network. *Nonzero* are those that meet "
            "a weight other than 0: `--prune` leaves zeros in dense and convolution projections, which a machine has to skip by "
            "itself to save what the pictures show (Synfire's accelerator does not, and its bill counts them); "
            "`--prune-channels` takes channels out of the network, which saves everywhere. Settings that lose more than "
            f"{MOST_LOSS:.0f} points are left out of the pictures. Rows may be of different days.\n\n" + kept.gaps())
    if arguments.quick:
        print(head + body)
        return 0
    PAGE.write_text(head + body, encoding="ascii")
    for name, text in pictures.items():
        (PAGE.parent / name).write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
