#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of bench/board_pages.py: words and tables of the pages of the boards.

    testbench/flow/test_board_pages.py BENCH_FOLDER
"""

from __future__ import annotations

import sys
import unittest
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import board_pages  # noqa: E402

MEMORIES = {name: {"words": 1, "available": 4, "share": share}
            for name, share in (("active_map", 0.2), ("code", 0.1), ("weight_rows", 0.756), ("program", 0.3))}
FITS = {"fits": True, "refused": None, "too_large": [], "memories": MEMORIES, "cycles": {"mean": 24000.4, "min": 999, "max": 31177}}
BOARD = {"board": "x", "clock_hz": 24000000}


class Words(unittest.TestCase):
    """What a table says."""

    def test_a_network_that_fits(self) -> None:
        row = board_pages.Row("net", ("--steps", "2"), 0.98765, FITS)
        self.assertEqual(board_pages.line(row, [24e6, 48e6]),
                         "| net | `--steps 2` | 98.77 | 24,000 (999 to 31,177) | 1.00 ms | 500 us | weights 76 % |")

    def test_a_network_in_parts(self) -> None:
        row = board_pages.Row("net", (), 1, FITS | {"in_parts": {"parts": 4, "serial_bytes_a_sample": 53928}})
        self.assertEqual(board_pages.line(row, [24e6]),
                         "| net |  | 100.00 | 24,000 (999 to 31,177) | 1.00 ms | in 4 parts, 54 KB loaded a sample |")

    def test_a_network_that_is_too_large(self) -> None:
        too_large = ["weight rows: 3878 of 768; most of them, 3104, for '/dense1/Gemm'", "code words: 5 of 4"]
        row = board_pages.Row("net", (), 1, FITS | {"fits": False, "too_large": too_large, "cycles": None})
        self.assertEqual(board_pages.line(row, [24e6]),
                         "| net |  | 100.00 | does not fit: weight rows: 3878 of 768; code words: 5 of 4 |  |  |")

    def test_a_network_that_is_refused(self) -> None:
        refused = "projection 'a' -> 'b' (conv2d): weights are wider\n  found: 8 bits\n  expected: at most 4\n  hint: convert"
        self.assertEqual(board_pages.obstacle({"refused": refused}), "refused: weights are wider (8 bits, at most 4)")

    def test_the_clock(self) -> None:
        unknown = board_pages.clock_words(BOARD, None)
        self.assertIn("unknown", unknown)
        self.assertEqual(board_pages.clock_words(BOARD, {"fmax_hz": []}), unknown)
        self.assertIn("30.00 MHz what the worst of 2 seeds reaches", board_pages.clock_words(BOARD, {"fmax_hz": [31e6, 30e6]}))
        self.assertIn("20.00 MHz what the only seed reaches after place and route: **the clock is missed**",
                      board_pages.clock_words(BOARD, {"fmax_hz": [20e6]}))

    def test_the_clock_of_older_verilog_is_said_to_be_that(self) -> None:
        self.assertIn("after place and route (with older Verilog).", board_pages.clock_words(BOARD, {"fmax_hz": [30e6], "older": True}))
        self.assertNotIn("older", board_pages.clock_words(BOARD, {"fmax_hz": [30e6], "older": False}))

    def test_networks_whose_data_are_missing_are_named(self) -> None:
        table = board_pages.table(BOARD, {"fmax_hz": [30e6]}, [board_pages.Row("digits CNN", (), 1, FITS)])
        self.assertIn("the data of MNIST MLP, MNIST CNN, Fashion-MNIST CNN, Fashion-MNIST CNN, strided.", table)
        self.assertIn("| at 24 MHz | at 30.00 MHz |", table)

    def test_a_network_stands_beside_its_other_conversions(self) -> None:
        names = [name for name, _ in board_pages.wanted("hx8k")]
        self.assertEqual(names[:2], ["digits CNN", "digits CNN"])


class Pages(unittest.TestCase):
    """Where tables go."""

    def test_a_table_goes_between_its_marks(self) -> None:
        begin, end = board_pages.marks("x")
        text = board_pages.between(f"a\n{begin}\nold\n{end}\nz\n", "x", "new", Path("page"))
        self.assertEqual(text, f"a\n{begin}\nnew\n{end}\nz\n")
        with self.assertRaisesRegex(SystemExit, "page: the page has no marks"):
            board_pages.between("a", "x", "new", Path("page"))

    def test_every_board_has_a_place(self) -> None:
        for board in board_pages.descriptions([]):
            text = board_pages.page_of(board).read_text(encoding="ascii")
            for mark in board_pages.marks(board["board"]):
                self.assertEqual(text.count(mark), 1, (board["board"], mark))

    def test_a_board_that_nobody_knows(self) -> None:
        with self.assertRaisesRegex(SystemExit, "no such board: y; there are .*ulx3s"):
            board_pages.descriptions(["y"])

    def test_the_clock_of_a_page_is_that_of_the_flow(self) -> None:
        for board in board_pages.descriptions([]):
            made = board_pages.synth_of(board)
            if made is not None:
                said = board_pages.clock_words(board, made)
                self.assertIn(said, board_pages.page_of(board).read_text(encoding="ascii"), "run scripts/dev board-pages")
        self.assertIsNone(board_pages.synth_of({"board": "y"}))


if __name__ == "__main__":
    del sys.argv[1]
    unittest.main(verbosity=0)
