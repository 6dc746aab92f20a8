"""The LMS method: a size as standard deviations from the median, and back.

A reference gives three figures for an age: the power L that makes sizes normal, the median M and
the coefficient of variation S. Cole TJ, Green PJ. Smoothing reference centile curves: the LMS
method and penalized likelihood. Stat Med 1992;11:1305-19.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from growth.errors import MeasurementUnusable, NoSuchSize

# Beyond this many SD the WHO measures weight and BMI in steps of the distance from 2 to 3 SD,
# because the tails of their tables follow too few children.
# WHO Child Growth Standards: Methods and development (2006), the restricted LMS method.
_RESTRICTED_FROM_SDS = 3.0
_LAST_STEP_FROM_SDS = 2.0

# Below this the power is zero in double precision and the logarithm takes its place.
_NO_POWER = 1e-9

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Lms:
    """One row of a reference: L, M (in the measure's unit) and S."""

    power: float
    median: float
    variation: float


def sds_of(size: float, lms: Lms) -> float:
    """Return ((size / M)^L - 1) / (L S), or ln(size / M) / S where L is zero.

    Raises MeasurementUnusable for a size that is not a positive number.
    """
    if not (math.isfinite(size) and size > 0):
        raise MeasurementUnusable(f"A size must be a positive number, not {size:g}.")
    logarithm = math.log(size / lms.median)
    if abs(lms.power) < _NO_POWER:
        return logarithm / lms.variation
    return math.expm1(lms.power * logarithm) / (lms.power * lms.variation)


def size_at(sds: float, lms: Lms) -> float:
    """Return M (1 + L S sds)^(1 / L), or M exp(S sds) where L is zero; the inverse of `sds_of`.

    Raises NoSuchSize where the distribution ends before that many standard deviations.
    """
    spread = lms.power * lms.variation * sds
    if spread <= -1:
        raise NoSuchSize(f"The reference's distribution ends before {sds:+g} SD at this age.")
    if abs(lms.power) < _NO_POWER:
        return lms.median * math.exp(lms.variation * sds)
    return lms.median * math.exp(math.log1p(spread) / lms.power)


def restricted_sds_of(size: float, lms: Lms) -> float:
    """Return the standard deviations as the WHO counts them for weight and BMI.

    Up to 3 SD either side this is `sds_of`; beyond, each further SD is as wide as the one from
    2 to 3. Raises as `sds_of` and `size_at` do.
    """
    plain = sds_of(size, lms)
    if abs(plain) <= _RESTRICTED_FROM_SDS:
        return plain
    edge, step = _edge_and_step(math.copysign(1.0, plain), lms)
    return math.copysign(_RESTRICTED_FROM_SDS, plain) + (size - edge) / step


def restricted_size_at(sds: float, lms: Lms) -> float:
    """Return the inverse of `restricted_sds_of`; raises NoSuchSize."""
    if abs(sds) <= _RESTRICTED_FROM_SDS:
        return size_at(sds, lms)
    edge, step = _edge_and_step(math.copysign(1.0, sds), lms)
    size = edge + (sds - math.copysign(_RESTRICTED_FROM_SDS, sds)) * step
    if size <= 0:
        raise NoSuchSize(f"No size is as small as {sds:+g} SD at this age.")
    return size


def centile_of(sds: float) -> float:
    """Return the centile, 0 to 100, of the normal distribution."""
    return 100 * _NORMAL.cdf(sds)


def sds_of_centile(centile: float) -> float:
    """Return the standard deviations of a centile; raises NoSuchSize outside 0 to 100."""
    if not 0 < centile < 100:
        raise NoSuchSize(f"A centile lies between 0 and 100, not at {centile:g}.")
    return _NORMAL.inv_cdf(centile / 100)


def _edge_and_step(side: float, lms: Lms) -> tuple[float, float]:
    """Return the size at 3 SD on a side, and how much size makes one SD more beyond it."""
    edge = size_at(side * _RESTRICTED_FROM_SDS, lms)
    return edge, abs(edge - size_at(side * _LAST_STEP_FROM_SDS, lms))
