#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes into the pages of the boards which networks of the zoo fit, how long they take and how right they are.

    bench/board_pages.py SYNFIRE_PROGRAM [BOARD...]

Cycles and fit are those of `synfire estimate`, accuracy that of `synfire simulate` over the whole test set, the clock after
place and route that of docs/reference/synth-BOARD.json. Without boards: all of them. Data that are not on the machine leave
their rows out, and the page says so.
"""
from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from results import ROOT, Case, Json, Program, zoo_cases

sys.path.insert(0, str(ROOT / "hdl/syn"))
import board_file  # noqa: E402
import engine_verilog  # noqa: E402

STEPS = 4
SAMPLES = 100  # of which cycles are counted
NETWORKS = ("digits CNN", "MNIST MLP", "MNIST CNN", "Fashion-MNIST CNN", "Fashion-MNIST CNN, strided")
TWO_STEPS = ("--input-steps", "2", "--reconstruct")
FOUR_STEPS = ("--input-steps", "4")
SHORT = ("--weight-bits", "4", "--largest-threshold", "127")
# How networks are converted for boards that want more than the usual conversion, or can do with less.
USUAL = [(name, ()) for name in NETWORKS[:4]] + [("MNIST MLP", TWO_STEPS), ("MNIST CNN", TWO_STEPS), (NETWORKS[4], FOUR_STEPS)]
OTHERS = {"icebreaker_int4": [*((name, SHORT) for name in NETWORKS[:4]), ("MNIST MLP", (*TWO_STEPS, *SHORT)),
                              (NETWORKS[4], (*FOUR_STEPS, *SHORT))],
          "icebreaker_mlp": [("MNIST MLP", ()), ("MNIST MLP", TWO_STEPS)],
          "icebreaker_mlp_int4": [("MNIST MLP", (*TWO_STEPS, *SHORT))],
          "hx8k": [*USUAL, ("digits CNN", ("--prune-channels", "60"))]}
MEMORIES = {"active_map": "active map", "code": "codes", "weight_rows": "weights", "program": "program"}


@dataclass
class Row:
    """A network as a board has it."""

    name: str
    options: tuple[str, ...]
    accuracy: float
    board: Json


def cases() -> list[Case]:
    """Return the networks whose data are on the machine."""
    return [*zoo_cases(), Case(NETWORKS[4], ROOT / "models/zoo/fashion_strided_cnn/model.onnx", "fashion-mnist")]


def wanted(board: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the networks of a board's table, with the options of their conversion, one network after the other."""
    return sorted(OTHERS.get(board, USUAL), key=lambda one: NETWORKS.index(one[0]))


def duration(seconds: float) -> str:
    """Return a time as people write it."""
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} us"


def obstacle(board: Json) -> str:
    """Return in a few words why a network does not fit."""
    if board["refused"]:
        lines = board["refused"].splitlines()
        facts = [line.split(":", 1)[1].strip() for line in lines[1:] if line.strip().startswith(("found:", "expected:"))]
        what = lines[0].rsplit(": ", 1)[-1]
        return f"refused: {what}" + (f" ({', '.join(facts)})" if facts else "")
    # Which layer takes most of it, `synfire estimate --board` says.
    return "does not fit: " + "; ".join(re.sub(r"; most of them.*", "", what) for what in board["too_large"])


def fullest(board: Json) -> str:
    """Return the memory that is nearest to its end, or in how many parts or slices the network runs and what these load."""
    if slices := board.get("in_slices"):
        return f"in {slices['slices']} slices, {slices['bytes_a_batch'] / 1000:.0f} KB loaded a batch of samples"
    if parts := board.get("in_parts"):
        return f"in {parts['parts']} parts, {parts['serial_bytes_a_sample'] / 1000:.0f} KB loaded a sample"
    shares = {MEMORIES[name]: memory["share"] for name, memory in board["memories"].items()}
    name = max(shares, key=lambda one: shares[one])
    return f"{name} {100 * shares[name]:.0f} %"


def line(row: Row, clocks: Iterable[float]) -> str:
    """Return a row of the table."""
    clocks = list(clocks)
    cells = [row.name, f"`{' '.join(row.options)}`" if row.options else "", f"{100 * row.accuracy:.2f}"]
    cycles = row.board["cycles"]
    if row.board["fits"] or row.board.get("in_slices"):
        cells += [f"{cycles['mean']:,.0f} ({cycles['min']:,} to {cycles['max']:,})"]
        cells += [duration(cycles["mean"] / clock) for clock in clocks] + [fullest(row.board)]
    else:
        cells += [obstacle(row.board)] + [""] * (len(clocks) + 1)
    return "| " + " | ".join(cells) + " |"


def clock_words(board: Json, synth: Json | None) -> str:
    """Return what is known of the clock."""
    needed = f"{board['clock_hz'] / 1e6:g} MHz"
    if not synth or not synth["fmax_hz"]:
        return f"{needed} is the clock of the description; what place and route reaches is unknown."
    worst, seeds = min(synth["fmax_hz"]), len(synth["fmax_hz"])
    reached = f"{worst / 1e6:.2f} MHz what the {f'worst of {seeds} seeds' if seeds > 1 else 'only seed'} reaches after place and route"
    if synth.get("older"):
        reached += " (with older Verilog)"
    if worst < board["clock_hz"]:
        return f"{needed} is the clock of the description, {reached}: **the clock is missed**."
    return f"{needed} is the clock of the bitstream, {reached}."


