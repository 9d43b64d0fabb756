#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of scripts/lib/common.sh: a part that fails stops there, and its failure reaches the caller."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

COMMON = Path(__file__).resolve().parent.parent / "lib" / "common.sh"


class Parts(unittest.TestCase):
    """Scripts that source a copy of common.sh in a tree of its own."""

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name)
        (self.root / "scripts" / "lib").mkdir(parents=True)
        shutil.copy(COMMON, self.root / "scripts" / "lib" / "common.sh")

    def tearDown(self) -> None:
        self._folder.cleanup()

    def run_script(self, text: str) -> tuple[int, str]:
        """Return (exit status, output) of a script in the tree."""
        script = self.root / "script.sh"
        script.write_text("set -euo pipefail\nsource scripts/lib/common.sh\n" + text)
        done = subprocess.run(["bash", str(script)], cwd=self.root, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def test_a_part_stops_at_its_first_failing_command(self) -> None:
        status, said = self.run_script("f() { false; echo second; }\npart x f\necho after\n")
        self.assertNotEqual(status, 0)
        self.assertIn("== x", said)
        self.assertNotIn("second", said)
        self.assertNotIn("after", said)

    def test_the_status_of_the_failing_command_reaches_the_caller(self) -> None:
        status, _ = self.run_script("f() { (exit 7); echo second; }\npart x f\n")
        self.assertEqual(status, 7)

    def test_a_failure_deeper_inside_stops_the_part_too(self) -> None:
        status, said = self.run_script("g() { false; echo deep; }\nf() { g; echo second; }\npart x f\n")
        self.assertNotEqual(status, 0)
        self.assertNotIn("deep", said)
        self.assertNotIn("second", said)

    def test_parts_that_succeed_go_on_and_are_listed(self) -> None:
        status, said = self.run_script("f() { echo \"said $1\"; }\npart one f 1\npart two f 2\nprint_parts\n")
        self.assertEqual(status, 0)
        self.assertIn("said 1", said)
        self.assertIn("said 2", said)
        for name in ("one", "two", "total"):
            self.assertRegex(said, rf"(?m)^  {name} +\d+$")

    def test_the_shell_still_stops_at_failures_behind_a_part(self) -> None:
        status, said = self.run_script("part x true\nfalse\necho after\n")
        self.assertNotEqual(status, 0)
        self.assertNotIn("after", said)


if __name__ == "__main__":
    unittest.main()
