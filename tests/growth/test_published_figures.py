"""Figures that were printed, worked by hand or by other programs, each with its source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bone_age.reading import Sex
from growth.lms import sds_of_centile
from growth.references import Measure, Reference, reference_span, sds_for, size_for
from growth.references.tables import Stage, lms_curves

HEIGHT, WEIGHT, BMI = Measure
WHO, CDC, CHINA = Reference
BOY, GIRL = Sex.MALE, Sex.FEMALE
SDS_COLUMNS = range(-3, 4)


# The WHO's printed SD columns, -3 to +3. WHO Child Growth Standards (2006), weight-for-age, boys;
# Growth reference 5-19 years (2007), BMI-for-age, 10:0 and weight-for-age.
@pytest.mark.parametrize(
    ("measure", "sex", "months", "printed"),
    [
        (WEIGHT, BOY, 60, [12.4, 14.1, 16.0, 18.3, 21.0, 24.2, 27.9]),
        (BMI, BOY, 120, [12.8, 13.7, 14.9, 16.4, 18.5, 21.4, 26.1]),
        (BMI, GIRL, 120, [12.4, 13.5, 14.8, 16.6, 19.0, 22.6, 28.4]),
    ],
)
def test_the_printed_columns_of_the_who_come_out(measure, sex, months, printed):
    sizes = [size_for(WHO, measure, sex, months, sds) for sds in SDS_COLUMNS]
    assert sizes == pytest.approx(printed, abs=0.0501)


# WHO, Computation of centiles and z-scores (2006 chapter 7; 2007): beyond 3 SD, z is 3 plus the
# rest over SD3 - SD2. Worked by hand with the columns above, which are rounded to 0.1.
@pytest.mark.parametrize(
    ("measure", "sex", "months", "size", "by_hand"),
    [
        (WEIGHT, BOY, 60, 31.6, 3 + (31.6 - 27.9) / (27.9 - 24.2)),
        (WEIGHT, BOY, 60, 10.7, -3 - (12.4 - 10.7) / (14.1 - 12.4)),
        (BMI, BOY, 120, 30.8, 3 + (30.8 - 26.1) / (26.1 - 21.4)),
        (BMI, GIRL, 120, 31.3, 3 + (31.3 - 28.4) / (28.4 - 22.6)),
        (BMI, GIRL, 120, 11.3, -3 - (12.4 - 11.3) / (13.5 - 12.4)),
    ],
)
def test_beyond_three_sd_the_rule_of_the_who_gives_what_a_hand_gives(
    measure, sex, months, size, by_hand
):
    assert sds_for(WHO, measure, sex, months, size) == pytest.approx(by_hand, abs=0.08)


# Worked by a calculator from the WHO's own files, for the tests of AnthStat.Statistics 2.0
# (erik1066/anthstat-statistics, tests/WHO2006_Tests.cs and WHO2007_Tests.cs).
@pytest.mark.parametrize(
    ("measure", "sex", "months", "size", "sds"),
    [
        (WEIGHT, BOY, 0, 5.7, 4.09500520),
        (WEIGHT, BOY, 0, 3.4, 0.10912475),
        (WEIGHT, GIRL, 0, 3.3, 0.14707318),
        (HEIGHT, BOY, 0, 56, 3.23056499),
        (HEIGHT, GIRL, 0, 49, -0.07929359),
        (BMI, GIRL, 61, 15.25, 0.00399189),
        (BMI, GIRL, 61.25, 15.0, -0.16744085),
        (BMI, GIRL, 61.75, 15.0, -0.16681768),
        (BMI, BOY, 228, 14, -4.09168118),
        (BMI, BOY, 228, 48, 5.15211824),
        (BMI, BOY, 228, 22.3, 0.03870062),
        (HEIGHT, GIRL, 61, 111, 0.29297217),
        (HEIGHT, BOY, 228, 177, 0.06258995),
        (WEIGHT, GIRL, 120, 32, 0.02576613),
        (WEIGHT, BOY, 120, 32, 0.16195603),
    ],
)
def test_the_who_scores_what_a_calculator_gives(measure, sex, months, size, sds):
    assert sds_for(WHO, measure, sex, months, size) == pytest.approx(sds, abs=1e-7)


# A girl of 9 kg on day 365, from the WHO's row of that day. Grellety E. figshare 4294085 (2016).
def test_a_girl_of_9_kg_at_a_year_scores_what_the_row_of_her_day_gives():
    assert sds_for(WHO, WEIGHT, GIRL, 365 / 30.4375, 9.0) == pytest.approx(0.04885, abs=1e-4)


# The same suite, CDC2000_Tests.cs: from the CDC's files, rows and straight lines between them.
@pytest.mark.parametrize(
    ("measure", "sex", "months", "size", "sds"),
    [
        (HEIGHT, BOY, 0, 50, 0.00418688),
        (HEIGHT, GIRL, 0, 50, 0.28435009),
        (HEIGHT, BOY, 24, 87, 0.15711871),
        (HEIGHT, BOY, 26.75, 88, -0.16950317),
        (HEIGHT, GIRL, 26.5, 88, 0.23388840),
        (HEIGHT, GIRL, 240, 177, 2.11951417),
        (WEIGHT, BOY, 24.75, 13, 0.16003925),
        (WEIGHT, BOY, 238.6125, 71, 0.04673396),
        (WEIGHT, GIRL, 24, 13, 0.68353014),
        (WEIGHT, GIRL, 240, 71, 1.02875072),
        (BMI, GIRL, 24.25, 15.25, -0.88927079),
        (BMI, BOY, 24.1, 16, -0.45013556),
        (BMI, BOY, 240.5, 55, 3.21771479),
        (BMI, BOY, 240.5, 16, -3.86191741),
    ],
)
def test_the_cdc_scores_what_a_calculator_gives(measure, sex, months, size, sds):
    assert sds_for(CDC, measure, sex, months, size) == pytest.approx(sds, abs=1e-7)


# CDC, lenageinf.csv, columns P3, P50 and P97 (a copy in gyrase107/projectjasmine): length.
@pytest.mark.parametrize(
    ("sex", "months", "p3", "p50", "p97"),
    [
        (BOY, 0.5, 47.97812373, 52.6959753, 57.62984323),
        (BOY, 12.5, 70.91087824, 76.11837536, 82.03585474),
        (BOY, 23.5, 80.29655659, 86.8381751, 93.44202663),
        (GIRL, 0.5, 47.46915792, 51.68358057, 56.62728063),
        (GIRL, 12.5, 68.77612694, 74.39564379, 79.80418693),
        (GIRL, 23.5, 78.78800783, 85.34923624, 91.86347264),
    ],
)
def test_the_printed_centiles_of_length_of_the_cdc_come_out(sex, months, p3, p50, p97):
    sizes = [size_for(CDC, HEIGHT, sex, months, sds_of_centile(centile)) for centile in (3, 50, 97)]
    assert sizes == pytest.approx([p3, p50, p97], abs=1e-4)


# Median heights of 6 to 18 years (Li H et al. Zhonghua Er Ke Za Zhi 2009;47:487-92), as printed for
# parents at trklw.com (read 2026): not the file that our table was taken from.
CHINA_MEDIANS_CM = {
    BOY: [
        *(117.7, 124.0, 130.0, 135.4, 140.2, 145.3, 151.9),
        *(159.5, 165.9, 169.8, 171.6, 172.3, 172.7),
    ],
    GIRL: [
        *(116.6, 122.5, 128.5, 134.1, 140.1, 146.6, 152.4),
        *(156.3, 158.6, 159.8, 160.1, 160.3, 160.6),
    ],
}


@pytest.mark.parametrize("sex", Sex)
def test_the_26_median_heights_of_china_are_the_published_ones(sex):
    medians = [size_for(CHINA, HEIGHT, sex, 12 * years, 0) for years in range(6, 19)]
    assert medians == pytest.approx(CHINA_MEDIANS_CM[sex], abs=1e-9)


@pytest.mark.parametrize(("measure", "stage", "sex"), lms_curves(CHINA))
def test_an_sds_of_0_is_the_median_at_every_row_of_china(measure, stage, sex):
    curve = lms_curves(CHINA)[measure, stage, sex]
    rows = [*zip(curve.ages_months, curve.rows, strict=True)]
    rows = rows[:-1] if stage is Stage.INFANT else rows  # its last row is the lying child's of 36
    for age, row in rows:
        assert size_for(CHINA, measure, sex, age, 0) == pytest.approx(row.median, rel=1e-12)
        assert sds_for(CHINA, measure, sex, age, row.median) == 0


# The SD columns that the Ministry of Health printed in 2009 (children under 7 years; heights) and
# zhenyish.cn prints for boys to 9 years (weights): they are made of the same L and S.
@pytest.mark.parametrize(
    ("measure", "sex", "months", "printed"),
    [
        (HEIGHT, BOY, 12, [68.6, 71.2, 73.8, 76.5, 79.3, 82.1, 85.0]),
        (HEIGHT, BOY, 72, [104.1, 108.6, 113.1, 117.7, 122.4, 127.2, 132.1]),
        (HEIGHT, BOY, 96, [114.1, 119.3, 124.6, 130.0, 135.5, 141.1, 146.8]),
        (HEIGHT, GIRL, 24, [77.3, 80.5, 83.8, 87.2, 90.7, 94.3, 98.0]),
        (WEIGHT, BOY, 24, [9.06, 10.09, 11.24, 12.54, 14.01, 15.67, 17.54]),
        (WEIGHT, BOY, 60, [13.50, 15.06, 16.87, 18.98, 21.46, 24.38, 27.85]),
        (WEIGHT, BOY, 96, [17.33, 19.97, 23.23, 27.33, 32.57, 39.41, 48.57]),
    ],
)
def test_the_printed_columns_of_china_come_out_of_its_l_and_s(measure, sex, months, printed):
    sizes = [size_for(CHINA, measure, sex, months, sds) for sds in SDS_COLUMNS]
    assert sizes == pytest.approx(printed, abs=0.101 if measure is HEIGHT else 0.041)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(Reference), st.sampled_from(Measure), st.sampled_from(Sex), st.floats(0, 1))
def test_the_printed_centiles_are_ordered_at_every_age(reference, measure, sex, part):
    first, last = reference_span(reference, measure)
    age = first + part * (last - first)
    centiles = [0.4, 2, 3, 10, 25, 50, 75, 90, 97, 98, 99.6]
    sizes = [size_for(reference, measure, sex, age, sds_of_centile(each)) for each in centiles]
    assert sizes == sorted(set(sizes))
    assert sizes[0] > 0


@pytest.mark.parametrize("reference", Reference)
@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize("sex", Sex)
def test_the_centiles_are_ordered_in_every_month_of_a_reference(reference, measure, sex):
    first, last = reference_span(reference, measure)
    for month in range(int(first), int(last) + 1):
        sizes = [size_for(reference, measure, sex, month, sds) for sds in (-2.5, -1, 0, 1, 2.5)]
        assert sizes == sorted(set(sizes))