def table(board: Json, synth: Json | None, rows: list[Row]) -> str:
    """Return what stands between the marks of a board."""
    clocks = {f"at {board['clock_hz'] / 1e6:g} MHz": board["clock_hz"]}
    if synth and synth["fmax_hz"]:
        clocks[f"at {min(synth['fmax_hz']) / 1e6:.2f} MHz"] = min(synth["fmax_hz"])
    asked = dict.fromkeys(name for name, _ in wanted(board["board"]))
    missing = [name for name in asked if name not in {row.name for row in rows}]
    head = ["network", "converted with", "accuracy %", "cycles", *clocks, "fullest memory"]
    return "\n".join([
        f"Written by `scripts/dev board-pages`: T = {STEPS}, phase code, accuracy of the whole test set, cycles of {SAMPLES} test samples by the",
        "cycle model, which equals the RTL: mean (least to most). Latencies are those of the mean, without input and output over the wire.",
        clock_words(board, synth),
        *([f"Not on the machine that wrote this: the data of {', '.join(missing)}."] if missing else []), "",
        "| " + " | ".join(head) + " |", "|" + "---|" * len(head), *(line(row, clocks.values()) for row in rows)])


def marks(board: str) -> tuple[str, str]:
    """Return the lines between which a page has the networks of a board."""
    return f"<!-- networks:{board}:begin -->", f"<!-- networks:{board}:end -->"


def between(text: str, board: str, body: str, where: Path) -> str:
    """Return a page with another table."""
    begin, end = marks(board)
    if text.count(begin) != 1 or text.count(end) != 1:
        raise SystemExit(f"{where}: the page has no marks for the networks of this board: {begin} and {end}")
    head, rest = text.split(begin)
    return head + begin + "\n" + body + "\n" + end + rest.split(end)[1]


def measured(program: Program, case: Case, options: tuple[str, ...], boards: list[str]) -> dict[str, Row]:
    """Return a network as each of the boards has it."""
    program.convert(case, STEPS, 1, *options)
    accuracy = program.run("simulate", program.network(case, STEPS), "--data", case.data)["accuracy"]
    found = {}
    for board in boards:
        result = program.estimate(program.network(case, STEPS), board, case.data)
        found[board] = Row(case.name, options, accuracy, result)
    return found


class Estimates(Program):
    """The program, of which a network that fits nowhere is an answer too."""

    def estimate(self, network: str, board: str, data: str) -> Json:
        """Return what is said of a board."""
        return self.run("estimate", network, "--board", board, "--data", data, "--samples", str(SAMPLES), good=(0, 1))["boards"][0]


def page_of(board: Json) -> Path:
    """Return the page with a board's table."""
    return ROOT / "hdl/boards" / board.get("folder", board["board"]) / "README.md"


def synth_of(board: Json) -> Json | None:
    """Return what its flow has found, if it was run, and as "older" whether the Verilog has changed since."""
    file = ROOT / "docs/reference" / f"synth-{board['board']}.json"
    if not file.is_file():
        return None
    found = json.loads(file.read_text(encoding="ascii"))
    return found | {"older": found.get("verilog") != engine_verilog.digest(board_file.sources(board))}


def descriptions(names: list[str]) -> list[Json]:
    """Return the boards with these names, or all."""
    all_boards = [json.loads(file.read_text(encoding="ascii")) for file in sorted((ROOT / "models/boards").glob("*.json"))]
    unknown = sorted(set(names) - {board["board"] for board in all_boards})
    if unknown:
        raise SystemExit(f"no such board: {', '.join(unknown)}; there are {', '.join(board['board'] for board in all_boards)}")
    return [board for board in all_boards if not names or board["board"] in names]


def main() -> int:
    """Measure what is asked for, and write the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("boards", nargs="*")
    arguments = parser.parse_args()
    boards = descriptions(arguments.boards)
    rows: dict[tuple[str, str, tuple[str, ...]], Row] = {}
    with tempfile.TemporaryDirectory() as scratch:
        program = Estimates(arguments.program, Path(scratch))
        for case in cases():
            conversions = {options for board in boards for name, options in wanted(board["board"]) if name == case.name}
            for options in sorted(conversions):
                names = [board["board"] for board in boards if (case.name, options) in wanted(board["board"])]
                print(f"{case.name} {' '.join(options)}", file=sys.stderr)
                rows |= {(name, case.name, options): row for name, row in measured(program, case, options, names).items()}
    for board in boards:
        keys = [(board["board"], *one) for one in wanted(board["board"])]
        body = table(board, synth_of(board), [rows[key] for key in keys if key in rows])
        page = page_of(board)
        page.write_text(between(page.read_text(encoding="ascii"), board["board"], body, page), encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
