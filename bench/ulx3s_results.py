#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The networks of the ULX3S: accuracy of the whole test set, cycles of the board's engine, latency at the clock it reaches.

    bench/ulx3s_results.py SYNFIRE_PROGRAM [--quick]

Prints the section that results_hardware.py writes into its page.
"""
from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from results import ROOT, SHARED, Case, Json, Program, section

SYNTHESIS = ROOT / "docs/reference/synth-ulx3s.json"
BOARD = "ulx3s"
TITLE = "On the ULX3S"
HEADER = ["network", "converted with", "accuracy %", "test set", "target", "cycles per inference", "samples", "ms per inference",
          "inferences per second", "target, mean"]


@dataclass(frozen=True)
class Setting:
    """A network as the board holds it, and what it has to reach: percent right, and milliseconds at most."""

    case: Case
    steps: int
    options: tuple[str, ...]
    samples: int
    percent: float
    milliseconds: float

    def present(self) -> bool:
        data = Path(self.case.data)
        return self.case.model.exists() and (not data.is_absolute() or data.exists())


def settings() -> list[Setting]:
    zoo, data = ROOT / "models/zoo", SHARED / "data"
    imagenet = ("--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")
    mnist = Case("MNIST CNN", zoo / "mnist_cnn/model.onnx", str(data / "mnist"))
    fashion = Case("Fashion-MNIST CNN, strided", zoo / "fashion_strided_cnn/model.onnx", "fashion-mnist")
    resnet = Case("ResNet-20, CIFAR-10", SHARED / "models/resnet20_cifar10.onnx", str(data / "cifar10"), {}, imagenet)
    return [Setting(mnist, 3, ("--input-steps", "2", "--thresholds", "max", "--reconstruct"), 1000, 99.2, 0.25),
            Setting(fashion, 4, ("--input-steps", "4"), 1000, 90.0, 0.4),
            Setting(resnet, 4, ("--spike-price", "0.01", "--calibration-samples", "512"), 200, 91.0, 1000 / 60)]


def clock_of_worst_seed() -> float | None:
    """Hz; nothing where the board was not routed."""
    if not SYNTHESIS.exists():
        return None
    found = json.loads(SYNTHESIS.read_text(encoding="ascii")).get("fmax_hz")
    return min(found) if found else None


def clock_text(clock: float | None) -> str:
    return "not routed" if clock is None else f"{clock / 1e6:.1f} MHz, the worst seed's"


def verdict(met: bool) -> str:
    return "met" if met else "missed"


def latency_cells(cycles: Json, clock: float | None, most: float) -> list[str]:
    if clock is None:
        return ["not routed", "not routed", f"{most:.3g} ms: not routed"]
    low, mean, high = (cycles[part] / clock * 1e3 for part in ("min", "mean", "max"))
    return [f"{mean:.3f} ({low:.3f} to {high:.3f})", f"{1e3 / mean:,.0f}", f"{most:.3g} ms: {verdict(mean <= most)}"]


def row(program: Program, setting: Setting, clock: float | None, quick: bool) -> str:
    case = setting.case
    program.convert(case, setting.steps, 1, *setting.options)
    network, samples = program.network(case, setting.steps), min(setting.samples, 8) if quick else setting.samples
    counted = program.run("cosim", network, "--data", case.data, "--samples", str(samples), "--board", BOARD, "--engine", "model")
    found = program.run("simulate", network, "--data", case.data, *(("--samples", "200") if quick else ()))
    cycles, percent = counted["cycles_per_sample"], 100 * found["accuracy"]
    cells = [case.name, " ".join((f"`--steps {setting.steps}", *setting.options)) + "`", f"{percent:.2f}", f"{found['samples']:,}",
             f"{setting.percent:g}: {verdict(percent >= setting.percent)}",
             f"{cycles['mean']:,.0f} ({cycles['min']:,.0f} to {cycles['max']:,.0f})", f"{samples:,}",
             *latency_cells(cycles, clock, setting.milliseconds)]
    return f"| {' | '.join(cells)} |"


def ulx3s_section(program: Program, quick: bool) -> str:
    clock = clock_of_worst_seed()
    known = settings()
    missing = [s.case.name for s in known if not s.present()]
    left_out = f" Left out, as their data were not on the machine: {', '.join(missing)}." if missing else ""
    text = ("The engine as it is on the board ([boards](boards.md)), 32 lanes; cycles by the cycle model, which the RTL equals. Clock: "
            f"{clock_text(clock)}. Latency without the transfer of input and output. "
            "The settings are the best of those in [the notes](../design/notes-conversion.md), compared by the accuracy of the same "
            f"test set.{left_out}")
    return section(TITLE, text, HEADER, [row(program, s, clock, quick) for s in known if s.present()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print(ulx3s_section(Program(arguments.program, Path(scratch)), arguments.quick))


if __name__ == "__main__":
    main()
