#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the pages of the Verilog modules: what is read from a head comment, and what is missing in one."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "rtl_pages"


def load():
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("rtl_pages", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("rtl_pages", loader))
    loader.exec_module(module)
    return module


PAGES = load()
HEAD = """Takes words.
It gives bits.

  word -> bit

Latency: a word takes
two cycles.
Handshake: waits for
           nobody.

A pulse is no word.
Not reset: nothing."""


class Heads(unittest.TestCase):
    """Head comments."""

    def test_facts_go_on_until_an_empty_line(self) -> None:
        """Continuation lines belong to the fact, indented or not."""
        purpose, drawing, facts = PAGES.split_head(HEAD.split("\n"))
        self.assertEqual(facts, {"Latency": "a word takes two cycles.", "Handshake": "waits for nobody.",
                                 "Not reset": "nothing."})
        self.assertEqual(drawing, "  word -> bit")
        self.assertEqual(purpose, "Takes words.\nIt gives bits.\n\nA pulse is no word.")

    def faults_of(self, head: str) -> list[str]:
        """Faults of a module with this head, without the file's name."""
        with tempfile.TemporaryDirectory(dir=PAGES.ROOT) as folder:
            path = Path(folder) / "synfire_made_up.v"
            path.write_text("\n".join("// " + line for line in head.split("\n")) + "\nmodule synfire_made_up;\n")
            return [fault.split(": ", 1)[1] for fault in PAGES.faults(path)]

    def test_a_whole_head_has_no_faults(self) -> None:
        """Nothing to say."""
        self.assertEqual(self.faults_of(HEAD), [])

    def test_what_is_missing_is_named(self) -> None:
        """Facts, full stops, drawings."""
        self.assertIn("no 'Latency:'", self.faults_of(HEAD.replace("Latency", "Delay")))
        self.assertIn("'Not reset:' ends without a full stop", self.faults_of(HEAD.removesuffix(".")))
        self.assertTrue(any("no drawing" in f for f in self.faults_of(HEAD.replace("  word", "word"))))


if __name__ == "__main__":
    unittest.main()
