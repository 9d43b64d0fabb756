# SPDX-License-Identifier: Apache-2.0
"""Xilinx's 7 series: cell counts of Debian's Yosys. The bitstream is made by the vendor's program, with vivado.tcl."""

from __future__ import annotations

import re
from pathlib import Path

import tools
from pll import Limits

SUFFIX = ".xdc"
BITSTREAM = ""  # not by this flow
PLL = Limits(range(1, 57), range(2, 65), range(1, 129), (19, 450), (800, 1600), before_output=True)


def synthesise(_board: dict, reads: str, top: str, out: Path) -> dict:
    """Return Yosys' cell counts. Without -abc9: Yosys 0.23 ends with std::out_of_range there."""
    script = (f"read_verilog {reads}; synth_xilinx -top {top} -family xc7 -edif top.edif; "
              f"check -assert; tee -o cells.txt stat")
    tools.run(out / "yosys.log", tools.debian("yosys"), "-p", script)
    return counts((out / "cells.txt").read_text())


def counts(text: str) -> dict:
    """Return the counts of `stat`: a 36-kbit block counts as one, one of 18 as a half."""
    cells = {name: int(count) for name, count in re.findall(r"^\s+([A-Z]\w+)\s+(\d+)\s*$", text, re.MULTILINE)}
    total = lambda pattern: sum(count for name, count in cells.items() if re.fullmatch(pattern, name))  # noqa: E731
    memories = total(r"RAM\d+X.*") + 4 * total(r"RAM(32|64)M")
    halves = 2 * total("RAMB36E1") + total("RAMB18E1")
    return {"luts": total(r"LUT\d"), "carries": total("CARRY4"), "flip_flops": total(r"FD\w+"), "small_rams": memories,
            "block_rams": halves // 2 if halves % 2 == 0 else halves / 2, "sprams": 0, "dsps": total("DSP48E1"),
            "logic_cells": total(r"LUT\d") + memories}


def used_tools() -> list[str]:
    """Return what the tools say of themselves."""
    return [tools.version(tools.debian("yosys"), "-V")]
