"""Weights without their optimiser: small enough to keep, enough to go on from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from bone_age.training.net import ReadingNet


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


def load_weights(path: Path) -> Weights:
    """Read what `save_weights` wrote, or the net of a released ONNX file (then at step 0)."""
    origin = f"{path.name}, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
    if path.suffix == ".onnx":
        return Weights(0, _state_of_onnx(path), origin)
    saved = torch.load(path, "cpu", weights_only=True)
    return Weights(saved["step"], saved["weights"], origin)


def average_weights(several: Sequence[Weights]) -> Weights:
    """Return the mean of the weights of runs that began alike, at the step of the latest.

    One net so averaged reads like all of them together (Wortsman et al. 2022, "model soups").
    """
    first = several[0].state
    mean = {
        name: torch.stack([one.state[name].float() for one in several]).mean(0).to(value.dtype)
        for name, value in first.items()
    }
    origin = "the mean of " + " and of ".join(one.origin for one in several)
    return Weights(max(one.step for one in several), mean, origin)


def _state_of_onnx(path: Path) -> dict[str, Tensor]:
    """Return a net's state; what the file does not hold (counts of batches) is as when new."""
    held = {one.name: one for one in onnx.load(str(path)).graph.initializer}
    new = ReadingNet().state_dict()
    missing = [name for name in new if name not in held and not name.endswith("batches_tracked")]
    if missing:
        raise ValueError(f"{path} is not a net of this kind: it has no {missing[0]}.")
    return {
        name: torch.from_numpy(numpy_helper.to_array(held[name]).copy()) if name in held else value
        for name, value in new.items()
    }
