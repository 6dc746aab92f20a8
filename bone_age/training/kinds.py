"""The two kinds of nets: one that reads the whole hand, one that reads each region by itself."""

from abc import abstractmethod
from typing import Final, Protocol

import torch
from torch import Tensor
from torch.nn import functional

from bone_age.regions import WINDOWS
from bone_age.training.augment import Warp, augment, augment_windows
from bone_age.training.net import HAND, Shape

# Our choice: a quarter of the whole crop's pixels, of the windows' usual proportions.
WINDOW_SIZE: Final = (96, 160)
# As large as the net of the whole hand, from whose weights it may start.
_REGIONS: Final = Shape(HAND.stages, told=HAND.told + len(WINDOWS))
# A window that is turned or moved as far as the whole hand would miss its region.
_WINDOW_WARP: Final = Warp(10.0, scale=0.1, aspect=0.1, shift=0.05)


class Kind(Protocol):
    """What a net is shown of crops (n, 1, side, side), and what it is told beside the sex.

    `steps` are those of a usual run.
    """

    name: str
    shape: Shape
    steps: int

    @abstractmethod
    def changed(
        self, images: Tensor, sex: Tensor, pixels: int, chance: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Return pictures to learn from, changed by chance, one for each crop, and what is told."""

    @abstractmethod
    def shown(self, images: Tensor, sex: Tensor, pixels: int) -> list[tuple[Tensor, Tensor]]:
        """Return all that a net reads of crops, one after the other; its readings count alike."""


class WholeHand(Kind):
    """The whole crop; the sex is told."""

    name, shape, steps = "hand", HAND, 20_000

    def changed(
        self, images: Tensor, sex: Tensor, pixels: int, chance: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Return the crops turned, mirrored, covered and the like."""
        return augment(images, pixels, chance), told_of(sex)

    def shown(self, images: Tensor, sex: Tensor, pixels: int) -> list[tuple[Tensor, Tensor]]:
        """Return the crops of the net's side."""
        return [(resized(images, pixels), told_of(sex))]


class EachRegion(Kind):
    """One window of the crop; sex and region are told."""

    name, shape, steps = "regions", _REGIONS, 8_000

    def changed(
        self, images: Tensor, sex: Tensor, pixels: int, chance: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Return a region of each crop, which one by chance, turned, mirrored and the like."""
        which = torch.randint(len(WINDOWS), (len(images),), generator=chance, device=chance.device)
        windows = _windows(images.device)[which]
        picture = augment_windows(images, windows, WINDOW_SIZE, _WINDOW_WARP, chance)
        return picture, _told_with(sex, which)

    def shown(self, images: Tensor, sex: Tensor, pixels: int) -> list[tuple[Tensor, Tensor]]:
        """Return fingers, carpals and wrist of all crops, in the order of `Region`."""
        return [
            (window_of(images, place), _told_with(sex, torch.full_like(sex, place).long()))
            for place in range(len(WINDOWS))
        ]


KINDS: Final[dict[str, Kind]] = {kind.name: kind for kind in (WholeHand(), EachRegion())}


def told_of(sex: Tensor) -> Tensor:
    """Return what a net of the whole hand is told (n, 1), of the sex (n,), 1 for girls."""
    return sex[:, None] * 2 - 1


def resized(images: Tensor, pixels: int) -> Tensor:
    """Shrink images to a side in pixels without aliasing; those of that side stay as they are."""
    if images.shape[-1] == pixels:
        return images
    size = (pixels, pixels)
    return functional.interpolate(
        images, size, mode="bilinear", antialias=True, align_corners=False
    )


def window_of(images: Tensor, place: int) -> Tensor:
    """Return the window of one region, (n, 1, *WINDOW_SIZE), of crops."""
    window = _windows(images.device)[place : place + 1]
    grid = functional.affine_grid(window, [1, 1, *WINDOW_SIZE], align_corners=False)
    # By its shape, not its length: the exported net then takes any number of crops.
    grid = grid.expand(images.shape[0], -1, -1, -1)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _told_with(sex: Tensor, which: Tensor) -> Tensor:
    region = functional.one_hot(which, len(WINDOWS))
    return torch.cat([told_of(sex), region.to(sex.dtype)], dim=1)


def _windows(device: torch.device) -> Tensor:
    """Return where each window lies in the crop, -1 to 1 across and down: (regions, 2, 3)."""
    places = [
        [[right - left, 0, right + left - 1], [0, bottom - top, bottom + top - 1]]
        for left, top, right, bottom in WINDOWS.values()
    ]
    return torch.tensor(places, dtype=torch.float32, device=device)
