"""What a net makes of films while it learns: as the reader reads, crop and mirror image."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bone_age.training.device import fastest_precision
from bone_age.training.films import Films
from bone_age.training.kinds import Kind
from bone_age.training.net import ReadingNet

_AT_ONCE = 32


def mean_absolute_error(net: ReadingNet, kind: Kind, films: Films, pixels: int) -> float:
    """Return the mean absolute error in months of a net on films, without augmentation."""
    read = read_films(net, kind, films, pixels, fastest_precision(device_of(net)))
    return float(np.abs(read.mean(axis=1) - films.bone_age_months).mean())


@torch.no_grad()
def read_films(
    net: ReadingNet, kind: Kind, films: Films, pixels: int, precision: torch.autocast
) -> NDArray[np.float32]:
    """Read all that a net of its kind is shown of every film, and the mirror image, too.

    Returns months (n, shown) float32.
    """
    net.eval()
    read: list[Tensor] = []
    for start in range(0, len(films.pixels), _AT_ONCE):
        images, sex, _ = batch_of(films, slice(start, start + _AT_ONCE), device_of(net))
        with precision:
            several = [
                (net(picture, told) + net(picture.flip(3), told)) / 2
                for picture, told in kind.shown(images, sex, pixels)
            ]
        read.append(torch.stack(several, dim=1))
    return torch.cat(read).cpu().numpy()


def batch_of(
    films: Films, chosen: slice | NDArray[Any], device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:
    """Return some films as images (n, 1, size, size) in 0..1, sex (n,) and months (n,)."""
    labels = films.is_female[chosen], films.bone_age_months[chosen]
    sex, months = (torch.from_numpy(array).to(device) for array in labels)
    return images_of(films.pixels[chosen], device), sex, months


def images_of(crops: NDArray[np.uint8], device: torch.device) -> Tensor:
    """Return crops (n, size, size) as images (n, 1, size, size) in 0..1."""
    return torch.from_numpy(crops[:, None]).to(device).float() / 255


def device_of(net: ReadingNet) -> torch.device:
    """Return where the net computes."""
    return net.bin_months.device
