# SPDX-License-Identifier: Apache-2.0
"""Connectivity and spikes from outside of the random recurrent network, as files that every program reads."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

NEURONS, FAN_IN = 10_000, 100
EXCITATORY, INHIBITORY = 40, -127  # weights; every fifth neuron inhibits
THETA, DECAY, REFRACTORY, DELAY = 2000, 20, 20, 15  # 20 ms, 2 ms and 1.5 ms at 0.1 ms a step
STEP_SECONDS = 1e-4


def write_network(folder: Path) -> None:
    """Write numbers.i32, sources.i32 and weights.i8, one row per target."""
    random = np.random.default_rng(17)
    sources = np.sort(np.stack([random.choice(NEURONS, FAN_IN, replace=False) for _ in range(NEURONS)]), 1)
    np.array([NEURONS, FAN_IN, THETA, DECAY, REFRACTORY, DELAY], np.int32).tofile(folder / "numbers.i32")
    sources.astype(np.int32).tofile(folder / "sources.i32")
    np.where(sources % 5 == 0, INHIBITORY, EXCITATORY).astype(np.int8).tofile(folder / "weights.i8")


def write_input(folder: Path, hertz: float, steps: int) -> None:
    """Write input_steps.i32 and input_neurons.i32: Poisson spikes, each neuron at most once a step."""
    random = np.random.default_rng(3)
    per_step = NEURONS * hertz * STEP_SECONDS
    chosen = [np.unique(random.integers(0, NEURONS, random.poisson(per_step))) for _ in range(steps)]
    np.concatenate(chosen).astype(np.int32).tofile(folder / "input_neurons.i32")
    np.repeat(np.arange(steps), [len(x) for x in chosen]).astype(np.int32).tofile(folder / "input_steps.i32")


@dataclass
class Statistics:
    """Of one run: spikes a second and neuron, and irregularity of the intervals (mean over neurons with three)."""

    rate: float
    cv: float


def statistics_of(spikes: np.ndarray, steps: int) -> Statistics:
    """spikes: pairs of step and neuron."""
    order = np.lexsort((spikes[:, 0], spikes[:, 1]))
    at, neuron = spikes[order, 0].astype(float), spikes[order, 1]
    same = neuron[1:] == neuron[:-1]
    interval, owner = np.diff(at)[same], neuron[1:][same]
    count = np.bincount(owner, minlength=NEURONS)
    first = np.bincount(owner, interval, NEURONS)
    second = np.bincount(owner, interval ** 2, NEURONS)
    enough = count >= 3
    mean = first[enough] / count[enough]
    variance = np.maximum(second[enough] / count[enough] - mean ** 2, 0)
    return Statistics(len(spikes) / (NEURONS * steps * STEP_SECONDS), float(np.mean(np.sqrt(variance) / mean)))
