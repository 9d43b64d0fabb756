#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthesise, place and route a board with Yosys, nextpnr-ice40 and icestorm, and check the result.

    hdl/syn/synthesise.py BOARD [--seeds 1,2,3] [--out FOLDER] [--unless-done] [--table docs/reference/boards.md]

models/boards/BOARD.json holds clock, limits and the memories that must come out. Writes BOARD.json (utilisation, clock per
seed, tools) and BOARD.bin (bitstream of the fastest seed) to the folder (build/synth/BOARD). Exit status 1: a limit is
broken; every broken one is named.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HDL = ROOT / "hdl"
MARKS = ("<!-- synth:begin -->", "<!-- synth:end -->")


def folder(board: dict) -> str:
    """Return the folder of a board's files and pins; two boards may share one."""
    return board.get("folder", board["board"])


def sources(board: str) -> list[Path]:
    """Return the core's files and those of the board's folder; a file of the board takes the place of one with its name."""
    def listed(name: Path) -> list[Path]:
        lines = [line.strip() for line in name.read_text().splitlines()]
        return [HDL / line for line in lines if line and not line.startswith(("#", "//"))]
    own = listed(HDL / "boards" / board / "filelist.f")
    replaced = {file.name for file in own}
    return [file for file in listed(HDL / "filelist.f") if file.name not in replaced] + own


def run(log: Path, *command: str) -> str:
    """Run a tool with its output in a log; stop with the log's end where it fails."""
    with log.open("w") as file:
        status = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, check=False).returncode
    text = log.read_text()
    if status != 0:
        sys.exit(f"{command[0]} failed ({log}):\n" + "\n".join(text.splitlines()[-15:]))
    return text


def synthesise(board: dict, out: Path) -> dict:
    """Return Yosys' cell counts. Without -dsp: Yosys 0.23 disconnects DSP blocks that a design names itself."""
    reads = " ".join(str(file.relative_to(ROOT)) for file in sources(folder(board)))
    script = (f"read_verilog -Ihdl/rtl {reads}; synth_ice40 -top {board['top']} -device u -abc9 -json {out}/top.json; "
              f"check -assert; tee -o {out}/cells.txt stat")
    run(out / "yosys.log", "yosys", "-p", script)
    cells = {name: int(count) for name, count in re.findall(r"(SB_\w+)\s+(\d+)", (out / "cells.txt").read_text())}
    return {"luts": cells["SB_LUT4"], "carries": cells.get("SB_CARRY", 0),
            "flip_flops": sum(count for name, count in cells.items() if name.startswith("SB_DFF")),
            "block_rams": cells.get("SB_RAM40_4K", 0), "sprams": cells.get("SB_SPRAM256KA", 0),
            "dsps": cells.get("SB_MAC16", 0)}


def place(board: dict, out: Path, seed: int) -> dict:
    """Return clock and logic cells of one seed."""
    asc = out / f"seed{seed}.asc"
    log = run(out / f"nextpnr{seed}.log", "nextpnr-ice40", "--up5k", "--package", "sg48", "--seed", str(seed),
              "--freq", str(board["clock_hz"] / 1e6), "--timing-allow-fail", "--json", str(out / "top.json"),
              "--pcf", str(HDL / "boards" / folder(board) / f"{folder(board)}.pcf"), "--asc", str(asc))
    mhz = float(re.findall(r"Max frequency for clock '[^']*': ([\d.]+) MHz", log)[-1])
    cells = int(re.findall(r"ICESTORM_LC:\s*(\d+)/", log)[-1])
    return {"seed": seed, "fmax_hz": round(mhz * 1e6), "logic_cells": cells, "asc": asc}


