# SPDX-License-Identifier: Apache-2.0
"""A page of measured tables, of which some rows are measured again and the others stay as they are.

The page itself is the store: a row that is not asked for, or that cannot be measured on this machine, is the one that the
page has. So everything on it was measured by its script, though not all on one day.
"""
from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Row:
    """The first cells, which name it, and how the others are measured; None: not on this machine."""

    key: list[str]
    measure: Callable[[], list[str] | None]
    derived: bool = False
    """Follows from other rows, whether they were measured now or before."""


@dataclass
class Part:
    """A section of the page."""

    title: str
    text: str
    header: list[str]
    rows: list[Row]


class KeptPage:
    def __init__(self, path: Path, only: list[str]) -> None:
        """`only`: words of titles or rows that are to be measured; none: all."""
        self.text = path.read_text(encoding="ascii") if path.exists() else ""
        self.only = [word.lower() for word in only]
        self.missing: dict[str, list[str]] = {}
        self.tables: dict[str, list[list[str]]] = {}
        title = ""
        for line in self.text.splitlines():
            if line.startswith("## "):
                title = line[3:]
            elif line.startswith("| "):
                self.tables.setdefault(title, []).append([cell.strip() for cell in line.strip("|").split("|")])

    def without_measuring(self) -> KeptPage:
        """The same page as it is: its gaps stay gaps."""
        same = copy.copy(self)
        same.only = ["\0"]
        same.missing = {}
        return same

    def wanted(self, title: str, row: Row) -> bool:
        named = f"{title}: {' '.join(row.key)}".lower()
        return row.derived or not self.only or any(word in named for word in self.only)

    def kept(self, title: str, key: list[str]) -> list[str] | None:
        return next((cells for cells in self.tables.get(title, []) if cells[:len(key)] == key), None)

    def cells(self, part: Part) -> list[list[str]]:
        """All rows that were measured, now or before."""
        found = []
        for row in part.rows:
            new = row.measure() if self.wanted(part.title, row) else None
            if new is None and self.wanted(part.title, row):
                print(f"SKIPPED {part.title}: {' '.join(row.key)}: what it needs is missing", file=sys.stderr)
            cells = [*row.key, *new] if new is not None else self.kept(part.title, row.key)
            if cells is None:
                self.missing.setdefault(part.title, []).append(" ".join(cell for cell in row.key if cell))
            else:
                found.append(cells)
        return found

    def gaps(self) -> str:
        """What the script knows and the page lacks."""
        if not self.missing:
            return ""
        return ("Not measured yet (`--only` measures single rows): "
                + "; ".join(f"{title}, {', '.join(rows) if len(rows) < 4 else f'{len(rows)} rows'}"
                            for title, rows in self.missing.items()) + ".\n\n")


def markdown(part: Part, cells: list[list[str]]) -> str:
    table = ["| " + " | ".join(part.header) + " |", "|" + "---|" * len(part.header),
             *("| " + " | ".join(row) + " |" for row in cells)]
    return f"## {part.title}\n\n{part.text}\n\n" + "\n".join(table) + "\n"
