"""Read and write IDX files, the format of MNIST (big-endian header, then raw bytes)."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 0x08


def encode(array: np.ndarray) -> bytes:
    """Return `array` (uint8, at most 255 axes) as the bytes of an IDX file."""
    if array.dtype != np.uint8:
        raise TypeError(f"IDX files here hold uint8, not {array.dtype}")
    header = struct.pack(">HBB", 0, UNSIGNED_BYTE, array.ndim)
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return header + sizes + array.tobytes(order="C")


def decode(blob: bytes) -> np.ndarray:
    """Return the array in the bytes of an IDX file of unsigned bytes."""
    zero, kind, axes = struct.unpack_from(">HBB", blob)
    if zero != 0 or kind != UNSIGNED_BYTE:
        raise ValueError("not an IDX file of unsigned bytes")
    shape = struct.unpack_from(f">{axes}I", blob, 4)
    data = np.frombuffer(blob, dtype=np.uint8, offset=4 + 4 * axes)
    if data.size != int(np.prod(shape)):
        raise ValueError(f"IDX header says {shape}, the file holds {data.size} bytes")
    return data.reshape(shape)


def write_gz(path: Path, array: np.ndarray) -> None:
    """Write `array` as gzipped IDX; equal arrays give equal bytes (no name, no time stamp)."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as out:
        out.write(encode(array))
    path.write_bytes(buffer.getvalue())


def read_gz(path: Path) -> np.ndarray:
    """Return the array in a gzipped IDX file."""
    with gzip.open(path, "rb") as source:
        return decode(source.read())


def read_split(folder: Path, stem: str) -> tuple[np.ndarray, np.ndarray]:
    """Return images [N, H, W] and labels [N] of the split `stem` ("train", "test", "t10k")."""
    images = read_gz(folder / f"{stem}-images-idx3-ubyte.gz")
    labels = read_gz(folder / f"{stem}-labels-idx1-ubyte.gz")
    if images.shape[0] != labels.shape[0]:
        raise ValueError(f"{folder}: {images.shape[0]} images, {labels.shape[0]} labels")
    return images, labels
