#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares imported int8 models with ONNX Runtime on 1,000 images each and prints a table.

    bench/qdq_against_onnxruntime.py BUILD_FOLDER [--images N] [--only NAME] [--keep FOLDER]

BUILD_FOLDER holds cli/synfire and bench/bench_network_outputs (`ninja synfire bench_network_outputs`). ONNX Runtime
comes from PyPI in the pinned version, into a virtual environment in the build folder; no other part of the project needs it.
Every model of models/zoo, and ResNet-20 where ../shared has it, is quantised by ONNX Runtime's own tool in both formats,
per tensor and per channel, and run by ONNX Runtime (CPU, default optimisation) and by the spiking network.
"""
from __future__ import annotations

import argparse
import gzip
import json
import lzma
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SYNFIRE_SHARED_DIR", ROOT.parent / "shared"))
FASHION = Path("/usr/share/datasets/fashion-mnist")
PINNED = ("onnxruntime==1.20.1", "onnx==1.16.2", "numpy==2.1.3", "sympy==1.14.0")
CALIBRATION = 256


def enter_environment(build: Path) -> None:
    """Start this script again in the virtual environment that has ONNX Runtime."""
    environment = build / "onnxruntime-1.20.1"
    python = environment / "bin/python"
    if Path(sys.prefix).resolve() == environment.resolve():
        return
    if not (environment / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PINNED], check=True)
        (environment / "complete").touch()
    os.execv(str(python), [str(python), *sys.argv])


@dataclass
class Case:
    """A trained network and its images (8 bit), with the preprocessing that it was trained with."""

    name: str
    model: Path
    train: Any
    test: Any
    scale: float
    mean: list[float]
    std: list[float]

    def real(self, raw: Any) -> Any:
        """Return the model's input for raw images [N, ...], rounded once to single precision."""
        import numpy as np
        mean, std = (np.array(v, dtype=np.float64) for v in (self.mean, self.std))
        if raw.ndim == 4:
            mean, std = mean.reshape(1, -1, 1, 1), std.reshape(1, -1, 1, 1)
        return ((raw.astype(np.float64) * self.scale - mean) / std).astype(np.float32)


def idx_images(path: Path) -> Any:
    """Return the images of an IDX file as [N, 1, H, W]."""
    import numpy as np
    raw = gzip.decompress(path.read_bytes())
    sizes = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * len(sizes)).reshape(sizes[0], 1, *sizes[1:])


def cifar_images(path: Path) -> Any:
    """Return the images of a CIFAR-10 batch as [N, 3, 32, 32]."""
    import numpy as np
    records = np.frombuffer(lzma.decompress(path.read_bytes()), np.uint8).reshape(-1, 3073)
    return records[:, 1:].reshape(-1, 3, 32, 32)


def zoo_case(name: str, folder: Path, test_stem: str) -> Case | None:
    """Return a case of models/zoo, or nothing where its data are not on the machine."""
    train = folder / "train-images-idx3-ubyte.gz"
    if not train.exists():
        print(f"SKIPPED {name}: {folder} is not there", file=sys.stderr)
        return None
    card = json.loads((ROOT / f"models/zoo/{name}/card.json").read_text())
    return Case(name, ROOT / f"models/zoo/{name}/model.onnx", idx_images(train),
                idx_images(folder / f"{test_stem}-images-idx3-ubyte.gz"), card["scale"], [card["mean"]],
                [card["std"]])


def cases() -> list[Case]:
    """Return every case whose data are there."""
    found = [zoo_case("digits_cnn", ROOT / "models/data/digits", "test"),
             zoo_case("mnist_mlp", SHARED / "data/mnist", "t10k"),
             zoo_case("mnist_cnn", SHARED / "data/mnist", "t10k"),
             zoo_case("fashion_cnn", FASHION, "t10k")]
    model, data = SHARED / "models/resnet20_cifar10.onnx", SHARED / "data/cifar10"
    if model.exists() and data.exists():
        found.append(Case("resnet20", model, cifar_images(data / "data_batch_1.bin.xz"),
                          cifar_images(data / "test_batch.bin.xz"), 1 / 255, [0.485, 0.456, 0.406],
                          [0.229, 0.224, 0.225]))
    else:
        print("SKIPPED resnet20: ../shared is not there", file=sys.stderr)
    return [case for case in found if case is not None]


