#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Question: at which activity does a streaming step cost the accelerator less if it gathers than if it scatters?

    bench/streaming_hardware.py [STEPS]

A model of cycles and of accesses to the memory of potentials, with the constants of hw/src/engine_timing.hpp and the rules of
docs/reference/accelerator.md. Spikes are drawn, each neuron with the same chance, for STEPS steps (16); 16 lanes.

    gather   each word of neurons scans its field: max(slots, fire bank) cycles, one state read and one write
    built    the same, but only words whose field has a spike or whose neurons are awake: the rows of the source that a row of words
             meets are looked through before it, and a skipped word is a cycle; layers for which that does not pay gather
    rows     and kernel rows without a spike are no slot, of any layer whose rows are short enough
    bank     and the fire bank takes 4 cycles a word
    skip     the limit: an occupancy bit a source position names words and kernel rows that are not empty, 32 positions a cycle
    scatter  each spike goes to its taps, one row added to one word of potentials a cycle; then the words that were reached, or
             are awake, fire one a cycle: better than a memory with one port for each direction allows
    bound    3 * row additions + words at rest / 32
"""
from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
LANES = 16
CODE_WORDS = LANES * 4 // 32  # of a word of lanes, patterns of 4 bits
CONSTANT_BYTES = 3            # of each of the constants of a lane
CONSTANTS = 6                 # bias, threshold, decay, both limits, initial potential
COSTS = ("gather", "built", "rows", "bank", "skip", "scatter")
ACTIVITIES = (0.001, 0.01, 0.1, 0.5)


def timing(name: str) -> int:
    text = (ROOT / "hw/src/engine_timing.hpp").read_text()
    return int(re.search(rf"\b{name} = (\d+);", text).group(1))


COLUMNS = 96                  # of a row that can be looked through
LOOK = timing("look_rows")    # cycles until the last of them counts
FAST_BANK = 4                 # state added when the word is taken, no codes written
PASS = (timing("single_pass") + timing("held_reads") + timing("held_codes") + timing("range_word")
        + CONSTANT_BYTES * CONSTANTS)
BANK = timing("state_cycles") + 1 + CODE_WORDS  # a word's cycles in the fire bank: state and decay, one step, writes


@dataclass
class Layer:
    """A convolution with padding that keeps the map's size; a dense layer is one position with a kernel of one."""
    name: str
    size: int
    sources: int   # channels
    targets: int
    kernel: int

    @property
    def groups(self) -> int:
        return -(-self.targets // LANES)

    @property
    def looks(self) -> bool:
        """The engine can look through its source's rows."""
        return self.size * self.sources <= COLUMNS

    @property
    def pays(self) -> bool:
        """As hw/src/image/streaming.cpp decides."""
        empty = max(100 - self.kernel * self.kernel * self.sources, 0)
        return self.looks and self.size * (timing("state_cycles") + 1) * empty > 100 * (self.kernel + LOOK)

    @property
    def words(self) -> int:
        return self.size * self.size * self.groups


def run_of(bits: np.ndarray, first: int, last: int) -> tuple[int, int]:
    """Spikes of the bits [first, last), and 32-bit words of the map among them that have none."""
    at = np.flatnonzero(bits[first:last]) + first
    words = (last - 1) // 32 - first // 32 + 1
    return len(at), words - len(set((at // 32).tolist()))


def runs_of(layer: Layer, bits: np.ndarray) -> list[list[tuple[int, int]]]:
    """run_of() of each source row and output column."""
    reach, row = layer.kernel // 2, layer.size * layer.sources
    spans = [(max(0, x - reach) * layer.sources, min(layer.size, x + reach + 1) * layer.sources) for x in range(layer.size)]
    return [[run_of(bits, y * row + first, y * row + last) for first, last in spans] for y in range(layer.size)]


@dataclass
class Step:
    """What one step of a layer costs."""
    additions: int = 0
    touched: int = 0
    gather: int = 0
    built: int = 0
    rows: int = 0
    bank: int = 0
    skip: int = 0
    scatter: int = 0


def field_of(layer: Layer, runs: list[list[tuple[int, int]]], y: int, x: int) -> tuple[int, int, int]:
    """Spikes, empty slots of all kernel rows, and those of kernel rows with a spike."""
    reach = layer.kernel // 2
    spikes = bubbles = kept = 0
    for source in range(y - reach, y + reach + 1):
        if not 0 <= source < layer.size:
            bubbles += 1
            continue
        found, empty = runs[source][x]
        spikes += found
        bubbles += empty
        kept += empty if found else 0
    return spikes, bubbles, kept


class Line:
    """Cycles of words that follow each other, with what is passed over between them."""

    def __init__(self, bank: int) -> None:
        self.cycles = self.passed = self.busy = 0
        self.bank = bank

    def visit(self, slots: int) -> None:
        self.cycles += max(self.passed + slots, self.busy)
        self.passed, self.busy = 0, self.bank

    def total(self) -> int:
        return self.cycles + self.passed + self.busy


def step_of(layer: Layer, bits: np.ndarray, leaks: bool) -> Step:
    step = Step()
    occupancy = layer.size * layer.kernel * -(-layer.size // 32)  # bits a source position, each kernel row of each output row
    awake_words = -(-layer.size * layer.size // 32)
    before = before_skip = 0
    runs = runs_of(layer, bits)
    built, rows, bank = Line(BANK), Line(BANK), Line(FAST_BANK)
    for y in range(layer.size):
        for line in (built, rows, bank):
            line.passed += layer.kernel + LOOK
        for x in range(layer.size):
            spikes, bubbles, kept = field_of(layer, runs, y, x)
            step.additions += spikes
            step.touched += 1 if spikes else 0
            step.gather += max(spikes + bubbles, before)
            before = BANK
            for line in (built, rows, bank):
                if spikes or leaks:
                    line.visit(spikes + (bubbles if line is built else max(kept, int(not spikes))))
                else:
                    line.passed += 1
            if spikes or leaks:
                step.skip += max(spikes + kept, before_skip, 1)
                before_skip = BANK
    step.gather += before
    fired = layer.size * layer.size if leaks else step.touched
    scan = -(-len(bits) // 32) + int(bits.sum())
    step.skip += before_skip + occupancy + awake_words
    step.scatter = max(scan, step.additions) + awake_words + fired
    step.built = built.total() if layer.pays else step.gather
    step.rows = rows.total() if layer.looks else step.gather
    step.bank = bank.total() if layer.looks else step.gather
    for name in COSTS:
        setattr(step, name, layer.groups * (getattr(step, name) + PASS))
    step.additions *= layer.groups
    step.touched *= layer.groups
    return step


LAYERS = (Layer("N-MNIST 5x5, 2 to 16 on 34x34", 34, 2, 16, 5), Layer("3x3, 32 to 32 on 16x16", 16, 32, 32, 3),
          Layer("dense 784 to 128", 1, 784, 128, 1), Layer("dense 128 to 10", 1, 128, 10, 1))


def row_of(layer: Layer, activity: float, leaks: bool, steps: int) -> str:
    chance = np.random.default_rng(7)
    all_steps = [step_of(layer, chance.random(layer.size ** 2 * layer.sources) < activity, leaks) for _ in range(steps)]
    mean = {name: np.mean([getattr(s, name) for s in all_steps]) for name in vars(all_steps[0])}
    fired = layer.words if leaks else mean["touched"]
    bound = 3 * mean["additions"] + (layer.words - fired) / 32
    cells = [layer.name, "yes" if leaks else "no", f"{100 * activity:g} %", f"{mean['additions']:,.0f}"]
    cells += [f"{mean[name]:,.0f}" for name in COSTS]
    cells += [f"{bound:,.0f}", f"{2 * layer.words:,}", f"{2 * fired:,.0f}", f"{2 * (mean['additions'] + fired):,.0f}"]
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    steps = int(sys.argv[1]) if len(sys.argv) == 2 else 16
    print("| layer | awake | spikes | rows added | " + " | ".join(COSTS) + " | bound | state: gather | skip | scatter |")
    print("|---" * 13 + "|")
    for layer in LAYERS:
        for leaks in (False, True):
            for activity in ACTIVITIES:
                print(row_of(layer, activity, leaks, steps), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
