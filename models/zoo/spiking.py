"""Train a network that is spiking from the start with snnTorch, measure it, and write it as a NIR file.

Needs torch 1.13, snntorch 1.0.0, nir 1.0.8 and h5py. `models/zoo/<name>/train.py` holds the network:

    python3 train.py --data DIR                    # all training data; test set measured once
    python3 train.py --data DIR --hold-back 5000   # to choose settings; the test set stays unread
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import nir
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

import data

DT = 1e-4
"""Seconds of a step: the one that snnTorch assumes in NIR files."""


@dataclass(frozen=True)
class SpikingRecipe:
    """All that defines a spiking network of the zoo."""

    name: str
    build: Callable[[], nn.Module]
    """Its forward takes what `encode` gives and returns the sum of the output over all steps."""
    encode: Callable[[Tensor], Tensor]
    """Raw images [N, 1, H, W] (uint8) to what the network takes."""
    graph: Callable[[nn.Module], nir.NIRGraph]
    epochs: int
    rate: float
    batch: int = 128
    seed: int = 1


def leaky(beta: float, threshold: float, count: tuple[int, ...]) -> nir.LIF:
    """The NIR node of snntorch.Leaky with a reset to zero: v' = beta v + input."""
    tau = DT / (1.0 - beta)
    full = np.ones(count)
    return nir.LIF(tau=tau * full, r=tau / DT * full, v_leak=0.0 * full,
                   v_threshold=threshold * full, v_reset=0.0 * full)


def integrator(beta: float, count: int) -> nir.LI:
    """The NIR node of snntorch.Leaky without reset: an output that never fires."""
    tau = DT / (1.0 - beta)
    full = np.ones(count)
    return nir.LI(tau=tau * full, r=tau / DT * full, v_leak=0.0 * full)


def affine(layer: nn.Linear) -> nir.Affine:
    """The NIR node of a dense layer."""
    return nir.Affine(weight=layer.weight.detach().numpy(), bias=layer.bias.detach().numpy())


def conv(layer: nn.Conv2d, input_shape: tuple[int, int]) -> nir.Conv2d:
    """The NIR node of a convolution."""
    return nir.Conv2d(input_shape=input_shape, weight=layer.weight.detach().numpy(),
                      stride=layer.stride, padding=layer.padding, dilation=layer.dilation,
                      groups=layer.groups, bias=layer.bias.detach().numpy())


def train(net: nn.Module, samples: data.Samples, recipe: SpikingRecipe) -> None:
    """Train by Adam with a cosine to 0, through time."""
    steps = -(-len(samples) // recipe.batch)
    optimiser = torch.optim.Adam(net.parameters(), lr=recipe.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, epochs=recipe.epochs,
                                                   steps_per_epoch=steps, pct_start=0.15)
    for epoch in range(recipe.epochs):
        total = 0.0
        for indices in torch.randperm(len(samples)).split(recipe.batch):
            batch = samples.pick(indices)
            loss = functional.cross_entropy(net(recipe.encode(batch.images)), batch.labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1:3d}/{recipe.epochs}  loss {total / len(samples):.4f}", flush=True)


@torch.no_grad()
def count_correct(net: nn.Module, samples: data.Samples, recipe: SpikingRecipe) -> int:
    """Return for how many samples the largest output is at the label."""
    correct = 0
    for indices in torch.arange(len(samples)).split(500):
        batch = samples.pick(indices)
        correct += int((net(recipe.encode(batch.images)).argmax(1) == batch.labels).sum())
    return correct


def run(recipe: SpikingRecipe, folder: Path, hold_back: int) -> tuple[nn.Module, int, int, float]:
    """Train, then measure on the test split, or on the part held back where there is one."""
    samples, test = data.load(folder)
    if hold_back:
        samples, test = data.hold_back(samples, hold_back, recipe.seed)
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    net = recipe.build()
    start = time.monotonic()
    train(net, samples, recipe)
    return net, count_correct(net, test, recipe), len(test), time.monotonic() - start


def main(recipe: SpikingRecipe, home: Path, default_data: Path) -> None:
    """Run a recipe; write the network and its card unless a part was held back."""
    parser = argparse.ArgumentParser(description=f"Train {recipe.name}")
    parser.add_argument("--data", type=Path, default=default_data, help="folder of the IDX files")
    parser.add_argument("--hold-back", type=int, default=0, metavar="N",
                        help="measure on N training images left out; write nothing")
    options = parser.parse_args()
    net, correct, count, seconds = run(recipe, options.data, options.hold_back)
    print(f"{recipe.name}: {correct}/{count} in {seconds:.0f} s")
    if options.hold_back:
        return
    nir.write(home / "model.nir", recipe.graph(net))
    card = {"name": recipe.name, "test_correct": correct, "test_samples": count,
            "seed": recipe.seed, "epochs": recipe.epochs, "torch": torch.__version__,
            "snntorch": "1.0.0", "nir": nir.version}
    (home / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
