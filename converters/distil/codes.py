"""Spike codes in the student: which values become codes, their steps, and the price of their spikes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from network import WEIGHTED, Network
from operators import Node, clip_bounds

BINS = 512
PASSING = ("MaxPool", "Flatten", "Reshape", "Transpose", "Concat", "Slice", "Split", "Squeeze", "Unsqueeze", "Identity",
           "Dropout", "Pad", "Gather")
"""Hand codes on as they are."""
UNARY = ("Add", "Sub", "Neg", "Identity", "Dropout", "Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish",
         "Tanh")
"""Functions of one value, where other inputs are constants."""
TABLED = ("Sigmoid", "HardSigmoid", "HardSwish", "Tanh")
"""Neurons fire these by a table, with codes that the converter chooses."""
POOLING = ("AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum")


@dataclass
class Layer:
    """One value that is sent as spikes."""

    name: str
    """Of the ONNX tensor."""
    upper: float
    """Bound of the activation itself (Relu6), or infinity."""
    fan_out: float = 0.0
    """Synapses that one spike drives, on average."""
    neurons: int = 0


def _bounds(network: Network, node: Node) -> tuple[float, float] | None:
    if node.op == "Relu":
        return 0.0, math.inf
    if node.op == "Clip":
        values = [None] + [network.constants.get(name) for name in node.inputs[1:]]
        lower, upper = clip_bounds(node, values)
        return (lower, math.inf if upper is None else upper) if lower is not None else None
    return None


def _in_function(network: Network, name: str) -> bool:
    """True where the value goes into a product: x * Clip(x + 3, 0, 6) / 6 is one function of x to the converter.

    It makes one table of the whole, and the Clip inside has no neurons that could fire its codes.
    """
    for node in network.readers.get(name, []):
        if node.op in ("Mul", "Div"):
            return True
        values = [n for n in node.inputs if n not in network.constants]
        if node.op in UNARY and len(values) == 1 and _in_function(network, node.outputs[0]):
            return True
    return False


def _tabled(network: Network) -> set[str]:
    """Return the values that are functions fired by a table: a ReLU of one only joins that table."""
    found: set[str] = set()
    for node in network.nodes:
        values = [name for name in node.inputs if name not in network.constants]
        bounds = _bounds(network, node)
        alone = len(values) == 1 and node.op in (*UNARY, "Mul", "Div")
        if (node.op in TABLED or (node.op in ("Mul", "Div") and len(values) > 1)
                or (node.op == "Clip" and (bounds is None or bounds[0] != 0.0))
                or ((alone or node.op in PASSING) and found.intersection(values))):
            found.update(node.outputs)
    return found


def find_layers(network: Network) -> list[Layer]:
    """Return the activations that the converter makes populations of and that are coded here.

    A ReLU of what is a code already, one that is the last node, and one inside a longer function have no neurons of
    their own.
    """
    layers, coded, tabled = [], set(), _tabled(network)
    for node in network.nodes:
        bounds = _bounds(network, node)
        if bounds is not None and node.inputs[0] in coded:
            coded.update(node.outputs)
        elif (bounds is not None and bounds[0] == 0.0 and node.outputs[0] not in network.outputs
              and node.inputs[0] not in tabled and not _in_function(network, node.outputs[0])):
            layers.append(Layer(node.outputs[0], bounds[1]))
            coded.update(node.outputs)
        elif node.op in PASSING and all(n in coded for n in node.inputs if n not in network.constants):
            coded.update(node.outputs)
    return layers


def dense_macs(network: Network, values: dict[str, Tensor]) -> dict[str, float]:
    """Return multiply-accumulates per sample of each product with constant weights, by the name of its output."""
    macs = {}
    for node in network.nodes:
        weights = network.parameters.weights.get(node.inputs[1]) if len(node.inputs) > 1 else None
        if weights is None:
            continue
        places = values[node.inputs[0] if node.op == "ConvTranspose" else node.outputs[0]]
        channels = places.shape[-1 if node.op in ("Gemm", "MatMul") else 1]
        macs[node.outputs[0]] = weights.numel() * places[0].numel() / channels
    return macs


def measure_fan_out(network: Network, layers: list[Layer], values: dict[str, Tensor], macs: dict[str, float]) -> None:
    """Fill in synapses per spike: the multiply-accumulates behind each value, over its elements."""
    synapses = {name: 0.0 for name in values}
    for node in reversed(network.nodes):
        behind = sum(synapses[name] for name in node.outputs)
        read = [name for name in node.inputs if name in values]
        whole = sum(values[name][0].numel() for name in read)
        for name in read:
            if node.op in WEIGHTED:
                synapses[name] += macs.get(node.outputs[0], 0.0) / len(read)
            elif node.op in PASSING or node.op in POOLING or node.op == "BatchNormalization":
                synapses[name] += behind * values[name][0].numel() / whole
            elif node.op == "Add":
                synapses[name] += values[name][0].numel()
    for layer in layers:
        layer.neurons = values[layer.name][0].numel()
        layer.fan_out = synapses[layer.name] / layer.neurons


def along_channels(steps: Tensor, value: Tensor) -> Tensor:
    """Return the steps so that they multiply axis 1 of the value."""
    return steps.reshape([1, -1] + [1] * (value.ndim - 2))


def best_step(values: Tensor, levels: int) -> float:
    """Return the step with the least squared error of clipping and rounding together; 0 for silence."""
    positive = values[values > 0]
    if positive.numel() == 0:
        return 0.0
    largest = float(positive.max())
    counts = torch.histc(positive, BINS, 0, largest).double()
    centres = (torch.arange(BINS, dtype=torch.float64) + 0.5) * largest / BINS
    tried = largest / levels * torch.arange(8, 129, dtype=torch.float64) / 128
    codes = torch.floor(centres / tried[:, None] + 0.5).clamp(0, levels)
    errors = ((codes * tried[:, None] - centres) ** 2 * counts).sum(1)
    return float(tried[errors.argmin()])


def initial_steps(value: Tensor, layer: Layer, levels: int, per_channel: bool) -> Tensor:
    """Return the logarithm of the steps of one layer, one per channel (or equal ones)."""
    channels = value.shape[1]
    whole = best_step(value, levels) or 1.0 / levels
    steps = torch.full((channels,), whole)
    if per_channel:
        for c in range(channels):
            steps[c] = best_step(value[:, c], levels) or whole
    return torch.log(steps.clamp(max=layer.upper / levels))


class _Round(torch.autograd.Function):
    """Round half up; the gradient passes as if it were not there (straight-through)."""

    @staticmethod
    def forward(_context, x: Tensor) -> Tensor:
        return torch.floor(x + 0.5)

    @staticmethod
    def backward(_context, gradient: Tensor) -> Tensor:
        return gradient


def round_half_up(x: Tensor) -> Tensor:
    """Round as the neurons do, whose potential starts at half a threshold."""
    return _Round.apply(x)


class Coder:
    """Rounds the values of layers to codes; steps are learned (LSQ, Esser et al. 2020)."""

    def __init__(self, layers: list[Layer], steps: dict[str, Tensor], levels: int) -> None:
        self.layers = {layer.name: layer for layer in layers}
        self.log_steps = steps
        self.levels = levels
        self.scaled: dict[str, Tensor] = {}
        """Values in units of their step, of the last run: what the price of spikes is taken from."""

    def step(self, name: str) -> Tensor:
        """Return the steps of a layer, per channel; no code lies above the activation's own bound."""
        return torch.exp(self.log_steps[name]).clamp(max=self.layers[name].upper / self.levels)

    def __call__(self, name: str, value: Tensor) -> Tensor:
        if name not in self.layers:
            return value
        step = along_channels(self.step(name), value)
        scaled = value / step
        self.scaled[name] = scaled
        return round_half_up(scaled.clamp(0, self.levels)) * step

    def synaptic_events(self, sharpness: float = 4.0) -> Tensor:
        """Return a smooth count of synaptic events per sample: active neurons times their fan-out.

        An active neuron is one whose value rounds to 1 or more; the step function is smoothed by a sigmoid.
        """
        total = torch.zeros(())
        for name, scaled in self.scaled.items():
            active = torch.sigmoid((scaled - 0.5) * sharpness).sum() / scaled.shape[0]
            total = total + active * self.layers[name].fan_out
        return total

    def active_events(self) -> float:
        """Return the exact count of the same, of the last run."""
        return sum(float((scaled.detach() >= 0.5).sum()) / scaled.shape[0] * self.layers[name].fan_out
                   for name, scaled in self.scaled.items())


def round_weights(weights: Tensor, axis: int, bits: int) -> Tensor:
    """Round to the grid of each output channel: symmetric, the largest weight at its end."""
    others = [i for i in range(weights.ndim) if i != axis]
    unit = weights.detach().abs().amax(others, keepdim=True) / (2 ** (bits - 1) - 1)
    unit = torch.where(unit > 0, unit, torch.ones_like(unit))
    return round_half_up(weights / unit) * unit
