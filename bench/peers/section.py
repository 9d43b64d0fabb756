# SPDX-License-Identifier: Apache-2.0
"""What a measurement hands to the page, kept in the build folder so that parts can be measured apart."""
from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path


def processor() -> str:
    """Return the name that Linux gives, with family and model (virtual machines hide the rest)."""
    facts = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    wide = "AVX-512" if "avx512f" in facts.get("flags", "") else "AVX2" if "avx2" in facts.get("flags", "") else "no AVX2"
    return (f"{facts.get('model name', 'unknown processor')} (family {facts.get('cpu family', '?')}, model "
            f"{facts.get('model', '?')}; {wide})")


@dataclass
class Table:
    """Rows of one question."""

    header: list[str]
    rows: list[list[str]]

    def doubted(self) -> Table:
        """Where two threads had no cores of their own: one that runs waits for one that does not, and nothing follows."""
        if "threads" not in self.header:
            return self
        at = self.header.index("threads")
        return Table(self.header, [[*row[:-1], f"open, machine busy ({row[-1]})"] if row[at] != "1" else row for row in self.rows])

    def markdown(self) -> str:
        lines = ["| " + " | ".join(self.header) + " |", "|" + "---|" * len(self.header)]
        return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in self.rows)])


@dataclass
class Section:
    """One question: what was compared and how, then the table, then remarks."""

    title: str
    text: str
    table: Table
    versions: dict[str, str]
    remarks: list[str] = field(default_factory=list)
    date: str = ""
    load: str = ""
    busy: bool = False
    machine: str = ""

    def save(self, path: Path) -> None:
        """Add when and where, and write."""
        self.date = date.today().isoformat()
        self.machine = f"{processor()}, {os.cpu_count()} cores"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1))

    @staticmethod
    def load_from(path: Path) -> Section:
        facts = json.loads(path.read_text())
        return Section(**{**facts, "table": Table(**facts["table"])})

    def markdown(self) -> str:
        table = self.table.doubted() if self.busy else self.table
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items())
        where = f"Measured on {self.date}: {self.machine}; other work on it meanwhile: {self.load}. Versions: {versions}."
        return "\n\n".join([f"## {self.title}", self.text, where, table.markdown(), *self.remarks]) + "\n"


SHARED = 1.0  # programs beyond the cores, on average, from which on two threads tell nothing


def verdict(met: bool) -> str:
    return "met" if met else "missed"


class Load:
    """Programs that wanted a core while a section was measured: Linux's average over a minute, sampled now and then."""

    def __init__(self) -> None:
        self.samples: list[float] = []

    def sample(self) -> None:
        self.samples.append(os.getloadavg()[0])

    def busy(self) -> bool:
        return bool(self.samples) and max(self.samples) > (os.cpu_count() or 1) + SHARED

    def text(self) -> str:
        if not self.samples:
            return "unknown"
        least, most = (f"{pick(self.samples):.1f}" for pick in (min, max))
        return f"load {least if least == most else f'{least} to {most}'}, the measured program included"
