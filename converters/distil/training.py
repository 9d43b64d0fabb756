"""The student learns to give the teacher's answers with codes, on samples without labels."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Callable

import torch
from torch import Tensor
from torch.nn import functional

from codes import Coder, dense_macs, find_layers, initial_steps, measure_fan_out, round_weights
from network import Network
from refusal import Refused


SLOWER = "train with a lower --rate, --step-rate or --event-price"


@dataclass(frozen=True)
class Settings:
    """What distillation is told."""

    levels: int = 15
    per_channel: bool = True
    weight_bits: int = 8
    epochs: int = 20
    batch: int = 32
    rate: float = 2e-4
    """Of weights; biases learn 3 times as fast."""
    step_rate: float = 5e-3
    """Of the logarithm of steps."""
    temperature: float = 4.0
    """Of the softmax whose answers are compared (Hinton et al. 2015); regression compares outputs."""
    event_price: float = 0.0
    """Loss of one synaptic event per dense multiply-accumulate."""
    regression: bool = False
    seed: int = 1


@dataclass
class Measured:
    """Student against teacher on some samples."""

    error: float
    """Squared error of the outputs, over the variance of the teacher's."""
    agreement: float
    """Share of samples with the same arg-max."""
    events: float
    """Active neurons times fan-out, per dense multiply-accumulate: events of codes with one spike each."""


class Student:
    """Trainable copy of the network whose activations are codes and whose weights lie on grids."""

    def __init__(self, network: Network, samples: Tensor, settings: Settings) -> None:
        self.network, self.settings = network, settings
        self.layers = find_layers(network)
        if not self.layers:
            raise Refused("nothing in the network fires with codes of its own",
                          expected="a ReLU, or a Clip from 0, between two layers",
                          hint="convert without distillation")
        self.parameters = network.parameters.copy()
        self.coder = Coder(self.layers, self._initial_steps(samples), settings.levels)
        self.dense = sum(self._macs.values())
        if self.dense == 0:
            raise Refused("no product of the network has constant weights", hint="there is nothing to distil")

    @torch.no_grad()
    def _initial_steps(self, samples: Tensor) -> dict[str, Tensor]:
        values = self.network.run(samples, self.network.parameters.tensors())
        for layer in self.layers:
            _require_channels(layer.name, values[layer.name])
        # Of one number the variance is not a number.
        answers = values[self.network.outputs[0]]
        self.variance = answers.var(unbiased=answers.numel() > 1).clamp(min=1e-12)
        self._macs = dense_macs(self.network, values)
        measure_fan_out(self.network, self.layers, values, self._macs)
        return {layer.name: initial_steps(values[layer.name], layer, self.settings.levels, self.settings.per_channel)
                .requires_grad_(True) for layer in self.layers}

    def outputs(self, samples: Tensor) -> Tensor:
        """Return the first output [samples, classes]; the coder keeps what the price needs."""
        tensors = dict(self.parameters.biases)
        for name, weights in self.parameters.weights.items():
            tensors[name] = round_weights(weights, self.parameters.axes[name], self.settings.weight_bits)
        return answers_of(self.network, self.network.run(samples, tensors, self.coder), len(samples))

    def events_per_mac(self) -> Tensor:
        """Return the smooth count of synaptic events of the last run, per dense multiply-accumulate."""
        return self.coder.synaptic_events() / self.dense

    def require_finite(self) -> None:
        """Raise Refused where training left something that no file should hold."""
        steps = {layer.name: self.coder.step(layer.name).detach() for layer in self.layers}
        for name, tensor in {**self.parameters.tensors(), **steps}.items():
            if not torch.isfinite(tensor).all() or (name in steps and not (tensor > 0).all()):
                raise Refused("training left numbers that are not finite, or steps of 0", where=f"'{name}'",
                              hint=SLOWER)


def _require_channels(name: str, value: Tensor) -> None:
    if value.ndim < 2:
        raise Refused("the activation has no axis of channels", where=f"'{name}'", found=f"shape {list(value.shape)}",
                      expected="[samples, channels, ...]")
    if not torch.isfinite(value).all():
        raise Refused("the trained network's values are not finite", where=f"'{name}'",
                      hint="are --scale, --mean and --std those of its training?")


