#!/usr/bin/env python3
"""Check the zoo: every model.onnx, run in NumPy, must give what its golden.npz says.

The evaluator below shares nothing with the exporter, so it also shows what each file means. Needs
python3-onnx and python3-numpy, no PyTorch. `--data NAME=DIR` measures a network on a test split.

    python3 check_zoo.py
    python3 check_zoo.py --data digits_cnn=models/data/digits
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

import idx

ZOO = Path(__file__).resolve().parent
TOLERANCE = 2e-4
"""Largest difference, relative to the largest value of the array (float32 sums differ)."""


def windows(image: np.ndarray, attributes: dict, fill: float) -> np.ndarray:
    """Return [N, C, height, width, kernel height, kernel width] views for a sliding kernel."""
    top, left, bottom, right = attributes["pads"]
    image = np.pad(image, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(image, attributes["kernel_shape"], (2, 3))
    down, across = attributes["strides"]
    return view[:, :, ::down, ::across]


def conv(attributes: dict, image: np.ndarray, weight: np.ndarray,
         bias: np.ndarray | None = None) -> np.ndarray:
    """Return the convolution (one group, no dilation)."""
    if attributes["group"] != 1 or attributes["dilations"] != [1, 1]:
        raise NotImplementedError("grouped or dilated convolution")
    view = windows(image, attributes, 0.0)
    out = np.tensordot(view, weight, ((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)
    return out if bias is None else out + bias[:, None, None]


def normalise(attributes: dict, image: np.ndarray, factor: np.ndarray, bias: np.ndarray,
              mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return batch normalisation with the stored statistics."""
    slope = factor / np.sqrt(variance + attributes["epsilon"])
    return image * slope[:, None, None] + (bias - mean * slope)[:, None, None]


def gemm(attributes: dict, left: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Return left * weight^T + bias, the form in which dense layers are stored."""
    if (attributes["alpha"], attributes["beta"], attributes["transB"]) != (1.0, 1.0, 1):
        raise NotImplementedError("Gemm that is no dense layer")
    return left @ weight.T + bias


OPERATORS = {
    "Conv": conv,
    "BatchNormalization": normalise,
    "Relu": lambda _, value: np.maximum(value, 0),
    "MaxPool": lambda how, value: windows(value, how, -np.inf).max((4, 5)),
    "AveragePool": lambda how, value: windows(value, how, 0.0).mean((4, 5)),
    "Add": lambda _, left, right: left + right,
    "Flatten": lambda _, value: value.reshape(len(value), -1),
    "Gemm": gemm,
}


def evaluate(graph: onnx.GraphProto, images: np.ndarray) -> dict[str, np.ndarray]:
    """Run the graph in double precision; return every tensor by its name."""
    values = {tensor.name: numpy_helper.to_array(tensor).astype(np.float64)
              for tensor in graph.initializer}
    values[graph.input[0].name] = images
    for node in graph.node:
        how = {item.name: helper.get_attribute_value(item) for item in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](how, *(values[n] for n in node.input))
    return values


def preprocess(model: onnx.ModelProto, raw: np.ndarray) -> np.ndarray:
    """Return real inputs, as the metadata of the model says."""
    facts = {item.key: item.value for item in model.metadata_props}
    scale, mean, std = (
        np.array([float(number) for number in facts[f"synfire.{key}"].split(",")])[:, None, None]
        for key in ("scale", "mean", "std"))
    return (raw * scale - mean) / std


def difference(expected: np.ndarray, actual: np.ndarray) -> float:
    """Return the largest difference, relative to the largest expected value."""
    return float(np.abs(expected - actual).max() / max(np.abs(expected).max(), 1e-12))


def golden_difference(model: onnx.ModelProto, golden: dict[str, np.ndarray]) -> float:
    """Return the largest difference between the NumPy run and the golden arrays."""
    values = evaluate(model.graph, preprocess(model, golden["x"]))
    worst = difference(golden["y"], values["logits"])
    for node in model.graph.node:
        layer = golden.get(f"layer_{node.name.split('/')[1]}")
        if layer is not None:
            worst = max(worst, difference(layer, values[node.output[0]][:len(layer)]))
    return worst


def accuracy(model: onnx.ModelProto, folder: Path) -> tuple[int, int]:
    """Return how many images of the test split are right, and how many there are."""
    stem = "test" if (folder / "test-labels-idx1-ubyte.gz").exists() else "t10k"
    images, labels = idx.read_split(folder, stem)
    correct = 0
    for start in range(0, len(labels), 500):
        part = slice(start, start + 500)
        values = evaluate(model.graph, preprocess(model, images[part, None]))
        correct += int((values["logits"].argmax(1) == labels[part]).sum())
    return correct, len(labels)


def check(folder: Path, test: Path | None) -> bool:
    """Check one network of the zoo and print what was found."""
    model = onnx.load(str(folder / "model.onnx"))
    onnx.checker.check_model(model, full_check=True)
    card = json.loads((folder / "card.json").read_text())
    with np.load(folder / "golden.npz") as stored:
        worst = golden_difference(model, dict(stored))
    right = worst <= TOLERANCE
    line = f"{folder.name}: golden outputs within {worst:.1e}"
    if test:
        correct, samples = accuracy(model, test)
        right &= abs(correct - card["float_correct"]) <= 1 and samples == card["test_samples"]
        line += f", test {correct}/{samples}, card {card['float_correct']}"
    print(line, "ok" if right else "WRONG", flush=True)
    print("   ", " ".join(node.op_type for node in model.graph.node))
    return right


def main() -> None:
    """Check all networks; exit with 1 if one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", action="append", default=[], metavar="NAME=DIR",
                        help="also measure this network on the test split in DIR")
    tests = dict(entry.split("=", 1) for entry in parser.parse_args().data)
    folders = sorted(path.parent for path in ZOO.glob("*/model.onnx"))
    results = [check(path, Path(tests[path.name]) if path.name in tests else None)
               for path in folders]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
