"""The refuser: a small head on what the net of the whole hand sees, which tells what it can read.

The net itself stays as it is; what its last two stages see of many crops is worked out once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from bone_age.training.augment import augment_gently
from bone_age.training.device import fastest_precision, full_precision
from bone_age.training.judge import device_of, images_of
from bone_age.training.net import HAND, ReadingNet

Pixels = NDArray[np.uint8]
Precision = Callable[[torch.device], torch.autocast]

_CHANNELS: Final = 32
_HIDDEN: Final = 64
_DROPOUT: Final = 0.3
# The last stage halves the crop five times.
_PIXELS_PER_CELL: Final = 32
_AT_ONCE: Final = 32

STEPS: Final = 9000
_BATCH: Final = 128
_LEARNING_RATE: Final = 1.5e-3
_WARM_UP_STEPS: Final = 50
_WEIGHT_DECAY: Final = 0.02
# A spoilt film may still be read now and then, a good one be spoilt.
_DOUBT: Final = 0.01
# Our choice: of the films that the rules let pass so many are refused. On the tune tenth one half
# of them is then read after another look for the hand; of 100 with fingers cut off 97 stay refused.
REFUSED_SHARE: Final = 0.018


class Refuser(nn.Module):
    """What the last two stages of a net see of crops: how readable each is, a logarithm of odds."""

    def __init__(self, pixels: int) -> None:
        super().__init__()
        (fine, _), (coarse, _) = HAND.stages[-2:]
        self.fine = nn.Sequential(nn.BatchNorm2d(fine), nn.Conv2d(fine, _CHANNELS, 1), nn.ReLU())
        self.coarse = nn.Sequential(
            nn.BatchNorm2d(coarse),
            nn.Conv2d(coarse, _CHANNELS, 1),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
        )
        self.judge = nn.Sequential(
            nn.Conv2d(2 * _CHANNELS, _CHANNELS, 3, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(_DROPOUT),
            nn.Linear(_CHANNELS * (pixels // _PIXELS_PER_CELL) ** 2, _HIDDEN),
            nn.ReLU(),
            nn.Dropout(_DROPOUT),
            nn.Linear(_HIDDEN, 1),
        )
        self.register_buffer("limit", torch.zeros(()))

    limit: Tensor

    def forward(self, fine: Tensor, coarse: Tensor) -> Tensor:
        """Return the logarithm of the odds (n,), above 0 where a crop may be read."""
        odds: Tensor = self.judge(torch.cat([self.fine(fine), self.coarse(coarse)], dim=1))
        return odds[:, 0] - self.limit


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What the last two stages saw of crops, in half precision, those of the changed copies too."""

    fine: Tensor
    coarse: Tensor

    def __len__(self) -> int:
        return len(self.fine)

    def of(self, chosen: Tensor | slice) -> tuple[Tensor, Tensor]:
        """Return some of them in full precision."""
        return self.fine[chosen].float(), self.coarse[chosen].float()


@torch.no_grad()
def features_of(
    net: ReadingNet,
    crops: Pixels,
    seed: int,
    copies: int,
    precision: Precision = fastest_precision,
) -> Features:
    """Work out what a net sees of crops as they are, and of so many changed copies.

    The sexes that the net is told are by chance.
    """
    net.eval()
    chance = torch.Generator(device_of(net)).manual_seed(seed)
    seen = [
        _seen(net, _changed(images, chance) if copy else images, chance, precision)
        for copy in range(1 + copies)
        for images in _batches(crops, device_of(net))
    ]
    return Features(*(torch.cat(stage) for stage in zip(*seen, strict=True)))


def both_ways(net: ReadingNet, crops: Pixels) -> Features:
    """Work out, in full precision, what a net sees of crops and then of their mirror images."""
    mirrored = np.ascontiguousarray(crops[:, :, ::-1])
    both = (crops, mirrored)
    return joined([features_of(net, each, 0, 0, full_precision) for each in both])


def joined(several: Sequence[Features]) -> Features:
    """Return features one after the other."""
    return Features(
        torch.cat([one.fine for one in several]), torch.cat([one.coarse for one in several])
    )


def _changed(images: Tensor, chance: torch.Generator) -> Tensor:
    return augment_gently(images, images.shape[-1], chance)


def _batches(crops: Pixels, device: torch.device) -> Iterator[Tensor]:
    for start in range(0, len(crops), _AT_ONCE):
        yield images_of(crops[start : start + _AT_ONCE], device)


def _seen(
    net: ReadingNet, images: Tensor, chance: torch.Generator, precision: Precision
) -> tuple[Tensor, Tensor]:
    device = images.device
    told = torch.randint(2, (len(images), 1), generator=chance, device=device) * 2.0 - 1
    with precision(device):
        fine, coarse = net.features(images.to(memory_format=torch.channels_last), told)
    return fine.half().cpu(), coarse.half().cpu()


def learn(whole: Features, spoilt: Features, pixels: int, steps: int, seed: int = 0) -> Refuser:
    """Learn to tell whole hands from what is spoilt or foreign; half of every batch is whole."""
    torch.manual_seed(seed)
    chance = torch.Generator().manual_seed(seed)
    refuser = Refuser(pixels)
    optimiser = torch.optim.AdamW(refuser.parameters(), _LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    half = _BATCH // 2
    wanted = torch.cat([torch.full((half,), 1 - _DOUBT), torch.full((half,), _DOUBT)])
    for step in range(steps):
        for group in optimiser.param_groups:
            warm = min(1.0, (step + 1) / _WARM_UP_STEPS)
            group["lr"] = _LEARNING_RATE * warm * (1 - step / steps)
        chosen = [
            features.of(torch.randint(len(features), (half,), generator=chance))
            for features in (whole, spoilt)
        ]
        fine, coarse = (torch.cat(both) for both in zip(*chosen, strict=True))
        loss = functional.binary_cross_entropy_with_logits(refuser(fine, coarse), wanted)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return refuser.eval()


@torch.no_grad()
def readable(refuser: Refuser, seen: Features) -> NDArray[np.float32]:
    """Return the logarithm of the odds (n,) of crops seen both ways, the mean of the two."""
    odds = [
        refuser(*seen.of(slice(start, start + _AT_ONCE))) for start in range(0, len(seen), _AT_ONCE)
    ]
    return torch.cat(odds).reshape(2, -1).mean(dim=0).numpy()


def set_limit(refuser: Refuser, good: Features) -> None:
    """Let the refuser refuse `REFUSED_SHARE` of good crops, seen both ways, that it never saw."""
    odds = readable(refuser, good) + float(refuser.limit)
    refuser.limit.fill_(float(np.quantile(odds, REFUSED_SHARE)))
