"""Which technique a child's hand gets: presets by age or thickness, from a file a site may edit."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from acquisition.dose import air_kerma_ugy
from acquisition.errors import PresetWrong
from acquisition.toml_tables import TomlTables, read_tables
from device.errors import TechniqueOutsideLimits
from device.technique import Technique, check_technique

OWN_PRESETS: Final = Path(__file__).with_name("technique_presets.toml")
# 48 kV and 2 mAs, the usual practice for a hand (wikiRadiography), are 57 uGy at the panel: no
# preset gives a child more than that.
LARGEST_KERMA_UGY: Final = 60.0
# Our choice: a figure rounded to two digits is no mistake, another technique is.
KERMA_TOLERANCE: Final = 0.05
# A target outside of this belongs to another unit or another scale of the index; 250 to 500 is a
# usual start for hands (Seibert and Morin 2011, PMC3076558).
TARGET_RANGE: Final = (50.0, 2000.0)
# Our choice: a technique that gives half of its target or twice as much (3 steps of the deviation
# index, where AAPM Report 116 tells of excess) is another target's.
TARGET_FACTOR: Final = 2.0
# Our choice: at 250 the panel's own is 1.2 %; outside of this it is the noise of no hand's image.
NOISE_RANGE_PERCENT: Final = (0.1, 20.0)
# Our choice: a name stands in one line of the screen and of the report.
LONGEST_NAME: Final = 40
# Bone age is read up to 20 years: the presets must not end before.
OLDEST_YEARS: Final = 20.0


# The size of the pixel that `expected_noise_percent` is of.
EXPECTED_PIXEL_UM: Final = 100.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What a preset is expected to give: kerma at the panel without object, EI, pixel noise."""

    kerma_ugy: float
    exposure_index: float
    noise_percent: float


@dataclass(frozen=True, slots=True)
class TechniquePreset:
    """One line of the table: for whom, with what, and what is to be expected of it.

    Ranges hold their lower end and not their upper one. `expected_kerma_ugy` is at the panel
    without object, `expected_noise_percent` that of one pixel behind hand and wrist.
    """

    name: str
    from_years: float
    to_years: float
    from_thickness_mm: float
    to_thickness_mm: float
    kv: float
    ma: float
    ms: float
    target_exposure_index: float
    expected_kerma_ugy: float
    expected_exposure_index: float
    expected_noise_percent: float

    @property
    def technique(self) -> Technique:
        """Return what the generator is programmed with."""
        return Technique(self.kv, self.ma, self.ms)

    @property
    def expected(self) -> Expected:
        """Return what is to be expected of the technique."""
        return Expected(
            self.expected_kerma_ugy, self.expected_exposure_index, self.expected_noise_percent
        )


def preset_for_age(presets: Sequence[TechniquePreset], age_years: float) -> TechniquePreset:
    """Return the preset of an age; raises PresetWrong for one that no preset covers."""
    for preset in presets:
        if preset.from_years <= age_years < preset.to_years:
            return preset
    raise PresetWrong(f"No technique preset is for an age of {age_years:.1f} years.")


def preset_for_thickness(
    presets: Sequence[TechniquePreset], thickness_mm: float
) -> TechniquePreset:
    """Return the preset of a hand's thickness; raises PresetWrong where no preset covers it."""
    for preset in presets:
        if preset.from_thickness_mm <= thickness_mm < preset.to_thickness_mm:
            return preset
    raise PresetWrong(f"No technique preset is for a hand of {thickness_mm:g} mm.")


def read_presets(path: Path = OWN_PRESETS) -> tuple[TechniquePreset, ...]:
    """Read and check a file of presets.

    Raises PresetWrong with the file, the line and what is wrong there.
    """
    rows, lines = read_tables(path, "The technique presets", "preset", PresetWrong)
    presets = tuple(_preset(row, number, lines) for number, row in enumerate(rows, 1))
    _check_cover(presets, lines)
    return presets