def answers_of(network: Network, values: dict[str, Tensor], count: int) -> Tensor:
    """Return the first output of `count` samples as [samples, classes]."""
    name = network.outputs[0]
    if name not in values or values[name].ndim == 0 or len(values[name]) != count:
        found = f"shape {list(values[name].shape)}" if name in values else "a constant"
        raise Refused("the output does not have one row per sample", where=f"'{name}'", found=found,
                      expected=f"[{count}, ...] for {count} samples")
    return values[name].reshape(count, -1)


def distance(student: Tensor, teacher: Tensor, settings: Settings, variance: Tensor) -> Tensor:
    """Return how far the answers are apart, of one batch; `variance` is that of all the teacher's answers."""
    if settings.regression:
        return functional.mse_loss(student, teacher) / variance
    t = settings.temperature
    return t * t * functional.kl_div(torch.log_softmax(student / t, 1), torch.log_softmax(teacher / t, 1),
                                     reduction="batchmean", log_target=True)


@torch.no_grad()
def measure(student: Student, samples: Tensor, teacher: Tensor) -> Measured:
    """Compare student and teacher on all samples."""
    outputs, events = [], 0.0
    for batch in samples.split(student.settings.batch):
        outputs.append(student.outputs(batch))
        events += student.coder.active_events() * len(batch)
    found = torch.cat(outputs)
    error = ((found - teacher) ** 2).mean() / student.variance
    agreement = (found.argmax(1) == teacher.argmax(1)).double().mean()
    return Measured(float(error), float(agreement), events / len(samples) / student.dense)


@torch.no_grad()
def teach(network: Network, samples: Tensor, batch: int) -> Tensor:
    """Return the trained network's outputs."""
    tensors = network.parameters.tensors()
    return torch.cat([answers_of(network, network.run(part, tensors), len(part)) for part in samples.split(batch)])


def optimiser_of(student: Student, steps: int) -> tuple[torch.optim.Optimizer, object]:
    """Return Adam and its schedule: a short warm-up, then a cosine to 0."""
    s = student.settings
    groups = [{"params": list(student.parameters.weights.values()), "lr": s.rate},
              {"params": list(student.parameters.biases.values()), "lr": 3 * s.rate},
              {"params": list(student.coder.log_steps.values()), "lr": s.step_rate}]
    optimiser = torch.optim.Adam([g for g in groups if g["params"]])
    rates = [g["lr"] for g in optimiser.param_groups]
    # With 10 steps a warm-up of a tenth is empty, and PyTorch divides by its length.
    warm_up = 0.2 if steps == 10 else 0.1
    return optimiser, torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps, pct_start=warm_up,
                                                          cycle_momentum=False)


def distil(network: Network, student: Student, samples: Tensor, augment: Callable[[Tensor], Tensor],
           progress: Callable[[str], None]) -> None:
    """Train the student in place on raw samples [N, ...]; `augment` distorts a batch and prepares it."""
    s = student.settings
    batches = -(-len(samples) // s.batch)
    optimiser, schedule = optimiser_of(student, s.epochs * batches)
    generator = torch.Generator().manual_seed(s.seed)
    start = time.monotonic()
    for epoch in range(s.epochs):
        total, events = 0.0, 0.0
        for index in torch.randperm(len(samples), generator=generator).split(s.batch):
            batch = augment(samples[index])
            with torch.no_grad():
                target = teach(network, batch, s.batch)
            loss = distance(student.outputs(batch), target, s, student.variance)
            if not math.isfinite(float(loss)):
                raise Refused("the student's answers are no longer finite", where=f"epoch {epoch + 1}", hint=SLOWER)
            spikes = student.events_per_mac()
            optimiser.zero_grad()
            (loss + s.event_price * spikes).backward()
            optimiser.step()
            schedule.step()
            total, events = total + float(loss), events + float(spikes)
        seconds = time.monotonic() - start
        left = seconds / (epoch + 1) * (s.epochs - epoch - 1)
        progress(f"epoch {epoch + 1:3d}/{s.epochs}  distance {total / batches:.4f}  "
                 f"events per MAC {events / batches:.3f}  {left:.0f} s left")
