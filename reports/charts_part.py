"""What the charts show: sizes on the lines of a reference, velocity, bone age against age."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist
from typing import Any, Final

from bone_age.reading import Sex
from growth.ages import DAYS_PER_MONTH, MONTHS_PER_YEAR, exact_age
from growth.references import Measure, Reference, reference_curve, reference_span
from growth.references.curves import STANDING_FROM_MONTHS
from reports.adult_height_part import AdultHeightLine
from reports.axes import stepped_axis, years_axis
from reports.bone_age_chart import bone_age_chart
from reports.chart import Chart, EndBar, Mark, Points, ReferenceLine, Series
from reports.figures import completed, signed, tenths
from reports.visits_seen import SeenVisit, by_method
from reports.wording import Wording

# The lines that the WHO prints on its charts, in SD.
# WHO Child Growth Standards: Methods and development (2006).
_WHO_SDS: Final = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
# The centiles on the charts of the CDC and on those of China.
# Kuczmarski RJ et al. Vital Health Stat 11(246), 2002; Li H et al. Chin J Pediatr 2009;47:487-92.
_CENTILES: Final = (3.0, 10.0, 25.0, 50.0, 75.0, 90.0, 97.0)
# Small children get charts of their own years, in which a few months can be seen.
_SMALL_CHILD_MONTHS, _SMALL_CHART_MONTHS, _STANDING_MONTHS = 60, 72, 24
# Child Growth Standards of 2006 to 60 months, then the Growth Reference of 2007.
# de Onis M et al. Bull World Health Organ 2007;85:660-7.
_WHO_2007_FROM_MONTHS: Final = 60
# From here a chart reaches adult height, and target and predictions stand at its end.
_GROWN_MONTHS: Final = 200
# Our choice: BMI is drawn from two years, where all three references have it; before, weight.
_BMI_FROM_MONTHS: Final = 24.0
# A child in its fastest year grows by about ten cm (Tanner JM et al. Arch Dis Child 1966;41:613).
_USUAL_CM_PER_YEAR: Final = 12.0
_STEPS: Final = {Measure.HEIGHT: 10.0, Measure.WEIGHT: 10.0, Measure.BMI: 5.0}
_SMALL_STEPS: Final = {Measure.HEIGHT: 10.0, Measure.WEIGHT: 5.0, Measure.BMI: 2.0}

# What ends a sentence, in the languages of the report.
_STOPS: Final = ".。"


@dataclass(frozen=True, slots=True)
class ChartsPart:
    """The charts of a report, and in words why there are none."""

    charts: tuple[Chart, ...]
    missing: str = ""


def charts_part(
    growth: Mapping[str, Any],
    patient: Mapping[str, Any],
    visits: Sequence[SeenVisit],
    adult_heights: Sequence[AdultHeightLine],
    words: Wording,
) -> ChartsPart:
    """Return height, weight or BMI, velocity and bone age; none where nothing was assessed."""
    if not growth:
        return ChartsPart((), words.no_growth)
    sex, reference = Sex(patient["sex"]), Reference(growth.get("headline", Reference.WHO.value))
    sizes = _Sizes(growth, sex, reference, visits, words)
    charts = (
        _height_chart(sizes, adult_heights),
        _size_chart(sizes, _second_measure(visits)),
        _velocity_chart(growth, patient, visits, reference, words),
        bone_age_chart(sex, visits, words),
    )
    return ChartsPart(charts)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What both charts of sizes are made from."""

    growth: Mapping[str, Any]
    sex: Sex
    reference: Reference
    visits: Sequence[SeenVisit]
    words: Wording


def _second_measure(visits: Sequence[SeenVisit]) -> Measure:
    this = visits[-1]
    is_small = this.age_months < _BMI_FROM_MONTHS
    has_bmi = any(visit.bmi_kg_m2 is not None for visit in visits)
    has_weight = any(visit.weight_kg is not None for visit in visits)
    return Measure.WEIGHT if is_small or (has_weight and not has_bmi) else Measure.BMI


_SIZE_OF: Final[dict[Measure, Callable[[SeenVisit], float | None]]] = {
    Measure.HEIGHT: lambda visit: visit.height_cm,
    Measure.WEIGHT: lambda visit: visit.weight_kg,
    Measure.BMI: lambda visit: visit.bmi_kg_m2,
}


