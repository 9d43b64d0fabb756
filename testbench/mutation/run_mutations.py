#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Applies each fault of a list to a copy of its file, links it before the built libraries and runs the judge.

Fails when a fault survives, when its text is not there exactly once (so the list cannot rot), when it does not
compile, or when the judge fails without any fault.
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

KERNEL_FLAGS = ["-fopenmp-simd"]
PUBLIC_HEADERS = ("core/include", "converters/include", "hw/include", "io/include", "sim/include")


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    parser.add_argument("--faults", type=pathlib.Path, default=pathlib.Path(__file__).with_name("faults.json"))
    parser.add_argument("--check", required=True, nargs="+", help="objects of the judge")
    parser.add_argument("--libraries", required=True, nargs="+")
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--only", help="run the faults whose name holds this text")
    return parser.parse_args()


def command(args, unit, folder):
    """Compile the unit in `folder`, whose quoted includes are found there first, and link the judge."""
    source = args.source
    includes = [f"-I{source / part}" for part in (*PUBLIC_HEADERS, unit.parent)]
    flags = ["-std=c++20", "-O1", "-DNDEBUG", "-w", "-fopenmp", "-DSYNFIRE_X86_KERNELS", *KERNEL_FLAGS]
    if not (source / "sim/src/kernels_avx2.cpp").exists() or os.uname().machine not in ("x86_64", "amd64"):
        flags.remove("-DSYNFIRE_X86_KERNELS")
    return [args.compiler, *flags, *includes, str(folder / unit.name), *args.check, *args.libraries, "-o",
            str(folder / "judge")]


def build_and_run(args, unit, folder):
    """Returns (verdict, words): 'passed', 'caught' or 'broken'."""
    built = subprocess.run(command(args, unit, folder), capture_output=True, text=True, check=False)
    if built.returncode != 0:
        return "broken", built.stderr[-2000:]
    try:
        ran = subprocess.run([str(folder / "judge")], capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return "caught", "does not end"
    if ran.returncode == 0:
        return "passed", ""
    return "caught", ran.stdout.strip() or f"ends with status {ran.returncode}"


def prepare(args, fault, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = pathlib.Path(fault["file"])
    unit = pathlib.Path(fault.get("unit", fault["file"]))
    shutil.copy(args.source / unit, folder / unit.name)
    text = (args.source / file).read_text(encoding="utf-8")
    found = text.count(fault["text"])
    if found != 1:
        raise ValueError(f"the text is there {found} times, not once")
    (folder / file.name).write_text(text.replace(fault["text"], fault["replacement"]), encoding="utf-8")
    return unit


def judge_fault(args, number, fault):
    folder = args.work / f"{number:02}"
    try:
        unit = prepare(args, fault, folder)
        return build_and_run(args, unit, folder)
    except (ValueError, OSError) as error:
        return "broken", str(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    args = options()
    faults = json.loads(args.faults.read_text(encoding="utf-8"))
    if args.only:
        faults = [f for f in faults if args.only in f["name"]]
    start = time.monotonic()
    identity = {"name": "no fault", "file": "core/src/neuron.cpp", "text": "namespace synfire {",
                "replacement": "namespace synfire {"}
    verdict, words = judge_fault(args, 99, identity)
    if verdict != "passed":
        print(f"the judge fails without a fault: {verdict} {words}")
        return 1
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        results = list(pool.map(lambda item: judge_fault(args, *item), enumerate(faults)))
    failed = 0
    for fault, (verdict, words) in zip(faults, results):
        failed += verdict != "caught"
        print(f"{'ok      ' if verdict == 'caught' else 'SURVIVED' if verdict == 'passed' else 'BROKEN  '} "
              f"{fault['name']} [{fault['file']}]: {words.splitlines()[-1] if words else ''}")
    print(f"{len(faults) - failed} of {len(faults)} faults caught in {time.monotonic() - start:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
