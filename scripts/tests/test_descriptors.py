#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the generator of the descriptor tables."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = "hw/include/synfire/hw/descriptor_fields.inc"
PAGE = "docs/reference/descriptors.md"
VERILOG = "hdl/rtl/synfire_descriptor.vh"


class DescriptorTables(unittest.TestCase):
    """scripts/descriptor_tables on a copy of the table."""

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name)
        for name in ("scripts/descriptor_tables", TABLE):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        for name in (PAGE, VERILOG):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)

    def tearDown(self) -> None:
        self._folder.cleanup()

    def run_script(self, *arguments: str) -> tuple[int, str]:
        """Return (exit status, output)."""
        done = subprocess.run([sys.executable, self.root / "scripts/descriptor_tables", *arguments],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def change(self, name: str, old: str, new: str) -> None:
        """Replace text of a file."""
        path = self.root / name
        text = path.read_text(encoding="ascii")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="ascii")

    def test_what_was_written_is_up_to_date(self) -> None:
        """Writing, then checking."""
        self.assertEqual(self.run_script("--check")[0], 1)
        self.assertEqual(self.run_script(), (0, ""))
        self.assertEqual(self.run_script("--check"), (0, ""))
        self.assertIn("`define SYNFIRE_TERM_LANE0_LSB 36", (self.root / VERILOG).read_text(encoding="ascii"))

    def test_a_stale_page_is_found(self) -> None:
        """A field that shrank without the pages."""
        self.run_script()
        self.change(TABLE, "(state, 0, 36, 16,", "(state, 0, 36, 15,")
        status, output = self.run_script("--check")
        self.assertEqual(status, 1)
        self.assertIn(PAGE, output)
        self.assertIn(VERILOG, output)

    def test_overlapping_fields_are_found(self) -> None:
        """Two fields on one bit, and one beyond its word."""
        self.change(TABLE, "(end, 0, 54, 1,", "(end, 0, 53, 1,")
        self.change(TABLE, "(lane_mask, 5, 0, 64,", "(lane_mask, 5, 40, 64,")
        status, output = self.run_script()
        self.assertEqual(status, 1)
        self.assertIn("HEADER end: meets last_pass", output)
        self.assertIn("TERM lane_mask: leaves its word", output)

    def test_a_line_that_is_no_row_is_found(self) -> None:
        """A missing column."""
        self.change(TABLE, "(end, 0, 54, 1, 0,", "(end, 0, 54, 1,")
        status, output = self.run_script()
        self.assertNotEqual(status, 0)
        self.assertIn("not a row of the table", output)


if __name__ == "__main__":
    unittest.main()
