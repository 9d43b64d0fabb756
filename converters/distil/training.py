"""The student learns to give the teacher's answers with codes, on samples without labels."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable

import torch
from torch import Tensor
from torch.nn import functional

from codes import Coder, dense_macs, find_layers, initial_steps, measure_fan_out, round_weights
from network import Network
from operators import Refused


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
            raise Refused("no ReLU or Clip from 0 inside the network: nothing here fires with codes of its own")
        self.parameters = network.parameters.copy()
        self.coder = Coder(self.layers, self._initial_steps(samples), settings.levels)
        self.dense = sum(self._macs.values())

    @torch.no_grad()
    def _initial_steps(self, samples: Tensor) -> dict[str, Tensor]:
        values = self.network.run(samples, self.network.parameters.tensors())
        self._macs = dense_macs(self.network, values)
        measure_fan_out(self.network, self.layers, values, self._macs)
        return {layer.name: initial_steps(values[layer.name], layer, self.settings.levels, self.settings.per_channel)
                .requires_grad_(True) for layer in self.layers}

    def outputs(self, samples: Tensor) -> Tensor:
        """Return the first output [samples, classes]; the coder keeps what the price needs."""
        tensors = dict(self.parameters.biases)
        for name, weights in self.parameters.weights.items():
            tensors[name] = round_weights(weights, self.parameters.axes[name], self.settings.weight_bits)
        return self.network.run(samples, tensors, self.coder)[self.network.outputs[0]].flatten(1)

    def events_per_mac(self) -> Tensor:
        """Return the smooth count of synaptic events of the last run, per dense multiply-accumulate."""
        return self.coder.synaptic_events() / self.dense


def distance(student: Tensor, teacher: Tensor, settings: Settings) -> Tensor:
    """Return how far the answers are apart, of one batch."""
    if settings.regression:
        return functional.mse_loss(student, teacher) / teacher.var().clamp(min=1e-12)
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
    error = ((found - teacher) ** 2).mean() / teacher.var().clamp(min=1e-12)
    agreement = (found.argmax(1) == teacher.argmax(1)).double().mean()
    return Measured(float(error), float(agreement), events / len(samples) / student.dense)


@torch.no_grad()
def teach(network: Network, samples: Tensor, batch: int) -> Tensor:
    """Return the trained network's outputs."""
    tensors = network.parameters.tensors()
    return torch.cat([network.run(part, tensors)[network.outputs[0]].flatten(1) for part in samples.split(batch)])


def optimiser_of(student: Student, steps: int) -> tuple[torch.optim.Optimizer, object]:
    """Return Adam and its schedule: a short warm-up, then a cosine to 0."""
    s = student.settings
    groups = [{"params": list(student.parameters.weights.values()), "lr": s.rate},
              {"params": list(student.parameters.biases.values()), "lr": 3 * s.rate},
              {"params": list(student.coder.log_steps.values()), "lr": s.step_rate}]
    optimiser = torch.optim.Adam([g for g in groups if g["params"]])
    rates = [g["lr"] for g in optimiser.param_groups]
    return optimiser, torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps, pct_start=0.1,
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
            loss = distance(student.outputs(batch), target, s)
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
