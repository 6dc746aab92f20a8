"""What a net makes of films while it learns: as the reader reads, crop and mirror image."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from bone_age.training.device import fastest_precision
from bone_age.training.films import Films
from bone_age.training.net import ReadingNet

_AT_ONCE = 32


def mean_absolute_error(net: ReadingNet, films: Films, pixels: int) -> float:
    """Return the mean absolute error in months of a net on films, without augmentation."""
    read = read_films(net, films, pixels, fastest_precision(device_of(net)))
    return float(np.abs(read - films.bone_age_months).mean())


@torch.no_grad()
def read_films(
    net: ReadingNet, films: Films, pixels: int, precision: torch.autocast
) -> NDArray[np.float32]:
    """Read every film at a crop size and its mirror image, too: months, (n,) float32."""
    net.eval()
    read: list[Tensor] = []
    for start in range(0, len(films.pixels), _AT_ONCE):
        images, sex, _ = batch_of(films, slice(start, start + _AT_ONCE), device_of(net))
        sized = resized(images, pixels)
        with precision:
            read.append((net(sized, sex) + net(sized.flip(3), sex)) / 2)
    return torch.cat(read).cpu().numpy()


def batch_of(
    films: Films, chosen: slice | NDArray[Any], device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:
    """Return some films as images (n, 1, size, size) in 0..1, sex (n,) and months (n,)."""
    arrays = films.pixels[chosen][:, None], films.is_female[chosen], films.bone_age_months[chosen]
    images, sex, months = (torch.from_numpy(array).to(device) for array in arrays)
    return images.float() / 255, sex, months


def resized(images: Tensor, pixels: int) -> Tensor:
    """Shrink images to a side in pixels without aliasing; those of that side stay as they are."""
    if images.shape[-1] == pixels:
        return images
    size = (pixels, pixels)
    return functional.interpolate(
        images, size, mode="bilinear", antialias=True, align_corners=False
    )


def device_of(net: ReadingNet) -> torch.device:
    """Return where the net computes."""
    return net.bin_months.device
