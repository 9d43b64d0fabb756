#!/usr/bin/env python3
"""Train fashion_spiking_cnn, a convolutional spiking network for Fashion-MNIST: `python3 train.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import nir
import numpy as np
import snntorch
import torch
from torch import Tensor, nn

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import spiking  # noqa: E402  (found through the path above)

STEPS = 6
BETA = 0.8
BETA_OUT = 0.9


def encode(images: Tensor) -> Tensor:
    """Return pixels 0..1: a current that is the same in every step."""
    return images.float() / 255


class SpikingCnn(nn.Module):
    """12C5 (stride 2) - LIF - 24C3 - LIF - AvgPool2 - 10 leaky outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 12, 5, stride=2)
        self.lif1 = snntorch.Leaky(beta=BETA, reset_mechanism="zero", reset_delay=False)
        self.pool = nn.AvgPool2d(2)
        self.conv2 = nn.Conv2d(12, 24, 3)
        self.lif2 = snntorch.Leaky(beta=BETA, reset_mechanism="zero", reset_delay=False)
        self.out = nn.Linear(24 * 5 * 5, 10)
        self.answer = snntorch.Leaky(beta=BETA_OUT, reset_mechanism="none")

    def forward(self, images: Tensor) -> Tensor:
        """Return the sum of the outputs over all steps, scaled for the loss."""
        first, second, answer = (m.reset_mem() for m in (self.lif1, self.lif2, self.answer))
        current = self.conv1(images)
        total = torch.zeros(1)
        for _ in range(STEPS):
            spikes, first = self.lif1(current, first)
            spikes, second = self.lif2(self.conv2(spikes), second)
            _, answer = self.answer(self.out(self.pool(spikes).flatten(1)), answer)
            total = total + answer
        return total / STEPS


def graph(net: SpikingCnn) -> nir.NIRGraph:
    """Return the network as NIR."""
    pool = nir.AvgPool2d(kernel_size=np.array([2, 2]), stride=np.array([2, 2]),
                         padding=np.array([0, 0]))
    return nir.NIRGraph.from_list(
        nir.Input(input_type=np.array([1, 28, 28])),
        spiking.conv(net.conv1, (28, 28)), spiking.leaky(BETA, 1.0, (12, 12, 12)),
        spiking.conv(net.conv2, (12, 12)), spiking.leaky(BETA, 1.0, (24, 10, 10)), pool,
        nir.Flatten(start_dim=0, end_dim=-1, input_type=np.array([24, 5, 5])),
        spiking.affine(net.out), spiking.integrator(BETA_OUT, 10),
        nir.Output(output_type=np.array([10])))


RECIPE = spiking.SpikingRecipe(name="fashion_spiking_cnn", build=SpikingCnn, encode=encode,
                               graph=graph, epochs=1, rate=5e-3, batch=128)

if __name__ == "__main__":
    spiking.main(RECIPE, HERE, Path("/usr/share/datasets/fashion-mnist"))
