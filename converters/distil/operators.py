"""ONNX operators as PyTorch functions: one per operator, with all attributes, or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Optional

import torch
from torch import Tensor
from torch.nn import functional

from refusal import Refused, first_line

Values = list[Optional[Tensor]]


@dataclass
class Node:
    """One ONNX node."""

    op: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any] = field(default_factory=dict)
    batched: bool = True
    """Works on samples, not on constants of the file."""

    def get(self, name: str, default: Any) -> Any:
        """Return an attribute; text as str."""
        value = self.attributes.get(name, default)
        return value.decode() if isinstance(value, bytes) else value

    def refuse(self, reason: str, found: str = "") -> Refused:
        """Return the error that names this node."""
        return Refused(reason, where=f"{self.op} that writes '{self.outputs[0]}'", found=found)


def _list(value: Optional[Tensor]) -> Optional[list[int]]:
    return None if value is None else [int(v) for v in value.flatten()]


def _argument(node: Node, values: Values, index: int, attribute: str, default: Any = None) -> Any:
    """Return what newer opsets have as an input and older ones as an attribute."""
    if len(values) > index and values[index] is not None:
        return _list(values[index])
    return node.get(attribute, default)


def _pads(node: Node, kernel: list[int], size: list[int]) -> list[int]:
    """Return begin and end pads of every axis: [b0, b1, ..., e0, e1, ...]."""
    rank = len(kernel)
    mode = node.get("auto_pad", "NOTSET")
    if mode in ("NOTSET", "VALID"):
        return [0] * 2 * rank if mode == "VALID" else list(node.get("pads", [0] * 2 * rank))
    strides = node.get("strides", [1] * rank)
    dilations = node.get("dilations", [1] * rank)
    begins, ends = [], []
    for n, k, s, d in zip(size, kernel, strides, dilations):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        begins.append(total - total // 2 if mode == "SAME_LOWER" else total // 2)
        ends.append(total - begins[-1])
    return begins + ends


def _pad(x: Tensor, pads: list[int], value: float) -> Tensor:
    rank = len(pads) // 2
    if not any(pads):
        return x
    order = [p for axis in reversed(range(rank)) for p in (pads[axis], pads[axis + rank])]
    return functional.pad(x, order, value=value)


def _conv(node: Node, v: Values) -> Tensor:
    x, weights, bias = v[0], v[1], v[2] if len(v) > 2 else None
    rank = x.ndim - 2
    convolve = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}[rank]
    x = _pad(x, _pads(node, list(weights.shape[2:]), list(x.shape[2:])), 0.0)
    return convolve(x, weights, bias, node.get("strides", [1] * rank), 0,
                    node.get("dilations", [1] * rank), node.get("group", 1))


def _conv_transpose(node: Node, v: Values) -> Tensor:
    x, weights, bias = v[0], v[1], v[2] if len(v) > 2 else None
    rank = x.ndim - 2
    if node.get("auto_pad", "NOTSET") != "NOTSET" or "output_shape" in node.attributes:
        raise node.refuse("auto_pad and output_shape have no rule here; export with explicit pads")
    convolve = {1: functional.conv_transpose1d, 2: functional.conv_transpose2d}[rank]
    y = convolve(x, weights, bias, node.get("strides", [1] * rank), 0, node.get("output_padding", [0] * rank),
                 node.get("group", 1), node.get("dilations", [1] * rank))
    pads = node.get("pads", [0] * 2 * rank)
    for axis in range(rank):
        y = y.narrow(axis + 2, pads[axis], y.shape[axis + 2] - pads[axis] - pads[axis + rank])
    return y


def _ceil_pads(node: Node, kernel: list[int], size: list[int], pads: list[int]) -> list[int]:
    """Return how much longer each axis must be for ceil_mode."""
    rank = len(kernel)
    if not node.get("ceil_mode", 0):
        return [0] * rank
    strides, dilations = node.get("strides", [1] * rank), node.get("dilations", [1] * rank)
    extra = []
    for axis in range(rank):
        span = size[axis] + pads[axis] + pads[axis + rank] - (kernel[axis] - 1) * dilations[axis] - 1
        extra.append(-span % strides[axis])
    return extra


def _max_pool(node: Node, v: Values) -> Tensor:
    kernel = node.get("kernel_shape", None)
    rank = len(kernel)
    size = list(v[0].shape[2:])
    pads = _pads(node, kernel, size)
    extra = _ceil_pads(node, kernel, size, pads)
    x = _pad(v[0], pads[:rank] + [p + e for p, e in zip(pads[rank:], extra)], float("-inf"))
    pool = {1: functional.max_pool1d, 2: functional.max_pool2d}[rank]
    return pool(x, kernel, node.get("strides", [1] * rank), 0, node.get("dilations", [1] * rank))


def _average_pool(node: Node, v: Values) -> Tensor:
    kernel = node.get("kernel_shape", None)
    rank = len(kernel)
    strides = node.get("strides", [1] * rank)
    size = list(v[0].shape[2:])
    pads = _pads(node, kernel, size)
    extra = [0] * rank + _ceil_pads(node, kernel, size, pads)
    pool = {1: functional.avg_pool1d, 2: functional.avg_pool2d}[rank]
    ones = torch.ones_like(v[0][:1])
    if node.get("count_include_pad", 0):
        ones = _pad(ones, pads, 1.0)
        padded = _pad(_pad(v[0], pads, 0.0), extra, 0.0)
        return pool(padded, kernel, strides) / pool(_pad(ones, extra, 0.0), kernel, strides)
    both = [p + e for p, e in zip(pads, extra)]
    return pool(_pad(v[0], both, 0.0), kernel, strides) / pool(_pad(ones, both, 0.0), kernel, strides)


def _gemm(node: Node, v: Values) -> Tensor:
    a = v[0].transpose(0, 1) if node.get("transA", 0) else v[0]
    b = v[1].transpose(0, 1) if node.get("transB", 0) else v[1]
    y = a @ b * node.get("alpha", 1.0)
    return y if len(v) < 3 or v[2] is None else y + v[2] * node.get("beta", 1.0)


def _batch_norm(node: Node, v: Values) -> Tensor:
    return functional.batch_norm(v[0], v[3], v[4], v[1], v[2], eps=node.get("epsilon", 1e-5))


def clip_bounds(node: Node, values: Values) -> tuple[Optional[float], Optional[float]]:
    """Return lower and upper bound of a Clip."""
    bounds = []
    for index, name in ((1, "min"), (2, "max")):
        given = len(values) > index and values[index] is not None
        bounds.append(float(values[index]) if given else node.get(name, None))
    return bounds[0], bounds[1]


def _clip(node: Node, v: Values) -> Tensor:
    lower, upper = clip_bounds(node, v)
    return v[0] if lower is None and upper is None else torch.clamp(v[0], lower, upper)


def _prelu(node: Node, v: Values) -> Tensor:
    slope = v[1]
    return torch.where(v[0] < 0, v[0] * slope, v[0])


def _reshape(node: Node, v: Values) -> Tensor:
    shape = _list(v[1])
    if node.get("allowzero", 0) and 0 in shape:
        raise node.refuse("allowzero has no rule here")
    # Files with a fixed batch of 1 write the 1; samples come in batches here.
    if node.batched and shape and shape[0] == 1:
        shape = [v[0].shape[0]] + shape[1:]
    shape = [v[0].shape[i] if s == 0 else s for i, s in enumerate(shape)]
    return v[0].reshape(shape)


def _flatten(node: Node, v: Values) -> Tensor:
    axis = node.get("axis", 1)
    if axis != 1:
        raise node.refuse(f"axis {axis} would join samples")
    return v[0].flatten(1)


def _squeeze(node: Node, v: Values) -> Tensor:
    axes = _argument(node, v, 1, "axes")
    if axes is None:
        axes = [i for i, n in enumerate(v[0].shape) if n == 1 and i > 0]
    kept = [n for i, n in enumerate(v[0].shape) if i not in [a % v[0].ndim for a in axes]]
    return v[0].reshape(kept)


def _unsqueeze(node: Node, v: Values) -> Tensor:
    axes = _argument(node, v, 1, "axes")
    rank = v[0].ndim + len(axes)
    y = v[0]
    for axis in sorted(a % rank for a in axes):
        y = y.unsqueeze(axis)
    return y


def _slice(node: Node, v: Values) -> Tensor:
    starts, ends = _argument(node, v, 1, "starts"), _argument(node, v, 2, "ends")
    axes = _argument(node, v, 3, "axes", list(range(len(starts))))
    steps = _argument(node, v, 4, "steps", [1] * len(starts))
    y = v[0]
    for start, end, axis, step in zip(starts, ends, axes, steps):
        places = list(range(y.shape[axis]))[_python_slice(start, end, step, y.shape[axis])]
        y = y.index_select(axis, torch.tensor(places, dtype=torch.long))
    return y


def _python_slice(start: int, end: int, step: int, size: int) -> slice:
    """Return ONNX's bounds as Python's, where an end before the first element is None."""
    if step < 0 and end < -size:
        return slice(start, None, step)
    return slice(start, end, step)


def _padding(node: Node, v: Values) -> Tensor:
    pads = _argument(node, v, 1, "pads")
    mode = node.get("mode", "constant")
    value = float(v[2]) if len(v) > 2 and v[2] is not None else node.get("value", 0.0)
    rank = v[0].ndim
    if len(v) > 3 and v[3] is not None:
        axes = [a % rank for a in _list(v[3])]
        whole = [0] * 2 * rank
        for i, axis in enumerate(axes):
            whole[axis], whole[axis + rank] = pads[i], pads[i + len(axes)]
        pads = whole
    if mode != "constant":
        raise node.refuse(f"mode '{mode}' has no rule here")
    return _pad(v[0], pads, value)


def _split(node: Node, v: Values) -> list[Tensor]:
    axis = node.get("axis", 0)
    sizes = _argument(node, v, 1, "split")
    if sizes is None:
        sizes = -(-v[0].shape[axis] // len(node.outputs))
    return list(torch.split(v[0], sizes, axis))


def _gather(node: Node, v: Values) -> Tensor:
    axis = node.get("axis", 0)
    index = torch.where(v[1] < 0, v[1] + v[0].shape[axis], v[1]).long()
    taken = v[0].index_select(axis, index.flatten())
    return taken.reshape(v[0].shape[:axis] + index.shape + v[0].shape[axis + 1:])


def _reduce(operation: Callable) -> Callable[[Node, Values], Tensor]:
    def body(node: Node, v: Values) -> Tensor:
        axes = _argument(node, v, 1, "axes")
        if axes is None or 0 in axes:
            raise node.refuse("would join samples")
        return operation(v[0], axes, keepdim=bool(node.get("keepdims", 1)))
    return body


TYPES = {1: torch.float32, 2: torch.uint8, 3: torch.int8, 6: torch.int32, 7: torch.int64, 9: torch.bool,
         11: torch.float64}


def _constant_of_shape(node: Node, v: Values) -> Tensor:
    from onnx import numpy_helper  # the one attribute that is a tensor

    value = node.attributes.get("value")
    fill = torch.zeros(1) if value is None else torch.from_numpy(numpy_helper.to_array(value).copy())
    return fill.reshape(()).expand(_list(v[0])).clone()


def _last_axis(operation: Callable) -> Callable[[Node, Values], Tensor]:
    return lambda node, v: operation(v[0], node.get("axis", -1))


OPERATORS: dict[str, Callable[[Node, Values], Any]] = {
    "Add": lambda node, v: v[0] + v[1],
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_norm,
    "Cast": lambda node, v: v[0].to(TYPES[node.get("to", 1)]),
    "Clip": _clip,
    "Concat": lambda node, v: torch.cat(v, node.get("axis", 1)),
    "ConstantOfShape": _constant_of_shape,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "Div": lambda node, v: v[0] / v[1] if v[0].is_floating_point() else torch.div(v[0], v[1], rounding_mode="trunc"),
    "Dropout": lambda node, v: v[0],
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "GlobalAveragePool": lambda node, v: v[0].mean(list(range(2, v[0].ndim)), keepdim=True),
    "HardSigmoid": lambda node, v: torch.clamp(v[0] * node.get("alpha", 0.2) + node.get("beta", 0.5), 0, 1),
    "HardSwish": lambda node, v: functional.hardswish(v[0]),
    "Identity": lambda node, v: v[0],
    "LeakyRelu": lambda node, v: functional.leaky_relu(v[0], node.get("alpha", 0.01)),
    "LogSoftmax": _last_axis(torch.log_softmax),
    "MatMul": lambda node, v: v[0] @ v[1],
    "MaxPool": _max_pool,
    "Mul": lambda node, v: v[0] * v[1],
    "Neg": lambda node, v: -v[0],
    "PRelu": _prelu,
    "Pad": _padding,
    "ReduceMean": _reduce(torch.mean),
    "ReduceSum": _reduce(torch.sum),
    "Relu": lambda node, v: torch.relu(v[0]),
    "Reshape": _reshape,
    "Shape": lambda node, v: torch.tensor(v[0].shape, dtype=torch.long),
    "Sigmoid": lambda node, v: torch.sigmoid(v[0]),
    "Slice": _slice,
    "Softmax": _last_axis(torch.softmax),
    "Split": _split,
    "Squeeze": _squeeze,
    "Sub": lambda node, v: v[0] - v[1],
    "Tanh": lambda node, v: torch.tanh(v[0]),
    "Transpose": lambda node, v: v[0].permute(*node.get("perm", list(reversed(range(v[0].ndim))))),
    "Unsqueeze": _unsqueeze,
}


def apply(node: Node, values: Values) -> list[Tensor]:
    """Return the outputs of one node."""
    try:
        results = OPERATORS[node.op](node, values)
    except (RuntimeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Attributes and shapes of a file come in more ways than rules can foresee; PyTorch names what did not fit.
        raise node.refuse("cannot be run with these inputs", found=first_line(error)) from error
    return results if isinstance(results, list) else [results]
