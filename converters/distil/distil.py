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
import math
import sys
from pathlib import Path
from typing import Callable

STATUS_BAD_INPUT = 3

try:
    import torch

    import output_file
    import samples as data
    from augment import Augment
    from network import Network
    from refusal import Refused
    from training import SLOWER, Settings, Student, distil, measure, teach
except ImportError as missing:
    print(f"distil: {missing}\n  hint: Debian has python3-torch and python3-onnx for /usr/bin/python3", file=sys.stderr)
    sys.exit(STATUS_BAD_INPUT)


LARGEST = 1e30
"""Of the numbers on the command line: what is computed from them fits into 32 bits."""
WORSE = 10.0
"""Growth of the output error that is worth a warning."""


def number(low: float = -LARGEST) -> Callable[[str], float]:
    """Return an argparse type: a finite number, at least `low`."""
    def real(text: str) -> float:
        value = float(text)
        if not math.isfinite(value) or not low <= value <= LARGEST:
            raise argparse.ArgumentTypeError(f"found {text}, expected a number in {low:g} .. {LARGEST:g}")
        return value
    return real


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return an argparse type: a whole number in low .. high."""
    def integer(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"found {text}, expected a whole number in {low} .. {high}")
        return value
    return integer


def share(text: str) -> float:
    """Return a number in 0 .. 1."""
    value = float(text)
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"found {text}, expected a number in 0 .. 1")
    return value


def numbers(text: str) -> list[float]:
    """Return a comma list of finite numbers."""
    return [number()(part) for part in text.split(",")]


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="trained network, ONNX")
    parser.add_argument("samples", type=Path, help=".npy or .npz with raw samples; labels are not read")
    parser.add_argument("-o", "--output", type=Path, required=True, help="ONNX file to write")
    parser.add_argument("--coding", choices=("phase", "rate", "ttfs"), default="phase",
                        help="code of hidden layers: how many levels T steps give")
    parser.add_argument("--steps", type=whole(1, 4095), default=4, help="T, as in 'synfire convert' (default 4)")
    parser.add_argument("--skip-steps", type=int, default=0, metavar="0",
                        help="not with distillation: a student has as many levels in skips as elsewhere")
    parser.add_argument("--weight-bits", type=int, default=8, choices=range(2, 9), metavar="2..8")
    parser.add_argument("--steps-per", choices=("channel", "layer"), default="channel",
                        help="steps between codes of a channel's own at the start, or of the layer's")
    parser.add_argument("--event-price", type=number(0.0), default=0.0,
                        help="loss of one synaptic event per dense multiply-accumulate (default 0; try 10 to 100)")
    parser.add_argument("--epochs", type=whole(1, 10**6), default=20)
    parser.add_argument("--batch", type=whole(1, 10**6), default=32)
    parser.add_argument("--rate", type=number(0.0), default=Settings.rate, help="learning rate of weights")
    parser.add_argument("--step-rate", type=number(0.0), default=Settings.step_rate,
                        help="learning rate of steps")
    parser.add_argument("--regression", action="store_true", help="outputs are real values, not classes")
    parser.add_argument("--mirror", action="store_true", help="train on mirrored images as well")
    parser.add_argument("--shift", type=whole(0, 10**4), default=0,
                        help="train on images shifted by up to this many pixels")
    parser.add_argument("--distort", action="store_true",
                        help="train on images turned, stretched, lighter and darker as well")
    parser.add_argument("--mix", type=share, default=0.0, metavar="SHARE",
                        help="share of the images that get a rectangle of another one (default 0; try 0.5)")
    parser.add_argument("--scale", type=number(), help="raw * SCALE (default: the file's, or 1/255 for 8-bit data)")
    parser.add_argument("--mean", type=numbers, help="subtracted after scaling: one number, or one per channel")
    parser.add_argument("--std", type=numbers, help="divides after that")
    parser.add_argument("--seed", type=whole(0, 2**63 - 1), default=1)
    parser.add_argument("--threads", type=whole(0, 1024), default=0,
                        help="0: all cores; the result depends on it in the last bits")
    return parser.parse_args(given)


def kept_numbers(kept: dict[str, str], key: str, default: str) -> list[float]:
    """Return numbers of the file's metadata."""
    text = kept.get(f"synfire.{key}", default)
    try:
        return numbers(text)
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise Refused("the metadata holds no list of finite numbers", where=f"metadata synfire.{key}", found=text,
                      hint=f"give --{key}") from error


def preparation(options: argparse.Namespace, network: Network, raw: torch.Tensor) -> data.Preparation:
    """Return the preprocessing: command line before metadata before defaults."""
    kept = {p.key: p.value for p in network.model.metadata_props}
    default = 1 / 255 if raw.dtype == torch.uint8 else 1.0
    scale = options.scale if options.scale is not None else kept_numbers(kept, "scale", repr(default))[0]
    mean = options.mean or kept_numbers(kept, "mean", "0")
    std = options.std or kept_numbers(kept, "std", "1")
    channels = network.input_shape[0]
    for name, values in (("--mean", mean), ("--std", std)):
        if len(values) not in (1, channels):
            raise Refused("the count of numbers is not that of channels", where=name, found=f"{len(values)} numbers",
                          expected=f"1 or {channels} (one per channel)")
    for name, values in (("--scale", [scale]), ("--std", std)):
        if min(values) <= 0:
            raise Refused("a number is not above 0", where=name, found=f"{min(values):g}", expected="numbers above 0")
    return data.Preparation(scale, mean, std)


def levels_of(coding: str, steps: int) -> int:
    """Return the largest code."""
    most = 12 if coding == "phase" else 4095
    if not 1 <= steps <= most:
        raise Refused(f"out of range for code '{coding}'", where="--steps", found=steps, expected=f"1 .. {most}")
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
    if options.skip_steps != 0:
        raise Refused("a student has as many levels in skip connections as elsewhere", where="--skip-steps",
                      found=options.skip_steps, expected="0",
                      hint="distil without it; or 'synfire convert --skip-steps' the network that is not distilled")
    output_file.check(options.output, {"model": options.model, "samples": options.samples})
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
    augment = Augment(options.mirror, options.shift, options.distort, options.mix)
    augment.check(network.input_shape)
    real = prepare(raw)
    teacher = teach(network, real, settings.batch)
    if not (torch.isfinite(real).all() and torch.isfinite(teacher).all()):
        raise Refused("the trained network's answers to the samples are not finite", where=options.model,
                      hint="are --scale, --mean and --std those of its training?")
    student = Student(network, real, settings)
    before = measure(student, real, teacher)
    report("before", before)
    generator = torch.Generator().manual_seed(options.seed)
    distil(network, student, raw, lambda batch: prepare(augment(batch, generator)),
           lambda text: print(text, flush=True))
    after = measure(student, real, teacher)
    student.require_finite()
    if not math.isfinite(after.error):
        raise Refused("the student's answers are not finite after training", where=options.output, hint=SLOWER)
    report("after", after)
    if not after.error <= WORSE * before.error:
        print(f"distil: warning: the output error grew from {100 * before.error:.2g} % to {100 * after.error:.2g} %\n"
              f"  hint: {SLOWER}", file=sys.stderr)
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
    except (OSError, ValueError, MemoryError) as error:
        print(f"distil: {str(error) or 'not enough memory'}", file=sys.stderr)
        return STATUS_BAD_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main())
