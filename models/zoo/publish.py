"""Write a trained network as the zoo keeps it: model.onnx, golden.npz, card.json, card.md."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

import data
from recipe import Add, Recipe, Result, preprocess

OPSET = 13
GOLDEN_SAMPLES = 16
LAYER_SAMPLES = 4
WEIGHTED = (nn.Conv2d, nn.Linear)
POOLS = (nn.MaxPool2d, nn.AvgPool2d)
RECORDED = (nn.ReLU, Add) + POOLS


@torch.no_grad()
def outputs(net: nn.Module, images: Tensor, kinds: tuple[type, ...]) -> dict[str, Tensor]:
    """Run the network; return the outputs of its modules of these kinds, in order of use."""
    seen: dict[str, Tensor] = {}
    hooks = []
    for name, module in net.named_modules():
        if isinstance(module, kinds):
            hooks.append(module.register_forward_hook(
                lambda _module, _inputs, output, name=name: seen.__setitem__(name, output)))
    net(images)
    for hook in hooks:
        hook.remove()
    return seen


def numbers(values: list[float]) -> str:
    """Return the numbers as a comma list that reads back as the same doubles."""
    return ",".join(repr(float(value)) for value in values)


def metadata(recipe: Recipe) -> dict[str, str]:
    """Return what Synfire needs to know about the inputs and the classes."""
    return {"synfire.scale": numbers([recipe.scale]), "synfire.mean": numbers([recipe.mean]),
            "synfire.std": numbers([recipe.std]), "synfire.labels": ",".join(recipe.labels)}


def write_onnx(path: Path, net: nn.Module, recipe: Recipe, image: Tensor) -> None:
    """Export in inference mode, batch normalisation kept as nodes, and check the file."""
    net.eval()
    torch.onnx.export(net, preprocess(image, recipe), str(path), opset_version=OPSET,
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False,
                      input_names=["input"], output_names=["logits"],
                      dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}})
    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, metadata(recipe))
    model.graph.name = recipe.name
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))


@torch.no_grad()
def write_golden(path: Path, net: nn.Module, recipe: Recipe, images: Tensor) -> None:
    """Write raw inputs, PyTorch's logits and what its layers put out."""
    net.eval()
    raw = images[:GOLDEN_SAMPLES]
    logits = net(preprocess(raw, recipe))
    layers = outputs(net, preprocess(raw[:LAYER_SAMPLES], recipe), RECORDED)
    arrays = {f"layer_{name}": value.numpy() for name, value in layers.items()}
    np.savez_compressed(path, x=raw.numpy(), y=logits.numpy(), **arrays)


def layer_table(net: nn.Module, image: Tensor) -> list[dict]:
    """Return one row per layer with weights or pooling: its output is what becomes neurons."""
    modules = dict(net.named_modules())
    rows = []
    for name, value in outputs(net, image.float(), WEIGHTED + POOLS).items():
        module = modules[name]
        weights = module.weight.numel() if isinstance(module, WEIGHTED) else 0
        rows.append({"name": name, "kind": type(module).__name__, "shape": list(value.shape[1:]),
                     "neurons": value[0].numel(), "weights": weights})
    return rows


def card(net: nn.Module, recipe: Recipe, result: Result, image: Tensor) -> dict:
    """Return the card as data."""
    layers = layer_table(net, image)
    return {
        "name": recipe.name, "data": recipe.data_name, "split": "test",
        "test_samples": result.samples, "float_correct": result.correct,
        "float_accuracy": round(result.accuracy, 6),
        "parameters": sum(p.numel() for p in net.parameters()),
        "weights": sum(row["weights"] for row in layers),
        "neurons": sum(row["neurons"] for row in layers), "layers": layers,
        "scale": recipe.scale, "mean": recipe.mean, "std": recipe.std, "seed": recipe.seed,
        "epochs": recipe.epochs, "train_seconds": round(result.seconds),
        "torch": torch.__version__, "opset": OPSET, "licence": recipe.licence,
        "input_shape": list(image.shape[1:]),
    }


def json_text(facts: dict) -> str:
    """Return the card as JSON, lists of numbers on one line."""
    text = json.dumps(facts, indent=2) + "\n"
    return re.sub(r"\[[\d\s,]+\]", lambda found: "".join(found[0].split()).replace(",", ", "), text)


def wrap(text: str, first: str = "", rest: str = "") -> str:
    """Return a paragraph in lines of at most 100 characters, `first` and `rest` before them."""
    return textwrap.fill(text, 100, initial_indent=first, subsequent_indent=rest,
                         break_long_words=False, break_on_hyphens=False)


