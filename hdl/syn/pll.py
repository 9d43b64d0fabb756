# SPDX-License-Identifier: Apache-2.0
"""Dividers of a PLL: the arithmetic of icepll, ecppll and their like, for all families."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from facts import BadInput

MHZ = 1e6
TOLERANCE = 0.01  # of the clock: half of what the receiver of the line bears


@dataclass(frozen=True)
class Limits:
    """What a family's PLL can do. Frequencies in MHz."""

    references: Sequence[int]
    feedbacks: Sequence[int]
    outputs: Sequence[int]
    compared: tuple[float, float]    # at the phase detector
    oscillator: tuple[float, float]
    before_output: bool              # the feedback is the oscillator's clock, not the one behind its divider


def choose(limits: Limits, crystal_hz: int, clock_hz: int, where: str) -> tuple[dict[str, int], float]:
    """Return the dividers that come closest to a clock, and the clock that they make; no PLL where none is needed."""
    if crystal_hz == clock_hz:
        return {"reference": 1, "feedback": 1, "output": 0}, float(clock_hz)
    middle = sum(limits.oscillator) / 2
    best = None
    for reference in limits.references:
        compared = crystal_hz / MHZ / reference
        if not limits.compared[0] <= compared <= limits.compared[1]:
            continue
        for output in limits.outputs:
            factor = clock_hz / MHZ / compared * (output if limits.before_output else 1)
            for feedback in (math.floor(factor), math.ceil(factor)):
                if feedback not in limits.feedbacks:
                    continue
                oscillator = compared * feedback * (1 if limits.before_output else output)
                if not limits.oscillator[0] <= oscillator <= limits.oscillator[1]:
                    continue
                made = oscillator * MHZ / output
                rank = (round(abs(made - clock_hz)), reference, abs(oscillator - middle))
                if best is None or rank < best[0]:
                    best = rank, {"reference": reference, "feedback": feedback, "output": output}, made
    if best is None or best[0][0] > TOLERANCE * clock_hz:
        closest = "none" if best is None else f"{best[2]:.0f} Hz"
        raise BadInput(where, "the PLL does not make the clock from the crystal",
                       f"{clock_hz} Hz from {crystal_hz} Hz; closest: {closest}", f"a clock within {TOLERANCE:.1%}")
    return best[1], best[2]