def version(*command: str) -> str:
    """Return the first line that a tool says of itself."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[0].strip('"')


def tools() -> list[str]:
    """Return what the tools say of themselves."""
    return [version("yosys", "-V"), version("nextpnr-ice40", "--version")]


def digest(board: dict, seeds: list[int]) -> str:
    """Return a hash of all that the result depends on: the flow is deterministic."""
    name = folder(board)
    files = [*sources(name), *sorted((HDL / "rtl").glob("*.vh")), HDL / "boards" / name / f"{name}.pcf", Path(__file__)]
    parts = [file.read_bytes() for file in files] + [json.dumps([board, seeds, tools()]).encode()]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def broken_limits(board: dict, result: dict) -> list[str]:
    """Return one line per limit that does not hold."""
    broken = []
    for what, wanted in board["expected"].items():
        if result[what] != wanted:
            broken.append(f"{what}: {result[what]}, expected exactly {wanted}")
    share = result["logic_cells"] / board["logic_cells"]
    if share > board["limits"]["largest_share_of_logic"]:
        broken.append(f"logic cells: {share:.1%}, limit {board['limits']['largest_share_of_logic']:.0%}")
    for hertz in result["fmax_hz"]:
        if hertz < board["clock_hz"]:
            broken.append(f"clock: {hertz / 1e6:.2f} MHz, needed {board['clock_hz'] / 1e6:.2f} MHz")
    return broken


def table(board: dict, result: dict) -> str:
    """Return the rows of docs/reference/boards.md."""
    clocks = ", ".join(f"{hertz / 1e6:.2f}" for hertz in result["fmax_hz"])
    rows = [("logic cells", f"{result['logic_cells']} of {board['logic_cells']} "
                            f"({result['logic_cells'] / board['logic_cells']:.0%})"),
            ("look-up tables, carries, flip-flops", f"{result['luts']}, {result['carries']}, {result['flip_flops']}"),
            ("block RAM, SPRAM, DSP", f"{result['block_rams']}, {result['sprams']}, {result['dsps']}"),
            ("clock by seed, MHz", f"{clocks} (needed: {board['clock_hz'] / 1e6:g})"),
            ("tools", "; ".join(result["tools"]))]
    return "\n".join(["| | |", "|---|---|"] + [f"| {name} | {value} |" for name, value in rows])


def make(board: dict, seeds: list[int], out: Path) -> dict:
    """Run the whole flow. Return its result, with what `synfire report` needs to draw it."""
    result = {"command": "synth", "board": board["board"], "lanes": board["engine"]["lanes"],
              "clock_hz": board["clock_hz"], "logic_cells_available": board["logic_cells"]} | synthesise(board, out)
    runs = [place(board, out, seed) for seed in seeds]
    best = max(runs, key=lambda one: one["fmax_hz"])
    bitstream = out / f"{board['board']}.bin"
    run(out / "icepack.log", "icepack", str(best["asc"]), str(bitstream))
    return result | {"logic_cells": max(one["logic_cells"] for one in runs), "seeds": [one["seed"] for one in runs],
                     "fmax_hz": [one["fmax_hz"] for one in runs], "bitstream": bitstream.name,
                     "bitstream_bytes": bitstream.stat().st_size, "tools": tools(), "inputs": digest(board, seeds)}


def write_table(page: Path, board: dict, result: dict) -> None:
    """Write the rows between the marks of a page, and the result beside it: the demonstration's report takes it from there."""
    head, rest = page.read_text().split(MARKS[0])
    (page.parent / f"synth-{board['board']}.json").write_text(json.dumps(result, indent=2) + "\n")
    page.write_text(head + MARKS[0] + "\n" + table(board, result) + "\n" + MARKS[1] + rest.split(MARKS[1])[1])


def main() -> int:
    """Run the flow and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("board")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--unless-done", action="store_true", help="keep a result of the same sources, seeds and tools")
    parser.add_argument("--table", type=Path, help="page whose table is written again, with the JSON beside it")
    options = parser.parse_args()
    facts = ROOT / "models" / "boards" / f"{options.board}.json"
    if not facts.is_file():
        sys.exit(f"no board '{options.board}': {facts.relative_to(ROOT)} is missing")
    board = json.loads(facts.read_text())
    seeds = [int(seed) for seed in options.seeds.split(",")]
    out = (options.out or ROOT / "build" / "synth" / options.board).resolve()
    out.mkdir(parents=True, exist_ok=True)

    written = out / f"{options.board}.json"
    result = json.loads(written.read_text()) if options.unless_done and written.is_file() else {}
    if result.get("inputs") != digest(board, seeds):
        result = make(board, seeds, out)
        written.write_text(json.dumps(result, indent=2) + "\n")
    print(table(board, result))
    if options.table:
        write_table(options.table, board, result)
    broken = broken_limits(board, result)
    for line in broken:
        print(f"FAILED  {line}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