def item(text: str) -> str:
    """Return an entry of a Markdown list."""
    return wrap(text, "- ", "  ")


def layer_lines(layers: list[dict]) -> str:
    """Return the layers as rows of a Markdown table."""
    return "\n".join(
        f"| `{row['name']}` | {row['kind']} | {' x '.join(map(str, row['shape']))} "
        f"| {row['neurons']:,} | {row['weights']:,} |" for row in layers)


def distortion(recipe: Recipe) -> str:
    """Return in words how training images are distorted."""
    how = recipe.augment
    parts = [f"shifts up to {how.shift:g} px" if how.shift else "",
             f"rotation up to {how.rotate:g} degrees" if how.rotate else "",
             f"zoom up to {how.zoom:.0%}" if how.zoom else "",
             f"shear up to {how.shear:.0%}" if how.shear else "",
             "mirror images" if how.mirror else ""]
    return ", ".join(filter(None, parts)) or "none"


def training_lines(facts: dict, recipe: Recipe) -> str:
    """Return how the network was trained, as a Markdown list."""
    return "\n".join(map(item, (
        f"Seed {recipe.seed}, {recipe.epochs} epochs over the whole training split, batches of "
        f"{recipe.batch}, one thread; {facts['train_seconds']} s on one shared core.",
        f"SGD with Nesterov momentum 0.9, peak rate {recipe.rate:g} (15 % warm-up, cosine to 0), "
        f"weight decay {recipe.weight_decay:g} on weights, label smoothing {recipe.smoothing:g}.",
        f"Distortion of training images: {distortion(recipe)}.",
        "Settings were chosen on training images held back (`--hold-back`): " + recipe.choice,
        "The test split was measured after the last epoch of this one run; no epoch and no seed "
        "was picked by it.",
        f"PyTorch {facts['torch']}. Another build or processor may round otherwise and end in "
        "slightly different weights.")))


def card_table(facts: dict, recipe: Recipe) -> str:
    """Return the head of the card as rows of a Markdown table."""
    shape = ", ".join(map(str, facts["input_shape"]))
    correct, samples = facts["float_correct"], facts["test_samples"]
    rows = {
        "Data": recipe.data_name,
        "Float accuracy, test split":
            f"**{facts['float_accuracy']:.2%}** ({correct:,} of {samples:,})",
        "Weights (without biases and normalisation)": f"{facts['weights']:,}",
        "Parameters": f"{facts['parameters']:,}",
        "Input": f"(raw byte * {recipe.scale!r} - {recipe.mean!r}) / {recipe.std!r}",
        "File": f"ONNX, opset {OPSET}: `input` [N, {shape}] to `logits` [N, {len(recipe.labels)}]",
    }
    return "\n".join(f"| {key} | {value} |" for key, value in rows.items())


def card_text(facts: dict, recipe: Recipe) -> str:
    """Return the card for people."""
    where = "" if recipe.default_data else " --data DIR"
    golden = (f"`golden.npz` holds the first {GOLDEN_SAMPLES} test images (`x`, raw bytes), "
              f"PyTorch's logits (`y`) and, for the first {LAYER_SAMPLES}, what each ReLU, "
              "pooling and addition put out (`layer_<name>`).")
    return f"""# {recipe.name}

{wrap(recipe.summary)}

| | |
|---|---|
{card_table(facts, recipe)}

## Architecture

{wrap(recipe.architecture)}

| layer | kind | output | neurons | weights |
|---|---|---|---|---|
{layer_lines(facts['layers'])}

## Training

`python3 models/zoo/{recipe.name}/train.py{where}`

{training_lines(facts, recipe)}

{wrap(golden)}

## Use and limits

{wrap(recipe.use)}

{chr(10).join(map(item, recipe.limits))}

## Licence

{wrap(recipe.licence)}
"""


def write_all(folder: Path, net: nn.Module, recipe: Recipe, result: Result,
              samples: data.Samples) -> None:
    """Write the four files of one zoo entry."""
    folder.mkdir(parents=True, exist_ok=True)
    image = samples.images[:1]
    write_onnx(folder / "model.onnx", net, recipe, image)
    write_golden(folder / "golden.npz", net, recipe, samples.images)
    facts = card(net, recipe, result, image)
    (folder / "card.json").write_text(json_text(facts))
    (folder / "card.md").write_text(card_text(facts, recipe))
