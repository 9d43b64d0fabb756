#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the documentation's checker and generator, and of the demonstration's summary."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent

PROGRAM = """#!/bin/sh
case "$*" in
    "inspect --operators") echo "# Operators"; echo "| Conv | exact |" ;;
    "--help") printf 'Usage: %s [SUBCOMMAND]\\n\\nSubcommands:\\n  convert   make spikes\\n  report    one page\\n' "$0" ;;
    *) echo "help of $1" ;;
esac
"""


class InFolder(unittest.TestCase):
    """A temporary folder with files."""

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name).resolve()

    def tearDown(self) -> None:
        self._folder.cleanup()

    def write(self, name: str, text: str) -> Path:
        """Write a file and the folders above it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run_script(self, script: Path, *arguments: object) -> tuple[int, str]:
        """Return (exit status, output)."""
        done = subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True,
                              check=False)
        return done.returncode, done.stdout + done.stderr


class Examples(InFolder):
    """scripts/compile_examples."""

    def compile(self, *blocks: str) -> tuple[int, str]:
        """Run the script over one page."""
        self.write("docs/howto/a.md", "# A\n\n" + "\n\n".join(blocks) + "\n")
        self.write("include/synfire/a.hpp", "namespace synfire { inline int twice(int a) { return 2 * a; } }\n")
        return self.run_script(SCRIPTS / "compile_examples", "--root", self.root, "g++", f"-I{self.root}/include")

    def test_examples_with_their_headers_pass(self) -> None:
        example = "<!-- given: int a -->\n```cpp\n#include <synfire/a.hpp>\n\nconst int b = twice(a);\n```"
        self.assertEqual(self.compile(example, "```\nnot C++\n```"), (0, ""))

    def test_a_missing_header_is_found_at_its_line(self) -> None:
        status, said = self.compile("text", "<!-- given: int a -->\n```cpp\nint c = a;\nconst int b = twice(a);\n```")
        self.assertEqual(status, 1)
        self.assertIn("a.md:8", said)
        self.assertIn("twice", said)

    def test_pages_without_examples_are_a_fault(self) -> None:
        self.assertEqual(self.compile("```\nint a;\n```")[0], 1)


class Links(InFolder):
    """scripts/check_docs."""

    def check(self) -> tuple[int, str]:
        """Run the checker over the folder."""
        return self.run_script(SCRIPTS / "check_docs", self.root)

    def test_good_links_pass(self) -> None:
        self.write("README.md", "[a](docs/a.md#two-words) [out](https://example.org) [b](link.md)\n")
        self.write("link.md", "# Link\n")
        self.write("docs/a.md", "# A\n\n## Two `words`\n\n[back](../README.md)\n\n```\n[not](a-link.md)\n```\n")
        self.assertEqual(self.check(), (0, ""))

    def test_missing_file_is_found(self) -> None:
        self.write("README.md", "[a](docs/a.md)\n")
        self.assertEqual(self.check(), (1, "README.md:1: no such file: docs/a.md\n"))

    def test_missing_heading_is_found(self) -> None:
        self.write("README.md", "# Title\n\n[a](#other)\n")
        self.assertEqual(self.check(), (1, "README.md:3: no such heading: #other\n"))

    def test_page_that_nobody_links_to_is_found(self) -> None:
        self.write("README.md", "# Title\n")
        self.write("docs/a.md", "# A\n")
        self.assertEqual(self.check(), (1, "docs/a.md:1: no page links to it\n"))

    def test_link_out_of_the_project_is_found(self) -> None:
        self.write("README.md", "[up](../)\n")
        self.assertEqual(self.check(), (1, "README.md:1: leads out of the project: ../\n"))


class Generated(InFolder):
    """scripts/generate_docs with a program that answers like ours."""

    def setUp(self) -> None:
        super().setUp()
        (self.root / "scripts").mkdir()
        (self.root / "docs" / "reference").mkdir(parents=True)
        self.script = Path(shutil.copy(SCRIPTS / "generate_docs", self.root / "scripts" / "generate_docs"))
        self.program = self.write("synfire", PROGRAM)
        self.program.chmod(0o755)

    def test_pages_say_what_the_program_says(self) -> None:
        self.assertEqual(self.run_script(self.script, self.program), (0, ""))
        cli = (self.root / "docs/reference/cli.md").read_text(encoding="ascii")
        self.assertIn("Usage: synfire [SUBCOMMAND]", cli)
        self.assertIn("## synfire report\n\n```text\nhelp of report\n```\n", cli)
        self.assertIn("| Conv | exact |", (self.root / "docs/reference/operators.md").read_text(encoding="ascii"))

    def test_check_passes_after_writing_and_fails_after_a_change(self) -> None:
        self.run_script(self.script, self.program)
        self.assertEqual(self.run_script(self.script, self.program, "--check"), (0, ""))
        self.program.write_text(PROGRAM.replace("exact", "approximate"), encoding="ascii")
        status, output = self.run_script(self.script, self.program, "--check")
        self.assertEqual(status, 1)
        self.assertIn("operators.md is out of date", output)
        self.assertNotIn("cli.md is out of date", output)


class Summary(InFolder):
    """scripts/demo_summary."""

    def test_numbers_reach_the_terminal_and_missing_ones_stay_unknown(self) -> None:
        self.write("digits-convert.json", json.dumps({"check": {
            "accuracy_float": 1.0, "accuracy_quantised": 0.75, "accuracy_spiking": None,
            "neurons_compared": 5000, "neurons_different": 0}}))
        self.write("digits-simulate.json", json.dumps({"samples": 4, "spikes": 400, "synaptic_events": 50}))
        self.write("digits-cosim.json", json.dumps({
            "source": "rtl", "lanes": 8, "samples": 4, "equal": True, "clock_hz": 24e6, "cycles": 4000,
            "stall_cycles": 100, "cycles_per_sample": {"mean": 1000.4}, "latency_s": {"mean": 41.7e-6},
            "counters": {"adding": {"rtl": 3000, "model": 3000}}}))
        self.write("digits-compare.json", json.dumps({
            "dense_macs": 100, "verdict": "undecided", "missing": [{"name": "dram", "reason": "no source"}],
            "tiers": {"T1": {"snn": {"low": 1000, "nominal": 2000, "high": 3000}, "best_dense": "D4",
                             "ratio": {"low": 0.5, "nominal": 0.9, "high": None}},
                      "T0-int8-45": {"snn": {"low": 1, "nominal": 1, "high": 1}, "best_dense": None,
                                     "ratio": None}}}))
        status, output = self.run_script(SCRIPTS / "demo_summary", self.root, "digits")
        self.assertEqual(status, 0, output)
        self.assertIn("float 100.00 %, quantised 75.00 %, spiking unknown", output)
        self.assertIn("0 of 5,000 values differ", output)
        self.assertIn("events per dense MAC   0.500", output)
        self.assertIn("1,000 cycles per inference (RTL, 8 lanes), 0.0417 ms at 24 MHz", output)
        self.assertIn("adding in 75.00 % of cycles, stalled in 2.50 %", output)
        self.assertIn("every spike, potential, cycle and counter, 4 samples", output)
        self.assertIn("2 nJ (1 to 3)", output)
        self.assertIn("spiking / dense D4: unknown", output)
        self.assertIn("arithmetic only", output)
        self.assertIn("prices missing         dram", output)


if __name__ == "__main__":
    unittest.main()
