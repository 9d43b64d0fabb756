# SPDX-License-Identifier: Apache-2.0
"""Whole images through converted networks: against ONNX Runtime, and against snnTorch and SpikingJelly with rates."""
from __future__ import annotations

import gzip
import json
import lzma
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from qdq_against_onnxruntime import ROOT, SHARED, Case, cifar_images, idx_images  # noqa: E402  (a sibling folder)

from .environments import ONNXRUNTIME, RATES
from .section import Load, Section, Table, verdict
from .timing import Command, Seconds, Server, alternate, ratios, spread

HERE = Path(__file__).resolve().parent
BATCHES = (1, 16, 100)
CALIBRATION = 256
WITHIN = 0.3  # points of accuracy
RATE_STEPS = 256
FRAMEWORKS = ("snntorch", "spikingjelly")


@dataclass
class Network:
    """A trained network, its images, and how many of them each measurement takes."""

    case: Case
    data: Path
    labels: Any
    images: int      # of a timed run
    scored: int      # whose answers decide how many steps a rate needs
    rate_images: int  # of a timed run with rates


@dataclass
class Bench:
    """The built programs and a folder for what is made on the way."""

    build: Path
    scratch: Path
    rounds: int
    quick: bool
    scored: int | None = None  # instead of what the networks say

    @property
    def synfire(self) -> Path:
        return self.build / "cli/synfire"

    def program(self, name: str) -> str:
        return str(self.build / "bench" / name)


