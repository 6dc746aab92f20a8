from datetime import date

import pytest

from bone_age.reading import Sex
from growth.child import Child


@pytest.fixture
def boy():
    """Born so that 3468 days, 9.4949 years, lie before the visit of the reference cases."""
    return Child("P-1", "Li Ming", Sex.MALE, date(2017, 1, 1), 130.0, 28.0, 162.0, 175.0)


@pytest.fixture
def visit():
    return date(2026, 7, 1)
