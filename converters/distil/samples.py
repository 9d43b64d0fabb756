"""Raw samples from a NumPy file, prepared as the trained network expects them, and distorted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from operators import Refused


def read(path: Path) -> Tensor:
    """Return raw samples [N, ...], uint8 or float32, of a .npy file or of `x` in a .npz file."""
    if path.suffix not in (".npy", ".npz"):
        raise Refused(f"{path}: is not a .npy or .npz file\n  hint: 'synfire draw DATA -o samples.npy' writes one")
    loaded = np.load(path, allow_pickle=False)
    if isinstance(loaded, np.lib.npyio.NpzFile):
        if "x" not in loaded:
            raise Refused(f"{path}: has no array 'x', only {', '.join(loaded.files)}")
        loaded = loaded["x"]
    if loaded.ndim < 2 or len(loaded) == 0:
        raise Refused(f"{path}: expected samples along the first axis, found shape {loaded.shape}")
    kind = np.uint8 if loaded.dtype == np.uint8 else np.float32
    return torch.from_numpy(np.ascontiguousarray(loaded.astype(kind)))


def shaped(raw: Tensor, shape: list[int], path: Path) -> Tensor:
    """Return the samples in the network's input shape; channel-last images are turned."""
    if any(size <= 0 for size in shape):
        raise Refused(f"the network's input shape {shape} is not fixed\n  hint: export with fixed sizes but the batch")
    found = list(raw.shape[1:])
    if found == shape:
        return raw
    if len(found) == 3 and [found[2], found[0], found[1]] == shape:
        return raw.permute(0, 3, 1, 2).contiguous()
    if int(np.prod(found)) == int(np.prod(shape)) and (1 in shape or 1 in found or len(shape) == 1):
        return raw.reshape([len(raw)] + shape)
    raise Refused(f"{path}: samples of shape {found} do not fit the network's input {shape}")


@dataclass(frozen=True)
class Preparation:
    """Real input is (raw * scale - mean) / std; mean and std hold one number or one per channel."""

    scale: float
    mean: list[float]
    std: list[float]

    def __call__(self, raw: Tensor) -> Tensor:
        shape = [1, -1] + [1] * (raw.ndim - 2)
        mean, std = (torch.tensor(v).reshape(shape if len(v) > 1 else [1] * raw.ndim) for v in (self.mean, self.std))
        return (raw.float() * self.scale - mean) / std

    def metadata(self) -> dict[str, str]:
        """Return it as ONNX metadata that Synfire reads."""
        return {f"synfire.{key}": ",".join(repr(float(v)) for v in values)
                for key, values in (("scale", [self.scale]), ("mean", self.mean), ("std", self.std))}


@dataclass(frozen=True)
class Augment:
    """How batches of raw samples are distorted, so that few of them teach more."""

    mirror: bool = False
    """Left and right swapped for every second sample."""
    shift: int = 0
    """Pixels along both axes, at most; zeros come in."""

    def __call__(self, raw: Tensor, generator: torch.Generator) -> Tensor:
        if self.mirror:
            turned = torch.rand(len(raw), generator=generator) < 0.5
            raw = torch.where(turned.reshape([-1] + [1] * (raw.ndim - 1)), raw.flip(raw.ndim - 1), raw)
        if self.shift == 0:
            return raw
        height, width = raw.shape[-2:]
        padded = torch.nn.functional.pad(raw, [self.shift] * 4)
        places = torch.randint(0, 2 * self.shift + 1, (len(raw), 2), generator=generator).tolist()
        return torch.stack([image[..., y:y + height, x:x + width] for image, (y, x) in zip(padded, places)])
