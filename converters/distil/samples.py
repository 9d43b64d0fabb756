"""Raw samples from a NumPy file, prepared as the trained network expects them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from refusal import Refused, first_line


WRITER = "'synfire draw DATA -o samples.npy' writes such a file"


def _load(path: Path) -> np.ndarray:
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            return loaded
        with loaded:
            if "x" not in loaded.files:
                raise Refused("has no array 'x'", where=path, found=", ".join(loaded.files) or "no arrays", hint=WRITER)
            return loaded["x"]
    except (Refused, MemoryError):
        raise
    except OSError as error:
        raise Refused("the samples cannot be read", where=path, found=error.strerror or first_line(error)) from error
    except Exception as error:  # bad headers, archives and compressed data each have an exception of their own
        raise Refused("is not a valid .npy or .npz file", where=path, found=first_line(error), hint=WRITER) from error


def read(path: Path) -> Tensor:
    """Return raw samples [N, ...], uint8 or finite float32, of a .npy file or of `x` in a .npz file."""
    if path.suffix not in (".npy", ".npz"):
        raise Refused("is not a .npy or .npz file", where=path, hint=WRITER)
    loaded = _load(path)
    if loaded.ndim < 2 or loaded.size == 0:
        raise Refused("has no samples along its first axis", where=path, found=f"shape {list(loaded.shape)}",
                      expected="shape [samples, ...]")
    if loaded.dtype.kind not in "biuf":
        raise Refused("the samples are not real numbers", where=path, found=f"type {loaded.dtype}")
    if loaded.dtype == np.uint8:
        return torch.from_numpy(np.ascontiguousarray(loaded))
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is refused below
        numbers = np.ascontiguousarray(loaded.astype(np.float32))
    broken = ~np.isfinite(numbers)
    if broken.any():
        first = int(np.argwhere(broken)[0][0])
        raise Refused("the samples are not finite", where=path,
                      found=f"{int(broken.sum())} values that are not, the first in sample {first}",
                      expected="finite 32-bit numbers")
    return torch.from_numpy(numbers)


def shaped(raw: Tensor, shape: list[int], path: Path) -> Tensor:
    """Return the samples in the network's input shape; channel-last images are turned."""
    if any(size <= 0 for size in shape):
        raise Refused("the network's input shape is not fixed", found=shape,
                      hint="export with fixed sizes, all but that of the batch")
    found = list(raw.shape[1:])
    if found == shape:
        return raw
    if len(found) == 3 and [found[2], found[0], found[1]] == shape:
        return raw.permute(0, 3, 1, 2).contiguous()
    if int(np.prod(found)) == int(np.prod(shape)) and (1 in shape or 1 in found or len(shape) == 1):
        return raw.reshape([len(raw)] + shape)
    raise Refused("the samples do not fit the network's input", where=path, found=f"shape {found}",
                  expected=f"shape {shape}")


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
