"""What a film may look like on another day: turned, mirrored, scaled, covered, lighter, noisier."""

import math
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

_TURN_DEG: Final = 20.0
_SCALE: Final = 0.14
_ASPECT: Final = 0.12
_SHIFT: Final = 0.08
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
    turned = _warp(images, size, chance)
    return _add_noise(_blur(_change_tone(_cover(turned, chance), chance), chance), chance)


def _chances(count: int, chance: torch.Generator) -> Tensor:
    return torch.rand(count, generator=chance, device=chance.device)


def _uniform(count: int, limit: float, chance: torch.Generator) -> Tensor:
    return (_chances(count, chance) * 2 - 1) * limit


def _warp(images: Tensor, size: int, chance: torch.Generator) -> Tensor:
    count = len(images)
    angle = _uniform(count, math.radians(_TURN_DEG), chance)
    scale, aspect = _uniform(count, _SCALE, chance).exp(), _uniform(count, _ASPECT, chance).exp()
    mirror = torch.where(_chances(count, chance) < 0.5, -1.0, 1.0)
    across, along = scale * aspect * mirror, scale / aspect
    rows = (
        torch.stack(
            [angle.cos() * across, -angle.sin() * along, _uniform(count, _SHIFT, chance)], 1
        ),
        torch.stack(
            [angle.sin() * across, angle.cos() * along, _uniform(count, _SHIFT, chance)], 1
        ),
    )
    grid = functional.affine_grid(torch.stack(rows, 1), [count, 1, size, size], align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _cover(images: Tensor, chance: torch.Generator) -> Tensor:
    """Cover a patch of some pictures, so that the net looks at the whole hand."""
    count, size = len(images), images.shape[-1]
    least, most = _PATCH
    place = (torch.arange(size, device=images.device) + 0.5) / size
    half = (least + (most - least) * _chances(2 * count, chance).reshape(2, count, 1)) / 2
    middle = _chances(2 * count, chance).reshape(2, count, 1)
    down, across = (place - middle).abs() < half
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
