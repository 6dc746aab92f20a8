import pytest

from console.errors import ListUnusable
from console.labelled_list import read_labelled_list

HEAD = "path,sex,bone_age_months"
WRONG = {
    "path,sex\na.png,F\n": f"needs a first line with {HEAD}",
    f"{HEAD}\n": "names no image",
    f"{HEAD}\na.png,F,ten\n": "says 'ten' for a: a bone age is 0 to 240 months",
    f"{HEAD}\na.png,F,-1\n": "says '-1' for a",
    f"{HEAD}\na.png,F,nan\n": "says 'nan' for a",
    f"{HEAD}\na.png,F\n": "says '' for a",
    f"{HEAD}\na.png,,90\n": "has no sex F or M for a",
    f"{HEAD}\na.png,F,9\nb/a.png,F,9\n": "names a 2 times: one image for each child",
    f"{HEAD},id\na.png,F,9,1\na.png,F,9,2\n": "a.png 2 times",
}


@pytest.mark.parametrize(("content", "said"), WRONG.items())
def test_a_list_with_a_gap_is_refused_whole_with_what_is_wrong(tmp_path, content, said):
    (tmp_path / "in.csv").write_text(content)
    with pytest.raises(ListUnusable) as refused:
        read_labelled_list(tmp_path / "in.csv")
    assert said in str(refused.value)


def test_each_image_has_its_label(tmp_path):
    (tmp_path / "in.csv").write_text(f"{HEAD},id\na.png,F,100.5,anna\n")
    (one,) = read_labelled_list(tmp_path / "in.csv")
    assert (one.wanted.id, one.sex.value, one.bone_age_months) == ("anna", "F", 100.5)
