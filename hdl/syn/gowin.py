# SPDX-License-Identifier: Apache-2.0
"""Flow of Gowin's GW2A: Yosys, nextpnr and gowin_pack of pinned Python packages. Debian's Yosys 0.23 crashes in
synth_gowin -abc9, and without it makes a netlist that computes something else (testbench/rtl/netlists)."""

from __future__ import annotations

import re
from pathlib import Path

import tools
from facts import BadInput
from pll import Limits

SUFFIX = ".cst"
BITSTREAM = ".fs"
PLL = Limits(range(1, 65), range(1, 65), [2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128], (3, 500), (500, 1250), before_output=False)
# Part numbers begin with the chip; its later version has another name at nextpnr.
FAMILIES = {"GW2AR-LV18": "GW2A-18C", "GW2A-LV18": "GW2A-18C"}


def family(board: dict) -> str:
    """Return the chip's family as nextpnr calls it."""
    for begin, name in FAMILIES.items():
        if board["device"].startswith(begin):
            return name
    raise BadInput(board["board"], "'device' begins with no chip of this flow", board["device"], ", ".join(FAMILIES))


def synthesise(_board: dict, reads: str, top: str, out: Path) -> dict:
    """Return Yosys' cell counts."""
    script = (f"read_verilog {reads}; synth_gowin -top {top} -family gw2a -json top.json; "
              f"check -assert; tee -o cells.txt stat")
    tools.run(out / "yosys.log", tools.packaged("yosys", native=False), "-p", script)
    return counts((out / "cells.txt").read_text())


def counts(text: str) -> dict:
    """Return the counts of `stat`, whose columns newer versions turn round."""
    found = re.findall(r"^\s+(\d+)\s+(?:\S+\s+)?([A-Z]\w+)\s*$", text, re.MULTILINE)
    found = found or [(count, name) for name, count in re.findall(r"^\s+([A-Z]\w+)\s+(\d+)\s*$", text, re.MULTILINE)]
    cells: dict[str, int] = {}
    for count, name in found:
        cells[name] = int(count)
    total = lambda *begins: sum(count for name, count in cells.items() if name.startswith(begins))  # noqa: E731
    return {"luts": total("LUT"), "carries": total("ALU"), "flip_flops": total("DFF", "DL"), "small_rams": total("RAM16"),
            "block_rams": total("SP", "SDP", "DPB", "DPX", "pROM"), "sprams": 0, "dsps": total("MULT")}


def place(board: dict, pins: str, clock_hz: float, out: Path, seed: int) -> dict:
    """Return clock and logic cells of one seed, and the file that packing needs."""
    log = tools.run(out / f"nextpnr{seed}.log", tools.packaged("nextpnr-himbaechel-gowin", "nextpnr-himbaechel"),
                    "--device", board["device"], "--vopt", f"family={family(board)}", "--vopt", f"cst={pins}",
                    "--seed", str(seed), "--freq", str(clock_hz / 1e6), "--timing-allow-fail",
                    "--json", "top.json", "--write", f"seed{seed}.json")
    return {"seed": seed, "routed": f"seed{seed}.json", **figures(log)}


def figures(log: str) -> dict:
    """Return what nextpnr says."""
    last = dict(re.findall(r"Max frequency for clock\s+'([^']*)': ([\d.]+) MHz", log))
    return {"fmax_hz": round(min(map(float, last.values())) * 1e6), "logic_cells": int(re.findall(r"LUT4:\s*(\d+)/", log)[-1])}


def pack(board: dict, routed: str, bitstream: Path) -> None:
    """Write the bitstream."""
    tools.run(bitstream.parent / "gowin_pack.log", tools.packaged("gowin_pack"), "-d", family(board), "-o", bitstream.name, routed)


def used_tools() -> list[str]:
    """Return what the tools say of themselves."""
    place_and_route = tools.packaged("nextpnr-himbaechel-gowin", "nextpnr-himbaechel")
    return [tools.version(tools.packaged("yosys", native=False), "-V"), tools.version(place_and_route, "--version"), tools.PACKAGES[3]]
