from pathlib import Path

import pytest

from bone_age.model import load_model

RELEASED = Path(__file__).parents[2] / "models" / "hand-1"


@pytest.fixture(scope="session")
def model():
    return load_model(RELEASED)
