"""How batches of raw samples are distorted, so that few of them teach more.

The teacher answers each distorted sample anew, so nothing here has to keep its class: what matters is that the samples look
unlike each other and still cross the network's neurons as real ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional

from refusal import Refused

DISTORTED = 0.6
"""Share of the images that are turned, stretched and sheared."""
TURN, SHEAR, SMALLER, LARGER = 0.2, 0.15, 0.2, 0.25
"""At most: radians, pixels a pixel, and logarithms of the factors by which an axis shrinks or grows."""
LEAST_CONTRAST, MOST_CONTRAST, LIGHT = 0.75, 1.3, 0.1
"""Factors about an image's mean; brightness is a share of the samples' range."""


@dataclass(frozen=True)
class Augment:
    """Distorts raw samples [N, channels, height, width]; other shapes only where nothing is asked for."""

    mirror: bool = False
    """Left and right swapped for every second sample."""
    shift: int = 0
    """Pixels along both axes, at most; zeros come in."""
    distort: bool = False
    """Turned, stretched, sheared; contrast and brightness changed."""
    mix: float = 0.0
    """Share of the samples in which a rectangle comes from another one (CutMix, Yun et al. 2019)."""

    def check(self, shape: list[int]) -> None:
        """Raise Refused where samples of this shape cannot be distorted so."""
        if (self.mirror or self.shift or self.distort or self.mix) and len(shape) != 3:
            raise Refused("only images can be distorted", where="--mirror, --shift, --distort, --mix",
                          found=f"samples of shape {shape}", expected="[channels, height, width]")
        if self.shift and self.shift >= min(shape[1:]):
            raise Refused("moves the whole image out of sight", where="--shift", found=self.shift,
                          expected=f"0 .. {min(shape[1:]) - 1}")

    def __call__(self, raw: Tensor, generator: Generator) -> Tensor:
        """Return a batch of the same shape; real numbers where the distortion makes them."""
        if self.mirror:
            turned = torch.rand(len(raw), generator=generator) < 0.5
            raw = torch.where(turned.reshape([-1] + [1] * (raw.ndim - 1)), raw.flip(raw.ndim - 1), raw)
        if self.shift > 0:
            raw = _shifted(raw, self.shift, generator)
        if self.distort:
            raw = _distorted(raw.float(), generator)
        if self.mix > 0:
            raw = _mixed(raw, self.mix, generator)
        return raw


def _shifted(raw: Tensor, most: int, generator: Generator) -> Tensor:
    height, width = raw.shape[-2:]
    padded = functional.pad(raw, [most] * 4)
    places = torch.randint(0, 2 * most + 1, (len(raw), 2), generator=generator).tolist()
    return torch.stack([image[..., y:y + height, x:x + width] for image, (y, x) in zip(padded, places)])


def _uniform(count: int, low: float, high: float, generator: Generator) -> Tensor:
    return low + (high - low) * torch.rand(count, generator=generator)


def _distorted(raw: Tensor, generator: Generator) -> Tensor:
    count = len(raw)
    angle = _uniform(count, -TURN, TURN, generator)
    # The map goes from the new image to the old one: factors above 1 shrink.
    across, down = (torch.exp(_uniform(count, -LARGER, SMALLER, generator)) for _ in range(2))
    shear = _uniform(count, -SHEAR, SHEAR, generator)
    rows = [torch.stack([across * torch.cos(angle), shear - down * torch.sin(angle), torch.zeros(count)], 1),
            torch.stack([across * torch.sin(angle), down * torch.cos(angle), torch.zeros(count)], 1)]
    grid = functional.affine_grid(torch.stack(rows, 1), list(raw.shape), align_corners=False)
    turned = functional.grid_sample(raw, grid, padding_mode="reflection", align_corners=False)
    chosen = torch.rand(count, generator=generator) < DISTORTED
    image = torch.where(chosen.reshape(-1, 1, 1, 1), turned, raw)
    low, high = float(raw.min()), float(raw.max())
    contrast = _uniform(count, LEAST_CONTRAST, MOST_CONTRAST, generator).reshape(-1, 1, 1, 1)
    light = _uniform(count, -LIGHT, LIGHT, generator).reshape(-1, 1, 1, 1) * (high - low)
    mean = image.mean((1, 2, 3), keepdim=True)
    return ((image - mean) * contrast + mean + light).clamp(low, high)


def _mixed(raw: Tensor, share: float, generator: Generator) -> Tensor:
    height, width = raw.shape[-2:]
    other, mixed = raw[torch.randperm(len(raw), generator=generator)], raw.clone()
    for index in (torch.rand(len(raw), generator=generator) < share).nonzero().flatten().tolist():
        # A rectangle covers each share of the area equally often.
        side = float(torch.rand((), generator=generator)) ** 0.5
        rows, columns = max(1, int(height * side)), max(1, int(width * side))
        y = int(torch.randint(0, height - rows + 1, (), generator=generator))
        x = int(torch.randint(0, width - columns + 1, (), generator=generator))
        mixed[index, :, y:y + rows, x:x + columns] = other[index, :, y:y + rows, x:x + columns]
    return mixed
