"""Train one network of the zoo from a `Recipe`, measure it, and hand it to `publish`.

Every `models/zoo/<name>/train.py` is a recipe and a call of `main`. Two ways to run it:

    python3 train.py --data DIR                    # all training data; test set measured once
    python3 train.py --data DIR --hold-back 5000   # to choose settings; the test set stays unread
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import data
import publish
from recipe import Recipe, Result, preprocess


def set_up(seed: int) -> None:
    """Fix every source of chance; one thread also fixes the order of sums."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    np.random.seed(seed)


def decay_groups(net: nn.Module, weight_decay: float) -> list[dict]:
    """Return optimiser groups: weights decay, biases and normalisation factors do not."""
    matrices = [p for p in net.parameters() if p.ndim > 1]
    vectors = [p for p in net.parameters() if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": weight_decay},
            {"params": vectors, "weight_decay": 0.0}]


def train(net: nn.Module, samples: data.Samples, recipe: Recipe) -> None:
    """Train by SGD with Nesterov momentum; warm-up over 15 % of the steps, then a cosine to 0."""
    steps = -(-len(samples) // recipe.batch)
    optimiser = torch.optim.SGD(decay_groups(net, recipe.weight_decay), lr=recipe.rate,
                                momentum=0.9, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, epochs=recipe.epochs, steps_per_epoch=steps,
        pct_start=0.15, cycle_momentum=False)
    for epoch in range(recipe.epochs):
        loss = train_epoch(net, samples, recipe, optimiser, schedule)
        print(f"epoch {epoch + 1:3d}/{recipe.epochs}  loss {loss:.4f}", flush=True)


def train_epoch(net: nn.Module, samples: data.Samples, recipe: Recipe,
                optimiser: torch.optim.Optimizer, schedule: object) -> float:
    """Make one pass over the samples in random order; return the mean loss."""
    net.train()
    total = 0.0
    for indices in torch.randperm(len(samples)).split(recipe.batch):
        batch = samples.pick(indices)
        images = data.distort(batch.images.float(), recipe.augment)
        loss = functional.cross_entropy(net(preprocess(images, recipe)), batch.labels,
                                        label_smoothing=recipe.smoothing)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item() * len(batch)
    return total / len(samples)


@torch.no_grad()
def count_correct(net: nn.Module, samples: data.Samples, recipe: Recipe) -> int:
    """Return for how many samples the largest logit is at the label."""
    net.eval()
    correct = 0
    for indices in torch.arange(len(samples)).split(500):
        batch = samples.pick(indices)
        logits = net(preprocess(batch.images, recipe))
        correct += int((logits.argmax(1) == batch.labels).sum())
    return correct


def run(recipe: Recipe, folder: Path, hold_back: int) -> tuple[nn.Module, Result, data.Samples]:
    """Train, then measure on the test split, or on the part held back where there is one."""
    samples, test = data.load(folder)
    if hold_back:
        samples, test = data.hold_back(samples, hold_back, recipe.seed)
    set_up(recipe.seed)
    net = recipe.build()
    start = time.monotonic()
    train(net, samples, recipe)
    seconds = time.monotonic() - start
    return net, Result(count_correct(net, test, recipe), len(test), seconds), test


def arguments(recipe: Recipe) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=f"Train {recipe.name}: {recipe.summary}")
    parser.add_argument("--data", type=Path, default=recipe.default_data,
                        required=recipe.default_data is None, help="folder of the IDX files")
    parser.add_argument("--out", type=Path, required=False, help="folder to write (the recipe's)")
    parser.add_argument("--hold-back", type=int, default=0, metavar="N",
                        help="measure on N training images left out; write nothing")
    return parser.parse_args()


def main(recipe: Recipe, home: Path) -> None:
    """Run a recipe; write the network and its cards unless a part was held back."""
    options = arguments(recipe)
    net, result, samples = run(recipe, options.data, options.hold_back)
    part = "held back" if options.hold_back else "test"
    print(f"{recipe.name}: {part} {result.correct}/{result.samples} = {result.accuracy:.4%} "
          f"in {result.seconds:.0f} s")
    if not options.hold_back:
        publish.write_all(options.out or home, net, recipe, result, samples)
