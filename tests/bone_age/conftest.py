import pytest

from bone_age.model import load_model
from console.settings import RELEASED_MODEL


@pytest.fixture(scope="session")
def model():
    return load_model(RELEASED_MODEL)