def networks(quick: bool) -> list[Network]:
    """Return those whose files are there; name the others."""
    found = []
    mnist, cifar = SHARED / "data/mnist", SHARED / "data/cifar10"
    if mnist.exists():
        train, test = (idx_images(mnist / f"{part}-images-idx3-ubyte.gz") for part in ("train", "t10k"))
        labels = np.frombuffer(gzip.decompress((mnist / "t10k-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
        zoo = Case("LeNet, MNIST (`models/zoo/mnist_cnn`)", ROOT / "models/zoo/mnist_cnn/model.onnx", train, test, 1 / 255,
                   [0.1307], [0.3081])
        cntk = Case("LeNet, MNIST (ONNX Model Zoo `mnist-8`)", SHARED / "models/cntk_mnist8.onnx", train, test, 1.0, [0.0], [1.0])
        found += [Network(zoo, mnist, labels, 2000, 500, 50), Network(cntk, mnist, labels, 2000, 300, 10)]
    if cifar.exists():
        test_file = cifar / "test_batch.bin.xz"
        labels = np.frombuffer(lzma.decompress(test_file.read_bytes()), np.uint8).reshape(-1, 3073)[:, 0]
        case = Case("ResNet-20, CIFAR-10", SHARED / "models/resnet20_cifar10.onnx", cifar_images(cifar / "data_batch_1.bin.xz"),
                    cifar_images(test_file), 1 / 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        found.insert(0, Network(case, cifar, labels, 200, 300, 4))
    for folder in (mnist, cifar):
        if not folder.exists():
            print(f"SKIPPED: {folder} is not there", file=sys.stderr)
    if quick:
        for network in found:
            network.images, network.scored, network.rate_images = 40, 20, 4
    return [network for network in found if network.case.model.exists()]


class Prepared:
    """A network converted for this project's simulator and folded for the others, with its images as files."""

    def __init__(self, bench: Bench, network: Network) -> None:
        self.bench, self.network = bench, network
        network.scored = bench.scored or network.scored
        case, stem = network.case, network.case.model.parent.name + "-" + network.case.model.stem
        self.snn, self.folded = bench.scratch / f"{stem}.snn", bench.scratch / f"{stem}.onnx"
        self.own_data, self.data = bench.scratch / f"{stem}-own.npz", bench.scratch / f"{stem}.npz"
        self.scored = bench.scratch / f"{stem}-scored.npz"
        python = ONNXRUNTIME.python(bench.build)
        if python is None:
            raise SystemExit("results_peers.py: the measurements need ONNX Runtime")
        if not self.snn.exists():  # another section has made it
            self.make(python)
        calibration = case.real(case.train[:CALIBRATION])
        for path, count in ((self.data, network.images), (self.scored, network.scored)):
            np.savez(path, x=case.real(case.test[:count]), y=network.labels[:count].astype(np.int64), calibration=calibration)
        count = max(network.images, network.scored)
        np.savez(self.own_data, x=case.test[:count], y=network.labels[:count].astype(np.int64))

    def make(self, python: Path) -> None:
        case = self.network.case
        fold = [str(python), str(HERE / "onnxruntime_program.py"), "fold", str(case.model), str(self.folded)]
        convert = [str(self.bench.synfire), "convert", str(case.model), "-o", str(self.snn), "--steps", "4", "--calibration",
                   str(self.network.data), "--scale", repr(case.scale), "--mean", ",".join(map(repr, case.mean)), "--std",
                   ",".join(map(repr, case.std))]
        for command in (fold, convert):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def own(self, threads: int) -> Command:
        return Command([self.bench.program("bench_network_speed"), str(self.snn), str(self.own_data), str(self.network.images),
                        str(threads), "2"], wall=0, cpu=3)

    def own_right(self, images: int) -> int:
        """Return how many of the first images this project's simulator gets right."""
        out = self.bench.scratch / "simulate.json"
        subprocess.run([str(self.bench.synfire), "simulate", str(self.snn), "--data", str(self.own_data), "--samples", str(images),
                        "--json", str(out)], check=True, stdout=subprocess.DEVNULL)
        return round(json.loads(out.read_text())["accuracy"] * images)


def per_second(images: int, seconds: Seconds) -> str:
    return f"{images / median(seconds.wall):,.0f}"


def against_onnxruntime(prepared: Prepared, threads: int, versions: dict[str, str]) -> list[str]:
    """Measure one row: ONNX Runtime at its best batch size."""
    python, images = ONNXRUNTIME.python(prepared.bench.build), prepared.network.images
    servers = {batch: Server([str(python), str(HERE / "onnxruntime_program.py"), "run", str(prepared.folded), str(prepared.data),
                              str(batch), str(threads)]) for batch in BATCHES}
    programs: dict[str, Callable[[], tuple[float, float]]] = {"own": prepared.own(threads)}
    programs.update({str(batch): server for batch, server in servers.items()})
    found = alternate(programs, prepared.bench.rounds)
    for server in servers.values():
        versions["ONNX Runtime"] = server.about["version"]
        server.close()
    own = found["own"]
    best = min(BATCHES, key=lambda batch: median(found[str(batch)].wall))
    peer = found[str(best)]
    least_cpu = min((found[str(batch)] for batch in BATCHES), key=lambda x: median(x.cpu))
    wall, cpu = ratios(peer.wall, own.wall), ratios(least_cpu.cpu, own.cpu)
    right = servers[best].about["right"]
    return [prepared.network.case.name, str(threads), f"{images:,}", f"{prepared.own_right(images)} / {right}",
            per_second(images, own), f"{per_second(images, peer)} ({best})", spread(wall), spread(cpu), verdict(median(wall) >= 1.0)]


def measure_dense(bench: Bench) -> Section | None:
    """Target: at least as fast as ONNX Runtime in single precision, at phase, T = 4."""
    load, versions, rows = Load(), {}, []
    for network in networks(bench.quick):
        prepared = Prepared(bench, network)
        for threads in (1, 2):
            rows.append(against_onnxruntime(prepared, threads, versions))
            load.sample()
            print(rows[-1], file=sys.stderr, flush=True)
    if not rows:
        return None
    return Section(
        "The trained network itself: ONNX Runtime",
        "The converted network (`phase`, T = 4, 8 input steps) against the trained one in ONNX Runtime (single precision, all "
        f"optimisations) on the same images, in memory; encoding, planning and counting are part of our time. {bench.rounds} rounds in turns; ONNX Runtime's batch size is the best of "
        "1, 16 and 100. Ratios are its time divided by ours, round by round: median (least to most); above 1 Synfire is faster. "
        "Processor time counts all threads and is what an otherwise idle machine would need at one thread. Target: 1.0.",
        Table(["network", "threads", "images", "right: Synfire / ONNX Runtime", "Synfire, images/s", "ONNX Runtime, images/s (batch)",
               "ratio, wall time", "ratio, processor time", "verdict"], rows), versions, load=load.text(), busy=load.busy())


def against_rates(prepared: Prepared, python: Path, versions: dict[str, str]) -> list[list[str]]:
    """Find the steps of each framework, then measure all in turns, for one and two threads."""
    network, bench = prepared.network, prepared.bench
    own_right = prepared.own_right(network.scored)
    enough = own_right - int(WITHIN / 100 * network.scored + 1e-9)
    most, steps, texts = 16 if bench.quick else RATE_STEPS, {}, {}
    base = {name: [str(python), str(HERE / "rate_program.py"), name] for name in FRAMEWORKS}
    for name in FRAMEWORKS:
        out = subprocess.run([*base[name], "accuracy", str(prepared.folded), str(prepared.scored), "2", str(most), str(enough)],
                             check=True, stdout=subprocess.PIPE, text=True).stdout
        right = json.loads(out.splitlines()[-1])["right"]
        print(network.case.name, name, right, "ours:", own_right, file=sys.stderr, flush=True)
        steps[name] = max(map(int, right))
        reached = right[str(steps[name])] >= enough
        texts[name] = f"{right[str(steps[name])]} / {own_right} of {network.scored}" + ("" if reached else " (not reached)")
    rows = []
    for threads in (1, 2):
        servers = {name: Server([*base[name], "run", str(prepared.folded), str(prepared.data), str(threads), str(steps[name]),
                                 str(network.rate_images)]) for name in FRAMEWORKS}
        found = alternate({"own": prepared.own(threads), **servers}, min(bench.rounds, 5))
        for name, server in servers.items():
            versions.update({name: server.about["version"], "PyTorch": server.about["torch"]})
            server.close()
            factor = network.images / network.rate_images
            wall, cpu = (ratios(getattr(found[name], kind), getattr(found["own"], kind), factor) for kind in ("wall", "cpu"))
            rows.append([network.case.name, name, str(steps[name]), texts[name], str(threads),
                         f"{network.rate_images / median(found[name].wall):,.2f}", per_second(network.images, found["own"]),
                         spread(wall, ",.0f"), spread(cpu, ",.0f"), verdict(median(wall) >= 50)])
    return rows


def measure_rates(bench: Bench, name: str) -> Section | None:
    """Target: 50 times as fast as rate-coded networks of the same accuracy. name: part of the network's."""
    python = RATES.python(bench.build)
    load, versions, rows = Load(), {}, []
    for network in [n for n in networks(bench.quick) if name in n.case.name] if python is not None else []:
        rows += against_rates(Prepared(bench, network), python, versions)
        load.sample()
        print(*rows, sep="\n", file=sys.stderr, flush=True)
    if not rows:
        return None
    return Section(
        f"Rate-coded networks of the same accuracy: {rows[0][0]}",
        "The same trained network with integrate-and-fire neurons in place of ReLU: SpikingJelly by its own converter (mode "
        "`99.9%`), snnTorch with `Leaky(beta=1)`, reset by subtraction and thresholds at the same quantile of 256 training images. "
        f"T is the fewest of 8, 16, 32 ... {RATE_STEPS} steps whose accuracy is at most {WITHIN} points below ours at `phase`, T = 4, "
        "on the images named; `not reached`: not even the most, which is what was timed then. Ratios as above, per image. Target: 50.",
        Table(["network", "program", "T", "right: theirs / ours", "threads", "theirs, images/s", "Synfire, images/s",
               "ratio, wall time", "ratio, processor time", "verdict"], rows), versions, load=load.text(), busy=load.busy())
