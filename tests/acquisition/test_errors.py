import pytest

from acquisition import errors


def _all(base):
    return [base, *(deeper for child in base.__subclasses__() for deeper in _all(child))]


EVERY_ERROR = _all(errors.AcquisitionError)


def test_every_error_has_its_own_code():
    codes = [error.code for error in EVERY_ERROR]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_every_error_stands_in_the_tree(error):
    assert error.__name__ in errors.__doc__
