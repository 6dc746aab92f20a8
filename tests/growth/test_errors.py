import inspect
import re

from growth import errors


def test_every_error_has_its_own_code_in_the_tree():
    found = [cls for _, cls in inspect.getmembers(errors, inspect.isclass)]
    codes = [cls.code for cls in found if issubclass(cls, errors.GrowthError)]
    assert len(codes) == len(set(codes))
    for cls in found:
        if cls not in (errors.GrowthError,) and issubclass(cls, errors.GrowthError):
            assert re.search(rf"{cls.__name__} +{cls.code} ", errors.__doc__)
