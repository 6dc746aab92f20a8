import csv
import hashlib
import re
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.errors import NoSuchSize, OutsideReference, ReferenceDamaged
from growth.lms import Lms
from growth.references import (
    Measure,
    Position,
    Reference,
    position_at,
    reference_curve,
    reference_span,
    sds_for,
    size_for,
    tables,
)
from growth.references.tables import Stage, lms_curves

FOLDER = files("growth.references")
LISTED = re.findall(
    r"^\| (\w+\.csv) \| (\d+) \| ([0-9a-f]{64}) \|$", (FOLDER / "SOURCES.md").read_text(), re.M
)
EVERY_CURVE = [(reference, *key) for reference in Reference for key in lms_curves(reference)]
HEIGHT, WEIGHT, BMI = Measure
WHO, CDC, CHINA = Reference
BOY, GIRL = Sex.MALE, Sex.FEMALE

references = st.sampled_from(Reference)
measures = st.sampled_from(Measure)
sexes = st.sampled_from(Sex)


@pytest.mark.parametrize(("name", "rows", "sha256"), LISTED)
def test_a_table_is_the_one_that_the_sources_name(name, rows, sha256):
    content = (FOLDER / name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == sha256
    assert len(list(csv.reader(content.decode().splitlines()))) - 1 == int(rows)


def test_every_table_has_its_source():
    stored = {path.name for path in FOLDER.iterdir() if path.name.endswith(".csv")}
    assert stored == {name for name, _, _ in LISTED}
    assert all(f"\n## {name}\n" in (FOLDER / "SOURCES.md").read_text() for name in stored)


@pytest.mark.parametrize(("reference", "measure", "stage", "sex"), EVERY_CURVE)
def test_the_ages_of_a_curve_rise(reference, measure, stage, sex):
    ages = lms_curves(reference)[measure, stage, sex].ages_months
    assert all(young < old for young, old in pairwise(ages))


@pytest.mark.parametrize(("reference", "measure", "stage", "sex"), EVERY_CURVE)
def test_every_row_is_met_both_ways(reference, measure, stage, sex):
    curve = lms_curves(reference)[measure, stage, sex]
    for age, row in zip(curve.ages_months, curve.rows, strict=True):
        if (position_at(reference, age) is Position.STANDING) != (stage is Stage.CHILD):
            continue
        # Cole and Green's formula as printed, apart from the code under test.
        two_up = row.median * (1 + 2 * row.power * row.variation) ** (1 / row.power or 1)
        assert size_for(reference, measure, sex, age, 0) == pytest.approx(row.median, rel=1e-12)
        assert size_for(reference, measure, sex, age, 2) == pytest.approx(two_up, rel=1e-9)
        assert sds_for(reference, measure, sex, age, two_up) == pytest.approx(2, abs=1e-9)


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("reference", Reference)
def test_a_curve_reaches_both_ends_of_its_span_and_no_further(reference, measure, sex):
    first, last = reference_span(reference, measure)
    assert len(reference_curve(reference, measure, sex, 0, [first, last])) == 2
    for outside in (first - 0.01, last + 0.01):
        with pytest.raises(OutsideReference, match="months only"):
            reference_curve(reference, measure, sex, 0, [outside])


@pytest.mark.parametrize(
    ("reference", "measure", "span"),
    [
        (WHO, HEIGHT, (0, 228)),
        (WHO, WEIGHT, (0, 120)),
        (WHO, BMI, (0, 228)),
        (CDC, HEIGHT, (0, 240)),
        (CDC, WEIGHT, (0, 240)),
        (CDC, BMI, (24, 240.5)),
        (CHINA, HEIGHT, (0, 216)),
        (CHINA, WEIGHT, (0, 216)),
        (CHINA, BMI, (0, 216)),
    ],
)
def test_a_span_is_that_of_the_published_tables(reference, measure, span):
    assert reference_span(reference, measure) == span


@settings(max_examples=40, deadline=None)
@given(references, measures, sexes, st.floats(0, 1), st.floats(-2.5, 2.5))
def test_scores_and_sizes_are_inverse_at_every_age(reference, measure, sex, part, sds):
    first, last = reference_span(reference, measure)
    age = first + part * (last - first)
    size = size_for(reference, measure, sex, age, sds)
    assert sds_for(reference, measure, sex, age, size) == pytest.approx(sds, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(references, measures, sexes, st.floats(0, 1), st.floats(0.6, 1.6), st.floats(0.6, 1.6))
def test_more_is_never_a_lower_score(reference, measure, sex, part, one, other):
    first, last = reference_span(reference, measure)
    age = first + part * (last - first)
    median = size_for(reference, measure, sex, age, 0)
    low, high = sorted((one * median, other * median))
    lower, higher = (sds_for(reference, measure, sex, age, size) for size in (low, high))
    assert lower <= higher


# WHO 2006, length-for-age boys 0 to 2 years, 24 months; height-for-age 2 to 5 years, 24 months;
# weight-for-age boys, 60 months; WHO 2007, height-for-age boys, 120 months: the printed SD columns.
@pytest.mark.parametrize(
    ("measure", "age", "printed"),
    [
        (HEIGHT, 23.999999, [78.7, 81.7, 84.8, 87.8, 90.9, 93.9, 97.0]),
        (HEIGHT, 24, [78.0, 81.0, 84.1, 87.1, 90.2, 93.2, 96.3]),
        (WEIGHT, 60, [12.4, 14.1, 16.0, 18.3, 21.0, 24.2, 27.9]),
        (HEIGHT, 120, [118.7, 125.0, 131.4, 137.8, 144.2, 150.5, 156.9]),
    ],
)
def test_the_printed_sd_columns_of_the_who_come_out(measure, age, printed):
    sizes = [size_for(WHO, measure, BOY, age, sds) for sds in range(-3, 4)]
    assert sizes == pytest.approx(printed, abs=0.0501)


# A boy of 130 cm, 3468 days (9.4949 years) and exactly 9.5 years old. WHO and CDC: the RCPCH's
# program rcpchgrowth 4.6.5; China: Zong & Li's row at 114 months, and between 108 and 114.
@pytest.mark.parametrize(
    ("reference", "age", "sds"),
    [
        (CDC, 3468 / 30.4375, -0.9684),
        (WHO, 3468 / 30.4375, -0.8327),
        (CHINA, 3468 / 30.4375, -1.3209),
        (CHINA, 114, -1.3248),
    ],
)
def test_a_boy_of_130_cm_scores_what_other_programs_say(reference, age, sds):
    assert sds_for(reference, HEIGHT, BOY, age, 130.0) == pytest.approx(sds, abs=5e-5)


def test_the_who_standards_and_reference_are_joined_on_a_straight_line():
    last, first = (size_for(WHO, HEIGHT, BOY, age, 0) for age in (60, 61))
    assert size_for(WHO, HEIGHT, BOY, 60.25, 0) == pytest.approx(last + 0.25 * (first - last))


@pytest.mark.parametrize("sex", Sex)
def test_a_lying_child_of_two_years_is_7_mm_longer_at_the_same_sd_in_cm(sex):
    curves = lms_curves(WHO)
    lying = curves[HEIGHT, Stage.INFANT, sex].rows[-1]
    standing = curves[HEIGHT, Stage.CHILD, sex].rows[0]
    assert lying.median - standing.median == pytest.approx(0.7)
    assert lying.median * lying.variation == pytest.approx(
        standing.median * standing.variation, rel=2e-4
    )


@pytest.mark.parametrize("sex", Sex)
def test_the_cdc_weights_of_infants_and_children_meet_at_two_years(sex):
    before, after = reference_curve(CDC, WEIGHT, sex, 1.5, [24 - 1e-9, 24])
    assert before == pytest.approx(after, rel=1e-4)


@pytest.mark.parametrize(
    ("reference", "turn"), [(WHO, 24), (CDC, 24), (CHINA, 36)], ids=lambda value: str(value)
)
def test_a_reference_turns_from_lying_to_standing(reference, turn):
    assert position_at(reference, turn - 0.01) is Position.RECUMBENT
    assert position_at(reference, turn) is Position.STANDING
    lying, standing = reference_curve(reference, HEIGHT, GIRL, 0, [turn - 1e-6, turn])
    assert 0.5 < lying - standing < 1.0


@pytest.mark.parametrize("measure", [WEIGHT, BMI])
def test_the_who_counts_heavy_children_by_its_restricted_rule(measure):
    two, three = (size_for(WHO, measure, BOY, 100, sds) for sds in (2, 3))
    assert sds_for(WHO, measure, BOY, 100, 2 * three - two) == pytest.approx(4)


def test_nobody_else_and_no_height_follows_the_restricted_rule():
    two, three = (size_for(CHINA, BMI, BOY, 100, sds) for sds in (2, 3))
    assert sds_for(CHINA, BMI, BOY, 100, 2 * three - two) < 3.9


def test_every_who_row_has_a_size_at_three_sd():
    for age in range(0, 229):
        reference_curve(WHO, BMI, GIRL, 3, [age])
        reference_curve(WHO, BMI, BOY, 3, [age])


def test_a_curve_that_leaves_the_distribution_says_so():
    with pytest.raises(NoSuchSize):
        reference_curve(CDC, BMI, BOY, 8, [60])


@pytest.mark.parametrize("reference", Reference)
@pytest.mark.parametrize("sex", Sex)
def test_the_median_height_never_falls_while_the_position_stays(reference, sex):
    _, last = reference_span(reference, HEIGHT)
    ages = [36 + 0.5 * step for step in range(int(2 * (last - 36)))]
    heights = reference_curve(reference, HEIGHT, sex, 0, ages)
    assert all(shorter <= taller + 1e-9 for shorter, taller in pairwise(heights))


def test_a_table_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(tables._FILES, WHO, "gone.csv")
    with pytest.raises(ReferenceDamaged, match=r"gone\.csv"):
        lms_curves.__wrapped__(WHO)


def test_a_table_with_a_row_that_is_no_row_is_named(monkeypatch, tmp_path):
    (tmp_path / "who.csv").write_text("measure,stage,sex,age_months,l,m,s\nheight,child,M,24.0\n")
    monkeypatch.setattr(tables, "files", lambda _: tmp_path)
    with pytest.raises(ReferenceDamaged, match=r"who\.csv"):
        lms_curves.__wrapped__(WHO)


def test_a_row_between_two_is_found_and_the_first_and_last_are_kept():
    curve = tables.LmsCurve((0.0, 1.0), (Lms(1.0, 50.0, 0.04), Lms(1.0, 54.0, 0.04)))
    assert [curve.at(age).median for age in (0.0, 0.5, 1.0)] == [50.0, 52.0, 54.0]
