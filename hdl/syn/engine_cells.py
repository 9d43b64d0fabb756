#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cells of the spiking engine and of its dense twins after synthesis alone, for the comparison at equal cells.

    hdl/syn/engine_cells.py [--family ecp5,ice40] [--lanes 8,16,32] [--engine spiking,dense,skipping]
                            [--no-dsp] [--shift-bits 4] [--out docs/reference/engine-cells.json]

Writes one row per engine to the file, in place of an earlier one of the same engine. Whole core (program, registers,
counters), memories small: their words are not what is compared. Minutes per row. Without --no-dsp the tool may use blocks
that multiply.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HDL = ROOT / "hdl"
ENGINES = ("spiking", "dense", "skipping")  # in the order of the parameter Arithmetic
# As the engines of boards: codes of 8 bits, 24-bit potentials. Shifts up to 15, which residual networks need, or up to 7:
# then a product is one of 8 x 8 bits and a sign.
PARAMETERS = {"AccWidth": 24, "PatternBits": 8, "ActAddr": 9, "CodeAddr": 11, "RowAddr": 11, "DescAddr": 8}
FAMILIES = {"ecp5": ("synth_ecp5 -abc2 {dsp} -top synfire_core", "-nodsp", ""),
            "ice40": ("synth_ice40 -abc2 -device u {dsp} -top synfire_core", "", "-dsp")}
KINDS = {"luts": r"^(LUT4|SB_LUT4)$", "carries": r"^(CCU2C|SB_CARRY)$", "flip_flops": r"^(TRELLIS_FF|SB_DFF\w*)$",
         "block_rams": r"^(DP16KD|SB_RAM40_4K)$", "ram_luts": r"^TRELLIS_DPR16X4$", "dsps": r"^(MULT18X18D|SB_MAC16)$"}


def sources(engine: str) -> list[str]:
    """Return the core's files; the twin's take the places of those with their names."""
    listed = [line.strip() for line in (HDL / "filelist.f").read_text().splitlines()]
    files = [HDL / line for line in listed if line and not line.startswith(("#", "//"))]
    if engine != "spiking":
        files = [over if (over := HDL / "dense" / file.name).exists() else file for file in files]
    return [str(file.relative_to(ROOT)) for file in files if "uart" not in file.name]


def count(engine: str, lanes: int, family: str, dsp: bool, shift_bits: int) -> dict:
    """Synthesise one engine and return its row."""
    command, without, with_dsp = FAMILIES[family]
    parameters = {"Lanes": lanes, "Arithmetic": ENGINES.index(engine), **PARAMETERS, "ShiftBits": shift_bits}
    settings = " ".join(f"-set {name} {value}" for name, value in parameters.items())
    with tempfile.TemporaryDirectory() as folder:
        script = (f"read_verilog -Ihdl/rtl {' '.join(sources(engine))}; chparam {settings} synfire_core; "
                  f"{command.format(dsp=with_dsp if dsp else without)}; tee -o {folder}/stat.txt stat")
        done = subprocess.run(["yosys", "-q", "-p", script], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr[-1500:])
        stat = (Path(folder) / "stat.txt").read_text()
    cells = {name: int(number) for name, number in re.findall(r"^\s+(\w+)\s+(\d+)$", stat, re.MULTILINE)}
    row = {"engine": engine, "lanes": lanes, "family": family, "dsp": dsp, "shift_bits": shift_bits}
    for kind, pattern in KINDS.items():
        row[kind] = sum(number for name, number in cells.items() if re.match(pattern, name))
    return row


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", default="ecp5,ice40")
    parser.add_argument("--lanes", default="8,16,32")
    parser.add_argument("--engine", default=",".join(ENGINES))
    parser.add_argument("--no-dsp", action="store_true")
    parser.add_argument("--shift-bits", type=int, default=4)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/reference/engine-cells.json")
    args = parser.parse_args()
    tool = subprocess.run(["yosys", "-V"], capture_output=True, text=True, check=True).stdout.strip()
    table = json.loads(args.out.read_text()) if args.out.exists() else {"rows": []}
    table.update(command="hdl/syn/engine_cells.py", tool=tool, parameters=PARAMETERS)
    names = ("engine", "lanes", "family", "dsp", "shift_bits")
    for family in args.family.split(","):
        for lanes in map(int, args.lanes.split(",")):
            for engine in args.engine.split(","):
                row = count(engine, lanes, family, not args.no_dsp, args.shift_bits)
                table["rows"] = [old for old in table["rows"] if any(old[n] != row[n] for n in names)] + [row]
                table["rows"].sort(key=lambda r: (r["family"], r["lanes"], ENGINES.index(r["engine"]), r["dsp"], r["shift_bits"]))
                rows = ",\n  ".join(json.dumps(r) for r in table["rows"])
                head = json.dumps({k: table[k] for k in ("command", "tool", "parameters")}, indent=1)
                args.out.write_text(f"{head[:-2]},\n \"rows\": [\n  {rows}\n ]\n}}\n")
                print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
