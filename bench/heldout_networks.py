#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Converts shapes of networks that the converter was not tuned on, and prints a table.

    bench/heldout_networks.py SYNFIRE_PROGRAM [--only NAME ...] [--folder FOLDER] [--page FILE]

Each network is trained for a minute or less on 6,000 images of Fashion-MNIST with PyTorch, exported to ONNX, and converted
at default options with 200 unlabelled samples. The float network and the spiking one then answer the same 2,000 test
images. --folder keeps models and data; --page writes docs/reference/results-heldout.md.
"""
from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import numpy as np
import torch
from torch import nn

IMAGES = Path("/usr/share/datasets/fashion-mnist")
TRAINED, TESTED, CALIBRATED = 6000, 2000, 200


def idx(part: str, kind: str, header: int) -> np.ndarray:
    name = next(p for p in IMAGES.glob(f"{part}-{kind}*"))
    raw = gzip.open(name).read() if name.suffix == ".gz" else name.read_bytes()
    return np.frombuffer(raw, np.uint8, offset=header)


def images(part: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    x = idx(part, "images", 16).reshape(-1, 1, 28, 28)[:count]
    return x, idx(part, "labels", 8)[:count].astype(np.int64)


def conv(inputs: int, outputs: int, kernel: int = 3, act: nn.Module | None = None, **more: Any) -> nn.Sequential:
    layers = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False, **more), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, act if act is not None else nn.ReLU())


def separable(inputs: int, outputs: int, act: type[nn.Module], stride: int = 1) -> nn.Sequential:
    return nn.Sequential(conv(inputs, inputs, act=act(), stride=stride, groups=inputs), conv(inputs, outputs, 1, act=act()))


def mean_head(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


class Inverted(nn.Module):
    """An inverted bottleneck whose sum is not rectified."""

    def __init__(self, width: int, act: type[nn.Module]) -> None:
        super().__init__()
        self.inner = nn.Sequential(conv(width, 4 * width, 1, act()), conv(4 * width, 4 * width, act=act(), groups=4 * width),
                                   conv(4 * width, width, 1, nn.Identity()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.inner(x)


class Fire(nn.Module):
    def __init__(self, inputs: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Sequential(nn.Conv2d(inputs, squeezed, 1), nn.ReLU())
        self.one, self.three = nn.Conv2d(squeezed, expanded, 1), nn.Conv2d(squeezed, expanded, 3, padding=1)
        self.norm = nn.BatchNorm2d(2 * expanded)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.squeeze(x)
        return torch.relu(self.norm(torch.cat([self.one(x), self.three(x)], 1)))


class Residual(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.inner(x)


class Dense(nn.Module):
    """Normalisation and ReLU in front of a convolution whose output joins its input."""

    def __init__(self, inputs: int, growth: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, growth, 3, padding=1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, self.inner(x)], 1)


class Rows(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1, 2)


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.top, self.low = conv(1, 6), nn.Sequential(nn.MaxPool2d(2), conv(6, 12), conv(12, 12))
        self.up, self.end = nn.Upsample(scale_factor=2, mode="nearest"), nn.Sequential(conv(18, 6), nn.Conv2d(6, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        top = self.top(x)
        return self.end(torch.cat([top, self.up(self.low(top))], 1))


class TwoInputs(nn.Module):
    """The upper half of an image as an image, the lower half as a list of numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.image = nn.Sequential(conv(1, 8), nn.MaxPool2d(2), conv(8, 16, stride=2), nn.Flatten())
        self.list = nn.Sequential(nn.Linear(14 * 28, 64), nn.ReLU())
        self.end = nn.Sequential(nn.Linear(16 * 4 * 7 + 64, 64), nn.ReLU(), nn.Linear(64, 10))

    def forward(self, image: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        return self.end(torch.cat([self.image(image), self.list(numbers)], 1))


@dataclass
class Case:
    name: str
    what: str
    make: Callable[[], nn.Module]
    restores: bool = False  # a regression on its own input
    halves: bool = False  # two inputs


def res_block() -> nn.Module:
    return Residual(nn.Sequential(nn.Linear(96, 96), nn.BatchNorm1d(96), nn.ReLU(), nn.Linear(96, 96)))


CASES = (
    Case("separable", "depthwise separable, Relu6", lambda: nn.Sequential(
        conv(1, 16, act=nn.ReLU6(), stride=2), separable(16, 32, nn.ReLU6), separable(32, 64, nn.ReLU6, 2),
        separable(64, 64, nn.ReLU6), mean_head(64))),
    Case("inverted", "inverted bottlenecks, HardSwish", lambda: nn.Sequential(
        conv(1, 16, act=nn.Hardswish(), stride=2), Inverted(16, nn.Hardswish), conv(16, 32, stride=2),
        Inverted(32, nn.Hardswish), mean_head(32))),
    Case("fire", "fire modules, MaxPool with ceil_mode, averaged maps", lambda: nn.Sequential(
        conv(1, 24), nn.MaxPool2d(3, 2, ceil_mode=True), Fire(24, 8, 24), Fire(48, 8, 24), nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(48, 12, 32), nn.Conv2d(64, 10, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())),
    Case("residual_mlp", "residual MLP", lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 96), res_block(), res_block(), nn.ReLU(), nn.Linear(96, 10))),
    Case("conv1d", "Conv1d over rows", lambda: nn.Sequential(
        Rows(), nn.Conv1d(28, 48, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2), nn.Conv1d(48, 64, 3, padding=1), nn.ReLU(),
        nn.AvgPool1d(2), nn.Flatten(), nn.Linear(64 * 7, 10))),
    Case("dense_block", "concatenating blocks, normalised in front", lambda: nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1, stride=2), Dense(12, 8), Dense(20, 8), Dense(28, 8), nn.BatchNorm2d(36), nn.ReLU(),
        mean_head(36))),
    Case("gelu_mlp", "MLP with GELU", lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 128), nn.GELU(), nn.Linear(128, 64), nn.GELU(), nn.Linear(64, 10))),
    Case("two_inputs", "image and list of numbers", TwoInputs, halves=True),
    Case("autoencoder", "ConvTranspose, Sigmoid at the end", lambda: nn.Sequential(
        nn.Conv2d(1, 12, 3, 2, 1), nn.ReLU(), nn.Conv2d(12, 16, 3, 2, 1), nn.ReLU(),
        nn.ConvTranspose2d(16, 12, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(12, 1, 4, 2, 1), nn.Sigmoid()), restores=True),
    Case("unet", "U-Net, nearest Upsample", UNet, restores=True),
)


