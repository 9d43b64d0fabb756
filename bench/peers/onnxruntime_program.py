# SPDX-License-Identifier: Apache-2.0
"""ONNX Runtime on a float network; runs inside its environment.

    onnxruntime_program.py fold MODEL FOLDED                     constants computed, any batch size
    onnxruntime_program.py run FOLDED IMAGES.npz BATCH THREADS   a server of bench/peers/timing.py
"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parent))
from timing import serve  # noqa: E402  (a sibling, found by the line above)


def fold(source: str, target: str) -> None:
    """Let ONNX Runtime compute what is constant and fuse normalisation; then open the batch dimension."""
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = target
    ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    model = onnx.load(target)
    graph = model.graph
    for value in (graph.input[0], graph.output[0]):
        value.type.tensor_type.shape.dim[0].dim_param = "N"
    del graph.value_info[:]
    shapes = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    for tensor in graph.initializer:
        if tensor.name in shapes:  # [1, C]: of a model that was exported for one image
            values = numpy_helper.to_array(tensor).copy()
            values[0] = -1 if values[0] == 1 else values[0]
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    onnx.save(model, target)


def run(model: str, data: str, batch: int, threads: int) -> None:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    with np.load(data) as file:
        images, labels = file["x"], file["y"]
    batches = [np.ascontiguousarray(images[i:i + batch]) for i in range(0, len(images), batch)]

    def once() -> list[np.ndarray]:
        return [session.run(None, {name: images})[0] for images in batches]

    right = int((np.concatenate(once()).reshape(len(images), -1).argmax(1) == labels).sum())
    serve({"version": ort.__version__, "right": right, "images": len(images)}, once)


if __name__ == "__main__":
    if sys.argv[1] == "fold":
        fold(sys.argv[2], sys.argv[3])
    else:
        run(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
