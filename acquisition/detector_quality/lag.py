"""Lag: what of an exposure is left in the dark frames after it."""

from collections.abc import Sequence
from dataclasses import dataclass

from acquisition.errors import QualityFramesMissing, SettingUnusable


@dataclass(frozen=True, slots=True)
class Residual:
    """Signal above the rested panel's in one frame after an exposure, as a share of the exposure.

    `after_s` counts from the exposed frame on, by the panel's clock.
    """

    after_s: float
    share: float


@dataclass(frozen=True, slots=True)
class Lag:
    """What is left in the frames after an exposure of `exposed_dn`, first frame first."""

    exposed_dn: float
    residuals: tuple[Residual, ...]

    @property
    def first_share(self) -> float:
        """Share of the exposure that is in the first frame after it (first-frame lag)."""
        return self.residuals[0].share


def measure_lag(
    exposed_dn: float, left_dn: Sequence[float], after_s: Sequence[float], rested_dn: float
) -> Lag:
    """Compare mean signals (DN, offset-corrected) of an exposed frame and of the darks after it.

    `rested_dn` is the mean of darks before any exposure. Raises `QualityFramesMissing` without a
    frame, or `SettingUnusable` for an exposure without signal.
    """
    if not left_dn:
        raise QualityFramesMissing("Lag needs dark frames right after an exposure.")
    signal = exposed_dn - rested_dn
    if not signal > 0:
        raise SettingUnusable("The exposure that lag is measured after holds no signal.")
    return Lag(
        signal,
        tuple(
            Residual(seconds, (left - rested_dn) / signal)
            for left, seconds in zip(left_dn, after_s, strict=True)
        ),
    )
