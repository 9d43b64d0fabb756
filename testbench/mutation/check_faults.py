#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that every planted fault of the lists still applies: its text is in its file exactly once. The slow runs that
build and judge the faults would say so too, but not every day."""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def mistakes(fault, source):
    """What keeps a fault from being planted."""
    found = []
    path = source / fault["file"]
    if not path.is_file():
        return ["the file is missing"]
    count = path.read_text(encoding="utf-8").count(fault["text"])
    if count != 1:
        found.append(f"the text is there {count} times, not once: {fault['text']}")
    if fault["text"] == fault["replacement"]:
        found.append("the replacement is the text itself")
    if "unit" in fault and not (source / fault["unit"]).is_file():
        found.append(f"its unit {fault['unit']} is missing")
    return found


def main(source):
    status = 0
    for path in sorted(HERE.glob("*faults.json")):
        faults = json.loads(path.read_text(encoding="utf-8"))
        names = [fault["name"] for fault in faults]
        status |= not faults
        for fault in faults:
            wrong = mistakes(fault, source)
            if names.count(fault["name"]) > 1:
                wrong.append("the list has another fault of this name")
            for what in wrong:
                print(f"{path.name}: {fault['name']} [{fault['file']}]: {what}")
                status = 1
        print(f"{path.name}: {len(faults)} faults")
    return status


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1]))
