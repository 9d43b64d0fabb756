#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthesise, place and route a board with open tools, and check the result.

    hdl/syn/synthesise.py BOARD|FILE.json [--seeds 1,2,3] [--out FOLDER] [--constraints FILE] [--unless-done] [--resume]
                          [--table docs/reference/boards.md]

models/boards/BOARD.json holds clock, limits and the memories that must come out. Writes BOARD.json (utilisation, clock per
seed, tools) and the bitstream of the fastest seed to the folder (build/synth/BOARD). Exit status 1: a limit is broken;
every broken one is named. 3: bad input, or a program is missing. 4: a fault of the flow itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import traceback
from pathlib import Path
from types import ModuleType

import board_file
import ecp5
import engine_verilog
import gowin
import ice40
import pll
import report
import steps
import tools
import xilinx
from facts import BadInput

ROOT = board_file.ROOT
FAMILIES: dict[str, ModuleType] = {"ecp5": ecp5, "gowin": gowin, "ice40": ice40, "xilinx": xilinx}


class Job:
    """A board with what its flow needs."""

    def __init__(self, name_or_file: str, constraints: Path | None, out: Path | None) -> None:
        self.board, self.file = board_file.read(name_or_file)
        where = name_or_file
        board_file.check(self.board, where, sorted(FAMILIES))
        self.family = FAMILIES[self.board["family"]]
        self.pins = board_file.constraints(self.board, self.file, self.family.SUFFIX, constraints)
        self.out = (out or ROOT / "build" / "synth" / self.board["board"]).resolve()
        self.sources = board_file.sources(self.board)
        self.clock_hz, self.top = float(self.board["clock_hz"]), ""
        if board_file.generic(self.board):
            crystal = board_file.flow(self.board)["crystal_hz"]
            dividers, self.clock_hz = pll.choose(self.family.PLL, crystal, self.board["clock_hz"], where)
            self.top = board_file.top_text(self.board, board_file.parameters(self.board, where, dividers, self.clock_hz))

    def digest(self, seeds: list[int]) -> str:
        """Return a hash of all that the result depends on: the flow is deterministic."""
        flow = [Path(str(module.__file__)) for module in (board_file, pll, self.family)]
        files = [*self.sources, *sorted((ROOT / "hdl" / "rtl").glob("*.vh")), self.pins, *flow]
        parts = [file.read_bytes() for file in files]
        parts += [self.top.encode(), json.dumps([self.board, seeds, self.family.used_tools()]).encode()]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

    def seen(self, path: Path) -> str:
        """Return a path as tools see it from the folder in which they run: packaged ones have a /tmp of their own."""
        return os.path.relpath(path, self.out)

    def files(self) -> list[Path]:
        """Write the top, where there is one to write; return all Verilog."""
        if not self.top:
            return self.sources
        written = self.out / "synfire_top.v"
        written.write_text(self.top)
        return [*self.sources, written]


def write_vivado_inputs(job: Job, files: list[Path]) -> None:
    """Write what hdl/syn/vivado.tcl reads."""
    lines = [f"set part {job.board['device']}", f"set top {board_file.top_name(job.board)}",
             f"set constraints {{{job.pins}}}", f"set include_folder {{{ROOT / 'hdl' / 'rtl'}}}",
             "set verilog [list \\", *(f"    {{{file}}} \\" for file in files), "]"]
    (job.out / "vivado_inputs.tcl").write_text("\n".join(lines) + "\n")
    tools.say(f"bitstream: vivado -mode batch -source hdl/syn/vivado.tcl -tclargs {job.out}")


def place_all(job: Job, seeds: list[int], done: steps.Steps) -> dict:
    """Place and route every seed; write the bitstream of the fastest."""
    runs = []
    for seed in seeds:
        runs.append(done.step(f"seed{seed}", lambda seed=seed: job.family.place(
            job.board, job.seen(job.pins), job.clock_hz, job.out, seed)))
        tools.say(f"  seed {seed}: {runs[-1]['fmax_hz'] / 1e6:.2f} MHz, {runs[-1]['logic_cells']} logic cells")
    best = max(runs, key=lambda one: one["fmax_hz"])
    bitstream = job.out / f"{job.board['board']}{job.family.BITSTREAM}"

    def pack() -> dict:
        job.family.pack(job.board, best["routed"], bitstream)
        return {}
    done.step(f"bitstream{best['seed']}", pack, bitstream.name)
    return {"logic_cells": max(one["logic_cells"] for one in runs), "seeds": [one["seed"] for one in runs],
            "fmax_hz": [one["fmax_hz"] for one in runs], "bitstream": bitstream.name,
            "bitstream_bytes": bitstream.stat().st_size}


def make(job: Job, seeds: list[int], resume: bool) -> dict:
    """Run the whole flow. Return its result, with what `synfire report` needs to draw it, the time of one core that it took
    and the most memory of one program."""
    board = job.board
    files = job.files()
    done = steps.Steps(job.out, job.digest([]), resume)
    reads = f"-I{job.seen(ROOT / 'hdl' / 'rtl')} " + " ".join(job.seen(file) for file in files)
    result = {"command": "synth", "board": board["board"], "lanes": board["engine"]["lanes"], "clock_hz": board["clock_hz"],
              "logic_cells_available": board["resources"]["logic_cells"]}
    result |= done.step("netlist", lambda: job.family.synthesise(board, reads, board_file.top_name(board), job.out),
                        "top.json" if job.family.BITSTREAM else "")
    if job.family.BITSTREAM:
        result |= place_all(job, seeds, done)
    else:
        write_vivado_inputs(job, files)
        result |= {"seeds": [], "fmax_hz": []}
    result |= {"tools": job.family.used_tools(), "inputs": job.digest(seeds), "verilog": engine_verilog.digest(job.sources)}
    return result | done.cost()


def seeds_of(text: str) -> list[int]:
    """Return the seeds of an option."""
    try:
        return [int(seed) for seed in text.split(",")]
    except ValueError as error:
        raise BadInput("--seeds", "not a list of numbers", text, "1,2,3") from error


def run(options: argparse.Namespace) -> int:
    """Run the flow and say what came out."""
    seeds = seeds_of(options.seeds)
    job = Job(options.board, options.constraints, options.out)
    job.out.mkdir(parents=True, exist_ok=True)
    written = job.out / f"{job.board['board']}.json"
    result = json.loads(written.read_text()) if options.unless_done and written.is_file() else {}
    if result.get("inputs") != job.digest(seeds):
        result = make(job, seeds, options.resume)
        written.write_text(json.dumps(result, indent=2) + "\n")
    print(report.table(job.board, result))
    print(f"written: {job.out / result.get('bitstream', written.name)}")
    if options.table:
        report.write_table(options.table, job.board, result)
    broken = report.broken_limits(job.board, result)
    for line in broken:
        print(f"FAILED  {line}")
    return 1 if broken else 0


def main() -> int:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("board")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--constraints", type=Path, help="file of pins, in the form of the family's tools")
    parser.add_argument("--unless-done", action="store_true", help="keep a result of the same sources, seeds and tools")
    parser.add_argument("--resume", action="store_true", help="keep netlist and seeds that a run which was cut short had finished")
    parser.add_argument("--table", type=Path, help="page whose table is written again, with the JSON beside it")
    try:
        return run(parser.parse_args())
    except BadInput as error:
        print(f"synfire: {error}", file=sys.stderr)
        return 3
    except Exception:  # noqa: BLE001: status 1 is a broken limit, not a fault of the flow
        traceback.print_exc()
        return 4


if __name__ == "__main__":
    sys.exit(main())
