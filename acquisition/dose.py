"""What an exposure gives the child, computed from its technique."""

from typing import Final

import numpy as np

from acquisition.errors import SettingUnusable
from acquisition.exposed_field import find_exposed_field
from acquisition.exposure_index import find_regions
from acquisition.radiograph import Radiograph
from device.technique import HAND_PRESET, Technique

# Air kerma at 1 m in uGy per mAs, tungsten 12 degrees, 2.5 mm Al and 1 m of air, for 40 to 50 kV.
# Computed with SpekPy 2.5.4, model casim (Poludniowski et al., Med Phys 2021;48:3630).
_TUBE_VOLTAGES_KV = (40.0, 42.0, 44.0, 46.0, 48.0, 50.0)
_OUTPUT_UGY_PER_MAS = (17.67, 20.32, 23.04, 25.82, 28.66, 31.54)

# The unit: 1000 mm from focus to panel, a field of 24 x 30 cm where no blade is closed.
PANEL_FIELD_M2 = 0.24 * 0.30


def air_kerma_ugy(technique: Technique) -> float:
    """Return the air kerma at the panel's surface without an object, in uGy.

    The hand lies on the panel, so this is also its entrance air kerma (without backscatter).
    """
    return technique.mas * output_ugy_per_mas(technique.kv)


def dose_area_product_ugy_m2(technique: Technique, field_m2: float) -> float:
    """Return air kerma times the field at the panel, in uGy m2."""
    return air_kerma_ugy(technique) * field_m2


def exposed_field_m2(radiograph: Radiograph) -> float:
    """Return the area that the collimator left open, as the image shows it at the panel.

    Where the image shows no field, as behind closed blades, it is the whole panel. The dose-area
    product is the kerma over the beam's area (ICRU Report 74); nothing in this unit reports the
    blades.
    """
    pitch_um = radiograph.pixel_pitch_um
    regions = find_regions(radiograph.pixels, pitch_um)
    field = find_exposed_field(radiograph.pixels, pitch_um, regions.coarse, regions.direct_dn)
    rows, columns = field.bottom - field.top, field.right - field.left
    return rows * columns * (pitch_um * 1e-6) ** 2


def output_ugy_per_mas(kv: float) -> float:
    """Return the tube output at the panel; raises SettingUnusable outside 40 to 50 kV."""
    if not _TUBE_VOLTAGES_KV[0] <= kv <= _TUBE_VOLTAGES_KV[-1]:
        raise SettingUnusable(f"The output of the tube is not known at {kv:g} kV. Use 40 to 50 kV.")
    return float(np.interp(kv, _TUBE_VOLTAGES_KV, _OUTPUT_UGY_PER_MAS))


DOSE_AREA_NOTE: Final = (
    "Dose-area product: of the field that the collimator left open, as detected in the image; of "
    "the whole 24 x 30 cm where none was detected or an exposure gave no image that was judged."
)
# Effective dose over entrance air kerma by age, in uSv per uGy: forearm at 1, 5, 10 and 15 years
# and grown up (Pixxgen Prudent manual, p. 53: 130 uGy and 0.21 uSv, 160 and 0.5, 200 and 0.87,
# 220 and 0.92, 300 and 1.1). No such table was found for the hand alone.
_EFFECTIVE_AGES_YEARS = (1.0, 5.0, 10.0, 15.0, 20.0)
_EFFECTIVE_USV_PER_UGY = (0.0016, 0.0031, 0.0044, 0.0042, 0.0037)
# Our choice: a hand holds less red marrow than a forearm, its field may be larger, and the table's
# kerma may or may not hold backscatter; published figures for a hand span more than this.
EFFECTIVE_DOSE_FACTOR: Final = 3.0
EFFECTIVE_DOSE_NOTE: Final = (
    "Effective dose: an estimate from the entrance air kerma with the coefficient of a forearm "
    "(Pixxgen Prudent manual, p. 53), right within a factor of 3; approved by no medical physicist."
)


def effective_dose_usv(entrance_air_kerma_ugy: float, age_years: float) -> float:
    """Estimate the effective dose of a hand's exposure in uSv, within `EFFECTIVE_DOSE_FACTOR`."""
    return entrance_air_kerma_ugy * effective_dose_coefficient(age_years)


def effective_dose_coefficient(age_years: float) -> float:
    """Return uSv per uGy of entrance air kerma at an age; the youngest and oldest hold beyond."""
    return float(np.interp(age_years, _EFFECTIVE_AGES_YEARS, _EFFECTIVE_USV_PER_UGY))


def technique_for(kerma_ugy: float) -> Technique:
    """Return the hand preset with the mAs that gives an air kerma at the panel, in uGy."""
    return HAND_PRESET.with_mas(kerma_ugy / output_ugy_per_mas(HAND_PRESET.kv))
