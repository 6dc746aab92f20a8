"""The reading net: a small residual net that knows the sex from its first stage on.

It answers with a distribution over bone ages; the reading is the mean of that distribution.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

# Our choice: past the atlas's last plate (Greulich and Pyle 1959: 19 years), so that a label's own
# scatter lies inside, and in bins finer than any reader tells apart.
OLDEST_MONTHS: Final = 240.0
MONTHS_PER_BIN: Final = 2.0
BINS: Final = round(OLDEST_MONTHS / MONTHS_PER_BIN) + 1
# Our choice: a label counts for its neighbours, too; readers themselves scatter by 7 months
# (Kaplowitz 2011), which the labels bring along.
LABEL_MONTHS: Final = 4.0


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a net is: channels and blocks of each stage, which halves the picture.

    `told` counts the numbers that it is told beside the picture, the sex first.
    """

    stages: tuple[tuple[int, int], ...]
    told: int


HAND: Final = Shape(((32, 1), (64, 2), (128, 3), (256, 3)), told=1)

_STEM_CHANNELS: Final = 16
_TOLD_FEATURES: Final = 32
_HIDDEN: Final = 256


class _Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.convolve = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.excite = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(outputs, outputs // 8, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs // 8, outputs, 1),
            nn.Sigmoid(),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
        )

    def forward(self, image: Tensor) -> Tensor:
        residual = self.convolve(image)
        gated: Tensor = residual * self.excite(residual)
        return torch.relu(gated + self.shortcut(image))


class _Stage(nn.Module):
    """Blocks at one scale, whose channels the sex then scales and shifts (Perez et al. 2018)."""

    def __init__(self, inputs: int, outputs: int, blocks: int, told: int) -> None:
        super().__init__()
        rest = [_Block(outputs, outputs, 1) for _ in range(blocks - 1)]
        self.blocks = nn.Sequential(_Block(inputs, outputs, 2), *rest)
        self.tune = nn.Linear(told, 2 * outputs)
        nn.init.zeros_(self.tune.weight)
        nn.init.zeros_(self.tune.bias)

    def forward(self, image: Tensor, told: Tensor) -> Tensor:
        scale, shift = self.tune(told)[:, :, None, None].chunk(2, dim=1)
        seen: Tensor = self.blocks(image) * (1 + scale) + shift
        return seen


class ReadingNet(nn.Module):
    """Image (n, 1, rows, columns) in 0..1 and what it is told (n, told): bone age in months (n,).

    The first number told is the sex, 1 for girls and -1 for boys.
    """

    bin_months: Tensor

    def __init__(self, shape: Shape = HAND) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, _STEM_CHANNELS, 5, 2, 2, bias=False),
            nn.BatchNorm2d(_STEM_CHANNELS),
            nn.ReLU(inplace=True),
        )
        inputs = [_STEM_CHANNELS, *(channels for channels, _ in shape.stages)]
        self.stages = nn.ModuleList(
            _Stage(before, channels, blocks, shape.told)
            for before, (channels, blocks) in zip(inputs, shape.stages, strict=False)
        )
        self.know_sex = nn.Linear(shape.told, _TOLD_FEATURES)
        self.judge = nn.Sequential(
            nn.Linear(inputs[-2] + inputs[-1] + _TOLD_FEATURES, _HIDDEN),
            nn.ReLU(inplace=True),
            nn.Dropout(0.2),
            nn.Linear(_HIDDEN, BINS),
        )
        self.register_buffer("bin_months", torch.arange(BINS) * MONTHS_PER_BIN, persistent=False)

    def forward(self, image: Tensor, told: Tensor) -> Tensor:
        """Read the bone age in months: the mean of the distribution."""
        return self.expect(self.score(image, told))

    def score(self, image: Tensor, told: Tensor) -> Tensor:
        """Return the logarithm of every bin's chance, up to a constant: (n, BINS)."""
        return self.score_features(*self.features(image, told), told)

    def features(self, image: Tensor, told: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the last two stages see; every image is first brought to mean 0, spread 1."""
        spread, mean = torch.std_mean(image, dim=(2, 3), keepdim=True)
        seen = [self.stem((image - mean) / (spread + 1e-3))]
        for stage in self.stages:
            seen.append(stage(seen[-1], told))
        return seen[-2], seen[-1]

    def score_features(self, fine: Tensor, coarse: Tensor, told: Tensor) -> Tensor:
        """Return what `score` does, from what the last two stages saw."""
        # In bfloat16 neighbouring bins could no longer be told apart.
        with torch.autocast(fine.device.type, enabled=False):
            scores: Tensor = self.judge(self._pooled(fine, coarse, told).float())
        return scores

    def moved_by(self, fine: Tensor, coarse: Tensor, told: Tensor) -> Tensor:
        """Return how much each part of the picture moves the reading: (n, rows, columns) of `fine`.

        What each part adds, to the first order, to the mean of the distribution: Grad-CAM
        (Selvaraju et al. 2017) of both stages, its derivatives written out so that they can be
        exported.
        """
        into, out_of = (layer for layer in self.judge if isinstance(layer, nn.Linear))
        hidden = torch.relu(into(self._pooled(fine, coarse, told)))
        chances = torch.softmax(out_of(hidden), dim=1)
        mean = (chances * self.bin_months).sum(dim=1, keepdim=True)
        by_hidden = ((chances * (self.bin_months - mean)) @ out_of.weight) * (hidden > 0)
        by_feature = by_hidden @ into.weight
        by_fine = by_feature[:, : fine.shape[1]]
        by_coarse = by_feature[:, fine.shape[1] : fine.shape[1] + coarse.shape[1]]
        added = (coarse * by_coarse[:, :, None, None]).sum(dim=1, keepdim=True)
        size = (fine.shape[2], fine.shape[3])
        smooth = nn.functional.interpolate(added, size, mode="bilinear", align_corners=False)
        moved: Tensor = smooth[:, 0] + (fine * by_fine[:, :, None, None]).sum(dim=1)
        return moved.abs()

    def _pooled(self, fine: Tensor, coarse: Tensor, told: Tensor) -> Tensor:
        means = [seen.mean(dim=(2, 3)) for seen in (fine, coarse)]
        return torch.cat([*means, torch.relu(self.know_sex(told))], dim=1)

    def expect(self, scores: Tensor) -> Tensor:
        """Return the mean bone age in months (n,) of what `score` returned."""
        return (torch.softmax(scores, dim=1) * self.bin_months).sum(dim=1)


def score_loss(net: ReadingNet, scores: Tensor, months: Tensor) -> Tensor:
    """Return how badly scores fit the labels: surprise at a softened label, and error in years."""
    softened = torch.softmax(-0.5 * ((net.bin_months - months[:, None]) / LABEL_MONTHS) ** 2, dim=1)
    surprise = nn.functional.cross_entropy(scores, softened)
    return surprise + nn.functional.l1_loss(net.expect(scores), months) / 12
