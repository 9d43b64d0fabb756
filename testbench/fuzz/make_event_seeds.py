#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the seeds of fuzz_events: good files of two recordings, and each part of them wrong once."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parent / "seeds" / "fuzz_events"

# Per member: what it is, space, layout, type, that values are written, then two sequences of three numbers.
TIMES = [0, 0, 0, 0, 1, 3, 1, 10, 1, 20, 1, 30, 3, 1, 5, 1, 5, 1, 200]
UNITS = [0, 0, 0, 1, 1, 3, 0, 1, 0, 3, 0, 0, 3, 0, 1, 0, 1, 0, 3]
LABELS = [1, 0, 0, 0, 1, 1, 0, 0, 0, 1]


def main() -> None:
    """Write one file for each part and way of being wrong."""
    SEEDS.mkdir(parents=True, exist_ok=True)
    parts = {"times": TIMES, "units": UNITS, "labels": LABELS}
    (SEEDS / "good").write_bytes(bytes([2, *TIMES, *UNITS, *LABELS]))
    for name in parts:
        first = 1 if name == "labels" else 0
        for what, at, value in (("kind", 0, 15), ("link", 0, 12), ("group", 0, 14), ("missing", 0, 11), ("axes", 1, 6),
                                ("scalar", 1, 5), ("huge", 1, 7), ("chunks", 2, 2), ("type", 3, 6), ("unsigned", 3, 3)):
            wrong = {key: list(part) for key, part in parts.items()}
            wrong[name][first + at] = value
            if what == "huge":  # chunks that are not there, and how many
                wrong[name][first + at : first + at + 2] = [7, 40, 1]
            (SEEDS / f"{name}_{what}").write_bytes(bytes([2, *wrong["times"], *wrong["units"], *wrong["labels"]]))
    both = {key: [*part[:1], 7, 40, 1, *part[3:]] for key, part in parts.items() if key != "labels"}
    (SEEDS / "both_huge").write_bytes(bytes([2, *both["times"], *both["units"], *LABELS]))


if __name__ == "__main__":
    main()
