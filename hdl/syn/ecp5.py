# SPDX-License-Identifier: Apache-2.0
"""Flow of the ECP5: Debian's Yosys, and nextpnr-ecp5 and ecppack of pinned Python packages."""

from __future__ import annotations

import re
from pathlib import Path

import tools
from facts import BadInput
from pll import Limits

SUFFIX = ".lpf"
BITSTREAM = ".bit"
PLL = Limits(range(1, 129), range(1, 81), range(1, 129), (3.125, 400), (400, 800), before_output=False)
CHIPS = {"LFE5U-12F": "12k", "LFE5U-25F": "25k", "LFE5U-45F": "45k", "LFE5U-85F": "85k",
         "LFE5UM-25F": "um-25k", "LFE5UM-45F": "um-45k", "LFE5UM-85F": "um-85k"}


def chip(board: dict) -> str:
    """Return the chip as nextpnr calls it."""
    name = "-".join(board["device"].split("-")[:2])
    if name not in CHIPS:
        raise BadInput(board["board"], "'device' begins with no ECP5", board["device"], ", ".join(CHIPS))
    return CHIPS[name]


def synthesise(_board: dict, reads: str, top: str, out: Path) -> dict:
    """Return Yosys' cell counts."""
    script = f"read_verilog {reads}; synth_ecp5 -top {top} -abc9 -json top.json; check -assert; tee -o cells.txt stat"
    tools.run(out / "yosys.log", tools.debian("yosys"), "-p", script)
    return counts((out / "cells.txt").read_text())


def counts(text: str) -> dict:
    """Return the counts of `stat`. Distributed memories take two look-up tables for each of their four bits."""
    cells = {name: int(count) for name, count in re.findall(r"\b(LUT4|CCU2C|TRELLIS_FF|DP16KD|PDPW16KD|TRELLIS_DPR16X4|MULT18X18D)\s+(\d+)", text)}
    return {"luts": cells["LUT4"], "carries": cells.get("CCU2C", 0), "flip_flops": cells.get("TRELLIS_FF", 0),
            "small_rams": cells.get("TRELLIS_DPR16X4", 0),
            "block_rams": cells.get("DP16KD", 0) + cells.get("PDPW16KD", 0), "sprams": 0, "dsps": cells.get("MULT18X18D", 0)}


def place(board: dict, pins: str, clock_hz: float, out: Path, seed: int) -> dict:
    """Return clock and logic cells of one seed, and the file that packing needs."""
    log = tools.run(out / f"nextpnr{seed}.log", tools.packaged("nextpnr-ecp5"), f"--{chip(board)}", "--package", board["package"],
                    "--speed", str(board["speed"]), "--seed", str(seed), "--freq", str(clock_hz / 1e6), "--timing-allow-fail",
                    "--json", "top.json", "--lpf", pins, "--textcfg", f"seed{seed}.config")
    return {"seed": seed, "routed": f"seed{seed}.config", **figures(log)}


def figures(log: str) -> dict:
    """Return what nextpnr says last of each clock, after routing; the slowest is the engine's."""
    last = dict(re.findall(r"Max frequency for clock\s+'([^']*)': ([\d.]+) MHz", log))
    return {"fmax_hz": round(min(map(float, last.values())) * 1e6), "logic_cells": int(re.findall(r"TRELLIS_COMB:\s*(\d+)/", log)[-1])}


def pack(_board: dict, routed: str, bitstream: Path) -> None:
    """Write the bitstream, compressed."""
    tools.run(bitstream.parent / "ecppack.log", tools.packaged("ecppack"), "--compress", "--input", routed, "--bit", bitstream.name)


def used_tools() -> list[str]:
    """Return what the tools say of themselves."""
    return [tools.version(tools.debian("yosys"), "-V"), tools.version(tools.packaged("nextpnr-ecp5"), "--version")]
