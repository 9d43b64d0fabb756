#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Question: does `synfire simulate` of a large streaming network stay below twice the network and 64 MiB, for any number of
samples and steps?

    bench/streaming_memory.py BUILD_FOLDER [NEURONS FAN_IN]

BUILD_FOLDER holds the release build with the targets synfire and bench_large_network. Prints the peak of the resident memory
of each run, with the network's and the data's own bytes. Data sets are read whole: their bytes are stated beside the limit and
added to it.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

MEBI = 1 << 20
RUNS = ((10, 10, 1), (10, 200, 1), (10_000, 1, 1), (10_000, 1, 2))  # samples, steps, threads


def peak_of(command: list[str]) -> int:
    """Run a program; return its largest resident memory in bytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"{command} ended with status {status}")
    return usage.ru_maxrss * 1024


def main() -> int:
    build = Path(sys.argv[1]).resolve()
    neurons, fan_in = sys.argv[2:4] if len(sys.argv) == 4 else ("40000", "1000")
    missed = False
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        file = folder / "large.snn"
        made = subprocess.run([str(build / "bench/bench_large_network"), str(file), neurons, fan_in], check=True,
                              stdout=subprocess.PIPE, text=True)
        network = int(made.stdout)
        data = folder / "data.npz"
        values = np.random.default_rng(1).integers(0, 60, (10_000, 100), np.uint8)
        np.savez(data, x=values, labels=np.zeros(len(values), np.int64))
        print(f"network {network / MEBI:.0f} MiB, data {values.nbytes / MEBI:.1f} MiB")
        for samples, steps, threads in RUNS:
            result = folder / "result.json"
            peak = peak_of([str(build / "cli/synfire"), "simulate", str(file), "--data", str(data), "--samples", str(samples),
                            "--steps", str(steps), "--threads", str(threads), "--json", str(result)])
            found = json.loads(result.read_text())
            spikes = sum(layer["spikes"] for layer in found["layers"])
            allowed = 2 * network + 64 * MEBI + found["data_bytes"]
            missed |= peak > allowed
            print(f"{samples:6} samples of {steps:5} steps, {threads} thread(s), {spikes:,} spikes: peak {peak / MEBI:.0f} MiB, "
                  f"allowed {allowed / MEBI:.0f} MiB{': MISSED' if peak > allowed else ''}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
