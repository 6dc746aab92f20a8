"""What a good detector reaches: one line for each figure, with where the limit comes from."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from acquisition.detector_quality.quality import DetectorQuality, LevelQuality
from acquisition.detector_quality.regions import at

# Level at which DQE is judged: a low-dose hand, and the usual reference of IEC 62220-1-1 tests.
REFERENCE_UGY: Final = 2.5
# Typical of 500 um CsI on a-Si at 1, 2 and 3 per mm (100 to 150 um pixels); Spahn 2000 for DQE.
TYPICAL_MTF: Final = {1.0: 0.62, 2.0: 0.33, 3.0: 0.18}
TYPICAL_DQE: Final = {1.0: 0.55, 2.0: 0.40, 3.0: 0.25}
WIDEST_PITCH_UM: Final = 150.0
# Our choice: a tenth below typical is worth a call for service.
SHARE_OF_TYPICAL: Final = 0.9
# Near the Nyquist frequency sampling decides, not the detector (our choice).
USABLE_NYQUIST: Final = 0.8

_TYPICAL: Final = "0.9 of a typical 500 µm CsI panel (our choice)"
_TG150: Final = "AAPM 150 (TG-150); limit: our choice"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One figure beside its limits; None where there is no such limit."""

    name: str
    unit: str
    value: float
    lowest: float | None
    highest: float | None
    source: str

    @property
    def passed(self) -> bool:
        """True within the limits; a figure that is no number has not passed."""
        low = -math.inf if self.lowest is None else self.lowest
        high = math.inf if self.highest is None else self.highest
        return low <= self.value <= high


def judge(quality: DetectorQuality) -> tuple[Judgement, ...]:
    """Hold every figure against its limits; what the pixel pitch rules out is left out."""
    parts = (_sharpness, _efficiency, _uniformity, _response, _dark, _lag, _pixels)
    return tuple(judged for part in parts for judged in part(quality))


def reference_level(quality: DetectorQuality) -> LevelQuality:
    """The level nearest to 2.5 uGy."""
    return min(quality.levels, key=lambda level: abs(math.log(level.kerma_ugy / REFERENCE_UGY)))


def _usable(quality: DetectorQuality, frequency_per_mm: float) -> bool:
    nyquist_per_mm = 500.0 / quality.circumstances.pixel_pitch_um
    return frequency_per_mm <= USABLE_NYQUIST * nyquist_per_mm


def _sharpness(quality: DetectorQuality) -> Iterator[Judgement]:
    if quality.circumstances.pixel_pitch_um > WIDEST_PITCH_UM:
        return
    for frequency, typical in TYPICAL_MTF.items():
        for edge in quality.edges:
            name = f"MTF {edge.direction.value} at {frequency:g} lp/mm"
            lowest = round(SHARE_OF_TYPICAL * typical, 3)
            yield Judgement(name, "", at(frequency, edge.mtf), lowest, None, _TYPICAL)


def _efficiency(quality: DetectorQuality) -> Iterator[Judgement]:
    level = reference_level(quality)
    for frequency, typical in TYPICAL_DQE.items():
        if _usable(quality, frequency):
            name = f"DQE at {frequency:g} lp/mm and {level.kerma_ugy:.2g} µGy"
            lowest = round(SHARE_OF_TYPICAL * typical, 3)
            value = at(frequency, level.efficiency.mean)
            yield Judgement(name, "", value, lowest, None, _TYPICAL)


def _uniformity(quality: DetectorQuality) -> Iterator[Judgement]:
    """Judge the worst exposure level of each figure."""
    found = [level.uniformity for level in quality.levels]
    for name, worst, highest in (
        ("Signal non-uniformity, global", max(each.signal.overall for each in found), 5.0),
        ("Signal non-uniformity, local", max(each.signal.local for each in found), 2.0),
        ("Noise non-uniformity, local", max(each.noise.local for each in found), 10.0),
        ("SNR non-uniformity, local", max(each.snr.local for each in found), 10.0),
    ):
        yield Judgement(name, "%", 100 * worst, None, highest, _TG150)


def _response(quality: DetectorQuality) -> Iterator[Judgement]:
    response, factory = quality.response, quality.circumstances.factory_sensitivity
    yield Judgement(
        "Largest deviation from proportionality",
        "%",
        100 * response.largest_deviation,
        None,
        2.0,
        "our choice: a tenth of the 20 % of IEC 62494-1",
    )
    yield Judgement(
        "Sensitivity against the factory's",
        "%",
        100 * response.sensitivity / factory,
        90.0,
        110.0,
        "usual with makers (IEC 62494-1 allows 20 %)",
    )
    if quality.circumstances.pixel_pitch_um > WIDEST_PITCH_UM:
        return
    yield Judgement(
        "Quanta prevail over electronics from",
        "µGy",
        response.quantum_limited_ugy[0],
        None,
        0.3,
        "lowest dose of the unit's ladder (design)",
    )


def _dark(quality: DetectorQuality) -> Iterator[Judgement]:
    dark = quality.dark
    source = "twice the unit's 7 DN (design figure)"
    yield Judgement("Electronic noise of a pixel", "DN", dark.pixel_noise_dn, None, 15.0, source)
    source = "our choice: below the noise of a pixel"
    yield Judgement("Row noise before correction", "DN", dark.row_noise_dn, None, 5.0, source)


def _lag(quality: DetectorQuality) -> Iterator[Judgement]:
    source = "a-Si panels leave 2 to 5 % (Starman et al. 2011)"
    share = 100 * quality.lag.first_share
    yield Judgement("Lag of the first frame before correction", "%", share, None, 5.0, source)
    source = "our choice: below the 0.5 % of IEC 62220-1-1"
    share = 100 * abs(quality.corrected_lag.first_share)
    yield Judgement("Lag of the first frame after correction", "%", share, None, 0.3, source)


def _pixels(quality: DetectorQuality) -> Iterator[Judgement]:
    source = "0.01 to 0.1 % is good (ASTM E2597 practice)"
    share = 100 * quality.defects.outside_lines
    yield Judgement("Defective pixels outside lines", "%", share, None, 0.1, source)
    source = "our choice: more are for the maker to see"
    lines = float(quality.defects.count.lines)
    yield Judgement("Defective lines", "", lines, None, 4.0, source)
    share = 100 * quality.defects.anomalous
    yield Judgement("Anomalous pixels after correction", "%", share, None, 0.01, _TG150)
