# SPDX-License-Identifier: Apache-2.0
"""How good the estimate of logic is: the table of docs/howto/will-it-fit.md."""

from __future__ import annotations

from pathlib import Path

from facts import BadInput

BEGIN, END = "<!-- logic:begin -->", "<!-- logic:end -->"
NAMES = {"ecp5": "ECP5", "ice40": "iCE40 without DSP blocks", "ice40 shared": "iCE40, lanes in DSP blocks (iCEBreaker)",
         "ice40 shared vectors": "the same, for dense layers alone", "gowin": "Gowin", "xilinx": "Artix-7"}
KINDS = ("luts", "flip_flops", "logic_cells")


def lanes_of(runs: list[dict]) -> str:
    """Return the lanes of the engines that were synthesised."""
    lanes = [str(n) for n in sorted({one["lanes"] for one in runs})]
    return f", of {' and '.join(lanes)} lanes" if lanes else ""


def row(group: str, model: dict, runs: list[dict], own_shape: bool) -> str:
    """Return what is told of a group of engines."""
    parts = [f"{len(runs)}{lanes_of(runs)}"] if runs else []
    parts += [f"the board {board}" for board in model["boards"]]
    errors = [max((abs(error) for error in model[what]["left_out_errors"]), default=None) for what in KINDS]
    said = "unknown" if None in errors else ", ".join(f"{100 * error:.1f} %" for error in errors)
    return f"| {NAMES[group]} | {' and '.join(parts)} | {said}{'' if own_shape else ': the shape of ECP5, one factor'} |"


def table(models: dict, runs: list[dict], enough: int) -> str:
    """Return the table of all groups."""
    lines = ["| engines | synthesised | largest error of one that is left out: look-up tables, flip-flops, logic cells |", "|---|---|---|"]
    for group, model in models.items():
        own = [one for one in runs if one["group"] == group]
        lines.append(row(group, model, own, group == "ecp5" or len(own) + len(model["boards"]) >= enough))
    return "\n".join(lines)


def write(page: Path, body: str) -> None:
    """Put a table between the marks of the page."""
    text = page.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise BadInput(str(page), "the page has no marks for the table of the estimate", "", f"{BEGIN} and {END}")
    head, rest = text.split(BEGIN)
    page.write_text(f"{head}{BEGIN}\n{body}\n{END}{rest.split(END)[1]}")
