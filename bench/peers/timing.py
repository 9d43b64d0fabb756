# SPDX-License-Identifier: Apache-2.0
"""Programs that are measured in turns: one run of each per round, so that all meet the same other work on the machine.

A program of another environment is a process that loads first, prints `ready` and a line of JSON about itself, and then
answers each line `run` with the seconds of wall time and of processor time (all threads) of one run: serve() is its loop.
"""
from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

# Waiting threads sleep: two programs share the cores, if only while one loads.
QUIET = {**os.environ, "OMP_WAIT_POLICY": "passive"}


def serve(about: dict[str, Any], run: Callable[[], object], prepare: Callable[[], object] = lambda: None) -> None:
    """Answer `run` lines until standard input ends. `prepare` is not measured; a first run, before `ready`, warms up."""
    prepare()
    run()
    print("ready", json.dumps(about), flush=True)
    for line in sys.stdin:
        if line.strip() == "run":
            prepare()
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)


@dataclass
class Seconds:
    """Runs of one program, in the order of the rounds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, wall: float, cpu: float) -> None:
        self.wall.append(wall)
        self.cpu.append(cpu)


class Server:
    """A process that runs serve()."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=QUIET)
        self.about: dict[str, Any] = json.loads(self.answer("ready").split(" ", 1)[1])

    def answer(self, start: str = "") -> str:
        """Return the next line that begins so; libraries may print others."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(start):
                return line
        raise RuntimeError(f"{self.process.args} ended with status {self.process.wait()}")

    def __call__(self) -> tuple[float, float]:
        assert self.process.stdin is not None
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        wall, cpu = self.answer().split()
        return float(wall), float(cpu)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


class Command:
    """A program that measures itself; the last line has wall and processor seconds at the given places."""

    def __init__(self, command: Sequence[str], wall: int = 0, cpu: int = 1) -> None:
        self.command, self.places = list(command), (wall, cpu)

    def __call__(self) -> tuple[float, float]:
        out = subprocess.run(self.command, check=True, stdout=subprocess.PIPE, text=True, env=QUIET).stdout
        last = out.splitlines()[-1].split()
        return float(last[self.places[0]]), float(last[self.places[1]])


def alternate(programs: dict[str, Callable[[], tuple[float, float]]], rounds: int) -> dict[str, Seconds]:
    """Run each program once per round, `rounds` times; every other round backwards."""
    found = {name: Seconds() for name in programs}
    for turn in range(rounds):
        order = list(programs) if turn % 2 == 0 else list(reversed(programs))
        for name in order:
            found[name].add(*programs[name]())
    return found


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """Return the median and, in parentheses, the least and the most."""
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def ratios(peer: Sequence[float], own: Sequence[float], factor: float = 1.0) -> list[float]:
    """Return how many times as fast the own program was, round by round; factor: own samples per sample of the peer."""
    return [factor * p / o for p, o in zip(peer, own, strict=True)]
