#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the simulator side by side with other programs and writes docs/reference/results-peers.md.

    bench/results_peers.py BUILD_FOLDER [--only SECTION]... [--rounds N] [--scored N] [--quick] [--page] [--keep FOLDER]

BUILD_FOLDER holds the release build with the targets synfire, bench_network_speed, bench_recurrent_network and
bench_convolution_speed. The other programs are installed from PyPI in pinned versions into BUILD_FOLDER/peers; PyTorch is Debian's
(python3-torch). Each section is one paired run: all programs take turns on one machine. What a section found stays in
BUILD_FOLDER/peers/results, so that sections can be measured apart; the page is made from what is there. --page: no measurement.
--quick: few images and steps, printed instead of kept (to try the scripts). --keep: where converted networks
stay and are found again.
"""
from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from peers.dense import Bench, measure_dense, measure_rates  # noqa: E402  (found by the line above)
from peers.recurrent import measure_recurrent  # noqa: E402
from peers.scaling import PLOT, measure_linear, measure_threads  # noqa: E402
from peers.section import Section  # noqa: E402

PAGE = ROOT / "docs/reference/results-peers.md"
SECTIONS: dict[str, Callable[[Bench], Section | None]] = {
    "dense": measure_dense, "rates-lenet": lambda bench: measure_rates(bench, "models/zoo"),
    "rates-mnist8": lambda bench: measure_rates(bench, "mnist-8"), "rates-resnet": lambda bench: measure_rates(bench, "ResNet"),
    "recurrent": measure_recurrent, "threads": measure_threads, "linear": measure_linear}
HEAD = """# Measured against other programs

Written by `scripts/dev results-peers`: the simulator beside programs that people would use instead. Programs take turns on one
machine, one run each per round, so that other work on it meets all of them; figures are medians with the least and the most.
All run on the processor only. A target that is missed says so; where other work left two threads no cores of their own, the
verdict of two threads is open, because one that runs waits for one that does not.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", action="append", choices=list(SECTIONS), help="measure this section; may be repeated")
    parser.add_argument("--rounds", type=int, default=7, help="runs of each program")
    parser.add_argument("--scored", type=int, help="images that decide how many steps a rate needs")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--page", action="store_true", help="write the page from what was measured before")
    parser.add_argument("--keep", type=Path, help="folder for converted networks, used again where they are there")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    kept = build / "peers/results"
    with tempfile.TemporaryDirectory() as scratch:
        folder = (arguments.keep or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(build, folder, 2 if arguments.quick else arguments.rounds, arguments.quick, arguments.scored)
        for name in [] if arguments.page else arguments.only or SECTIONS:
            section = SECTIONS[name](bench)
            if section is None:
                print(f"SKIPPED {name}: what it needs is missing", file=sys.stderr)
            elif arguments.quick:
                print(section.markdown())
            else:
                section.save(kept / f"{name}.json")
    if not arguments.quick:
        found = [Section.load_from(kept / f"{name}.json") for name in SECTIONS if (kept / f"{name}.json").exists()]
        if not found:
            print("results_peers.py: nothing was measured, the page stays as it is", file=sys.stderr)
            return 1
        missing = [f"`{name}`" for name in SECTIONS if not (kept / f"{name}.json").exists()]
        gap = f"Not measured yet (`scripts/dev results-peers --only ...`): {', '.join(missing)}.\n\n" if missing else ""
        PAGE.write_text(HEAD + gap + "\n".join(section.markdown() for section in found), encoding="ascii")
        plot = kept / PLOT
        if plot.exists():
            (PAGE.parent / PLOT).write_text(plot.read_text(), encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
