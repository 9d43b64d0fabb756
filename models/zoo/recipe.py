"""What defines a network of the zoo, and what a run of it measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from torch import Tensor, nn

import data


@dataclass(frozen=True)
class Recipe:
    """All that defines a network of the zoo; the card is written from it."""

    name: str
    summary: str
    architecture: str
    data_name: str
    licence: str
    choice: str
    """How the settings were chosen, with the accuracy held back."""
    use: str
    limits: tuple[str, ...]
    labels: tuple[str, ...]
    build: Callable[[], nn.Module]
    epochs: int
    scale: float
    mean: float = 0.0
    std: float = 1.0
    augment: data.Augment = field(default_factory=data.Augment)
    batch: int = 128
    rate: float = 0.1
    weight_decay: float = 5e-4
    smoothing: float = 0.0
    seed: int = 1
    default_data: Path | None = None


@dataclass(frozen=True)
class Result:
    """What a run measured."""

    correct: int
    samples: int
    seconds: float

    @property
    def accuracy(self) -> float:
        """Share of samples whose largest logit is at the label."""
        return self.correct / self.samples


class Add(nn.Module):
    """Sum of two branches, a module of its own so that its output can be recorded."""

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        """Return the sum."""
        return left + right


def preprocess(images: Tensor, recipe: Recipe) -> Tensor:
    """Return real inputs for raw ones: (raw * scale - mean) / std."""
    return (images.float() * recipe.scale - recipe.mean) / recipe.std
