# SPDX-License-Identifier: Apache-2.0
"""Flow of the iCE40: Debian's Yosys, nextpnr-ice40 and icepack."""

from __future__ import annotations

import re
from pathlib import Path

import tools
from facts import BadInput
from pll import Limits

SUFFIX = ".pcf"
BITSTREAM = ".bin"
PLL = Limits(range(1, 17), range(1, 129), [2, 4, 8, 16, 32, 64], (10, 133), (533, 1066), before_output=True)
# How Yosys calls the family of each chip.
KINDS = {"up5k": "u", "hx1k": "hx", "hx4k": "hx", "hx8k": "hx", "lp1k": "lp", "lp4k": "lp", "lp8k": "lp"}


def chip(board: dict) -> str:
    """Return the chip as nextpnr calls it."""
    name = board.get("speed", "")
    if name not in KINDS:
        raise BadInput(board["board"], "'speed' names no iCE40", name, ", ".join(KINDS))
    return name


def synthesise(board: dict, reads: str, top: str, out: Path) -> dict:
    """Return Yosys' cell counts. Without -dsp: Yosys 0.23 disconnects DSP blocks that a design names itself."""
    script = (f"read_verilog {reads}; synth_ice40 -top {top} -device {KINDS[chip(board)]} -abc9 -json top.json; "
              f"check -assert; tee -o cells.txt stat")
    tools.run(out / "yosys.log", tools.debian("yosys"), "-p", script)
    return counts((out / "cells.txt").read_text())


def counts(text: str) -> dict:
    """Return the counts of `stat`."""
    cells = {name: int(count) for name, count in re.findall(r"(SB_\w+)\s+(\d+)", text)}
    return {"luts": cells["SB_LUT4"], "carries": cells.get("SB_CARRY", 0),
            "flip_flops": sum(count for name, count in cells.items() if name.startswith("SB_DFF")),
            "block_rams": cells.get("SB_RAM40_4K", 0), "sprams": cells.get("SB_SPRAM256KA", 0),
            "dsps": cells.get("SB_MAC16", 0)}


def place(board: dict, pins: str, clock_hz: float, out: Path, seed: int) -> dict:
    """Return clock and logic cells of one seed, and the file that packing needs."""
    log = tools.run(out / f"nextpnr{seed}.log", tools.debian("nextpnr-ice40"), f"--{chip(board)}", "--package", board["package"],
                    "--seed", str(seed), "--freq", str(clock_hz / 1e6), "--timing-allow-fail", "--json", "top.json",
                    "--pcf", pins, "--asc", f"seed{seed}.asc")
    return {"seed": seed, "routed": f"seed{seed}.asc", **figures(log)}


def figures(log: str) -> dict:
    """Return what nextpnr says."""
    mhz = float(re.findall(r"Max frequency for clock '[^']*': ([\d.]+) MHz", log)[-1])
    return {"fmax_hz": round(mhz * 1e6), "logic_cells": int(re.findall(r"ICESTORM_LC:\s*(\d+)/", log)[-1])}


def pack(_board: dict, routed: str, bitstream: Path) -> None:
    """Write the bitstream."""
    tools.run(bitstream.parent / "icepack.log", tools.debian("icepack"), routed, bitstream.name)


def used_tools() -> list[str]:
    """Return what the tools say of themselves."""
    return [tools.version(tools.debian("yosys"), "-V"), tools.version(tools.debian("nextpnr-ice40"), "--version")]
