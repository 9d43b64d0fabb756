"""Batch normalisation folded into the convolution or product before it."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

FOLDED = ("Conv", "ConvTranspose", "Gemm")


def _array(model: onnx.ModelProto, name: str) -> np.ndarray:
    return numpy_helper.to_array(next(i for i in model.graph.initializer if i.name == name)).astype(np.float64)


def _replace(model: onnx.ModelProto, name: str, array: np.ndarray) -> str:
    tensor = numpy_helper.from_array(array.astype(np.float32), name)
    model.graph.initializer.append(tensor)
    return name


def _factors(model: onnx.ModelProto, norm: onnx.NodeProto) -> tuple[np.ndarray, np.ndarray]:
    """Return scale and offset per channel: y = x * scale + offset."""
    gain, bias, mean, variance = (_array(model, name) for name in norm.input[1:5])
    epsilon = next((a.f for a in norm.attribute if a.name == "epsilon"), 1e-5)
    scale = gain / np.sqrt(variance + epsilon)
    return scale, bias - mean * scale


def _output_axis(node: onnx.NodeProto) -> int:
    if node.op_type == "Gemm":
        turned = any(a.name == "transB" and a.i for a in node.attribute)
        return 0 if turned else 1
    return 0 if node.op_type == "Conv" else 1


def _may_fold(model: onnx.ModelProto, node: onnx.NodeProto, norm: onnx.NodeProto) -> bool:
    constant = {i.name for i in model.graph.initializer}
    attributes = {a.name: a for a in node.attribute}
    plain = all(attributes[k].f == 1.0 for k in ("alpha", "beta") if k in attributes)
    grouped = node.op_type == "ConvTranspose" and "group" in attributes and attributes["group"].i != 1
    readers = sum(list(other.input).count(node.output[0]) for other in model.graph.node)
    outputs = {o.name for o in model.graph.output}
    fixed = all(name in constant for name in [*node.input[1:], *norm.input[1:5]] if name)
    return (node.op_type in FOLDED and fixed and plain
            and not grouped and readers == 1 and node.output[0] not in outputs)


def _fold_into(model: onnx.ModelProto, node: onnx.NodeProto, norm: onnx.NodeProto) -> None:
    scale, offset = _factors(model, norm)
    weights = _array(model, node.input[1])
    shape = [1] * weights.ndim
    shape[_output_axis(node)] = -1
    bias = _array(model, node.input[2]) if len(node.input) > 2 and node.input[2] else np.zeros_like(scale)
    inputs = [node.input[0], _replace(model, f"{norm.output[0]}:weight", weights * scale.reshape(shape)),
              _replace(model, f"{norm.output[0]}:bias", bias * scale + offset)]
    del node.input[:]
    node.input.extend(inputs)
    node.output[0] = norm.output[0]


def fold(model: onnx.ModelProto) -> None:
    """Fold every batch normalisation that directly follows a product; others stay as nodes.

    A convolution without a bias gets one, so that it can be trained.
    """
    producers = {name: node for node in model.graph.node for name in node.output}
    kept = []
    for node in model.graph.node:
        before = producers.get(node.input[0]) if node.op_type == "BatchNormalization" else None
        if before is not None and _may_fold(model, before, node):
            _fold_into(model, before, node)
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    _give_biases(model)
    _drop_unread(model)


def _give_biases(model: onnx.ModelProto) -> None:
    constant = {i.name for i in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type != "Conv" or node.input[1] not in constant or (len(node.input) > 2 and node.input[2]):
            continue
        channels = _array(model, node.input[1]).shape[0]
        del node.input[2:]
        node.input.append(_replace(model, f"{node.output[0]}:bias", np.zeros(channels)))


def _drop_unread(model: onnx.ModelProto) -> None:
    read = {name for node in model.graph.node for name in node.input}
    kept = [i for i in model.graph.initializer if i.name in read]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    inputs = [i for i in model.graph.input if i.name in read or i.name not in {k.name for k in kept}]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
