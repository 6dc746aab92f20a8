"""What a released model computes: several nets as one, and what it tells beside the bone age."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from bone_age.description import Details
from bone_age.training.kinds import KINDS
from bone_age.training.net import ReadingNet
from bone_age.training.refuser import Refuser

INPUTS: Final = ("image", "is_female")


class Released(nn.Module):
    """Crops (n, 1, side, side) and sex (n,), 1 for girls: one row of every output for each crop.

    Nets of the whole hand and, where there is one, that of the regions are averaged; the latter
    counts `regions_share`. The refuser judges what the first net of the whole hand sees.
    """

    def __init__(
        self,
        hands: Sequence[ReadingNet],
        regions: ReadingNet | None,
        regions_share: float,
        refuser: Refuser | None = None,
    ) -> None:
        super().__init__()
        self.hands = nn.ModuleList(hands)
        self.regions = regions
        self.refuser = refuser
        self._hands = tuple(hands)  # the same, by their type
        self.regions_share = regions_share if regions else 0.0

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the names of what `forward` returns, in its order."""
        always = ("months", "spread", "nets", "looked_at")
        regions, readable = self._named
        return (*always, *(name for name in (regions, readable) if name is not None))

    @property
    def _named(self) -> tuple[str | None, str | None]:
        return "regions" if self.regions else None, "readable" if self.refuser else None

    def details(self, regions_apart_months: float | None = None) -> Details:
        """Return how a package names the outputs."""
        regions, readable = self._named
        return Details("spread", "nets", regions, regions_apart_months, "looked_at", readable)

    def forward(self, image: Tensor, is_female: Tensor) -> tuple[Tensor, ...]:
        """Return bone age (n,), spread (n,), nets (n, k), map (n, rows, columns).

        Then regions (n, 3) and how readable (n,) a crop is, 0 to 1, where there are nets for them.
        Ages and spread in months. The map is that of the first net.
        """
        chances, looked_at, readable = self._whole(image, is_female)
        shares = [(1 - self.regions_share) / len(chances)] * len(chances)
        by_region = self._by_region(image, is_female)
        if by_region:
            chances = [*chances, torch.stack(by_region).mean(dim=0)]
            shares = [*shares, self.regions_share]
        months = [self._mean(one) for one in chances]
        mixed = torch.stack([share * one for share, one in zip(shares, chances, strict=True)]).sum(
            0
        )
        several = torch.stack(months, dim=1)
        regions = [torch.stack([self._mean(one) for one in by_region], dim=1)] if by_region else []
        return (self._mean(mixed), self._spread(mixed), several, looked_at, *regions, *readable)

    def _whole(self, image: Tensor, is_female: Tensor) -> tuple[list[Tensor], Tensor, list[Tensor]]:
        ((picture, told),) = KINDS["hand"].shown(image, is_female, image.shape[-1])
        seen = [net.features(picture, told) for net in self._hands]
        scores = [
            net.score_features(*one, told) for net, one in zip(self._hands, seen, strict=True)
        ]
        looked_at = self._hands[0].moved_by(*seen[0], told)
        readable = [torch.sigmoid(self.refuser(*seen[0]))] if self.refuser else []
        return [torch.softmax(one, dim=1) for one in scores], looked_at, readable

    def _by_region(self, image: Tensor, is_female: Tensor) -> list[Tensor]:
        if self.regions is None:
            return []
        shown = KINDS["regions"].shown(image, is_female, image.shape[-1])
        return [torch.softmax(self.regions.score(picture, told), dim=1) for picture, told in shown]

    def _mean(self, chances: Tensor) -> Tensor:
        return (chances * self._hands[0].bin_months).sum(dim=1)

    def _spread(self, chances: Tensor) -> Tensor:
        away = self._hands[0].bin_months - self._mean(chances)[:, None]
        return (chances * away**2).sum(dim=1).sqrt()
