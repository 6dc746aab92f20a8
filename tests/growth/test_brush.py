import pytest

from bone_age.reading import Sex
from growth.brush import brush_sds
from growth.errors import OutsideReference
from growth.references.tables import brush_rows


def test_a_boy_of_9_and_a_half_with_a_bone_age_of_8_7_years():
    assert brush_sds(Sex.MALE, 114.0, 104.4) == pytest.approx(-1.638, abs=5e-4)


@pytest.mark.parametrize("sex", Sex)
def test_every_row_is_met_both_ways(sex):
    for row in brush_rows(sex):
        assert brush_sds(sex, row.age_months, row.mean_months) == 0
        two_up = row.mean_months + 2 * row.sd_months
        assert brush_sds(sex, row.age_months, two_up) == pytest.approx(2)


@pytest.mark.parametrize(
    ("sex", "age_months"),
    [(Sex.MALE, 23.9), (Sex.MALE, 204.1), (Sex.FEMALE, 23.9), (Sex.FEMALE, 192.1)],
)
def test_outside_the_table_there_is_no_score(sex, age_months):
    with pytest.raises(OutsideReference, match="Brush"):
        brush_sds(sex, age_months, 100.0)


def test_an_older_bone_age_is_a_higher_score():
    scores = [brush_sds(Sex.FEMALE, 130.0, bone_age) for bone_age in range(60, 200, 5)]
    assert scores == sorted(scores)
