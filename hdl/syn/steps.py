# SPDX-License-Identifier: Apache-2.0
"""Steps of a long run, each with a note of what it depended on, so that a run which was cut short can go on."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable
from pathlib import Path

import tools


def processor_seconds() -> float:
    """Return the time that finished programs took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Steps:
    """The steps of one board's run in its folder, which all depend on the same inputs."""

    def __init__(self, out: Path, inputs: str, resume: bool) -> None:
        self.out, self.inputs, self.resume = out, inputs, resume
        self.costs: list[tuple[float, int]] = []

    def step(self, name: str, make: Callable[[], dict], file: str = "") -> dict:
        """Return what `make` returns; or where the run goes on what it returned for the same inputs, if `file` is still there,
        and what it returned as "routed"."""
        note = self.out / f"{name}.done.json"
        kept = json.loads(note.read_text()) if self.resume and note.is_file() else {}
        files = filter(None, (file, kept.get("result", {}).get("routed")))
        if kept.get("inputs") == self.inputs and all((self.out / one).is_file() for one in files):
            tools.say(f"{name}: kept")
        else:
            note.unlink(missing_ok=True)
            begin = processor_seconds()
            result = make()
            kept = {"inputs": self.inputs, "result": result, "seconds": processor_seconds() - begin,
                    "peak_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}
            written = note.with_suffix(".new")
            written.write_text(json.dumps(kept, indent=2) + "\n")
            written.replace(note)
        self.costs.append((kept["seconds"], kept["peak_bytes"]))
        return kept["result"]

    def cost(self) -> dict:
        """Return the time of one core that all steps took, and the most memory of one program."""
        return {"processor_seconds": round(sum(seconds for seconds, _ in self.costs)),
                "peak_bytes": max(peak for _, peak in self.costs)}
