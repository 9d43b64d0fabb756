#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the checkers: a clean tree passes, and each planted fault is found by the rule it breaks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
HEAD = "// SPDX-License-Identifier: Apache-2.0\n"


class Tree(unittest.TestCase):
    """A temporary tree of files and a checker to run over it."""

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.root = Path(self._folder.name)

    def tearDown(self) -> None:
        self._folder.cleanup()

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file and the folders above it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def run_check(self, checker: str, *options: str) -> tuple[int, str]:
        """Return (exit status, output) of a checker over the tree."""
        done = subprocess.run([sys.executable, SCRIPTS / checker, *options, str(self.root)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def assert_clean(self, checker: str) -> None:
        """No rule is broken."""
        self.assertEqual(self.run_check(checker), (0, ""))

    def assert_finds(self, checker: str, place: str, rule: str) -> None:
        """Exactly one rule is broken, and named."""
        status, output = self.run_check(checker)
        self.assertEqual(status, 1)
        self.assertEqual(len(output.splitlines()), 1, output)
        self.assertTrue(output.startswith(place), output)
        self.assertIn(rule, output)


class IncludeRules(Tree):
    """scripts/check_includes."""

    def test_allowed_includes_pass(self) -> None:
        self.write("core/include/synfire/core/shape.hpp", HEAD + "#include <vector>\n#include <synfire/core/error.hpp>\n")
        self.write("io/src/network/read.cpp", HEAD + '#include "../hdf5/file.hpp"\n#include <hdf5.h>\n')
        self.write("io/src/hdf5/file.hpp", HEAD + "#include <synfire/core/shape.hpp>\n")
        self.write("converters/src/onnx/read.cpp", HEAD + "#include <onnx/onnx_pb.h>\n#include <synfire/io/x.hpp>\n")
        self.write("testbench/unit/io/read.cpp", HEAD + '#include <support/catch.hpp>\n#include "hdf5/file.hpp"\n')
        self.write("testbench/support/catch.hpp", HEAD + "#include <catch2/catch.hpp>\n")
        self.write("cli/main.cpp", HEAD + "#include <CLI/CLI.hpp>\n#include <synfire/energy/compare.hpp>\n"
                   '#include "version.hpp"\n')
        self.write("cli/version.hpp.in", HEAD)
        self.assert_clean("check_includes")

    def test_wrong_library_is_found(self) -> None:
        self.write("core/src/a.cpp", HEAD + "#include <synfire/io/network_file.hpp>\n")
        self.assert_finds("check_includes", "core/src/a.cpp:2:", "core must not include io")

    def test_simulator_does_not_see_the_converter(self) -> None:
        self.write("sim/src/a.cpp", HEAD + "#include <synfire/converters/convert.hpp>\n")
        self.assert_finds("check_includes", "sim/src/a.cpp:2:", "sim must not include converters")

    def test_part_from_outside_in_the_wrong_library_is_found(self) -> None:
        self.write("core/src/a.cpp", HEAD + "#include <boost/dynamic_bitset.hpp>\n")
        self.assert_finds("check_includes", "core/src/a.cpp:2:", "core must not include boost")

    def test_part_from_outside_in_a_public_header_is_found(self) -> None:
        self.write("io/include/synfire/io/a.hpp", HEAD + "#include <hdf5.h>\n")
        self.assert_finds("check_includes", "io/include/synfire/io/a.hpp:2:", "public headers")

    def test_private_header_in_a_public_one_is_found(self) -> None:
        self.write("io/src/b.hpp", HEAD)
        self.write("io/include/synfire/io/a.hpp", HEAD + '#include "b.hpp"\n')
        self.assert_finds("check_includes", "io/include/synfire/io/a.hpp:2:", "private")

    def test_private_header_of_another_library_is_found(self) -> None:
        self.write("io/src/b.hpp", HEAD)
        self.write("cli/src/a.cpp", HEAD + '#include "../../io/src/b.hpp"\n')
        self.assert_finds("check_includes", "cli/src/a.cpp:2:", "no header of cli")

    def test_onnx_outside_its_folder_is_found(self) -> None:
        self.write("converters/src/passes/a.cpp", HEAD + "#include <onnx/onnx_pb.h>\n")
        self.assert_finds("check_includes", "converters/src/passes/a.cpp:2:", "converters/src/onnx/ only")

    def test_catch_outside_its_shim_is_found(self) -> None:
        self.write("testbench/unit/a.cpp", HEAD + "#include <catch2/catch.hpp>\n")
        self.assert_finds("check_includes", "testbench/unit/a.cpp:2:", "testbench/support/ only")

    def test_only_the_benchmark_that_says_why_shares_a_private_header(self) -> None:
        self.write("cli/hardware.hpp", HEAD)
        self.write("bench/layer_cycles.cpp", HEAD + '#include "hardware.hpp"\n')
        self.assert_clean("check_includes")
        self.write("bench/other.cpp", HEAD + '#include "hardware.hpp"\n')
        self.assert_finds("check_includes", "bench/other.cpp:2:", "no header of bench")

    def test_unknown_part_is_found(self) -> None:
        self.write("sim/src/a.cpp", HEAD + "#include <tbb/tbb.h>\n")
        self.assert_finds("check_includes", "sim/src/a.cpp:2:", "no part")


class StyleRules(Tree):
    """scripts/check_style."""

    def test_clean_files_pass(self) -> None:
        self.write("core/src/a.cpp", HEAD + "int a();\n")
        self.write("docs/a.md", "# Title\n\nhttps://example.org/home/page and build/work/x\n")
        self.write("models/zoo/net/model.onnx", b"\0" * (3 << 20))
        self.assert_clean("check_style")

    def test_missing_head_is_found(self) -> None:
        self.write("core/src/a.cpp", "int a();\n")
        self.assert_finds("check_style", "core/src/a.cpp:1:", "lacks")

    def test_non_ascii_is_found(self) -> None:
        self.write("core/src/a.cpp", HEAD + "// caf\u00e9\n")
        self.assert_finds("check_style", "core/src/a.cpp:2:", "not ASCII")

    def test_tab_is_found(self) -> None:
        self.write("core/src/a.cpp", HEAD + "\tint a();\n")
        self.assert_finds("check_style", "core/src/a.cpp:2:", "tab")

    def test_space_at_the_end_is_found(self) -> None:
        self.write("docs/a.md", "word \n")
        self.assert_finds("check_style", "docs/a.md:1:", "space at the end")

    def test_leftover_is_found(self) -> None:
        self.write("core/src/a.cpp", HEAD + "// TO" + "DO later\n")
        self.assert_finds("check_style", "core/src/a.cpp:2:", "finish it")

    def test_path_of_one_machine_is_found(self) -> None:
        self.write("docs/a.md", "see /ho" + "me/someone/data\n")
        self.assert_finds("check_style", "docs/a.md:1:", "path of one machine")

    def test_long_source_is_found(self) -> None:
        self.write("core/src/a.cpp", HEAD + "int a;\n" * 500)
        self.assert_finds("check_style", "core/src/a.cpp:501:", "the limit is 500")

    def test_long_cmake_file_is_found(self) -> None:
        self.write("core/CMakeLists.txt", "set(a b)\n" * 121)
        self.assert_finds("check_style", "core/CMakeLists.txt:121:", "the limit is 120")

    def test_source_past_the_aim_only_warns(self) -> None:
        self.write("core/src/a.cpp", HEAD + "int a;\n" * 300)
        status, output = self.run_check("check_style", "--warn")
        self.assertEqual((status, output), (0, "core/src/a.cpp: warning: 301 lines; the aim is 250\n"))

    def test_large_data_file_is_found(self) -> None:
        self.write("testbench/data/a.bin", b"\0" * (3 << 20))
        self.assert_finds("check_style", "testbench/data/a.bin:0:", "2 MiB")

    def test_missing_newline_is_found(self) -> None:
        self.write("docs/a.md", "word")
        self.assert_finds("check_style", "docs/a.md:1:", "no newline")

    def test_script_that_cannot_run_is_found(self) -> None:
        self.write("scripts/a.sh", "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\n")
        self.assert_finds("check_style", "scripts/a.sh:1:", "not executable")


if __name__ == "__main__":
    unittest.main()
