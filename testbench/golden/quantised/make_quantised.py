#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the small int8 models beside it and the codes that ONNX Runtime answers.

    make_quantised.py        (in the virtual environment of bench/qdq_against_onnxruntime.py)

A random convolutional network with everything that int8 models have: zero points, pooling, a residual sum, a
concatenation, a global average, a dense layer. ONNX Runtime's own tool quantises it in both formats; the *.codes.csv hold
the last codes, zero point taken off, of the first images of the digits' test split.
"""
from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

HERE = Path(__file__).resolve().parent
DIGITS = HERE.parent.parent.parent / "models/data/digits"
IMAGES = 64
SCALE = 0.0625


def images(name: str) -> np.ndarray:
    """Return the images of a split of the digits as [N, 1, 8, 8]."""
    raw = gzip.decompress((DIGITS / f"{name}-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 8, 8)


def real(raw: np.ndarray) -> np.ndarray:
    return (raw.astype(np.float64) * SCALE).astype(np.float32)


def network() -> onnx.ModelProto:
    """Return the network in single precision, with random weights."""
    random = np.random.RandomState(5)
    constants: list[Any] = []

    def weights(name: str, *shape: int) -> list[str]:
        spread = 1.4 / np.sqrt(np.prod(shape[1:]))
        constants.append(numpy_helper.from_array(random.normal(0, spread, shape).astype(np.float32), name))
        constants.append(numpy_helper.from_array(random.normal(0, 0.1, shape[0]).astype(np.float32), name + "_b"))
        return [name, name + "_b"]

    def conv(inputs: list[str], output: str) -> Any:
        return helper.make_node("Conv", inputs, [output], output, pads=[1, 1, 1, 1])

    nodes = [
        conv(["input", *weights("w1", 6, 1, 3, 3)], "c1"), helper.make_node("Relu", ["c1"], ["r1"], "r1"),
        helper.make_node("MaxPool", ["r1"], ["p1"], "p1", kernel_shape=[2, 2], strides=[2, 2]),
        conv(["p1", *weights("w2", 6, 6, 3, 3)], "c2"),
        helper.make_node("Add", ["c2", "p1"], ["a2"], "a2"), helper.make_node("Relu", ["a2"], ["r2"], "r2"),
        conv(["r2", *weights("w3", 8, 6, 3, 3)], "c3"),
        helper.make_node("Concat", ["c3", "r2"], ["j3"], "j3", axis=1),
        conv(["j3", *weights("w4", 12, 14, 3, 3)], "c4"), helper.make_node("Relu", ["c4"], ["r4"], "r4"),
        helper.make_node("GlobalAveragePool", ["r4"], ["g"], "g"), helper.make_node("Flatten", ["g"], ["f"], "f"),
        helper.make_node("Gemm", ["f", *weights("w5", 10, 12)], ["logits"], "dense", transB=1)]
    graph = helper.make_graph(
        nodes, "small", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 1, 8, 8])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 10])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    helper.set_model_props(model, {"synfire.scale": str(SCALE)})
    return model


class Reader(CalibrationDataReader):
    """Feeds training images one by one."""

    def __init__(self) -> None:
        self.left = iter(real(images("train")[:200]))

    def get_next(self) -> dict[str, np.ndarray] | None:
        image = next(self.left, None)
        return None if image is None else {"input": image[None]}


def answers(path: Path) -> np.ndarray:
    """Return ONNX Runtime's last codes, zero point taken off."""
    options = ort.SessionOptions()
    # Without it, processors with AVX2 but no VNNI saturate sums of two products at 16 bits.
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    graph = onnx.load(str(path)).graph
    constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    last = next(n for n in graph.node if n.output[0] == "logits")
    logits = np.concatenate([session.run(None, {"input": x[None]})[0] for x in real(images("test")[:IMAGES])])
    return np.rint(logits / constants[last.input[1]]).astype(int)


def main() -> None:
    single = HERE / "single.onnx"
    onnx.save(network(), single)
    for name, style, per_channel, activations in (
            ("qdq", QuantFormat.QDQ, False, QuantType.QUInt8), ("qdq_int8", QuantFormat.QDQ, True, QuantType.QInt8),
            ("qoperator", QuantFormat.QOperator, True, QuantType.QUInt8)):
        path = HERE / f"{name}.onnx"
        quantize_static(str(single), str(path), Reader(), quant_format=style, per_channel=per_channel,
                        activation_type=activations, weight_type=QuantType.QInt8)
        model = onnx.load(str(path))
        helper.set_model_props(model, {"synfire.scale": str(SCALE)})
        onnx.save(model, str(path))
        np.savetxt(HERE / f"{name}.codes.csv", answers(path), fmt="%d", delimiter=",")
    single.unlink()


if __name__ == "__main__":
    main()
