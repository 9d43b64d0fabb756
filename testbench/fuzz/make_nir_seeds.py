#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the seeds of fuzz_nir: edit lists of every kind for both graphs, none of them random."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parent / "seeds" / "fuzz_nir"


def main() -> None:
    """Write one file for each graph, kind of edit and place."""
    SEEDS.mkdir(parents=True, exist_ok=True)
    for graph in range(2):
        (SEEDS / f"whole_{graph}").write_bytes(bytes([graph, 0]))
        for kind in (0, 6, 7):
            for place in range(12):
                path = [4, 0, 0, place, place // 2, place]
                edits = [graph, 1, kind, *path, place % 4, place, 2, place * 3, 1, 5, 0]
                (SEEDS / f"edit_{graph}_{kind}_{place:02}").write_bytes(bytes(edits))


if __name__ == "__main__":
    main()
