"""Weights without their optimiser: small enough to keep, enough to go on from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional

from bone_age.training.export import STEP
from bone_age.training.kinds import Kind
from bone_age.training.net import ReadingNet

_AXES_OF_MATRICES: Final = 2
# How the weights of a kind of net are named in a released file (`bone_age/training/released.py`).
PREFIX: Final = {"hand": "hands.0.", "regions": "regions."}


@dataclass(frozen=True, slots=True)
class Weights:
    """A net's state by name, the step of the run that it comes from, and what to call it."""

    step: int
    state: dict[str, Tensor]
    origin: str


def save_weights(weights: Weights, path: Path) -> None:
    """Write weights in half precision."""
    halves = {
        name: value.half() if value.dtype.is_floating_point else value
        for name, value in weights.state.items()
    }
    torch.save({"step": weights.step, "weights": halves}, path)


def load_weights(path: Path, kind: Kind) -> Weights:
    """Read what `save_weights` wrote, or a net of a released ONNX file (then at step 0).

    Of several nets of its kind in a released file it is the first.
    """
    origin = f"{path.name}, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
    if path.suffix == ".onnx":
        return Weights(0, _state_of_onnx(path, kind), origin)
    saved = torch.load(path, "cpu", weights_only=True)
    return Weights(saved["step"], _widened(saved["weights"], kind), origin)


def _widened(state: dict[str, Tensor], kind: Kind) -> dict[str, Tensor]:
    """Let a net that is told more begin with the weights of one that is told the sex alone."""
    new = ReadingNet(kind.shape).state_dict()
    return {
        name: functional.pad(value, (0, new[name].shape[-1] - value.shape[-1]))
        if value.ndim == _AXES_OF_MATRICES
        else value
        for name, value in state.items()
    }


def _state_of_onnx(path: Path, kind: Kind) -> dict[str, Tensor]:
    """Return a net's state; what the file does not hold (counts of batches) is as when new."""
    held = {one.name: one for one in onnx.load(str(path)).graph.initializer}
    prefix = PREFIX[kind.name]
    new = ReadingNet(kind.shape).state_dict()
    missing = [
        name for name in new if prefix + name not in held and not name.endswith("batches_tracked")
    ]
    if missing:
        raise ValueError(f"{path} holds no net of the kind {kind.name}: it has no {missing[0]}.")
    return {
        name: torch.from_numpy(_full(held, prefix + name)) if prefix + name in held else value
        for name, value in new.items()
    }


def _full(held: Mapping[str, onnx.TensorProto], name: str) -> NDArray[np.float32]:
    """Return weights as numbers, also where they are kept as bytes."""
    kept = numpy_helper.to_array(held[name]).astype(np.float32)
    return kept * numpy_helper.to_array(held[name + STEP]) if name + STEP in held else kept
