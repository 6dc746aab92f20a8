"""What a film may look like on another day: turned, mirrored, scaled, covered, lighter, noisier."""

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Warp:
    """How far a picture is turned, scaled, squashed and moved at most, in shares of its side."""

    turn_deg: float
    scale: float
    aspect: float
    shift: float


WHOLE_HAND: Final = Warp(20.0, scale=0.14, aspect=0.12, shift=0.08)
# How differently a hand is found when its picture is delivered otherwise.
_GENTLY: Final = Warp(8.0, scale=0.07, aspect=0.06, shift=0.04)
_GAMMA: Final = 0.4
# White noise of a very low dose, in shares of the full scale.
_NOISE: Final = 0.05
_BLURRED_SHARE: Final = 0.3
# A letter, a ring or a plaster: a patch of one grey, in shares of the side.
_COVERED_SHARE: Final = 0.4
_PATCH: Final = (0.05, 0.3)


def augment(images: Tensor, size: int, chance: torch.Generator) -> Tensor:
    """Return changed copies (n, 1, size, size) of images (n, 1, any, any) in 0..1.

    The same chance gives the same copies; it lives where the images do.
    """
    whole = torch.eye(2, 3, device=images.device).expand(len(images), 2, 3)
    return augment_windows(images, whole, (size, size), WHOLE_HAND, chance)


def augment_windows(
    images: Tensor, windows: Tensor, size: tuple[int, int], warp: Warp, chance: torch.Generator
) -> Tensor:
    """Return changed copies (n, 1, *size) of a window of each image.

    `windows` (n, 2, 3) leads from a place in the window, -1 to 1 across and down, to one in the
    image.
    """
    return _toned(_cover(_warp(images, windows, size, warp, chance), chance), chance)


def augment_gently(images: Tensor, size: int, chance: torch.Generator) -> Tensor:
    """Return copies (n, 1, size, size) that show as much of the hand as the images do."""
    whole = torch.eye(2, 3, device=images.device).expand(len(images), 2, 3)
    return _toned(_warp(images, whole, (size, size), _GENTLY, chance), chance)


def _toned(images: Tensor, chance: torch.Generator) -> Tensor:
    return _add_noise(_blur(_change_tone(images, chance), chance), chance)


def _chances(count: int, chance: torch.Generator) -> Tensor:
    return torch.rand(count, generator=chance, device=chance.device)


def _uniform(count: int, limit: float, chance: torch.Generator) -> Tensor:
    return (_chances(count, chance) * 2 - 1) * limit


def _warp(
    images: Tensor, windows: Tensor, size: tuple[int, int], warp: Warp, chance: torch.Generator
) -> Tensor:
    count = len(images)
    angle = _uniform(count, math.radians(warp.turn_deg), chance)
    scale = _uniform(count, warp.scale, chance).exp()
    aspect = _uniform(count, warp.aspect, chance).exp()
    mirror = torch.where(_chances(count, chance) < 0.5, -1.0, 1.0)
    across, along = scale * aspect * mirror, scale / aspect
    turned = torch.stack(
        [angle.cos() * across, -angle.sin() * along, angle.sin() * across, angle.cos() * along], 1
    ).reshape(count, 2, 2)
    moved = torch.stack([_uniform(count, warp.shift, chance) for _ in range(2)], 1)[:, :, None]
    places = torch.cat([turned @ windows[:, :, :2], turned @ windows[:, :, 2:] + moved], dim=2)
    grid = functional.affine_grid(places, [count, 1, *size], align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _cover(images: Tensor, chance: torch.Generator) -> Tensor:
    """Cover a patch of some pictures, so that the net looks at the whole hand."""
    count, least, most = len(images), *_PATCH
    half = (least + (most - least) * _chances(2 * count, chance).reshape(2, count, 1)) / 2
    middle = _chances(2 * count, chance).reshape(2, count, 1)
    down, across = (
        ((torch.arange(side, device=images.device) + 0.5) / side - middle[axis]).abs() < half[axis]
        for axis, side in enumerate(images.shape[2:])
    )
    covered = down[:, None, :, None] & across[:, None, None, :]
    covered &= (_chances(count, chance) < _COVERED_SHARE)[:, None, None, None]
    return torch.where(covered, _chances(count, chance)[:, None, None, None], images)


def _change_tone(images: Tensor, chance: torch.Generator) -> Tensor:
    count = len(images)
    gamma, low, high = (
        _uniform(count, _GAMMA, chance).exp(),
        _chances(count, chance) * 0.1,
        1 - _chances(count, chance) * 0.3,
    )
    brighter = images.clamp(0, 1) ** gamma[:, None, None, None]
    return low[:, None, None, None] + (high - low)[:, None, None, None] * brighter


def _blur(images: Tensor, chance: torch.Generator) -> Tensor:
    blurred = functional.avg_pool2d(functional.pad(images, (1, 1, 1, 1), "reflect"), 3, 1)
    share = _chances(len(images), chance)[:, None, None, None]
    return torch.where(share < _BLURRED_SHARE, blurred, images)


def _add_noise(images: Tensor, chance: torch.Generator) -> Tensor:
    strength = _chances(len(images), chance)[:, None, None, None] ** 2 * _NOISE
    noise = torch.randn(images.shape, generator=chance, device=chance.device)
    return images + strength * noise