def _preset(row: Any, number: int, lines: TomlTables) -> TechniquePreset:
    names = {field.name for field in fields(TechniquePreset)}
    if not isinstance(row, dict):
        raise lines.wrong(number, "preset", "it is no table")
    for key in row:
        if key not in names:
            raise lines.wrong(number, key, "nobody knows this name")
    for name in sorted(names):
        _check_value(row, name, number, lines)
    values: dict[str, Any] = {name: float(row[name]) for name in names - {"name"}}
    preset = TechniquePreset(name=row["name"], **values)
    _check_technique(preset, number, lines)
    _check_expected(preset, number, lines)
    return preset


def _check_value(row: dict[str, Any], name: str, number: int, lines: TomlTables) -> None:
    value = row.get(name)
    if value is None:
        raise lines.wrong(number, name, "it is missing")
    if name == "name":
        _check_name(value, number, lines)
    elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise lines.wrong(number, name, "it must be a number, 0 or more")


def _check_name(value: Any, number: int, lines: TomlTables) -> None:
    if not isinstance(value, str) or not value.strip():
        raise lines.wrong(number, "name", "it must be a text")
    if not value.isprintable():
        raise lines.wrong(number, "name", "it holds characters that cannot be printed")
    if len(value) > LONGEST_NAME:
        raise lines.wrong(number, "name", f"it may have at most {LONGEST_NAME} characters")


def _check_technique(preset: TechniquePreset, number: int, lines: TomlTables) -> None:
    """Refuse what the unit may not make, and more than a hand ever needs."""
    try:
        check_technique(preset.technique)
    except TechniqueOutsideLimits as exc:
        raise lines.wrong(number, _named(str(exc)), str(exc)) from exc
    if not preset.ms.is_integer():
        # Spellman PMX 118165-001; refused now and not when a child lies on the panel.
        raise lines.wrong(number, "ms", "the X-ray generator sets whole milliseconds only")
    kerma = air_kerma_ugy(preset.technique)
    if kerma > LARGEST_KERMA_UGY:
        raise lines.wrong(
            number, "ms", f"{kerma:.0f} uGy at the panel, at most {LARGEST_KERMA_UGY:g} allowed"
        )
    if abs(preset.expected_kerma_ugy - kerma) > KERMA_TOLERANCE * kerma:
        raise lines.wrong(
            number, "expected_kerma_ugy", f"kv, ma and ms give {kerma:.1f} uGy, not this"
        )


def _named(complaint: str) -> str:
    """Return the key that a complaint about a technique is about."""
    return next((key for unit, key in (("kV", "kv"), ("ms", "ms")) if unit in complaint), "ma")


def _check_expected(preset: TechniquePreset, number: int, lines: TomlTables) -> None:
    lowest, highest = TARGET_RANGE
    if not lowest <= preset.target_exposure_index <= highest:
        raise lines.wrong(
            number, "target_exposure_index", f"it must lie between {lowest:g} and {highest:g}"
        )
    target, expected = preset.target_exposure_index, preset.expected_exposure_index
    if not target / TARGET_FACTOR <= expected <= target * TARGET_FACTOR:
        why = f"it must lie within a factor of {TARGET_FACTOR:g} of the target, {target:g}"
        raise lines.wrong(number, "expected_exposure_index", why)
    least, most = NOISE_RANGE_PERCENT
    if not least <= preset.expected_noise_percent <= most:
        raise lines.wrong(
            number, "expected_noise_percent", f"it must lie between {least:g} and {most:g} %"
        )


def _check_cover(presets: Sequence[TechniquePreset], lines: TomlTables) -> None:
    """Refuse gaps and overlaps: every age and every thickness has one preset."""
    for start, end, least in (
        ("from_years", "to_years", OLDEST_YEARS),
        ("from_thickness_mm", "to_thickness_mm", 0.0),
    ):
        reached = 0.0
        for number, preset in enumerate(presets, 1):
            if getattr(preset, start) != reached:
                raise lines.wrong(number, start, f"it must go on from {reached:g}")
            reached = getattr(preset, end)
            if not reached > getattr(preset, start):
                raise lines.wrong(number, end, f"it must be above {getattr(preset, start):g}")
        if reached <= least:
            raise lines.wrong(len(presets), end, f"it must be above {least:g}")