def arrays(case: Case, x: np.ndarray) -> dict[str, np.ndarray]:
    if case.halves:
        return {"image": x[:, :, :14], "numbers": x[:, 0, 14:].reshape(len(x), -1)}
    return {"image": x}


def tensors(case: Case, x: np.ndarray) -> list[torch.Tensor]:
    return [torch.from_numpy(a.astype(np.float32) / 255.0) for a in arrays(case, x).values()]


def train(case: Case) -> nn.Module:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    x, y = images("train", TRAINED)
    model = case.make().train()
    epochs, batch = 4, 64
    steps = epochs * (TRAINED // batch)
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=steps)
    inputs, labels = tensors(case, x), torch.from_numpy(y)
    for step in range(steps):
        if step % (TRAINED // batch) == 0:
            order = torch.randperm(TRAINED)
        rows = order[(step * batch) % (TRAINED - batch):][:batch]
        out = model(*[i[rows] for i in inputs])
        loss = nn.functional.mse_loss(out, inputs[0][rows]) if case.restores else nn.functional.cross_entropy(out, labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return model.eval()


def save_data(case: Case, path: Path, part: str, count: int) -> None:
    x, y = images(part, count)
    found = arrays(case, x)
    if not case.halves:
        found = {"x": x}
    answers = {"targets": x.astype(np.float32) / 255.0} if case.restores else {"labels": y.astype(np.int32)}
    np.savez(path, **found, **answers)


def prepare(case: Case, folder: Path) -> Path:
    model = folder / f"{case.name}.onnx"
    save_data(case, folder / f"{case.name}_test.npz", "t10k", TESTED)
    save_data(case, folder / f"{case.name}_train.npz", "train", TRAINED)
    if not model.exists():
        trained = train(case)
        names = list(arrays(case, images("t10k", 1)[0]))
        torch.onnx.export(trained, tuple(tensors(case, images("t10k", 1)[0])), str(model), input_names=names,
                          output_names=["answer"], dynamic_axes={n: {0: "batch"} for n in [*names, "answer"]}, opset_version=14)
    return model


def run(program: Path, *arguments: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "result.json"
        done = subprocess.run([str(program), *arguments, "--json", str(out)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return json.loads(out.read_text(encoding="utf-8"))


def row(program: Path, case: Case, folder: Path) -> str:
    model, net = prepare(case, folder), folder / f"{case.name}.snn"
    test = str(folder / f"{case.name}_test.npz")
    run(program, "convert", str(model), "--calibration", str(folder / f"{case.name}_train.npz"), "--calibration-samples",
        str(CALIBRATED), "-o", str(net))
    found = run(program, "compare", str(net), str(model), "--data", test, "--hardware-samples", "0")
    events = found["activity"]["synaptic_events"] / max(1, found["dense_macs"])
    if case.restores:
        answers = f"R2 {found['r2_dense']:.4f} | R2 {found['r2_snn']:.4f}"
    else:
        answers = f"{100 * found['accuracy_dense']:.2f} % | {100 * found['accuracy_snn']:.2f} %"
    return f"| {case.name} | {case.what} | {answers} | {found['fidelity'][0]['r2']:.4f} | {events:.2f} |"


def page(table: list[str]) -> str:
    return "\n".join([
        "# Held-out networks", "",
        "Written by `bench/heldout_networks.py`: shapes of networks that no default was tuned on. Each was trained for a minute or "
        f"less on {TRAINED:,} images of Fashion-MNIST and converted at default options with {CALIBRATED} unlabelled samples; both "
        f"networks then answered the same {TESTED:,} test images. *R2 against float*: of the outputs, per network. One draw: "
        "differences below half a point say nothing.", "", *table, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("--only", nargs="*", default=[case.name for case in CASES])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--page", type=Path)
    arguments = parser.parse_args()
    table = ["| network | what is in it | float | spiking | R2 against float | events per dense MAC |", "|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for case in CASES:
            if case.name not in arguments.only:
                continue
            try:
                table.append(row(arguments.program, case, folder))
            except RuntimeError as failed:
                table.append(f"| {case.name} | {case.what} | failed: {failed} |  |  |  |")
            print(table[-1], file=sys.stderr, flush=True)
    print("\n".join(table))
    if arguments.page:
        arguments.page.write_text(page(table), encoding="utf-8")


if __name__ == "__main__":
    main()
