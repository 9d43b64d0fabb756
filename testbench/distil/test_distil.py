#!/usr/bin/env python3
"""The distillation tool: operators against the zoo's golden outputs, codes against the neuron, files that convert reads.

Exit status 77 (skipped) where PyTorch or ONNX are missing: CI does not install them.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import onnx
    import torch
    from onnx import TensorProto, helper, numpy_helper
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-torch python3-onnx)")
    sys.exit(77)

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "converters/distil"))

import codes  # noqa: E402
import distil  # noqa: E402
import output_file  # noqa: E402
from augment import Augment  # noqa: E402
from network import Network  # noqa: E402
from refusal import Refused  # noqa: E402
from training import Settings, Student, measure, teach  # noqa: E402

SYNFIRE = ROOT / "build/release/cli/synfire"
DIGITS = ROOT / "models/zoo/digits_cnn/model.onnx"


def digits(count: int) -> np.ndarray:
    """Return raw training images [count, 8, 8]."""
    data = gzip.open(ROOT / "models/data/digits/train-images-idx3-ubyte.gz").read()
    return np.frombuffer(data[16:], np.uint8).reshape(-1, 8, 8)[:count]


def residual_model(path: Path) -> None:
    """Write a network with a skip, a concatenation and a fixed batch of one."""
    rng = np.random.RandomState(3)
    weights = {"w0": (4, 2, 3, 3), "w1": (4, 4, 3, 3), "w2": (3, 128)}
    nodes = [helper.make_node("Conv", ["x", "w0"], ["a"], pads=[1, 1, 1, 1]), helper.make_node("Relu", ["a"], ["ra"]),
             helper.make_node("Conv", ["ra", "w1"], ["b"], pads=[1, 1, 1, 1]), helper.make_node("Add", ["b", "ra"], ["s"]),
             helper.make_node("Relu", ["s"], ["rs"]), helper.make_node("Concat", ["ra", "rs"], ["c"], axis=1),
             helper.make_node("Reshape", ["c", "shape"], ["f"]), helper.make_node("Gemm", ["f", "w2"], ["y"], transB=1)]
    constants = [numpy_helper.from_array(rng.randn(*s).astype(np.float32) * 0.3, n) for n, s in weights.items()]
    constants.append(numpy_helper.from_array(np.array([1, 128], np.int64), "shape"))
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2, 4, 4])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), str(path))


def hard_swish_model(path: Path, *between: onnx.NodeProto) -> None:
    """Write a network with x * Clip(x + 3, 0, 6) / 6, as PyTorch exports it to old opsets, and nodes from 'h' to 'r'."""
    rng = np.random.RandomState(1)
    node = helper.make_node
    nodes = [node("Conv", ["x", "w0"], ["a"], pads=[1] * 4), node("Add", ["a", "three"], ["p"]),
             node("Clip", ["p", "zero", "six"], ["c"]), node("Mul", ["a", "c"], ["m"]), node("Div", ["m", "six"], ["h"]),
             *between, node("Conv", ["r", "w1"], ["b"], pads=[1] * 4), node("Relu", ["b"], ["rb"]),
             node("Flatten", ["rb"], ["f"]), node("MatMul", ["f", "w2"], ["s"]), node("Add", ["s", "bias"], ["y"])]
    weights = {"w0": (4, 1, 3, 3), "w1": (4, 4, 3, 3), "w2": (256, 10), "bias": (10,)}
    constants = [numpy_helper.from_array(rng.randn(*s).astype(np.float32) * 0.3, n) for n, s in weights.items()]
    constants += [numpy_helper.from_array(np.float32(v), n) for n, v in (("three", 3), ("zero", 0), ("six", 6))]
    graph = helper.make_graph(nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 8, 8])],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 10])], constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), str(path))


def plain_model(path: Path, input_shape: list[int], *nodes: onnx.NodeProto) -> None:
    """Write nodes without constants, from 'x' to 'y'."""
    graph = helper.make_graph(list(nodes), "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, input_shape)],
                              [helper.make_tensor_value_info("y", TensorProto.FLOAT, input_shape)])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), str(path))


class Operators(unittest.TestCase):
    def test_zoo_gives_its_golden_outputs(self) -> None:
        models = sorted(ROOT.glob("models/zoo/*/model.onnx"))
        self.assertGreater(len(models), 0)
        for model in models:
            golden = np.load(model.with_name("golden.npz"))
            network = Network(model)
            kept = {p.key: p.value for p in network.model.metadata_props}
            scale, mean, std = (float(kept[f"synfire.{k}"]) for k in ("scale", "mean", "std"))
            raw = torch.from_numpy(golden["x"].astype(np.float32))
            raw = raw.reshape([len(raw)] + network.input_shape)
            found = teach(network, (raw * scale - mean) / std, 8).numpy()
            expected = golden["y"]
            np.testing.assert_allclose(found, expected, atol=1e-3 * np.abs(expected).max(), err_msg=str(model))

    def test_a_batch_goes_through_a_file_with_a_fixed_batch(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.onnx"
            residual_model(path)
            network = Network(path)
            x = torch.randn(5, 2, 4, 4)
            together = teach(network, x, 5)
            alone = torch.cat([teach(network, one, 1) for one in x.split(1)])
            self.assertEqual(list(together.shape), [5, 3])
            torch.testing.assert_close(together, alone)

    def test_unknown_operators_are_named(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.onnx"
            plain_model(path, [1, 2], helper.make_node("Erf", ["x"], ["y"]))
            with self.assertRaisesRegex(Refused, "Erf"):
                Network(path)


class Codes(unittest.TestCase):
    def test_codes_round_half_up_and_stop_at_the_largest(self) -> None:
        layer = codes.Layer("v", float("inf"))
        coder = codes.Coder([layer], {"v": torch.log(torch.tensor([0.5]))}, 3)
        value = torch.tensor([[-1.0, 0.24, 0.25, 0.74, 0.75, 9.0]]).reshape(6, 1)
        self.assertEqual(coder("v", value).flatten().tolist(), [0.0, 0.0, 0.5, 0.5, 1.0, 1.5])

    def test_steps_and_values_have_gradients(self) -> None:
        layer = codes.Layer("v", float("inf"))
        log_step = torch.log(torch.tensor([0.5])).requires_grad_(True)
        coder = codes.Coder([layer], {"v": log_step}, 3)
        value = torch.tensor([[0.6], [9.0], [-1.0]], requires_grad=True)
        coder("v", value).sum().backward()
        self.assertEqual(value.grad.flatten().tolist(), [1.0, 0.0, 0.0])
        self.assertNotEqual(float(log_step.grad), 0.0)

    def test_fan_out_counts_every_reader(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.onnx"
            residual_model(path)
            student = Student(Network(path), torch.randn(4, 2, 4, 4), Settings())
            found = {layer.name: layer.fan_out for layer in student.layers}
            # ra: 4 channels of 9 weights, the skip, and 3 outputs behind the concatenation; rs: these 3.
            self.assertEqual(found, {"ra": 36 + 1 + 3, "rs": 3})
            self.assertEqual(student.dense, 4 * 2 * 9 * 16 + 4 * 4 * 9 * 16 + 3 * 128)


    def test_a_decomposed_function_keeps_its_constants_and_has_no_codes_inside(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.onnx"
            for between in (helper.make_node("Identity", ["h"], ["r"]), helper.make_node("Relu", ["h"], ["r"])):
                hard_swish_model(path, between)
                network = Network(path)
                self.assertEqual(set(network.parameters.biases), {"a:bias", "b:bias", "bias"})
                self.assertEqual([layer.name for layer in codes.find_layers(network)], ["rb"], between.op_type)


class Learning(unittest.TestCase):
    def test_training_brings_the_student_nearer(self) -> None:
        network = Network(DIGITS)
        raw = torch.from_numpy(digits(128).copy()).reshape(-1, 1, 8, 8).float() / 16
        settings = Settings(levels=3, epochs=12, rate=1e-3)
        student = Student(network, raw, settings)
        target = teach(network, raw, 32)
        before = measure(student, raw, target).error
        from training import distil as train
        train(network, student, raw, lambda batch: batch, lambda _text: None)
        self.assertLess(measure(student, raw, target).error, 0.9 * before)

    def test_a_price_on_events_leaves_fewer(self) -> None:
        network = Network(DIGITS)
        raw = torch.from_numpy(digits(128).copy()).reshape(-1, 1, 8, 8).float() / 16
        found = []
        from training import distil as train
        for price in (0.0, 200.0):
            student = Student(network, raw, Settings(epochs=6, event_price=price, rate=1e-3, step_rate=2e-2))
            train(network, student, raw, lambda batch: batch, lambda _text: None)
            found.append(measure(student, raw, teach(network, raw, 32)).events)
        self.assertLess(found[1], 0.9 * found[0])


class Tool(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.samples = self.folder / "s.npy"
        self.output = self.folder / "out.onnx"
        np.save(self.samples, digits(64))

    def run_tool(self, *more: str, model: Path = DIGITS, samples: Path | None = None) -> tuple[int, str]:
        """Return exit status and standard error."""
        errors = io.StringIO()
        sys.argv = ["distil.py", str(model), str(samples or self.samples), "-o", str(self.output), "--threads", "1", *more]
        with contextlib.redirect_stderr(errors), contextlib.redirect_stdout(io.StringIO()):
            try:
                status = distil.main()
            except SystemExit as usage:  # of argparse
                status = usage.code
        return status, errors.getvalue()

    def refused(self, part: str, *more: str, status: int = 3, **files: Path) -> None:
        """Expect this status, a message with `part`, and no new file."""
        before = sorted(self.folder.iterdir())
        with self.subTest(part=part, more=more, **files):
            found, text = self.run_tool(*more, **files)
            self.assertEqual(found, status, text)
            self.assertIn(part, text)
            self.assertEqual(sorted(self.folder.iterdir()), before)

    def test_the_file_holds_steps_of_every_layer_and_the_preprocessing(self) -> None:
        self.assertEqual(self.run_tool("--epochs", "1")[0], 0)
        kept = {p.key: p.value for p in onnx.load(str(self.output)).metadata_props}
        self.assertEqual(kept["synfire.levels"], "15")
        self.assertIn("synfire.mean", kept)
        steps = [v for k, v in kept.items() if k.startswith("synfire.code_steps:")]
        self.assertEqual(len(steps), len(codes.find_layers(Network(DIGITS))))
        self.assertTrue(all(float(s) > 0 for text in steps for s in text.split(",")))

    def test_convert_takes_the_file(self) -> None:
        swish = self.folder / "hs.onnx"
        hard_swish_model(swish, helper.make_node("Relu", ["h"], ["r"]))
        for model in (DIGITS, swish):
            status, text = self.run_tool("--epochs", "1", "--scale", "0.0625", model=model)
            self.assertEqual((status, text), (0, ""))
            if not SYNFIRE.exists():
                continue
            done = subprocess.run([SYNFIRE, "convert", self.output, "--calibration", self.samples, "--steps", "4",
                                   "-o", self.folder / "n.snn"], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_trained_constants_that_the_file_computes_are_written(self) -> None:
        model = self.folder / "m.onnx"
        hard_swish_model(model, helper.make_node("Relu", ["h"], ["r"]))
        proto = onnx.load(str(model))
        product = next(n for n in proto.graph.node if n.op_type == "MatMul")
        product.input[1] = "turned"
        weights = next(i for i in proto.graph.initializer if i.name == "w2")
        weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights).T.copy(), "w2"))
        proto.graph.node.insert(0, helper.make_node("Transpose", ["w2"], ["turned"], perm=[1, 0]))
        onnx.save(proto, str(model))
        self.assertEqual(self.run_tool("--epochs", "1", "--rate", "0.01", model=model)[0], 0)
        self.assertFalse(torch.equal(Network(self.output).constants["turned"], Network(model).constants["turned"]))

    def test_values_out_of_range(self) -> None:
        self.refused("out of range", "--steps", "99")
        self.refused("metadata", *self.with_metadata("synfire.mean", "nan"), model=self.folder / "meta.onnx")
        self.refused("--mean", "--mean", "1,2,3,4")
        self.refused("--scale", "--scale", "0")
        self.refused("--shift", "--shift", "8")
        self.refused("as many levels in skip connections", "--skip-steps", "8")
        for option, value in (("--mean", "nan"), ("--std", "inf"), ("--rate", "nan"), ("--rate", "-1"), ("--batch", "0"),
                              ("--shift", "-2"), ("--epochs", "0"), ("--seed", "-1"), ("--event-price", "inf"),
                              ("--mean", ""), ("--threads", "-1"), ("--steps", "0")):
            self.refused(option, option, value, status=2)

    def with_metadata(self, key: str, value: str) -> tuple[str, ...]:
        proto = onnx.load(str(DIGITS))
        helper.set_model_props(proto, {key: value})
        onnx.save(proto, str(self.folder / "meta.onnx"))
        return ()

    def test_bad_models(self) -> None:
        whole = DIGITS.read_bytes()
        model = self.folder / "m.onnx"
        for content in (b"", np.random.RandomState(1).bytes(300), whole[:3000], whole[:-1]):
            model.write_bytes(content)
            self.refused("valid ONNX file", model=model)
        self.refused("model cannot be read", model=self.folder / "none.onnx")
        plain_model(model, [2], helper.make_node("Relu", ["x"], ["y"]))
        self.refused("rank 1", model=model)
        plain_model(model, [1, 1, 8, 8], helper.make_node("Relu", ["x"], ["y"]))
        self.refused("codes of its own", model=model)
        plain_model(model, [1, 1, 8, 8], helper.make_node("Concat", ["x", "x"], ["y"], axis=9))
        self.refused("Concat that writes 'y'", model=model)

    def test_bad_samples(self) -> None:
        samples = self.folder / "bad.npy"
        archive = self.folder / "bad.npz"
        samples.touch()
        self.refused("not a valid .npy", samples=samples)
        for content in (b"PK\x03\x04" + bytes(100), b"", b"plain text"):
            archive.write_bytes(content)
            self.refused("not a valid .npy", samples=archive)
        np.savez(archive, y=digits(4))
        self.refused("no array 'x'", samples=archive)
        broken = digits(8).astype(np.float32)
        broken[3, 0, 0] = np.nan
        for array, part in ((broken, "first in sample 3"), (broken.astype(complex), "not real numbers"),
                            (np.zeros((0, 8, 8)), "no samples"), (np.zeros(8), "no samples"),
                            (np.full((2, 8, 8), 1e300), "not finite"), (np.zeros((2, 3, 5)), "do not fit")):
            np.save(samples, array)
            self.refused(part, samples=samples)

    def test_inputs_are_not_overwritten(self) -> None:
        model, link = self.folder / "m.onnx", self.folder / "link.npy"
        model.write_bytes(DIGITS.read_bytes())
        link.hardlink_to(self.samples)
        for output, what in ((self.samples, "samples"), (link, "samples"), (self.folder / "." / "m.onnx", "model")):
            kept = output.read_bytes()
            self.refused(f"overwrite the {what}", "-o", str(output), model=model)
            self.assertEqual(output.read_bytes(), kept)

    def test_an_output_that_cannot_be_written_is_found_before_training(self) -> None:
        (self.folder / "d").mkdir()
        for output, part in (("none/o.onnx", "folder"), ("d", "not a regular file"), ("x" * 300, "cannot be written")):
            # Were training first, this count of epochs would not end.
            self.refused(part, "-o", str(self.folder / output), "--epochs", "1000000")
        self.refused("not a regular file", "-o", "/dev/null")

    def test_a_failed_save_leaves_nothing(self) -> None:
        def fail(temporary: Path) -> None:
            temporary.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        with self.assertRaisesRegex(Refused, "No space left"):
            output_file.write(self.output, fail)
        self.assertEqual(list(self.folder.iterdir()), [self.samples])

    def test_training_that_diverges_is_told(self) -> None:
        status, text = self.run_tool("--epochs", "1", "--rate", "1e9")
        self.assertEqual(status, 0)
        self.assertIn("warning: the output error grew", text)
        self.output.unlink()
        self.refused("lower --rate", "--epochs", "2", "--rate", "1e30")

    def test_a_schedule_of_every_length_runs(self) -> None:
        for batch in ("64", "32", "16", "7"):  # 1, 2, 4 and 10 steps
            self.assertEqual(self.run_tool("--epochs", "1", "--batch", batch)[0], 0, batch)
        self.assertEqual(self.run_tool("--epochs", "1", "--batch", "1", "--regression", "--mirror", "--shift", "1")[0], 0)

    def test_distorted_images_train(self) -> None:
        self.assertEqual(self.run_tool("--epochs", "1", "--distort", "--mix", "0.5")[0], 0)


class Distortions(unittest.TestCase):
    """What samples look like to the student."""

    def setUp(self) -> None:
        self.images = torch.randint(0, 256, (6, 2, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(3))

    def batch(self, augment: Augment) -> torch.Tensor:
        return augment(self.images, torch.Generator().manual_seed(1))

    def test_nothing_asked_for_changes_nothing(self) -> None:
        self.assertTrue(torch.equal(self.batch(Augment()), self.images))

    def test_distorted_images_stay_in_range_and_differ(self) -> None:
        distorted = self.batch(Augment(distort=True))
        self.assertEqual(distorted.shape, self.images.shape)
        self.assertGreaterEqual(float(distorted.min()), float(self.images.min()))
        self.assertLessEqual(float(distorted.max()), float(self.images.max()))
        self.assertFalse(any(torch.equal(a, b.float()) for a, b in zip(distorted, self.images)))
        self.assertTrue(torch.equal(distorted, self.batch(Augment(distort=True))))

    def test_mixed_images_hold_pixels_of_two_at_their_places(self) -> None:
        mixed = self.batch(Augment(mix=1.0))
        self.assertFalse(torch.equal(mixed, self.images))
        for image in mixed:
            own = [(image == other).all(0) for other in self.images]
            self.assertTrue(bool(torch.stack(own).any(0).all()))
            self.assertLessEqual(sum(bool(part.any()) for part in own), 2)

    def test_only_images_are_distorted(self) -> None:
        for augment in (Augment(mirror=True), Augment(shift=1), Augment(distort=True), Augment(mix=0.5)):
            with self.assertRaisesRegex(Refused, "only images"):
                augment.check([64])
        Augment().check([64])


if __name__ == "__main__":
    unittest.main()
