#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what docs/reference/results.md claims and writes that page.

    bench/results.py SYNFIRE_PROGRAM [--quick]

Everything comes from the program's own JSON. Data that are not on the machine leave their rows out, and the page says
so. --quick: one calibration draw and 1,000 test samples (to try the script).
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
PAGE = ROOT / "docs/reference/results.md"
DRAWS = (1, 2, 3)
Json = dict[str, Any]


@dataclass
class Case:
    """A trained network, the data that belong to it and the losses (images, net) that the project allows itself."""

    name: str
    model: Path
    data: str
    allowed: dict[int, int] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    samples: int = 0  # of the test set; 0: all


def zoo_cases() -> list[Case]:
    mnist = str(SHARED / "data/mnist")
    zoo = ROOT / "models/zoo"
    cases = [Case("digits CNN", zoo / "digits_cnn/model.onnx", "digits", {4: 2, 8: 0}),
             Case("MNIST MLP", zoo / "mnist_mlp/model.onnx", mnist, {4: 10, 8: 5}),
             Case("MNIST CNN", zoo / "mnist_cnn/model.onnx", mnist, {4: 10, 8: 5}),
             Case("Fashion-MNIST CNN", zoo / "fashion_cnn/model.onnx", "fashion-mnist", {4: 30, 8: 10})]
    return [c for c in cases if c.data != mnist or Path(mnist).exists()]


def third_party_cases() -> list[Case]:
    models, data = SHARED / "models", SHARED / "data"
    imagenet = ("--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")
    cases = [Case("cntk_mnist8 (MNIST)", models / "cntk_mnist8.onnx", str(data / "mnist"), {}, ("--scale", "1"), 2000),
             Case("resnet20_cifar10", models / "resnet20_cifar10.onnx", str(data / "cifar10"), {}, imagenet, 1000)]
    return [c for c in cases if c.model.exists() and Path(c.data).exists()]


