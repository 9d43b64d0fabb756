#!/usr/bin/env python3
"""Distil a trained network into one that answers the same with few spikes.

The trained network is the teacher; the student is a copy whose activations are spike codes and whose weights lie on
the integer grid. Weights, biases and the steps between codes are trained against the teacher's answers, on samples
without labels. The result is an ONNX file that `synfire convert` takes: it finds the steps in the metadata.

    synfire draw DATA --samples 512 --seed 1 -o samples.npy
    python3 converters/distil/distil.py model.onnx samples.npy -o student.onnx --steps 4
    synfire convert student.onnx --calibration samples.npy --steps 4 -o network.snn

Needs Debian's python3-torch and python3-onnx. How it works: docs/howto/distil.md.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

STATUS_BAD_INPUT = 3

try:
    import torch

    import samples as data
    from network import Network
    from operators import Refused
    from training import Settings, Student, distil, measure, teach
except ImportError as missing:
    print(f"distil: {missing}\n  hint: Debian has python3-torch and python3-onnx for /usr/bin/python3", file=sys.stderr)
    sys.exit(STATUS_BAD_INPUT)


def numbers(text: str) -> list[float]:
    """Return a comma list of numbers."""
    return [float(part) for part in text.split(",")]


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="trained network, ONNX")
    parser.add_argument("samples", type=Path, help=".npy or .npz with raw samples; labels are not read")
    parser.add_argument("-o", "--output", type=Path, required=True, help="ONNX file to write")
    parser.add_argument("--coding", choices=("phase", "rate", "ttfs"), default="phase",
                        help="code of hidden layers: how many levels T steps give")
    parser.add_argument("--steps", type=int, default=4, help="T, as in 'synfire convert' (default 4)")
    parser.add_argument("--weight-bits", type=int, default=8, choices=range(2, 9), metavar="2..8")
    parser.add_argument("--steps-per", choices=("channel", "layer"), default="channel",
                        help="steps between codes of a channel's own at the start, or of the layer's")
    parser.add_argument("--event-price", type=float, default=0.0,
                        help="loss of one synaptic event per dense multiply-accumulate (default 0; try 10 to 100)")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=Settings.rate, help="learning rate of weights")
    parser.add_argument("--step-rate", type=float, default=Settings.step_rate, help="learning rate of steps")
    parser.add_argument("--regression", action="store_true", help="outputs are real values, not classes")
    parser.add_argument("--mirror", action="store_true", help="train on mirrored images as well")
    parser.add_argument("--shift", type=int, default=0, help="train on images shifted by up to this many pixels")
    parser.add_argument("--scale", type=float, help="raw * SCALE (default: the file's, or 1/255 for 8-bit data)")
    parser.add_argument("--mean", type=numbers, help="subtracted after scaling: one number, or one per channel")
    parser.add_argument("--std", type=numbers, help="divides after that")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0, help="0: all cores; the result depends on it in the last bits")
    return parser.parse_args(given)


def preparation(options: argparse.Namespace, network: Network, raw: torch.Tensor) -> data.Preparation:
    """Return the preprocessing: command line before metadata before defaults."""
    kept = {p.key: p.value for p in network.model.metadata_props}
    default = 1 / 255 if raw.dtype == torch.uint8 else 1.0
    scale = options.scale if options.scale is not None else numbers(kept.get("synfire.scale", repr(default)))[0]
    mean = options.mean or numbers(kept.get("synfire.mean", "0"))
    std = options.std or numbers(kept.get("synfire.std", "1"))
    channels = network.input_shape[0]
    for name, values in (("--mean", mean), ("--std", std)):
        if len(values) not in (1, channels):
            raise Refused(f"{name}: found {len(values)} numbers, expected 1 or {channels} (one per channel)")
    if not all(value > 0 for value in [scale, *std]):
        raise Refused("--scale and --std must be above 0")
    return data.Preparation(scale, mean, std)


def levels_of(coding: str, steps: int) -> int:
    """Return the largest code."""
    if steps < 1 or steps > (12 if coding == "phase" else 4095):
        raise Refused(f"--steps {steps}: out of range for code '{coding}'")
    return 2 ** steps - 1 if coding == "phase" else steps


def metadata(student: Student) -> dict[str, str]:
    """Return the steps between codes, by the name of the tensor that becomes codes."""
    entries = {"synfire.levels": str(student.settings.levels), "synfire.weight_bits": str(student.settings.weight_bits)}
    for layer in student.layers:
        steps = student.coder.step(layer.name).detach().double().tolist()
        entries[f"synfire.code_steps:{layer.name}"] = ",".join(f"{step:.9g}" for step in steps)
    return entries


def run(options: argparse.Namespace) -> None:
    """Do what the command line says."""
    if options.output.resolve() == options.model.resolve():
        raise Refused(f"{options.output}: is the model itself")
    torch.manual_seed(options.seed)
    torch.set_flush_denormal(True)
    if options.threads > 0:
        torch.set_num_threads(options.threads)
    network = Network(options.model)
    raw = data.shaped(data.read(options.samples), network.input_shape, options.samples)
    prepare = preparation(options, network, raw)
    settings = Settings(levels=levels_of(options.coding, options.steps), per_channel=options.steps_per == "channel",
                        weight_bits=options.weight_bits, epochs=options.epochs, batch=options.batch, rate=options.rate,
                        step_rate=options.step_rate, event_price=options.event_price, regression=options.regression,
                        seed=options.seed)
    real = prepare(raw)
    student = Student(network, real, settings)
    teacher = teach(network, real, settings.batch)
    report("before", measure(student, real, teacher))
    augment = data.Augment(options.mirror, options.shift)
    generator = torch.Generator().manual_seed(options.seed)
    distil(network, student, raw, lambda batch: prepare(augment(batch, generator)), lambda text: print(text, flush=True))
    report("after", measure(student, real, teacher))
    network.save(options.output, student.parameters, {**prepare.metadata(), **metadata(student)})
    print(f"written: {options.output} ({len(student.layers)} layers with steps of their own)")


def report(when: str, found: object) -> None:
    """Print student against teacher on the samples."""
    print(f"{when:6}  output error {100 * found.error:.2f} %  same answers {100 * found.agreement:.2f} %  "
          f"active neurons drive {found.events:.3f} synapses per dense MAC", flush=True)


def main() -> int:
    """Run; return the exit status."""
    try:
        run(arguments())
    except Refused as refusal:
        print(f"distil: {refusal}", file=sys.stderr)
        return STATUS_BAD_INPUT
    except (OSError, ValueError) as error:
        print(f"distil: {error}", file=sys.stderr)
        return STATUS_BAD_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main())
