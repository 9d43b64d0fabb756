#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applies each fault of a list to a copy of the accelerator (its Verilog, or a C++ source of its image or cycle model),
builds it before the built libraries and runs the judge.

Fails when a fault survives, when its text is not there exactly once (check_faults.py says so in every run of the
tests), when it does not build, or when the judge fails without any fault.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

PUBLIC_HEADERS = ("core/include", "hw/include", "cosim/include", "sim/include")
FLAGS = ["-std=c++20", "-O1", "-DNDEBUG", "-w", "-fopenmp"]
VERILATOR_FLAGS = ["-Wno-fatal", "-Wno-lint", "-O3", "--x-assign", "fast", "--x-initial", "fast", "--cc"]
NO_FAULT = {"name": "no fault", "file": "hdl/rtl/synfire_core.v", "text": "module synfire_core #(",
            "replacement": "module synfire_core #("}


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--verilator", required=True)
    parser.add_argument("--verilator-include", required=True)
    parser.add_argument("--parameters", required=True, help="of the core: Lanes=8,...")
    parser.add_argument("--core", default="core_sim8",
                        help="the class that the judge runs; a changed one is linked before the built one")
    parser.add_argument("--board", help="folder of hdl/boards whose files take the place of those in hdl/rtl")
    parser.add_argument("--overlay", help="folder of hdl/ that does the same")
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--faults", type=pathlib.Path, default=pathlib.Path(__file__).with_name("hardware_faults.json"))
    parser.add_argument("--check", required=True, nargs="+", help="objects of the judge")
    parser.add_argument("--libraries", required=True, nargs="+")
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--only", help="run the faults whose name holds this text")
    parser.add_argument("--quick", action="store_true", help="run the faults that the list marks as quick")
    args = parser.parse_args()
    args.overlay = f"boards/{args.board}" if args.board else args.overlay
    return args


class BuildError(Exception):
    """A fault that does not build."""


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError((done.stdout + done.stderr)[-2000:])


def edited(source, fault):
    """Text of the fault's file with the fault in it."""
    text = (source / fault["file"]).read_text(encoding="utf-8")
    found = text.count(fault["text"])
    if found != 1:
        raise BuildError(f"the text is there {found} times, not once")
    return text.replace(fault["text"], fault["replacement"])


def compile_source(args, source, target, extra):
    run([args.compiler, *FLAGS, *extra, "-c", str(source), "-o", str(target)])
    return str(target)


def listed(list_file, hdl):
    """Files of a list, which are relative to hdl/."""
    lines = (line.strip() for line in list_file.read_text(encoding="utf-8").splitlines())
    return [hdl / line for line in lines if line and line[0] not in "#/+-"]


def core_files(args, hdl):
    """A board's file takes the place of one with its name; models of the vendor's primitives come last."""
    lists = args.source / "hdl"
    own = listed(lists / args.overlay / "filelist.f", hdl) if args.overlay else []
    names = {path.name for path in own}
    core = [path for path in listed(lists / "filelist.f", hdl) if path.name not in names]
    models = sorted((hdl / args.overlay / "sim").glob("*.v")) if args.overlay else []
    return [str(path) for path in (*own, *core, *models)]


def build_core(args, fault, folder):
    """The Verilated class and its clock loop, from a copy of the Verilog with the fault in it."""
    for part in ("rtl", *([args.overlay] if args.overlay else [])):
        shutil.copytree(args.source / "hdl" / part, folder / "hdl" / part)
    (folder / fault["file"]).write_text(edited(args.source, fault), encoding="utf-8")
    files = core_files(args, folder / "hdl")
    made = folder / "made"
    arguments = [*VERILATOR_FLAGS, f"-I{folder}/hdl/rtl", "--top-module", "synfire_core", "--prefix", args.core,
                 *(f"-G{p}" for p in args.parameters.split(",")), *files]
    run([args.cmake, f"-DVERILATOR={args.verilator}", f"-DFOLDER={made}", f"-DPREFIX={args.core}",
         f"-DARGUMENTS={';'.join(arguments)}", "-P", str(args.source / "cmake/verilate_one.cmake")])
    includes = ["-isystem", args.verilator_include, "-isystem", f"{args.verilator_include}/vltstd", f"-I{made}",
                "-DVM_SC=0", "-DVM_COVERAGE=0"]
    ours = [f"-I{args.source / part}" for part in (*PUBLIC_HEADERS, "cosim/src")]
    lanes = dict(p.split("=") for p in args.parameters.split(","))["Lanes"]
    names = [f'-DSYNFIRE_CORE_HEADER="{args.core}.h"', f"-DSYNFIRE_CORE_CLASS={args.core}", f"-DSYNFIRE_CORE_MAKER=make_{args.core}",
             f"-DSYNFIRE_CORE_LANES={lanes}"]
    return [compile_source(args, made / f"{args.core}_all.cpp", folder / "core.o", includes),
            compile_source(args, args.source / "cosim/src/verilated_core.cpp", folder / "loop.o",
                           [*includes, *ours, *names])]


def build_unit(args, fault, folder):
    """A C++ source in whose folder quoted includes are found first, so that a fault may be in a private header."""
    unit = pathlib.Path(fault.get("unit", fault["file"]))
    file = pathlib.Path(fault["file"])
    place = folder / "src" / file.parent
    if file == unit:
        shutil.copytree(args.source / unit.parent, place)
    else:
        top = pathlib.Path(*unit.parts[:2])  # library/src
        shutil.copytree(args.source / top, folder / "src" / top)
    (folder / "src" / file).write_text(edited(args.source, fault), encoding="utf-8")
    parents = [args.source / unit.parent, args.source / unit.parent.parent]
    includes = [f"-I{args.source / part}" for part in PUBLIC_HEADERS] + [f"-I{p}" for p in parents]
    return [compile_source(args, folder / "src" / unit, folder / "unit.o", includes)]


def judge(args, objects, folder):
    """Returns (verdict, words): 'passed' or 'caught'."""
    program = folder / "judge"
    run([args.compiler, "-fopenmp", *objects, *args.check, *args.libraries, "-o", str(program)])
    try:
        command = [str(program), *getattr(args, "judge_arguments", [])]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return "caught", "does not end"
    if ran.returncode == 0:
        return "passed", ""
    return "caught", ran.stdout.strip() or f"ends with status {ran.returncode}"


def judge_fault(args, number, fault):
    folder = args.work / f"{number:02}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        build = build_core if fault["file"].startswith("hdl/") else build_unit
        return judge(args, build(args, fault, folder), folder)
    except (BuildError, OSError) as error:
        return "broken", str(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    args = options()
    faults = json.loads(args.faults.read_text(encoding="utf-8"))
    faults = [f for f in faults if (not args.only or args.only in f["name"]) and (not args.quick or f.get("quick"))]
    start = time.monotonic()
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = pool.map(lambda item: judge_fault(args, *item), enumerate([NO_FAULT, *faults]))
        verdict, words = next(results)
        if verdict != "passed":
            pool.shutdown(cancel_futures=True)
            print(f"the judge fails without a fault: {verdict} {words}")
            return 1
        for fault, (verdict, words) in zip(faults, results):
            failed += verdict != "caught"
            print(f"{'ok      ' if verdict == 'caught' else 'SURVIVED' if verdict == 'passed' else 'BROKEN  '} "
                  f"{fault['name']} [{fault['file']}]: {words.splitlines()[-1] if words else ''}", flush=True)
    print(f"{len(faults) - failed} of {len(faults)} faults caught in {time.monotonic() - start:.0f} s")
    return 1 if failed or not faults else 0


if __name__ == "__main__":
    sys.exit(main())