class Program:
    """Runs the command-line program and returns its JSON."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self.path, self.scratch = path, scratch

    def run(self, *arguments: str, good: tuple[int, ...] = (0,)) -> Json:
        """Return the result, where the exit status is a good one."""
        out = self.scratch / "result.json"
        command = [str(self.path), *arguments, "--json", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in good:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        return json.loads(out.read_text(encoding="utf-8"))

    def convert(self, case: Case, steps: int, draw: int, *more: str) -> Json:
        network = self.scratch / f"{case.model.parent.name}-{steps}.snn"
        return self.run("convert", str(case.model), "--calibration", case.data, "-o", str(network), "--steps",
                        str(steps), "--seed", str(draw), *case.options, *more)

    def network(self, case: Case, steps: int) -> str:
        return str(self.scratch / f"{case.model.parent.name}-{steps}.snn")


def mean(values: list[float]) -> float:
    return statistics.fmean(values)


def conversion_row(program: Program, case: Case, steps: int, draws: tuple[int, ...]) -> str:
    check = ("--check", case.data, "--check-samples", str(case.samples))
    checks = [program.convert(case, steps, d, *check)["check"] for d in draws]
    samples = checks[0]["samples"]
    losses = [round((c["accuracy_float"] - c["accuracy_spiking"]) * samples) for c in checks]
    different = sum(c["neurons_different"] for c in checks)
    compared = sum(c["neurons_compared"] for c in checks)
    allowed = case.allowed.get(steps)
    verdict = "" if allowed is None else ("met" if mean(losses) <= allowed else "missed")
    return (f"| {case.name} | {steps} | {100 * checks[0]['accuracy_float']:.2f} | "
            f"{mean([100 * c['accuracy_spiking'] for c in checks]):.2f} | {mean(losses):.1f} of {samples} "
            f"({', '.join(map(str, losses))}) | {'' if allowed is None else allowed} | {verdict} | "
            f"{different} of {compared:,} |")


def interval(value: Json | None, scale: float = 1.0) -> str:
    if value is None:
        return "unknown"
    return f"{value['nominal'] * scale:.3g} ({value['low'] * scale:.3g} to {value['high'] * scale:.3g})"


def energy_row(program: Program, case: Case, steps: int, samples: int) -> str:
    program.convert(case, steps, 1)
    result = program.run("compare", program.network(case, steps), str(case.model), "--data", case.data, "--samples",
                         str(samples))
    tier = result["tiers"]["T1"]
    events = result["activity"]["synaptic_events"] / result["dense_macs"]
    formula = tier["by_formula"] or {"ratio": tier["ratio"]}
    return (f"| {case.name} | {steps} | {result['activity']['spikes'] / result['samples']:,.0f} | {events:.2f} | "
            f"{result['counts_by']} | {interval(tier['snn'], 1e-3)} | {tier['best_dense']} | {interval(tier['ratio'])} | "
            f"{result['verdict'].replace('_', ' ')} | {interval(formula['ratio'])} |")


def speed_rows(program: Program, case: Case, runs: int) -> list[str]:
    program.convert(case, 4, 1)
    rows = []
    for threads in (1, 2):
        results = [program.run("simulate", program.network(case, 4), "--data", case.data, "--threads", str(threads))
                   for _ in range(runs)]
        seconds = sorted(r["seconds"] for r in results)
        rows.append(f"| {case.name} | {results[0]['samples']:,} | {threads} | {statistics.median(seconds):.2f} | "
                    f"{seconds[0]:.2f} to {seconds[-1]:.2f} |")
    return rows


def section(title: str, text: str, header: list[str], rows: list[str]) -> str:
    table = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *rows]
    return f"## {title}\n\n{text}\n\n" + "\n".join(table) + "\n"


def measure(program: Program, quick: bool) -> str:
    draws = DRAWS[:1] if quick else DRAWS
    samples = 200 if quick else 2000
    zoo = zoo_cases()
    conversion = [conversion_row(program, c, t, draws) for c in zoo for t in (4, 8)]
    third = [conversion_row(program, c, t, draws[:1]) for c in third_party_cases() for t in (4, 6)]
    energy = [energy_row(program, c, t, samples) for c in zoo for t in (4, 8)]
    speed = [row for c in zoo if c.name.startswith("MNIST CNN") for row in speed_rows(program, c, 1 if quick else 5)]
    columns = ["network", "T", "float %", "spiking %", "lost images (net; draws)", "allowed", "target",
               "values that differ from the quantised network"]
    return "\n".join([
        section("Conversion", "256 unlabelled calibration samples, int8 weights, 8 input steps, phase code, whole "
                "test sets; losses are the mean of three calibration draws.", columns, conversion),
        section("Networks of others", "The same, one draw, the first images of the test set (integer execution of "
                "ResNet-20 is slow).", columns, third),
        section("Energy", f"Tier T1, default prices, 8 lanes, first {samples:,} test samples; energies in nanojoule per "
                "inference; the ratio is spikes over the best dense variant. Memory accesses, additions and updates are "
                "counted by the accelerator's cycle model on all samples, whose counts the RTL confirmed on the first "
                "ones ([how](energy-model.md#31-with-the-accelerators-counts)); the last column is the ratio by formula.",
                ["network", "T", "spikes", "events per dense MAC", "counted by", "spikes nJ", "best dense", "ratio", "verdict",
                 "ratio by formula"],
                energy),
        section("Speed of the simulator", "`synfire simulate`, the whole command with reading of data and network, "
                "counts of every kind; median of five runs. Notes: [speed](../design/notes-speed.md).",
                ["network", "samples", "threads", "seconds", "range"], speed)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        body = measure(Program(arguments.program, Path(scratch)), arguments.quick)
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    head = ("# Measured results\n\nWritten by `scripts/dev results` from the program's own JSON; machine: "
            f"{machine}. Rows whose data were not on that machine are missing: MNIST, CIFAR-10 and the networks of "
            "others are not part of the project.\n\n")
    if arguments.quick:
        print(head + body)
    else:
        PAGE.write_text(head + body, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
