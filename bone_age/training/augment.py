"""What a film may look like on another day: turned, mirrored, scaled, lighter, darker, noisier."""

import math

import torch
from torch import Tensor
from torch.nn import functional

_TURN_DEG = 15.0
_SCALE = 0.12
_ASPECT = 0.10
_SHIFT = 0.06
_GAMMA = 0.35
_NOISE = 0.03
_BLURRED_SHARE = 0.3


def augment(images: Tensor, chance: torch.Generator) -> Tensor:
    """Return changed copies of images (n, 1, size, size) in 0..1; same chance, same copies."""
    turned = _warp(images, chance)
    return _add_noise(_blur(_change_tone(turned, chance), chance), chance)


def _uniform(count: int, limit: float, chance: torch.Generator) -> Tensor:
    return (torch.rand(count, generator=chance) * 2 - 1) * limit


def _warp(images: Tensor, chance: torch.Generator) -> Tensor:
    count = len(images)
    angle = _uniform(count, math.radians(_TURN_DEG), chance)
    scale, aspect = _uniform(count, _SCALE, chance).exp(), _uniform(count, _ASPECT, chance).exp()
    mirror = torch.where(torch.rand(count, generator=chance) < 0.5, -1.0, 1.0)
    across, along = scale * aspect * mirror, scale / aspect
    rows = (
        torch.stack(
            [angle.cos() * across, -angle.sin() * along, _uniform(count, _SHIFT, chance)], 1
        ),
        torch.stack(
            [angle.sin() * across, angle.cos() * along, _uniform(count, _SHIFT, chance)], 1
        ),
    )
    grid = functional.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _change_tone(images: Tensor, chance: torch.Generator) -> Tensor:
    count = len(images)
    gamma = _uniform(count, _GAMMA, chance).exp()[:, None, None, None]
    low = torch.rand(count, 1, 1, 1, generator=chance) * 0.1
    high = 1 - torch.rand(count, 1, 1, 1, generator=chance) * 0.3
    return low + (high - low) * images.clamp(0, 1) ** gamma


def _blur(images: Tensor, chance: torch.Generator) -> Tensor:
    blurred = functional.avg_pool2d(functional.pad(images, (1, 1, 1, 1), "reflect"), 3, 1)
    share = torch.rand(len(images), 1, 1, 1, generator=chance)
    return torch.where(share < _BLURRED_SHARE, blurred, images)


def _add_noise(images: Tensor, chance: torch.Generator) -> Tensor:
    strength = torch.rand(len(images), 1, 1, 1, generator=chance) ** 2 * _NOISE
    return images + strength * torch.randn(images.shape, generator=chance)
