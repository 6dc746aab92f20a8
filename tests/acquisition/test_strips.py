import numpy as np
import pytest

from acquisition.strips import STRIP_ROWS, in_strips


@pytest.mark.parametrize("rows", [1, STRIP_ROWS - 1, STRIP_ROWS, 10 * STRIP_ROWS + 3])
def test_every_row_is_worked_on_once(rows):
    worked = np.zeros(rows, np.int64)

    def work(strip):
        worked[strip] += 1

    in_strips(rows, work)
    assert np.all(worked == 1)


def test_what_goes_wrong_in_a_strip_is_told():
    def work(strip):
        if strip.start:
            raise ValueError("in the second strip")

    with pytest.raises(ValueError, match="second strip"):
        in_strips(3 * STRIP_ROWS, work)
