#!/usr/bin/env python3
"""Train fashion_rows, a recurrent spiking network that reads an image row by row: `python3 train.py`."""

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

LEVELS = (32, 96, 160, 224)
"""A pixel of a row is four inputs: each fires in the row's step where the pixel is above its level."""
HIDDEN = 128
BETA = 0.9
BETA_OUT = 0.95


def encode(images: Tensor) -> Tensor:
    """Return spikes [steps, N, 28 * 4]; input 4 * x + level."""
    rows = images[:, 0].permute(1, 0, 2)
    levels = torch.tensor(LEVELS)
    return (rows.unsqueeze(-1) > levels).float().flatten(2)


class Rows(nn.Module):
    """28 rows into 128 recurrent neurons; the answer is the summed potential of 10 leaky outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.into = nn.Linear(28 * len(LEVELS), HIDDEN)
        self.hidden = snntorch.RLeaky(beta=BETA, linear_features=HIDDEN, reset_mechanism="zero",
                                      reset_delay=False)
        nn.init.orthogonal_(self.hidden.recurrent.weight, 0.3)
        self.out = nn.Linear(HIDDEN, 10)
        self.answer = snntorch.Leaky(beta=BETA_OUT, reset_mechanism="none")

    def forward(self, steps: Tensor) -> Tensor:
        """Return the sum of the outputs over all steps, scaled for the loss."""
        spikes, hidden = self.hidden.init_rleaky()
        answer = self.answer.reset_mem()
        total = torch.zeros(1)
        for now in self.into(steps):
            spikes, hidden = self.hidden(now, spikes, hidden)
            _, answer = self.answer(self.out(spikes), answer)
            total = total + answer
        return total / len(steps)


def graph(net: Rows) -> nir.NIRGraph:
    """Return the network as NIR; the recurrent part is a graph of its own."""
    lif = nir.NIRGraph(
        nodes={"input": nir.Input(input_type=np.array([HIDDEN])),
               "lif": spiking.leaky(BETA, 1.0, (HIDDEN,)),
               "w_rec": spiking.affine(net.hidden.recurrent),
               "output": nir.Output(output_type=np.array([HIDDEN]))},
        edges=[("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")])
    return nir.NIRGraph(
        nodes={"input": nir.Input(input_type=np.array([28 * len(LEVELS)])),
               "into": spiking.affine(net.into), "hidden": lif,
               "out": spiking.affine(net.out), "answer": spiking.integrator(BETA_OUT, 10),
               "output": nir.Output(output_type=np.array([10]))},
        edges=[("input", "into"), ("into", "hidden"), ("hidden", "out"), ("out", "answer"),
               ("answer", "output")])


RECIPE = spiking.SpikingRecipe(name="fashion_rows", build=Rows, encode=encode, graph=graph,
                               epochs=5, rate=5e-3, batch=256)

if __name__ == "__main__":
    spiking.main(RECIPE, HERE, Path("/usr/share/datasets/fashion-mnist"))
