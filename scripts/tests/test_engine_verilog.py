# SPDX-License-Identifier: Apache-2.0
"""Results of other Verilog are found."""

import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "hdl" / "syn"))

import board_file  # noqa: E402
import engine_verilog  # noqa: E402
import logic_runs  # noqa: E402


class EngineVerilog(unittest.TestCase):
    """What hdl/syn/engine_verilog.py says."""

    RUNS = [{"group": "ice40 shared", "verilog": "a"}, {"group": "ecp5", "verilog": "b"}]

    def test_nothing_where_all_is_of_the_same(self) -> None:
        self.assertEqual(engine_verilog.stale(self.RUNS, {"verilog": "a"}, "a"), [])

    def test_an_older_result_of_the_board(self) -> None:
        said = engine_verilog.stale(self.RUNS, {"verilog": "a"}, "c")
        self.assertEqual(len(said), 1)
        self.assertIn("scripts/dev synth icebreaker", said[0])

    def test_an_older_fit_and_one_of_unknown_verilog(self) -> None:
        for runs in ([{"group": "ice40 shared", "verilog": "b"}], [{"group": "ice40 shared"}]):
            said = engine_verilog.stale(runs, {"verilog": "a"}, "a")
            self.assertEqual(len(said), 1)
            self.assertIn("scripts/dev fit-logic", said[0])

    def test_engines_of_the_fit_and_of_the_board_are_one(self) -> None:
        board = board_file.sources(board_file.read("icebreaker")[0])
        self.assertEqual(engine_verilog.digest(board), engine_verilog.digest(logic_runs.files_of("ice40 shared")))
        self.assertNotEqual(engine_verilog.digest(board), engine_verilog.digest(logic_runs.files_of("ice40")))


if __name__ == "__main__":
    unittest.main()
