"""An ONNX file as a network that PyTorch can run and train: constants folded, weights as parameters.

Activations of one sample after another lie along axis 0, as in the file. What is known only from shapes
(Shape, Gather, Concat of sizes, ...) is worked out once, before the first sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor

import batch_norm
import output_file
from operators import OPERATORS, Node, apply
from refusal import Refused, first_line

WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")


@dataclass
class Parameters:
    """What may be trained: the ONNX initialisers of these names."""

    weights: dict[str, Tensor]
    """Of products, output channel along axis `axes[name]`."""
    biases: dict[str, Tensor]
    axes: dict[str, int]

    def tensors(self) -> dict[str, Tensor]:
        """Return all of them by name."""
        return {**self.weights, **self.biases}

    def copy(self) -> "Parameters":
        """Return copies that can be trained."""
        return Parameters(*({name: t.detach().clone().requires_grad_(True) for name, t in group.items()}
                            for group in (self.weights, self.biases)), self.axes)


def own_initialiser(model: onnx.ModelProto, node: onnx.NodeProto, index: int) -> None:
    """Give the node a copy of an initialiser that other nodes read as well."""
    name = node.input[index]
    readers = sum(list(other.input).count(name) for other in model.graph.node)
    if readers < 2:
        return
    copy = onnx.TensorProto()
    copy.CopyFrom(next(i for i in model.graph.initializer if i.name == name))
    copy.name = f"{name}:{node.output[0]}"
    model.graph.initializer.append(copy)
    node.input[index] = copy.name


def constants_to_initialisers(model: onnx.ModelProto) -> None:
    """Make initialisers of Constant nodes, so that there is one kind of constant."""
    kept = []
    for node in model.graph.node:
        value = next((a.t for a in node.attribute if node.op_type == "Constant" and a.name == "value"), None)
        if value is None:
            kept.append(node)
            continue
        tensor = onnx.TensorProto()
        tensor.CopyFrom(value)
        tensor.name = node.output[0]
        model.graph.initializer.append(tensor)
    del model.graph.node[:]
    model.graph.node.extend(kept)


def load(path: Path) -> onnx.ModelProto:
    """Return the model of a file that ONNX itself finds valid."""
    try:
        model = onnx.load(str(path))
        onnx.checker.check_model(model)
    except OSError as error:
        raise Refused("the model cannot be read", where=path, found=error.strerror) from error
    except Exception as error:  # protobuf's and ONNX's own have no common base and differ between releases
        raise Refused("is not a valid ONNX file", where=path, found=first_line(error),
                      hint="is the file whole? export the network again") from error
    return model


class Network:
    """The network of one file. `run` is a pure function of samples and parameters."""

    def __init__(self, path: Path) -> None:
        """Read the file; raise Refused for what cannot be run here."""
        self.model = load(path)
        constants_to_initialisers(self.model)
        batch_norm.fold(self.model)
        self.constants = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy())
                          for i in self.model.graph.initializer}
        self._read_ends(path)
        self.nodes = self._read_nodes()
        self.readers = self._find_readers()
        self.parameters = self._find_parameters()

    def _read_ends(self, path: Path) -> None:
        inputs = [i for i in self.model.graph.input if i.name not in self.constants]
        if len(inputs) != 1:
            raise Refused("distillation takes networks with one input", where=path, found=f"{len(inputs)} inputs")
        self.input = inputs[0].name
        sizes = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
        if len(sizes) < 2:
            raise Refused(f"the input '{self.input}' has no axis of samples", where=path, found=f"rank {len(sizes)}",
                          expected="[samples, ...]", hint="export the network with a batch axis")
        self.input_shape = sizes[1:]
        self.outputs = [o.name for o in self.model.graph.output]

    def _read_nodes(self) -> list[Node]:
        unknown = sorted({n.op_type for n in self.model.graph.node} - set(OPERATORS))
        if unknown:
            raise Refused(f"no rule for {', '.join(unknown)}",
                          hint="convert without distillation; 'synfire convert --reconstruct' needs no Python")
        nodes = []
        for proto in self.model.graph.node:
            if proto.op_type in WEIGHTED:
                self._separate_parameters(proto)
            node = Node(proto.op_type, list(proto.input), list(proto.output),
                        {a.name: helper.get_attribute_value(a) for a in proto.attribute})
            if all(name in self.constants or not name for name in node.inputs):
                node.batched = False
                self._fold(node)
            else:
                nodes.append(node)
        return nodes

    def _separate_parameters(self, proto: onnx.NodeProto) -> None:
        for index, name in enumerate(proto.input):
            if index > 0 and name in self.constants:
                own_initialiser(self.model, proto, index)
                self.constants[proto.input[index]] = self.constants[name].clone()

    def _fold(self, node: Node) -> None:
        values = [self.constants[name] if name else None for name in node.inputs]
        self.constants.update(zip(node.outputs, apply(node, values)))

    def _find_readers(self) -> dict[str, list[Node]]:
        readers: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in node.inputs:
                readers.setdefault(name, []).append(node)
        return readers

    def _find_parameters(self) -> Parameters:
        found = Parameters({}, {}, {})
        for node in self.nodes:
            if node.op not in WEIGHTED or node.inputs[1] not in self.constants:
                continue
            found.weights[node.inputs[1]] = self.constants[node.inputs[1]]
            found.axes[node.inputs[1]] = self._output_axis(node)
            if len(node.inputs) > 2 and node.inputs[2]:
                found.biases[node.inputs[2]] = self.constants[node.inputs[2]]
        products = {node.outputs[0] for node in self.nodes if node.op in WEIGHTED and node.inputs[1] in found.weights}
        for node in self.nodes:
            bias = self._bias_in_add(node, products)
            if bias is not None:
                found.biases[bias] = self.constants[bias]
        return found

    def _bias_in_add(self, node: Node, products: set[str]) -> str | None:
        """Return the constant of an Add that is the bias of a product: MatMul has it in a node of its own.

        Other constants are part of a function (the 3 of x * Clip(x + 3, 0, 6) / 6) and would leave it when trained.
        """
        addends = [name for name in node.inputs if name in self.constants]
        if node.op != "Add" or len(addends) != 1 or not self.constants[addends[0]].is_floating_point():
            return None
        other = next(name for name in node.inputs if name not in self.constants)
        alone = all(len(self.readers[name]) == 1 for name in (other, addends[0])) and other not in self.outputs
        return addends[0] if alone and other in products else None

    @staticmethod
    def _output_axis(node: Node) -> int:
        if node.op == "Gemm":
            return 0 if node.attributes.get("transB", 0) else 1
        return {"Conv": 0, "ConvTranspose": 1, "MatMul": 1}[node.op]

    def run(self, samples: Tensor, parameters: dict[str, Tensor],
            fired: Callable[[str, Tensor], Tensor] | None = None) -> dict[str, Tensor]:
        """Return all values of `samples` by tensor name.

        `fired(name, value)` replaces the value of every node that it is asked about: where the student rounds
        to codes.
        """
        values: dict[str, Tensor] = {self.input: samples}
        for node in self.nodes:
            arguments = [parameters.get(name, values.get(name, self.constants.get(name))) for name in node.inputs]
            for name, value in zip(node.outputs, apply(node, arguments)):
                values[name] = fired(name, value) if fired is not None else value
        return values

    def save(self, path: Path, parameters: Parameters, metadata: dict[str, str]) -> None:
        """Write the file with these parameters and metadata; the graph is the one read, batch norm folded."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        trained = parameters.tensors()
        self._own_trained(model, trained)
        for tensor in model.graph.initializer:
            if tensor.name in trained:
                array = trained[tensor.name].detach().numpy().astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
        present = {p.key: p.value for p in model.metadata_props}
        helper.set_model_props(model, {**present, **metadata})
        onnx.checker.check_model(model)
        output_file.write(path, lambda temporary: onnx.save(model, str(temporary)))

    @staticmethod
    def _own_trained(model: onnx.ModelProto, trained: dict[str, Tensor]) -> None:
        """Make initialisers of trained constants that nodes of the file compute (a transposed weight)."""
        kept = [node for node in model.graph.node if len(node.output) > 1 or node.output[0] not in trained]
        for node in kept:  # of a Split, the other parts stay
            outputs = [f"{name}:untrained" if name in trained else name for name in node.output]
            del node.output[:]
            node.output.extend(outputs)
        present = {i.name for i in model.graph.initializer}
        del model.graph.node[:]
        model.graph.node.extend(kept)
        model.graph.initializer.extend(onnx.TensorProto(name=name) for name in trained if name not in present)
