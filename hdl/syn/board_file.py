# SPDX-License-Identifier: Apache-2.0
"""A board's JSON file (models/boards/README.md): read, checked, and turned into the top that is synthesised."""

from __future__ import annotations

import json
import math
from pathlib import Path

from facts import BadInput

ROOT = Path(__file__).resolve().parents[2]
GENERIC = "synfire_board"  # the top of boards that have no Verilog of their own
# Keys of the engine, the parameter of the core that each one is, and what stands for one that is left out.
ENGINE = {"lanes": ("Lanes", None), "accumulator_bits": ("AccWidth", None), "pattern_bits": ("PatternBits", None),
          "act_address_bits": ("ActAddr", None), "code_address_bits": ("CodeAddr", None), "row_address_bits": ("RowAddr", None),
          "descriptor_address_bits": ("DescAddr", None), "shift_bits": ("ShiftBits", None), "shared_adder": ("SharedAdder", False),
          "weight_bits": ("WeightBits", 8), "weight_rows": ("WeightRows", 0), "arithmetic": ("Arithmetic", 0),
          "firing": ("Firing", 0), "streaming": ("Streaming", 0), "vectors": ("Vectors", False),
          "fire_tables": ("TableAddr", 0)}
FLOW = ("crystal_hz", "button", "leds", "held_high", "small_bus", "pll_from_pad")
LEVELS = ("low", "high", "none")
# Least silence after which the link drops what stopped short; longer than a USB adapter keeps bytes back.
LEAST_TIMEOUT_S = 0.040


def text_of(board: dict, key: str, where: str, default: str | None = None) -> str:
    """Return a text of the file."""
    value = board.get(key, default)
    if not isinstance(value, str) or not value:
        raise BadInput(where, f"'{key}' is missing or no text", json.dumps(board.get(key)), "a text")
    return value


def number_of(table: dict, key: str, where: str, default: int | None = None) -> int:
    """Return a number of the file; true and false count as 1 and 0."""
    value = table.get(key, default)
    if not isinstance(value, (int, float)) or value < 0 or value != int(value):
        raise BadInput(where, f"'{key}' is missing or no number", json.dumps(table.get(key)), "a whole number from 0 on")
    return int(value)


def read(name_or_file: str) -> tuple[dict, Path]:
    """Return the description of a board, by its name or its file, and the file."""
    path = Path(name_or_file) if name_or_file.endswith(".json") else ROOT / "models" / "boards" / f"{name_or_file}.json"
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in (ROOT / "models" / "boards").glob("*.json")))
        raise BadInput(name_or_file, "there is no such board", "", f"{names}, or a file (*.json)",
                       "docs/howto/your-own-board.md says what the file holds")
    try:
        board = json.loads(path.read_text())
    except (ValueError, UnicodeDecodeError) as error:
        raise BadInput(str(path), "not JSON", str(error)) from error
    if not isinstance(board, dict):
        raise BadInput(str(path), "not the description of a board", type(board).__name__, "an object")
    return board, path.resolve()


def engine(board: dict, where: str) -> dict[str, int]:
    """Return the core's parameters."""
    given = board.get("engine")
    if not isinstance(given, dict):
        raise BadInput(where, "'engine' is missing or no object", json.dumps(given), "an object with " + ", ".join(ENGINE))
    unknown = sorted(set(given) - set(ENGINE))
    if unknown:
        raise BadInput(f"{where}, engine", f"unknown key '{unknown[0]}'", "", ", ".join(ENGINE))
    return {name: number_of(given, key, f"{where}, engine", default) for key, (name, default) in ENGINE.items()}


def check(board: dict, where: str, families: list[str]) -> None:
    """Refuse a description that the flows cannot use. What an engine can be is checked by `synfire synth`."""
    for key in ("board", "device", "top"):
        text_of(board, key, where, GENERIC if key == "top" else None)
    family = text_of(board, "family", where)
    if family not in families:
        raise BadInput(where, "unknown family", family, ", ".join(families))
    board["clock_hz"] = number_of(board, "clock_hz", where)
    resources = board.get("resources")
    if not isinstance(resources, dict) or number_of(resources, "logic_cells", f"{where}, resources") == 0:
        raise BadInput(where, "'resources' does not say the logic cells of the chip", json.dumps(resources),
                       '{"logic_cells": 7680, ...}')
    own_adder = engine(board, where)["SharedAdder"] != 0
    if not generic(board):
        return
    if own_adder:
        raise BadInput(f"{where}, engine", "'shared_adder' needs lanes of the board's own", "true", "false",
                       "hdl/boards/icebreaker has such lanes")
    number_of(board, "baud", where)
    check_flow(flow(board), f"{where}, flow")


def check_flow(given: dict, where: str) -> None:
    """Refuse what the generic top cannot be made from."""
    if not isinstance(given, dict) or set(given) - set(FLOW):
        raise BadInput(where, "unknown keys, or no object", json.dumps(given), ", ".join(FLOW))
    given["crystal_hz"] = number_of(given, "crystal_hz", where)
    for key in ("button", "leds"):
        level = text_of(given, key, where, "low")
        if level not in LEVELS:
            raise BadInput(where, f"'{key}' is no level", level, ", ".join(LEVELS))
    for key in ("held_high", "small_bus", "pll_from_pad"):
        if not isinstance(given.get(key, False), bool):
            raise BadInput(where, f"'{key}' says neither yes nor no", json.dumps(given[key]), "true or false")


