"""A bone age against the bone ages that healthy children of the same age had."""

from bone_age.reading import Sex
from growth.errors import OutsideReference
from growth.references.tables import BrushRow, brush_rows
from growth.straight_lines import on_line, rows_around

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
    before, part = rows_around([row.age_months for row in rows], age_months)
    young, old = rows[before], rows[before + 1]
    return BrushRow(
        age_months,
        on_line(young.mean_months, old.mean_months, part),
        on_line(young.sd_months, old.sd_months, part),
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
