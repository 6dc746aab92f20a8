"""Bone age against age: what was read alike is joined, what was read otherwise stands apart."""

from collections.abc import Sequence
from typing import Final

from bone_age.reading import Sex
from growth.brush import brush_band
from growth.maturity import LIMIT_SDS
from reports.axes import years_axis
from reports.chart import Band, Chart, Mark, Points, Series
from reports.figures import completed, years_and_months
from reports.visits_seen import SeenVisit, by_method
from reports.wording import Wording

# Our choice: bone ages are shown over six years at least, so that months are not magnified.
_LEAST_YEARS: Final = 6


def bone_age_chart(sex: Sex, visits: Sequence[SeenVisit], words: Wording) -> Chart:
    """Return the bone ages of all visits with their intervals, on the band of Brush."""
    read = [visit for visit in visits if visit.bone_age_months is not None]
    low, high = _bone_age_window(visits)
    methods = by_method(visits)
    title = words.chart_titles["bone_age"]
    said = {words.alt_at_age: methods.alike, words.alt_at_age_read_otherwise: methods.otherwise}
    figures = [
        _bone_age_in_words(visit, form, words)
        for visit in read
        for form, those in said.items()
        if visit in those
    ]
    spans = tuple(
        (visit.age_months, *visit.interval_months) for visit in read if visit.interval_months
    )
    spans_note = (words.chart_spans_note,) if spans else ()
    band = brush_band(sex, LIMIT_SDS, low, high)
    means = tuple((age, (below + above) / 2) for age, below, above in band)
    return Chart(
        title=title,
        x=years_axis(words.chart_x, low, high),
        y=years_axis("", low, high),
        alternative=words.alt_chart.format(
            title=title, figures=words.alt_between.join(figures) or words.no_bone_age
        ),
        notes=(*spans_note, words.chart_bone_age_note),
        message="" if read else words.no_bone_age,
        band=Band(words.chart_band.format(sds=LIMIT_SDS), band) if band else None,
        series=(
            Series(Mark.EQUAL, words.chart_equal, ((low, low), (high, high))),
            Series(Mark.MEAN, "", means),
            Series(Mark.READ, words.chart_read, _bone_ages(methods.alike)),
            Series(Mark.READ_OTHERWISE, words.chart_read_otherwise, _bone_ages(methods.otherwise)),
        ),
        spans=spans,
    )


def _bone_age_in_words(visit: SeenVisit, form: str, words: Wording) -> str:
    assert visit.bone_age_months is not None
    figure = years_and_months(visit.bone_age_months, words)
    return form.format(figure=figure, age=completed(visit.age, words))


def _bone_ages(visits: Sequence[SeenVisit]) -> Points:
    return tuple(
        (visit.age_months, visit.bone_age_months)
        for visit in visits
        if visit.bone_age_months is not None
    )


def _bone_age_window(visits: Sequence[SeenVisit]) -> tuple[float, float]:
    """Return whole years around ages, bone ages and intervals, with half a year of room."""
    shown = [visit.age_months for visit in visits]
    shown += [v.bone_age_months for v in visits if v.bone_age_months is not None]
    shown += [end for visit in visits for end in visit.interval_months or ()]
    first, last = int((min(shown) - 6) // 12), int(-(-(max(shown) + 6) // 12))
    lacking = max(0, _LEAST_YEARS - (last - first))
    first = max(0, first - lacking // 2)
    return 12.0 * first, 12.0 * max(last, first + _LEAST_YEARS)
