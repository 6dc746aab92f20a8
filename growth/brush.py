"""A bone age against the bone ages that healthy children of the same age had."""

from bisect import bisect_right

from bone_age.reading import Sex
from growth.errors import OutsideReference
from growth.references.tables import BrushRow, brush_rows

# Greulich WW, Pyle SI. Radiographic atlas of skeletal development of the hand and wrist, 2nd ed.
# Stanford 1959: the Brush Foundation's children, means and standard deviations of skeletal age.
BRUSH_FORMULA = "(bone age - mean bone age at this age) / SD at this age, straight between years"
BRUSH_POPULATION = "Brush Foundation (Greulich & Pyle 1959): white children of Ohio, 1930s-1940s"


def brush_sds(sex: Sex, age_months: float, bone_age_months: float) -> float:
    """Return (bone age - mean) / SD of the Brush children of the same age and sex.

    Mean and SD follow straight lines between yearly rows. Raises OutsideReference below 2 years
    and above 17 (boys) or 16 (girls).
    """
    expected = _expected(sex, age_months)
    return (bone_age_months - expected.mean_months) / expected.sd_months


def _expected(sex: Sex, age_months: float) -> BrushRow:
    rows = brush_rows(sex)
    first, last = rows[0].age_months, rows[-1].age_months
    if not first <= age_months <= last:
        raise OutsideReference(
            f"The Brush Foundation's bone ages run from {first:g} to {last:g} months for this sex; "
            f"there is no SDS at {age_months:.2f} months."
        )
    after = min(bisect_right([row.age_months for row in rows], age_months), len(rows) - 1)
    return _between(rows[after - 1], rows[after], age_months)


def _between(young: BrushRow, old: BrushRow, age_months: float) -> BrushRow:
    fraction = (age_months - young.age_months) / (old.age_months - young.age_months)
    return BrushRow(
        age_months,
        young.mean_months + fraction * (old.mean_months - young.mean_months),
        young.sd_months + fraction * (old.sd_months - young.sd_months),
    )


def brush_band(
    sex: Sex, sds: float, low_months: float, high_months: float
) -> tuple[tuple[float, float, float], ...]:
    """Return (age, mean - sds x SD, mean + sds x SD) along the ages of a chart, in months.

    Only ages that the Brush Foundation's table holds are there.
    """
    rows = brush_rows(sex)
    first, last = max(low_months, rows[0].age_months), min(high_months, rows[-1].age_months)
    if first >= last:
        return ()
    between = [age for age in range(int(first) + 1, int(last) + 1) if age < last]
    expected = [_expected(sex, age) for age in (first, *between, last)]
    return tuple((row.age_months, *_around(row, sds)) for row in expected)


def _around(row: BrushRow, sds: float) -> tuple[float, float]:
    return row.mean_months - sds * row.sd_months, row.mean_months + sds * row.sd_months
