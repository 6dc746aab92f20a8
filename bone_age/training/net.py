"""The reading net: a small residual net that knows the sex from its first stage on.

It answers with a distribution over bone ages; the reading is the mean of that distribution.
"""

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

# Channels and blocks of each stage; each stage halves the picture.
_STAGES: Final = ((32, 1), (64, 2), (128, 3), (256, 3))
_STEM_CHANNELS: Final = 16
_SEX_FEATURES: Final = 32
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

    def __init__(self, inputs: int, outputs: int, blocks: int) -> None:
        super().__init__()
        rest = [_Block(outputs, outputs, 1) for _ in range(blocks - 1)]
        self.blocks = nn.Sequential(_Block(inputs, outputs, 2), *rest)
        self.tune = nn.Linear(1, 2 * outputs)
        nn.init.zeros_(self.tune.weight)
        nn.init.zeros_(self.tune.bias)

    def forward(self, image: Tensor, sex: Tensor) -> Tensor:
        scale, shift = self.tune(sex)[:, :, None, None].chunk(2, dim=1)
        seen: Tensor = self.blocks(image) * (1 + scale) + shift
        return seen


class ReadingNet(nn.Module):
    """Image (n, 1, size, size) in 0..1 and sex (n,), 1 for girls: bone age in months (n,)."""

    bin_months: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, _STEM_CHANNELS, 5, 2, 2, bias=False),
            nn.BatchNorm2d(_STEM_CHANNELS),
            nn.ReLU(inplace=True),
        )
        inputs = [_STEM_CHANNELS, *(channels for channels, _ in _STAGES)]
        self.stages = nn.ModuleList(
            _Stage(before, channels, blocks)
            for before, (channels, blocks) in zip(inputs, _STAGES, strict=False)
        )
        self.know_sex = nn.Linear(1, _SEX_FEATURES)
        self.judge = nn.Sequential(
            nn.Linear(inputs[-2] + inputs[-1] + _SEX_FEATURES, _HIDDEN),
            nn.ReLU(inplace=True),
            nn.Dropout(0.2),
            nn.Linear(_HIDDEN, BINS),
        )
        self.register_buffer("bin_months", torch.arange(BINS) * MONTHS_PER_BIN, persistent=False)

    def forward(self, image: Tensor, is_female: Tensor) -> Tensor:
        """Read the bone age in months: the mean of the distribution."""
        return self.expect(self.score(image, is_female))

    def score(self, image: Tensor, is_female: Tensor) -> Tensor:
        """Return the logarithm of every bin's chance, up to a constant: (n, BINS).

        Every image is first brought to mean 0 and spread 1.
        """
        spread, mean = torch.std_mean(image, dim=(2, 3), keepdim=True)
        sex = is_female[:, None] * 2 - 1
        seen = self.stem((image - mean) / (spread + 1e-3))
        features = [torch.relu(self.know_sex(sex))]
        for stage in self.stages:
            seen = stage(seen, sex)
            features.append(seen.mean(dim=(2, 3)))
        # In bfloat16 neighbouring bins could no longer be told apart.
        with torch.autocast(image.device.type, enabled=False):
            scores: Tensor = self.judge(torch.cat([*features[-2:], features[0]], dim=1).float())
        return scores

    def expect(self, scores: Tensor) -> Tensor:
        """Return the mean bone age in months (n,) of what `score` returned."""
        return (torch.softmax(scores, dim=1) * self.bin_months).sum(dim=1)


def score_loss(net: ReadingNet, scores: Tensor, months: Tensor) -> Tensor:
    """Return how badly scores fit the labels: surprise at a softened label, and error in years."""
    softened = torch.softmax(-0.5 * ((net.bin_months - months[:, None]) / LABEL_MONTHS) ** 2, dim=1)
    surprise = nn.functional.cross_entropy(scores, softened)
    return surprise + nn.functional.l1_loss(net.expect(scores), months) / 12
