#!/usr/bin/env python3
"""The distillation tool: operators against the zoo's golden outputs, codes against the neuron, files that convert reads.

Exit status 77 (skipped) where PyTorch or ONNX are missing: CI does not install them.
"""

from __future__ import annotations

import gzip
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
from network import Network  # noqa: E402
from operators import Refused  # noqa: E402
from training import Settings, Student, measure, teach  # noqa: E402

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


class Operators(unittest.TestCase):
    def test_zoo_gives_its_golden_outputs(self) -> None:
        for model in sorted(ROOT.glob("models/zoo/*/model.onnx")):
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
            graph = helper.make_graph([helper.make_node("Erf", ["x"], ["y"])], "g",
                                      [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 2])],
                                      [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2])])
            onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)]), str(path))
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


class Tool(unittest.TestCase):
    def run_tool(self, *more: str) -> tuple[int, Path]:
        folder = Path(tempfile.mkdtemp())
        np.save(folder / "s.npy", digits(64))
        sys.argv = ["distil.py", str(DIGITS), str(folder / "s.npy"), "-o", str(folder / "out.onnx"), *more]
        return distil.main(), folder / "out.onnx"

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

    def test_the_file_holds_steps_of_every_layer_and_the_preprocessing(self) -> None:
        status, path = self.run_tool("--epochs", "1")
        self.assertEqual(status, 0)
        kept = {p.key: p.value for p in onnx.load(str(path)).metadata_props}
        self.assertEqual(kept["synfire.levels"], "15")
        self.assertIn("synfire.mean", kept)
        steps = [v for k, v in kept.items() if k.startswith("synfire.code_steps:")]
        self.assertEqual(len(steps), len(codes.find_layers(Network(DIGITS))))
        self.assertTrue(all(float(s) > 0 for text in steps for s in text.split(",")))

    def test_bad_input_ends_with_status_3_and_leaves_no_file(self) -> None:
        for more in (["--steps", "99"], ["--mean", "1,2,3,4"]):
            status, path = self.run_tool(*more)
            self.assertEqual(status, 3, more)
            self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main()
