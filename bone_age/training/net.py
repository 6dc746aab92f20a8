"""The reading net: a small residual net with squeeze-excitation that is told the sex."""

import torch
from torch import Tensor, nn

# Ages are learnt in units of the spread around the middle of the labelled films (months).
MIDDLE_MONTHS = 127.0
SPREAD_MONTHS = 41.0

_STAGES = ((32, 1), (64, 2), (128, 2), (256, 2))
_STEM_CHANNELS = 16
_SEX_FEATURES = 32


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


class ReadingNet(nn.Module):
    """Image (n, 1, size, size) in 0..1 and sex (n,), 1 for girls: bone age in months (n,)."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(1, _STEM_CHANNELS, 5, 2, 2, bias=False),
            nn.BatchNorm2d(_STEM_CHANNELS),
            nn.ReLU(inplace=True),
        ]
        channels = _STEM_CHANNELS
        for outputs, blocks in _STAGES:
            for block in range(blocks):
                layers.append(_Block(channels, outputs, 2 if block == 0 else 1))
                channels = outputs
        self.see = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.know_sex = nn.Linear(1, _SEX_FEATURES)
        self.judge = nn.Sequential(
            nn.Linear(channels + _SEX_FEATURES, 256),
            nn.ReLU(inplace=True),
            nn.Dropout(0.2),
            nn.Linear(256, 1),
        )

    def forward(self, image: Tensor, is_female: Tensor) -> Tensor:
        """Read the bone age in months; every image is first brought to mean 0 and spread 1."""
        spread, mean = torch.std_mean(image, dim=(2, 3), keepdim=True)
        features = self.see((image - mean) / (spread + 1e-3))
        sex = torch.relu(self.know_sex(is_female[:, None] * 2 - 1))
        age = self.judge(torch.cat([features, sex], dim=1))[:, 0]
        months: Tensor = age.float() * SPREAD_MONTHS + MIDDLE_MONTHS
        return months
