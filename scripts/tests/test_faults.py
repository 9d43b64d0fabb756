#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the check that planted faults still apply (testbench/mutation/check_faults.py)."""

from __future__ import annotations

import importlib.util
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("check_faults", ROOT / "testbench/mutation/check_faults.py")
check_faults = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(check_faults)


class Faults(unittest.TestCase):
    """Each way in which a fault rots is found."""

    def mistakes(self, text: str, **changes: str) -> list[str]:
        """What is wrong with a fault of a file with this text."""
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.v").write_text(text, encoding="utf-8")
            fault = {"name": "n", "file": "a.v", "text": "x <= y;", "replacement": "x <= z;", **changes}
            return check_faults.mistakes(fault, Path(folder))

    def test_a_fault_that_applies_passes(self) -> None:
        self.assertEqual(self.mistakes("x <= y;\n"), [])

    def test_a_text_that_is_gone_or_there_twice_is_found(self) -> None:
        self.assertIn("0 times", self.mistakes("x <= w;\n")[0])
        self.assertIn("2 times", self.mistakes("x <= y; x <= y;\n")[0])

    def test_a_missing_file_is_found(self) -> None:
        self.assertIn("missing", self.mistakes("", file="b.v")[0])
        self.assertIn("missing", self.mistakes("x <= y;\n", unit="b.cpp")[0])

    def test_a_fault_that_changes_nothing_is_found(self) -> None:
        self.assertIn("replacement", self.mistakes("x <= y;\n", replacement="x <= y;")[0])


if __name__ == "__main__":
    unittest.main()