def quantise(case: Case, style: str, per_channel: bool, folder: Path) -> Path:
    """Quantise with ONNX Runtime's tool; normalisation is folded before."""
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    folded = folder / f"{case.name}.onnx"
    if not folded.exists():
        quant_pre_process(str(case.model), str(folded), skip_symbolic_shape=True)
    name = onnx.load(str(folded)).graph.input[0].name
    shape = [d.dim_value for d in onnx.load(str(folded)).graph.input[0].type.tensor_type.shape.dim[1:]]

    class Reader(CalibrationDataReader):
        """Feeds training images one by one."""

        def __init__(self) -> None:
            self.left = iter(case.real(case.train[:CALIBRATION]))

        def get_next(self) -> dict[str, Any] | None:
            image = next(self.left, None)
            return None if image is None else {name: image.reshape(1, *shape)}

    path = folder / f"{case.name}-{style}-{'channel' if per_channel else 'tensor'}.onnx"
    quantize_static(str(folded), str(path), Reader(), quant_format=QuantFormat[style], per_channel=per_channel,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    return path


def runtime_outputs(path: Path, real: Any, plain: bool) -> Any:
    """Return ONNX Runtime's logits; `plain`: without any optimisation, node by node."""
    import numpy as np
    import onnxruntime as ort
    options = ort.SessionOptions()
    options.log_severity_level = 3
    # Without it, processors with AVX2 but no VNNI saturate sums of two products at 16 bits: overflow, not arithmetic.
    options.add_session_config_entry("session.x64quantprecision", "1")
    if plain:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    shape = [d for d in entry.shape[1:]]
    return np.concatenate([session.run(None, {entry.name: x.reshape(1, *shape)})[0].reshape(1, -1) for x in real])


def output_scale(path: Path) -> tuple[float, int]:
    """Return scale and zero point of the model's last codes."""
    import onnx
    from onnx import numpy_helper
    graph = onnx.load(str(path)).graph
    constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    last = next(n for n in graph.node if n.output[0] == graph.output[0].name)
    return float(constants[last.input[1]]), int(constants[last.input[2]])


@dataclass
class Row:
    """One model in one format against ONNX Runtime."""

    case: str
    style: str
    weights: str
    images: int
    same_answer: int
    same_outputs: int
    plain_same: int
    boundaries: int
    ties: int
    different: int
    theta: int

    def line(self) -> str:
        return (f"| {self.case} | {self.style} | {self.weights} | {self.images:,} | {self.same_answer:,} | "
                f"{self.same_outputs:,} | {self.plain_same:,} | {self.boundaries:,} | {self.ties:,} | "
                f"{self.different:,} | {self.theta:,} |")


def compare(case: Case, style: str, per_channel: bool, build: Path, folder: Path, images: int) -> Row:
    """Quantise, run both programs on the same images, count what is equal."""
    import numpy as np
    path = quantise(case, style, per_channel, folder)
    raw = case.test[:images]
    if len(raw) < images:  # small test splits are filled up with training images that calibration did not see
        raw = np.concatenate([raw, case.train[CALIBRATION:CALIBRATION + images - len(raw)]])
    np.savez(folder / "images.npz", x=raw)
    network, report = folder / "network.snn", folder / "report.json"
    options = ["--scale", repr(case.scale), "--mean", ",".join(map(repr, case.mean)), "--std",
               ",".join(map(repr, case.std))]
    subprocess.run([str(build / "cli/synfire"), "convert", str(path), "-o", str(network), "--json", str(report),
                    *options], check=True, stdout=subprocess.DEVNULL)
    lines = subprocess.run([str(build / "bench/bench_network_outputs"), str(network), str(folder / "images.npz")],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    spikes = np.array([[int(x) for x in line.split()] for line in lines])
    runtime = runtime_outputs(path, case.real(raw), False)
    plain = runtime_outputs(path, case.real(raw), True)
    scale, _ = output_scale(path)
    codes = np.rint(runtime / scale).astype(np.int64)
    certificate = json.loads(report.read_text())["imported"]
    return Row(case.name, style, "per channel" if per_channel else "per tensor", len(raw),
               int((spikes.argmax(1) == runtime.argmax(1)).sum()), int((spikes == codes).all(1).sum()),
               int((plain == runtime).all(1).sum()), certificate["boundaries"], certificate["ties"],
               certificate["different"], certificate["theta_max"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=Path, help="folder for the quantised models")
    arguments = parser.parse_args()
    enter_environment(arguments.build.resolve())
    print("| model | format | weights | images | same arg-max | all outputs equal | of ONNX Runtime with and without "
          "optimisation | boundaries | ties | different | largest theta |\n|---|---|---|---|---|---|---|---|---|---|---|")
    worst = True
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(exist_ok=True)
        for case in cases():
            for style in ("QDQ", "QOperator") if arguments.only in ("", case.name) else ():
                for per_channel in (False, True):
                    row = compare(case, style, per_channel, arguments.build, folder, arguments.images)
                    print(row.line(), flush=True)
                    worst = worst and row.same_answer == row.images
    return 0 if worst else 1


if __name__ == "__main__":
    sys.exit(main())