def _size_chart(sizes: _Sizes, measure: Measure) -> Chart:
    """Return the chart of a measure without what belongs to height alone."""
    words, size_of = sizes.words, _SIZE_OF[measure]
    low, high = _window(sizes.visits, sizes.reference)
    measured = [
        (visit, size)
        for visit in sizes.visits
        if (size := size_of(visit)) is not None and measure not in visit.unscored
    ]
    lines = _lines(sizes, measure, low, high)
    shown = [size for _, size in measured]
    shown += [point[1] for line in lines for point in line.points]
    step = (_SMALL_STEPS if high <= _SMALL_CHART_MONTHS else _STEPS)[measure]
    title = words.chart_titles[measure.value]
    message = "" if measured else _why_nothing(sizes, measure)
    return Chart(
        title=title,
        x=years_axis(words.chart_x, low, high),
        y=stepped_axis(words.units[measure.value], shown or [0.0, step], step),
        alternative=_alternative(title, measure, measured, message, words),
        notes=(
            _caption(sizes),
            *_steps(sizes, measure, low, high),
            *_corrected_note(measured, words),
        ),
        message=message,
        lines=lines,
        series=(
            Series(
                Mark.MEASURED,
                words.at_age[measure.value],
                tuple((visit.plotted_months, size) for visit, size in measured),
            ),
            Series(
                Mark.NOT_CORRECTED,
                words.at_age_not_corrected,
                tuple((visit.age_months, size) for visit, size in measured if visit.is_corrected),
            ),
        ),
    )


def _why_nothing(sizes: _Sizes, measure: Measure) -> str:
    """Return why this visit has no point: it was not measured, or the reference refuses it."""
    this = sizes.visits[-1]
    if _SIZE_OF[measure](this) is None:
        return sizes.words.chart_not_measured[measure.value]
    return this.unscored[measure] or sizes.words.chart_not_measured[measure.value]


def _height_chart(sizes: _Sizes, adult_heights: Sequence[AdultHeightLine]) -> Chart:
    """Return the chart of heights, at bone age too, with what is told of adult height."""
    words, chart = sizes.words, _size_chart(sizes, Measure.HEIGHT)
    read = by_method(sizes.visits)
    bars = _end_bars(adult_heights) if chart.x.high >= _GROWN_MONTHS else ()
    ends = [end for bar in bars for end in (bar.bar.low_cm, bar.bar.high_cm)]
    told = [f"{bar.letter} {bar.name}" for bar in bars]
    note = (words.chart_bars.format(bars="; ".join(told)),) if told else ()
    return replace(
        chart,
        y=stepped_axis(chart.y.title, [chart.y.low, chart.y.high, *ends], _STEPS[Measure.HEIGHT]),
        alternative=" ".join((chart.alternative, *_bars_in_words(adult_heights, bars, words))),
        notes=(*chart.notes, *note),
        series=(
            Series(Mark.AT_BONE_AGE, words.at_bone_age, _at_bone_age(read.alike)),
            Series(
                Mark.AT_BONE_AGE_READ_OTHERWISE,
                words.at_bone_age_read_otherwise,
                _at_bone_age(read.otherwise),
            ),
            *chart.series,
        ),
        bars=bars,
    )


def _at_bone_age(visits: Sequence[SeenVisit]) -> Points:
    """Return the heights of visits at their bone ages, without those that have no score."""
    return tuple(
        (visit.bone_age_months, visit.height_cm)
        for visit in visits
        if visit.bone_age_months is not None
        and visit.height_cm is not None
        and Measure.HEIGHT not in visit.unscored
    )


def _end_bars(adult_heights: Sequence[AdultHeightLine]) -> tuple[EndBar, ...]:
    told = [(line.method, line.bar) for line in adult_heights if line.bar is not None]
    return tuple(
        EndBar(chr(ord("a") + number), method, bar) for number, (method, bar) in enumerate(told)
    )


def _bars_in_words(
    adult_heights: Sequence[AdultHeightLine], bars: Sequence[EndBar], words: Wording
) -> tuple[str, ...]:
    if not bars:
        return ()
    said = [
        words.alt_figure.format(what=line.method, figure=line.figure)
        for line in adult_heights
        if line.bar is not None
    ]
    return (words.alt_adult.format(figures=words.alt_between.join(said)),)


def _window(visits: Sequence[SeenVisit], reference: Reference) -> tuple[float, float]:
    """Return the ages that the charts of sizes reach from and to, in months."""
    ages = [visit.plotted_months for visit in visits]
    ages += [visit.bone_age_months for visit in visits if visit.bone_age_months is not None]
    if max(ages) <= _SMALL_CHILD_MONTHS:
        return 0.0, float(_SMALL_CHART_MONTHS)
    first = _STANDING_MONTHS if min(ages) >= _STANDING_MONTHS else 0
    # Whoever is older than a reference reaches is beyond every line.
    return float(first), max(reference_span(reference, Measure.HEIGHT)[1], *ages)


def _lines(sizes: _Sizes, measure: Measure, low: float, high: float) -> tuple[ReferenceLine, ...]:
    first, last = reference_span(sizes.reference, measure)
    ages = _ages(max(low, first), min(high, last))
    if not ages:
        return ()
    return tuple(
        ReferenceLine(label, sds, tuple(zip(ages, _curve(sizes, measure, sds, ages), strict=True)))
        for label, sds in _labelled(sizes.reference, sizes.words)
    )


