#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Of which Verilog results of synthesis are: a hash of the engine's files, without boards' tops, kept with each result.

    hdl/syn/engine_verilog.py

Says where docs/reference/synth-icebreaker.json is of older Verilog than there is, and where models/logic/logic.json was fitted
to other Verilog than that: then the estimate may be wrong for the board. Exit status 1: something was said.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import board_file

ROOT = board_file.ROOT


def digest(files: list[Path]) -> str:
    """Return a hash of the engine's files among these: files of hdl/rtl, or those that a board has in their places."""
    rtl = ROOT / "hdl" / "rtl"
    named = {file.name: file for file in (*files, *rtl.glob("*.vh")) if (rtl / file.name).is_file()}
    parts = [hashlib.sha256(named[name].read_bytes()).digest() for name in sorted(named)]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def stale(runs: list[dict], made: dict, now: str) -> list[str]:
    """Return what has to be made again: runs of the fit, the board's result, the hash of the Verilog that is there."""
    said = []
    if made.get("verilog") != now:
        said.append("docs/reference/synth-icebreaker.json is of other Verilog than there is: scripts/dev synth icebreaker")
    if any(one.get("verilog", "unknown") != made.get("verilog") for one in runs if one["group"] == "ice40 shared"):
        said.append("models/logic/logic.json is fitted to other Verilog than docs/reference/synth-icebreaker.json was made from: "
                    "scripts/dev fit-logic --families 'ice40 shared'")
    return said


def main() -> int:
    """Compare what is written in the two files with what is there."""
    runs = json.loads((ROOT / "models" / "logic" / "logic.json").read_text())["runs"]
    made = json.loads((ROOT / "docs" / "reference" / "synth-icebreaker.json").read_text())
    said = stale(runs, made, digest(board_file.sources(board_file.read("icebreaker")[0])))
    print("\n".join(said), end="\n" if said else "")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