def flow(board: dict) -> dict:
    """Return what the description says of the way to a bitstream alone."""
    return board.get("flow", {})


def generic(board: dict) -> bool:
    """Say whether the board's top is written from its description."""
    return board.get("top", GENERIC) == GENERIC


def top_name(board: dict) -> str:
    """Return the module that is synthesised."""
    return "synfire_top" if generic(board) else board["top"]


def listed(name: Path, hdl: Path) -> list[Path]:
    """Return the files of a list, which are relative to hdl/."""
    lines = [line.strip() for line in name.read_text().splitlines()]
    return [hdl / line for line in lines if line and not line.startswith(("#", "//"))]


def folder_of(board: dict) -> str:
    """Return the folder of a board's Verilog and pins; two boards may share one."""
    return board.get("folder", board["board"])


def sources(board: dict) -> list[Path]:
    """Return the core's files and the board's; a file of the board takes the place of one with its name."""
    hdl = ROOT / "hdl"
    folder = hdl / "boards" / ("generic/" + board["family"] if generic(board) else folder_of(board))
    own = listed(folder / "filelist.f", hdl)
    replaced = {file.name for file in own}
    return [file for file in listed(hdl / "filelist.f", hdl) if file.name not in replaced] + own


def constraints(board: dict, file: Path, suffix: str, given: Path | None) -> Path:
    """Return the file of pins: the one given, one beside the description, or the one of hdl/boards."""
    name = folder_of(board)
    tried = [given] if given else [file.with_suffix(suffix), ROOT / "hdl" / "boards" / name / f"{name}{suffix}"]
    for path in tried:
        if path.is_file():
            return path.resolve()
    raise BadInput(str(tried[0]), "the file of constraints is missing", "", f"a file of pins (*{suffix})",
                   "name another one with --constraints")


def cycles_per_bit(board: dict, clock_hz: float, where: str) -> int:
    """Return the length of a bit in cycles. A receiver that reads ten bits in their middles bears 2 %."""
    cycles = round(clock_hz / board["baud"]) if board["baud"] else 0
    if cycles < 4:
        raise BadInput(where, "the clock is too slow for the line", f"{clock_hz:g} Hz at {board['baud']} baud", "at least 4 cycles a bit")
    if abs(clock_hz / cycles / board["baud"] - 1) > 0.02:
        raise BadInput(where, "the clock is no multiple of the line's speed", f"{clock_hz / board['baud']:.2f} cycles a bit",
                       "a whole number within 2 %", "another clock_hz, or another baud")
    return cycles


def parameters(board: dict, where: str, pll: dict[str, int], clock_hz: float) -> dict[str, object]:
    """Return the parameters of the generic top."""
    said = flow(board)
    crystal = said["crystal_hz"]
    return {"CyclesPerBit": cycles_per_bit(board, clock_hz, where),
            "TimeoutBits": max(12, math.ceil(math.log2(clock_hz * LEAST_TIMEOUT_S))),
            "ButtonLow": int(said.get("button", "low") != "high"), "LedLow": int(said.get("leds", "low") != "high"),
            "PllReference": pll["reference"], "PllFeedback": pll["feedback"], "PllOutput": pll["output"],
            "PllFromPad": int(said.get("pll_from_pad", False)), "InputHz": crystal, "InputMhz": f'"{crystal / 1e6:g}"',
            **engine(board, where), "SmallBus": int(said.get("small_bus", False))}


def top_text(board: dict, values: dict[str, object]) -> str:
    """Return the top: the generic one with its parameters, and only those pins that the board has."""
    ports = ["input  wire clk_i", "input  wire rx_i", "output wire tx_o"]
    said = flow(board)
    button, leds = said.get("button", "low") != "none", said.get("leds", "low") != "none"
    ports += ["input  wire button_i"] if button else []
    ports += ["output wire led_error_o", "output wire led_running_o"] if leds else []
    ports += ["output wire high_o"] if said.get("held_high", False) else []
    # A button that is not there is up: `none` counts as low, so its wire is high.
    pins = {"clk_i": "clk_i", "button_i": "button_i" if button else "1'b1", "rx_i": "rx_i", "tx_o": "tx_o",
            "led_error_o": "led_error_o" if leds else "", "led_running_o": "led_running_o" if leds else ""}
    lines = [f"// Written by hdl/syn/synthesise.py from the description of the board: {board['board']}.",
             "module synfire_top (", ",\n".join(f"    {port}" for port in ports), ");"]
    lines += ["    assign high_o = 1'b1;"] if said.get("held_high", False) else []
    lines += [f"    {GENERIC} #(", ",\n".join(f"        .{name}({value})" for name, value in values.items()), "    ) u_board ("]
    lines += [",\n".join(f"        .{port}({wire})" for port, wire in pins.items()), "    );", "endmodule"]
    return "\n".join(lines) + "\n"
