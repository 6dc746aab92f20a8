"""Write a released model's nets as one ONNX file."""

import warnings
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bone_age.training.released import INPUTS, Released

_COUNTED, _AS_FULL = "_counted", "_in_float32"
# What one step of a kernel's byte is worth lies beside it, one figure for each output channel.
STEP: Final = "_step"
_GREATEST_BYTE: Final = 127
# Rounded, the small head of the refuser moved its answers by a quarter of a unit of log odds.
_KEPT_WHOLE: Final = "refuser."


def round_to_bytes(released: Released) -> None:
    """Round the kernels and matrices of the nets to 255 steps an output channel, as in the file."""
    with torch.no_grad():
        for name, weights in released.named_parameters():
            if weights.ndim > 1 and not name.startswith(_KEPT_WHOLE):
                step = _step_of(weights.numpy())
                counted = np.rint(weights.numpy() / step)
                weights.copy_(torch.from_numpy(counted * step))


def _step_of(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what one step is worth, (outputs, 1, ...)."""
    greatest = np.abs(weights).max(axis=tuple(range(1, weights.ndim)), keepdims=True)
    step = np.maximum(greatest / np.float32(_GREATEST_BYTE), np.finfo(np.float32).tiny)
    return np.asarray(step, np.float32)


def export(released: Released, pixels: int, path: Path) -> None:
    """Write the nets for any number of crops, their kernels and matrices as bytes.

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
    _keep_as_bytes(model.graph)
    onnx.save(model, str(path))


def _keep_as_bytes(graph: onnx.GraphProto) -> None:
    kept = [one for one in graph.initializer if _is_large(one)]
    full = {one.name: one.name + _AS_FULL for one in kept}
    for node in graph.node:
        for place, name in enumerate(node.input):
            node.input[place] = full.get(name, name)
    nodes = [node for one in kept for node in _widened(one.name)]
    for one in kept:
        weights = numpy_helper.to_array(one)
        step = _step_of(weights)
        one.CopyFrom(numpy_helper.from_array(np.rint(weights / step).astype(np.int8), one.name))
        graph.initializer.append(numpy_helper.from_array(step, one.name + STEP))
    rest = list(graph.node)
    del graph.node[:]
    graph.node.extend([*nodes, *rest])


def _widened(name: str) -> tuple[onnx.NodeProto, onnx.NodeProto]:
    """Return what makes numbers of bytes; onnxruntime does it once, when the net is loaded."""
    cast = helper.make_node("Cast", [name], [name + _COUNTED], to=TensorProto.FLOAT)
    return cast, helper.make_node("Mul", [name + _COUNTED, name + STEP], [name + _AS_FULL])


def _is_large(weights: onnx.TensorProto) -> bool:
    is_matrix = weights.data_type == TensorProto.FLOAT and len(weights.dims) > 1
    return is_matrix and not weights.name.startswith(_KEPT_WHOLE)
