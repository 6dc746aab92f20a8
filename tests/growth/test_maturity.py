import pytest

from growth.maturity import Determination, determination, maturity

DELAYED, NORMAL, ADVANCED, UNKNOWN = Determination


@pytest.mark.parametrize(
    ("figure", "said"),
    [(-12.01, DELAYED), (-12.0, NORMAL), (0.0, NORMAL), (12.0, NORMAL), (12.01, ADVANCED)],
)
def test_only_beyond_a_limit_is_a_bone_age_delayed_or_advanced(figure, said):
    assert determination(figure, 12.0) is said


def test_a_refused_figure_determines_nothing():
    assert determination(None, 2.0) is UNKNOWN


def test_the_two_conventions_may_disagree_and_both_stand():
    said = maturity(-18.0, -1.7)
    assert (said.by_months, said.by_sds) == (DELAYED, NORMAL)
    assert maturity(14.0, None).by_sds is UNKNOWN


def test_the_words_are_those_of_the_common_data_element():
    # ACR/RSNA RDES14, bone age determination: delayed, normal, advanced, indeterminate, unknown.
    words = {"delayed", "normal", "advanced", "unknown"}
    assert {said.value for said in Determination} == words
