#!/usr/bin/env python3
"""Write scikit-learn's 8x8 handwritten digits as four gzipped IDX files.

Pixels stay as published: whole numbers 0..16, one byte each. 360 of the 1,797 images become the
test set, drawn class by class (stratified) from a fixed seed. A second run writes equal bytes.

    python3 make_digits.py [--out DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "zoo"))

import idx  # noqa: E402  (found through the path above)

SEED = 20240
TEST_SAMPLES = 360
CLASSES = 10


def test_quota(labels: np.ndarray) -> np.ndarray:
    """Return how many test images each class gives: proportional, largest remainders first."""
    share = np.bincount(labels, minlength=CLASSES) * (TEST_SAMPLES / labels.size)
    quota = np.floor(share).astype(int)
    order = np.argsort(quota - share, kind="stable")
    quota[order[: TEST_SAMPLES - quota.sum()]] += 1
    return quota


def split(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the shuffled indices of the training and the test images."""
    random = np.random.RandomState(SEED)
    quota = test_quota(labels)
    train, test = [], []
    for label in range(CLASSES):
        members = random.permutation(np.flatnonzero(labels == label))
        test.append(members[: quota[label]])
        train.append(members[quota[label]:])
    return random.permutation(np.concatenate(train)), random.permutation(np.concatenate(test))


def write(out: Path, stem: str, images: np.ndarray, labels: np.ndarray) -> None:
    """Write one split and print its class counts and checksums."""
    print(stem, len(labels), np.bincount(labels, minlength=CLASSES).tolist())
    for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
        path = out / f"{stem}-{kind}-ubyte.gz"
        idx.write_gz(path, np.ascontiguousarray(array))
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)


def main() -> None:
    """Load, split, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE, help="folder for the four files")
    out = parser.parse_args().out
    digits = load_digits()
    images, labels = digits.images.astype(np.uint8), digits.target.astype(np.uint8)
    if not np.array_equal(images, digits.images):
        raise ValueError("a pixel is not a whole number of one byte")
    train, test = split(labels)
    out.mkdir(parents=True, exist_ok=True)
    write(out, "train", images[train], labels[train])
    write(out, "test", images[test], labels[test])


if __name__ == "__main__":
    main()
