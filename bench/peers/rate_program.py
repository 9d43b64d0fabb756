# SPDX-License-Identifier: Apache-2.0
"""A trained network with rates of spikes, in snnTorch or SpikingJelly; runs inside their environments.

    rate_program.py FRAMEWORK accuracy FOLDED DATA.npz THREADS STEPS RIGHT  JSON: right answers after 8, 16, ... steps, up to
                                                                            the first that has RIGHT of them, or to STEPS
    rate_program.py FRAMEWORK run FOLDED DATA.npz THREADS STEPS IMAGES      a server of bench/peers/timing.py

FOLDED is the ONNX file that onnxruntime_program.py writes. Each ReLU becomes a layer of neurons that add up their input and
subtract the threshold when they fire; thresholds are the 99.9 % quantile of what the trained layer gives for the calibration
images. Max-pooling acts on spikes. The image is a constant current. The answer is the sum of the last layer over all steps.
"""
from __future__ import annotations

import contextlib
import io
import json
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent))
from timing import serve  # noqa: E402  (a sibling, found by the line above)

BATCH = 100


def convolution(attributes: dict[str, Any], weight: torch.Tensor, bias: torch.Tensor | None) -> nn.Module:
    kernel = list(weight.shape[2:])
    pads = attributes.get("pads", [0, 0, 0, 0])
    if attributes.get("auto_pad", b"NOTSET") == b"SAME_UPPER":  # odd kernels and stride 1: the same on both sides
        pads = [(k - 1) // 2 for k in kernel] * 2
    module = nn.Conv2d(weight.shape[1] * attributes.get("group", 1), weight.shape[0], kernel,
                       attributes.get("strides", [1, 1]), pads[:2], groups=attributes.get("group", 1), bias=bias is not None)
    module.weight.data = weight
    if bias is not None:
        module.bias.data = bias
    return module


def dense(weight: torch.Tensor, bias: torch.Tensor | None) -> nn.Module:
    module = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
    module.weight.data = weight.contiguous()
    if bias is not None:
        module.bias.data = bias
    return module


class Slice(nn.Module):
    def __init__(self, starts: list[int], ends: list[int], axes: list[int], steps: list[int]) -> None:
        super().__init__()
        self.by = [slice(None)] * 4
        for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
            self.by[axis] = slice(start, end, step)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[tuple(self.by)]


class Pad(nn.Module):
    def __init__(self, amounts: list[int]) -> None:
        super().__init__()
        half = len(amounts) // 2
        self.by = [amount for axis in reversed(range(half)) for amount in (amounts[axis], amounts[axis + half])]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.pad(x, self.by)


class AddConstant(nn.Module):
    def __init__(self, value: torch.Tensor) -> None:
        super().__init__()
        self.value = nn.Parameter(value, requires_grad=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.value


def module_of(node: Any, constants: dict[str, torch.Tensor]) -> nn.Module | None:
    """Return the layer of a node; nothing for the sum of two layers."""
    a = {x.name: onnx.helper.get_attribute_value(x) for x in node.attribute}
    given = [constants.get(name) for name in node.input]
    kind = node.op_type
    if kind == "Conv":
        return convolution(a, given[1], given[2] if len(given) > 2 else None)
    if kind == "Gemm":
        return dense(given[1] if a.get("transB") else given[1].T, given[2])
    if kind == "MatMul":
        return dense(given[1].T, None)
    if kind == "Add":
        return AddConstant(given[1]) if given[1] is not None else None
    if kind == "MaxPool":
        return nn.MaxPool2d(a["kernel_shape"], a["strides"])
    if kind == "Slice":
        lists = [x.tolist() for x in given[1:]]
        return Slice(*lists, *([[1] * len(lists[0])] if len(lists) < 4 else []))
    if kind == "Pad":
        return Pad(given[1].tolist())
    simple = {"Relu": nn.ReLU, "Flatten": nn.Flatten, "Reshape": nn.Flatten, "GlobalAveragePool": lambda: nn.AdaptiveAvgPool2d(1)}
    if kind not in simple:
        raise SystemExit(f"rate_program.py: no layer for the operator {kind}")
    return simple[kind]()


class Graph(nn.Module):
    """The ONNX graph, one module per node, in its order; can be traced."""

    def __init__(self, path: str) -> None:
        super().__init__()
        graph = onnx.load(path).graph
        constants = {t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in graph.initializer}
        self.entry = next(i.name for i in graph.input if i.name not in constants)
        self.exit = graph.output[0].name
        self.plan: list[tuple[str | None, list[str], str]] = []
        for index, node in enumerate(graph.node):
            if node.op_type == "Constant":
                constants[node.output[0]] = torch.from_numpy(numpy_helper.to_array(node.attribute[0].t).copy())
                continue
            module = module_of(node, constants)
            name = None if module is None else f"layer{index}"
            if module is not None:
                self.add_module(f"layer{index}", module)
            self.plan.append((name, [x for x in node.input if x and x not in constants], node.output[0]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = {self.entry: x}
        for name, inputs, output in self.plan:
            given = [values[i] for i in inputs]
            values[output] = given[0] + given[1] if name is None else getattr(self, name)(given[0])
        return values[self.exit]


def quantiles(model: Graph, images: torch.Tensor) -> dict[str, float]:
    """Return the threshold of each ReLU."""
    found: dict[str, list[np.ndarray]] = {}
    hooks = [m.register_forward_hook(lambda _, __, out, name=name: found.setdefault(name, []).append(out.numpy().ravel()))
             for name, m in model.named_children() if isinstance(m, nn.ReLU)]
    for part in images.split(BATCH):
        model(part)
    for hook in hooks:
        hook.remove()
    return {name: float(np.quantile(np.concatenate(parts), 0.999)) for name, parts in found.items()}


class Network:
    """A network that one call advances by one step."""

    def __init__(self, framework: str, model: Graph, calibration: torch.Tensor) -> None:
        make = {"snntorch": self.snntorch, "spikingjelly": self.spikingjelly}[framework]
        make(model, calibration)

    def snntorch(self, model: Graph, calibration: torch.Tensor) -> None:
        import snntorch
        from snntorch import utils

        class Layer(nn.Module):
            """Spikes are worth the threshold, so that the next layer's weights stay as they are."""

            def __init__(self, threshold: float) -> None:
                super().__init__()
                self.threshold = threshold
                self.neurons = snntorch.Leaky(beta=1.0, threshold=threshold, reset_mechanism="subtract", init_hidden=True)

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return self.neurons(x) * self.threshold

        for name, threshold in quantiles(model, calibration).items():
            setattr(model, name, Layer(threshold))
        self.version, self.step, self.reset = snntorch.__version__, model, lambda: utils.reset(model)

    def spikingjelly(self, model: Graph, calibration: torch.Tensor) -> None:
        from importlib.metadata import version

        from spikingjelly.activation_based import ann2snn, functional
        batches = [(part, None) for part in calibration.split(BATCH)]
        with contextlib.redirect_stderr(io.StringIO()):  # its progress bar
            net = ann2snn.Converter(batches, mode="99.9%")(model)
        self.version, self.step, self.reset = version("spikingjelly"), net, lambda: functional.reset_net(net)

    def sums(self, images: torch.Tensor, steps: int) -> Iterator[torch.Tensor]:
        """Yield the sums of the last layer after each step."""
        self.reset()
        total = torch.zeros(())
        for _ in range(steps):
            total = total + self.step(images).reshape(len(images), -1)
            yield total


def right_answers(network: Network, images: torch.Tensor, labels: torch.Tensor, steps: int, enough: int) -> dict[int, int]:
    """Return the right answers after 8, 16, ... steps, until there are enough."""
    right = {}
    for t, sums in enumerate(network.sums(images, steps), 1):
        if t >= 8 and t.bit_count() == 1:
            right[t] = int((sums.argmax(1) == labels).sum())
            if right[t] >= enough:
                break
    return right


def main() -> None:
    framework, task, model, data, threads, steps = sys.argv[1:7]
    torch.set_num_threads(int(threads))
    torch.set_grad_enabled(False)
    with np.load(data) as file:
        images, labels, calibration = (torch.from_numpy(file[key]) for key in ("x", "y", "calibration"))
    network = Network(framework, Graph(model).eval(), calibration)
    if task == "accuracy":
        right = right_answers(network, images, labels, int(steps), int(sys.argv[7]))
        print(json.dumps({"right": right, "images": len(images)}))
        return
    few = images[:int(sys.argv[7])]
    serve({"version": network.version, "torch": torch.__version__}, lambda: deque(network.sums(few, int(steps)), 0))


if __name__ == "__main__":
    main()
