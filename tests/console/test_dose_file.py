"""What `boneage dose-study` wrote is read again, for its own table and for an evaluation."""

import pytest

from bone_age.evaluation import Case
from bone_age.reading import Sex
from console.dose_file import of_list, read_doses
from console.errors import ListUnusable

COLUMNS = (
    "id,bone_age_months,low_months,high_months,dose_ugy,exposure_index,file_months,label_months\n"
)
KNOWN = Case("a", Sex.MALE, 99.0, 100.0, None)


@pytest.fixture
def doses(tmp_path):
    """Write rows of a study."""

    def write(rows):
        (tmp_path / "doses.csv").write_text(COLUMNS + rows)
        return tmp_path / "doses.csv"

    return write


def test_a_refused_exposure_has_no_months_and_no_width(doses):
    high, low = read_doses(doses("a,101,90,112,5,480,100,98\na,,,,0.3,,100,\n"))
    assert (high.dose_ugy, high.width_months, high.file_months) == (5.0, 22.0, 100.0)
    assert (high.exposure_index, high.label_months) == (480.0, 98.0)
    assert low.months is low.width_months is low.exposure_index is low.label_months is None


def test_in_an_evaluation_the_bone_ages_are_those_of_its_list(doses):
    (one,) = of_list(read_doses(doses("a,101,90,112,5,480,100,\n")), [KNOWN])
    assert one.label_months == 99.0


@pytest.mark.parametrize(
    "row",
    [
        "b,101,90,112,5,480,100,99",
        "a,101,90,112,much,480,100,99",
        "a,101,90",
        "a,101,90,112,5,480,103,99",  # the file was read by another model
        "a,101,90,112,5,480,,99",
    ],
)
def test_doses_that_do_not_fit_the_list_are_refused(doses, row):
    with pytest.raises(ListUnusable, match="doses"):
        of_list(read_doses(doses(f"{row}\n")), [KNOWN])


def test_a_table_of_something_else_is_refused(tmp_path):
    (tmp_path / "doses.csv").write_text("id,dose_ugy\na,5\n")
    with pytest.raises(ListUnusable, match="lack the column 'exposure_index'"):
        read_doses(tmp_path / "doses.csv")
