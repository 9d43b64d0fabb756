#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applies each fault of a list to a copy of the Verilog of a board's top (UART, registers, what the board puts in the place
of the core's modules), builds it before the built objects and runs the tests of the board from its pin.

Fails when a fault survives, does not apply or does not build, or when the tests fail without any fault.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import sys

import run_hardware_mutations as shared

FLAGS = ["-Wno-fatal", "-Wno-lint", "-O3", "--x-assign", "unique", "--x-initial", "unique", "--trace-fst",
         "--trace-structs", "--cc"]
NO_FAULT = {"name": "no fault", "file": "hdl/rtl/synfire_uart_link.v", "text": "module synfire_uart_link #(",
            "replacement": "module synfire_uart_link #("}


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--compiler", "--cmake", "--verilator", "--verilator-include", "--parameters"):
        parser.add_argument(name, required=True)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--board", default="icebreaker", help="folder in hdl/boards")
    parser.add_argument("--top", default="synfire_icebreaker")
    parser.add_argument("--made-class", default="fast_board", help="that the tests run; a changed one is linked before the built one")
    parser.add_argument("--pins", default="verilated_board.cpp", help="file in cosim/src/board")
    parser.add_argument("--define", nargs="*", default=[], help="macros of the pins")
    parser.add_argument("--axi", action="store_true", help="the core behind AXI: hdl/axi in place of a board, no pins")
    parser.add_argument("--faults", type=pathlib.Path, default=pathlib.Path(__file__).with_name("board_faults.json"))
    parser.add_argument("--check", required=True, nargs="+", help="objects of the tests")
    parser.add_argument("--libraries", required=True, nargs="+")
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--only", help="run the faults whose name holds this text")
    parser.set_defaults(judge_arguments=["~*real speed*"])
    return parser.parse_args()


def listed(list_file, hdl):
    """Files of a list, which are relative to hdl/."""
    lines = (line.strip() for line in list_file.read_text(encoding="utf-8").splitlines())
    return [hdl / line for line in lines if line and line[0] not in "#/+-"]


def sources(hdl, folder):
    """A board's file takes the place of one with its name; models of the vendor's primitives come last."""
    own = listed(folder / "filelist.f", hdl)
    names = {path.name for path in own}
    return [*own, *(path for path in listed(hdl / "filelist.f", hdl) if path.name not in names),
            *sorted((folder / "sim").glob("*.v"))]


def build_board(args, fault, folder):
    """The Verilated class and its pins."""
    name = args.made_class
    for part in ("rtl", "boards", "axi"):
        shutil.copytree(args.source / "hdl" / part, folder / "hdl" / part)
    (folder / fault["file"]).write_text(shared.edited(args.source, fault), encoding="utf-8")
    shutil.copy(args.source / "hdl/filelist.f", folder / "hdl/filelist.f")
    hdl = folder / "hdl"
    files = [str(path) for path in sources(hdl, hdl / "axi" if args.axi else hdl / "boards" / args.board)]
    made = folder / "made"
    arguments = [*FLAGS, f"-I{folder}/hdl/rtl", "--top-module", args.top, "--prefix", args.made_class,
                 *(f"-G{p}" for p in args.parameters.split(",")), *files]
    shared.run([args.cmake, f"-DVERILATOR={args.verilator}", f"-DFOLDER={made}", f"-DPREFIX={args.made_class}",
                f"-DARGUMENTS={';'.join(arguments)}", "-P", str(args.source / "cmake/verilate_one.cmake")])
    includes = ["-isystem", args.verilator_include, "-isystem", f"{args.verilator_include}/vltstd", f"-I{made}",
                "-DVM_SC=0", "-DVM_COVERAGE=0"]
    changed = shared.compile_source(args, made / f"{name}_all.cpp", folder / "changed.o", includes)
    if args.axi:
        return [changed]
    ours = [f"-I{args.source / part}" for part in shared.PUBLIC_HEADERS]
    names = [f'-DSYNFIRE_BOARD_HEADER="{name}.h"', f"-DSYNFIRE_BOARD_CLASS={name}", f"-DSYNFIRE_BOARD_MAKER=make_{name}",
             *(f"-D{macro}" for macro in args.define)]
    pins = args.source / "cosim/src/board" / args.pins
    return [changed,
            shared.compile_source(args, pins, folder / "pins.o", [*includes, *ours, *names])]


def judge_fault(args, number, fault):
    folder = args.work / f"{number:02}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        return shared.judge(args, build_board(args, fault, folder), folder)
    except (shared.BuildError, OSError) as error:
        return "broken", str(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    args = options()
    faults = json.loads(args.faults.read_text(encoding="utf-8"))
    faults = [NO_FAULT, *(f for f in faults if not args.only or args.only in f["name"])]
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = list(pool.map(lambda item: judge_fault(args, *item), enumerate(faults)))
    if results[0][0] != "passed":
        print(f"the tests fail without a fault: {results[0]}")
        return 1
    failed = 0
    for fault, (verdict, words) in zip(faults[1:], results[1:]):
        failed += verdict != "caught"
        print(f"{verdict:9}{fault['name']} [{fault['file']}]: {words.splitlines()[-1] if words else ''}")
    return 1 if failed or len(faults) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
