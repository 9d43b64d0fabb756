#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the seeds of fuzz_dataset and fuzz_snn: `make_io_seeds.py FILE.snn` (a network from make_network_file).

The first byte of a seed chooses the reader (fuzz_dataset.cpp, fuzz_snn.cpp). Needs NumPy.
"""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import sys
from pathlib import Path

import numpy as np

SEEDS = Path(__file__).resolve().parent / "seeds"


def idx(kind: int, extents: tuple[int, ...], values: bytes) -> bytes:
    """Return an IDX file."""
    return struct.pack(f">HBB{len(extents)}I", 0, kind, len(extents), *extents) + values


def npy(array: np.ndarray) -> bytes:
    """Return an .npy file."""
    out = io.BytesIO()
    np.save(out, array)
    return out.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    """Return a compressed .npz file."""
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def dataset_seeds() -> dict[str, bytes]:
    """Return one small file per reader and variant."""
    images = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)
    reals = np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)
    return {
        "idx_bytes": b"0" + idx(0x08, (2, 2, 2), images.tobytes()),
        "idx_floats": b"0" + idx(0x0D, (2, 3), reals.astype(">f4").tobytes()),
        "idx_doubles": b"0" + idx(0x0E, (1, 2), np.array([1.0, 2.0]).astype(">f8").tobytes()),
        "labels_bytes": b"1" + idx(0x08, (3,), b"\x00\x01\x02"),
        "labels_ints": b"1" + idx(0x0C, (2,), struct.pack(">2i", 7, 70000)),
        "npy_bytes": b"2" + npy(images),
        "npy_fortran": b"2" + npy(np.asfortranarray(reals.astype(np.float64))),
        "npz_labels": b"3" + npz(x=images, y=np.array([3, 4])),
        "npz_targets": b"3" + npz(x=reals, y=reals),
        "npz_golden": b"8" + npz(a=reals, b=images, c=np.int32(5)),
        "csv_plain": b"4" + b"1,2.5\n-3e2,4\n",
        "csv_label": b"4" + b"a,b,label\n1,2,3\r\n4,5,6\r\n\n",
        "csv_target": b"4" + b'\xef\xbb\xbfa,"target"\n1,0.5\n',
        "aer_two": b"a" + bytes([3, 4, 0x80, 1, 0, 3, 240, 0, 0, 0, 5, 6, 0, 1, 1]),
        "aer_cut": b"a" + bytes([3, 4, 0x80, 1, 0, 3]),
        "npz_units": b"n" + npz(times=np.array([0.1, 0.2, 0.1]), units=np.array([3, 1, 2]), ends=np.array([2, 3]),
                                labels=np.array([1, 0])),
        "npz_camera": b"n" + npz(times=np.array([5, 6]), x=np.array([1, 2], dtype=np.int32), y=np.array([0, 1]),
                                 p=np.array([0, 1], dtype=np.uint8)),
        "list_files": b"l" + b"file,label\na.bin,1\nb.bin,0\n",
        "list_pieces": b"l" + b"sample,label,byte_offset,n_events\r\n1,7,0,5\r\n",
        "gzip": b"6" + gzip.compress(b"spikes" * 100, mtime=0) + gzip.compress(b"more", mtime=0),
        "xz": b"7" + lzma.compress(b"spikes" * 100),
    }


def snn_seeds(network: Path) -> dict[str, bytes]:
    """Return a whole file, its cut forms, and edit lists of every kind."""
    whole = network.read_bytes()
    seeds = {"whole": b"F" + whole, "cut": b"F" + whole[:700], "garbage": b"Fnothing"}
    for kind in range(5):
        for where in range(0, 250, 23):
            edits = bytes([kind, where, 0, 1, 2, 1, 3, 1, 0, 255, 127, 4])
            seeds[f"edit_{kind}_{where:03}"] = edits
            if where % 46 == 0:
                seeds[f"streaming_{kind}_{where:03}"] = b"S" + edits
    return seeds


def main() -> None:
    """Write all seeds."""
    for target, seeds in (("fuzz_dataset", dataset_seeds()), ("fuzz_snn", snn_seeds(Path(sys.argv[1])))):
        folder = SEEDS / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in seeds.items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
