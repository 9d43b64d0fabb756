"""Load a data set as tensors, hold a part of it back, and distort training images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

import idx

TEST_STEMS = ("t10k", "test")


@dataclass(frozen=True)
class Samples:
    """Raw images [N, 1, H, W] (uint8) and their labels [N] (int64)."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def pick(self, indices: Tensor) -> "Samples":
        """Return the samples at `indices`."""
        return Samples(self.images[indices], self.labels[indices])


@dataclass(frozen=True)
class Augment:
    """How far one training image may be distorted; every draw is uniform within +-limit."""

    shift: float = 0.0
    """Pixels, along both axes."""
    rotate: float = 0.0
    """Degrees."""
    zoom: float = 0.0
    """Share of the size: 0.1 means 0.9 to 1.1."""
    shear: float = 0.0
    """Share of the height."""
    mirror: bool = False
    """Left and right swapped for every second image."""
    whole_pixels: bool = False
    """Round shifts to whole pixels, so that nothing is smoothed."""


def _samples(folder: Path, stem: str) -> Samples:
    images, labels = idx.read_split(folder, stem)
    return Samples(torch.from_numpy(images.copy()).unsqueeze(1),
                   torch.from_numpy(labels.astype(np.int64)))


def load(folder: Path) -> tuple[Samples, Samples]:
    """Return the training and the test split that lie in `folder`."""
    for stem in TEST_STEMS:
        if (folder / f"{stem}-images-idx3-ubyte.gz").exists():
            return _samples(folder, "train"), _samples(folder, stem)
    raise FileNotFoundError(f"{folder} holds no IDX test images")


def hold_back(samples: Samples, count: int, seed: int) -> tuple[Samples, Samples]:
    """Split `count` samples off at random; return what stays and what was held back."""
    order = torch.from_numpy(np.random.RandomState(seed).permutation(len(samples)))
    return samples.pick(order[count:]), samples.pick(order[:count])


def _uniform(count: int, limit: float) -> Tensor:
    return (torch.rand(count) * 2 - 1) * limit


def _matrices(count: int, size: tuple[int, int], how: Augment) -> Tensor:
    """Return one random 2x3 matrix per image, from output to input positions (-1..1)."""
    angle = _uniform(count, math.radians(how.rotate))
    zoom_x, zoom_y = 1 + _uniform(count, how.zoom), 1 + _uniform(count, how.zoom)
    shear = _uniform(count, how.shear)
    shift = torch.stack([_uniform(count, how.shift), _uniform(count, how.shift)], 1)
    if how.whole_pixels:
        shift = shift.round()
    flip = 1.0 - 2.0 * torch.randint(2, (count,)) if how.mirror else torch.ones(count)
    cos, sin = angle.cos(), angle.sin()
    row_x = torch.stack([flip * zoom_x * cos, shear - zoom_y * sin, shift[:, 0] * 2 / size[1]], 1)
    row_y = torch.stack([zoom_x * sin, zoom_y * cos, shift[:, 1] * 2 / size[0]], 1)
    return torch.stack([row_x, row_y], 1)


def distort(images: Tensor, how: Augment) -> Tensor:
    """Return float images, each one moved by its own random affine map; outside is zero."""
    if how == Augment():
        return images
    matrices = _matrices(len(images), (images.shape[2], images.shape[3]), how)
    grid = functional.affine_grid(matrices, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)
