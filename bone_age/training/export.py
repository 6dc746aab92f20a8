"""Write a released model's nets as one ONNX file."""

import warnings
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from bone_age.training.released import INPUTS, Released

_AS_FULL: Final = "_in_float32"


def round_to_halves(released: Released) -> None:
    """Round every kernel and matrix to half precision, in which they are kept in the file."""
    with torch.no_grad():
        for weights in released.parameters():
            if weights.ndim > 1:
                weights.copy_(weights.half().float())


def export(released: Released, pixels: int, path: Path) -> None:
    """Write the nets for any number of crops, kernels and matrices in half precision.

    They compute in float32. Weights keep their names, unfolded, so that a later training can start
    from the file.
    """
    released.eval()
    names = (*INPUTS, *released.outputs)
    with warnings.catch_warnings():
        # The newer exporter needs another package; torch is pinned, and parity is checked.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            released,
            (torch.zeros(2, 1, pixels, pixels), torch.zeros(2)),
            str(path),
            input_names=list(INPUTS),
            output_names=list(released.outputs),
            dynamic_axes={name: {0: "n"} for name in names},
            opset_version=18,
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
            dynamo=False,
        )
    model = onnx.load(str(path))
    _keep_as_halves(model.graph)
    onnx.save(model, str(path))


def _keep_as_halves(graph: onnx.GraphProto) -> None:
    kept = [one for one in graph.initializer if _is_large(one)]
    full = {one.name: one.name + _AS_FULL for one in kept}
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = full.get(name, name)
    for one in kept:
        halves = numpy_helper.to_array(one).astype(np.float16)
        one.CopyFrom(numpy_helper.from_array(halves, one.name))
    casts = [
        helper.make_node("Cast", [name], [cast], to=TensorProto.FLOAT)
        for name, cast in full.items()
    ]
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *rest])


def _is_large(weights: onnx.TensorProto) -> bool:
    return weights.data_type == TensorProto.FLOAT and len(weights.dims) > 1