def _curve(sizes: _Sizes, measure: Measure, sds: float, ages: Sequence[float]) -> list[float]:
    return reference_curve(sizes.reference, measure, sizes.sex, sds, ages)


def _ages(first: float, last: float) -> list[float]:
    """Return ages along a chart: every month of a small child, every third of others, and ends."""
    if last <= first:
        return []
    step = 1 if last <= _SMALL_CHART_MONTHS else 3
    whole = [float(age) for age in range(int(first) + 1, int(last) + 1) if age % step == 0]
    return sorted({first, *whole, last})


def _labelled(reference: Reference, words: Wording) -> list[tuple[str, float]]:
    if reference is Reference.WHO:
        return [(words.sds_value.format(sds=signed(sds, 0)), sds) for sds in _WHO_SDS]
    normal = NormalDist()
    return [
        (words.chart_centile.format(centile=f"{each:g}"), normal.inv_cdf(each / 100))
        for each in _CENTILES
    ]


def _caption(sizes: _Sizes) -> str:
    words = sizes.words
    return words.chart_caption.format(
        reference=words.term(sizes.reference.title), sexes=words.sexes_plural[sizes.sex.value]
    )


def _steps(sizes: _Sizes, measure: Measure, low: float, high: float) -> tuple[str, ...]:
    """Return why the lines step where they do within a chart; no note where they do not."""
    words, standing = sizes.words, STANDING_FROM_MONTHS[sizes.reference]
    said = []
    if measure is not Measure.WEIGHT and low < standing < high:
        said.append(words.chart_standing_step.format(years=standing / MONTHS_PER_YEAR))
    if sizes.reference is Reference.WHO and low < _WHO_2007_FROM_MONTHS < high:
        said.append(words.chart_who_step)
    return (words.between_sentences.join(said),) if said else ()


def _corrected_note(measured: Sequence[tuple[SeenVisit, float]], words: Wording) -> tuple[str, ...]:
    return (words.chart_corrected,) if any(visit.is_corrected for visit, _ in measured) else ()


def _alternative(
    title: str,
    measure: Measure,
    measured: Sequence[tuple[SeenVisit, float]],
    message: str,
    words: Wording,
) -> str:
    figures = [
        words.alt_at_age.format(
            figure=f"{size:.1f} {words.units[measure.value]}",
            age=completed(visit.age, words),
        )
        for visit, size in measured
    ]
    said = words.alt_between.join(figures) or message.rstrip(_STOPS)
    return words.alt_chart.format(title=title, figures=said)


def _velocity_chart(
    growth: Mapping[str, Any],
    patient: Mapping[str, Any],
    visits: Sequence[SeenVisit],
    reference: Reference,
    words: Wording,
) -> Chart:
    """Return what a child grew between its visits; a single visit has no velocity."""
    follow_up = growth.get("follow_up") or {}
    born = date.fromisoformat(patient["birth_date"])
    told = [said for said in follow_up.get("velocities", ()) if said["cm_per_year"] is not None]
    pieces = [(_months(born, said["from"]), _months(born, said["to"])) for said in told]
    speeds = [float(said["cm_per_year"]) for said in told]
    title = words.chart_titles["velocity"]
    message = "" if told else _no_velocity(follow_up, visits, words)
    low, high = _window(visits, reference)
    figures = [
        words.alt_velocity.format(
            speed=tenths(speed),
            start=_age_on(born, said["from"], words),
            end=_age_on(born, said["to"], words),
        )
        for said, speed in zip(told, speeds, strict=True)
    ]
    said_in_words = words.alt_between.join(figures) or message.rstrip(_STOPS)
    return Chart(
        title=title,
        x=years_axis(words.chart_x, low, high),
        y=stepped_axis(words.chart_velocity_unit, [0.0, _USUAL_CM_PER_YEAR, *speeds], 2.0),
        alternative=words.alt_chart.format(title=title, figures=said_in_words),
        notes=(words.chart_velocity_note,),
        message=message,
        series=tuple(
            Series(Mark.BETWEEN, "", ((start, speed), (end, speed)))
            for (start, end), speed in zip(pieces, speeds, strict=True)
        ),
    )


def _no_velocity(follow_up: Mapping[str, Any], visits: Sequence[SeenVisit], words: Wording) -> str:
    if len([visit for visit in visits if visit.height_cm is not None]) < 2:
        return words.velocity_needs_two
    reasons = [said.get("reason") for said in follow_up.get("velocities", ())]
    return next((reason for reason in reasons if reason), words.velocity_needs_two)


def _months(born: date, day: str) -> float:
    return (date.fromisoformat(day) - born).days / DAYS_PER_MONTH


def _age_on(born: date, day: str, words: Wording) -> str:
    return completed(exact_age(born, date.fromisoformat(day)), words)
