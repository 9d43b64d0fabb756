# SPDX-License-Identifier: Apache-2.0
"""What came out of a flow: limits, and the table of docs/reference/boards.md."""

from __future__ import annotations

import json
from pathlib import Path

from facts import BadInput


NO_CLOCK = "by the vendor's program only"


def marks(board: str) -> tuple[str, str]:
    """Return the lines between which a page has a board's table."""
    return f"<!-- synth:{board}:begin -->", f"<!-- synth:{board}:end -->"


def broken_limits(board: dict, result: dict) -> list[str]:
    """Return one line per limit that does not hold."""
    broken = []
    for what, wanted in board.get("expected", {}).items():
        if result.get(what) != wanted:
            broken.append(f"{what}: {result.get(what)}, expected exactly {wanted}")
    share = result["logic_cells"] / board["resources"]["logic_cells"]
    limit = board.get("limits", {}).get("largest_share_of_logic", 1)
    if share > limit:
        broken.append(f"logic cells: {share:.1%}, limit {limit:.0%}")
    for hertz in result["fmax_hz"]:
        if hertz < board["clock_hz"]:
            broken.append(f"clock: {hertz / 1e6:.2f} MHz, needed {board['clock_hz'] / 1e6:.2f} MHz")
    return broken


def table(board: dict, result: dict) -> str:
    """Return the rows of docs/reference/boards.md."""
    cells, all_cells = result["logic_cells"], board["resources"]["logic_cells"]
    clocks = ", ".join(f"{hertz / 1e6:.2f}" for hertz in result["fmax_hz"])
    missed = ", **missed**" if any(hertz < board["clock_hz"] for hertz in result["fmax_hz"]) else ""
    small = result.get("small_rams", 0)
    rows = [("logic cells", f"{cells} of {all_cells} ({cells / all_cells:.0%})"),
            ("look-up tables, carries, flip-flops", f"{result['luts']}, {result['carries']}, {result['flip_flops']}"),
            ("block RAM, SPRAM, DSP", f"{result['block_rams']}, {result['sprams']}, {result['dsps']}"
                                      + (f"; {small} small memories in logic" if small else "")),
            ("clock by seed, MHz", f"{clocks or NO_CLOCK} (needed: {board['clock_hz'] / 1e6:g}{missed})"),
            *([("to make it", f"{result['processor_seconds']} s of one core, {result['peak_bytes'] / 1e6:.0f} MB")]
              if "processor_seconds" in result else []),
            ("tools", "; ".join(result["tools"]))]
    return "\n".join(["| | |", "|---|---|"] + [f"| {name} | {value} |" for name, value in rows])


def write_table(page: Path, board: dict, result: dict) -> None:
    """Write the rows between the marks of a page, and the result beside it: the demonstration's report takes it from there."""
    begin, end = marks(board["board"])
    text = page.read_text()
    if text.count(begin) != 1 or text.count(end) != 1:
        raise BadInput(str(page), "the page has no marks for the table of this board", "", f"{begin} and {end}")
    head, rest = text.split(begin)
    (page.parent / f"synth-{board['board']}.json").write_text(json.dumps(result, indent=2) + "\n")
    page.write_text(head + begin + "\n" + table(board, result) + "\n" + end + rest.split(end)[1])
