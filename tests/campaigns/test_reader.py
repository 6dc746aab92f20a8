"""The campaign of the reader in its short form, and proof that it has teeth."""

import pytest

from bone_age.evaluation import Estimate
from bone_age.model import load_model
from bone_age.reading import Sex
from bone_age.training.films import Part
from bone_age.verdict import Outcome
from console.settings import RELEASED_MODEL, Settings
from tests.campaigns import reader
from tests.campaigns.reader import Scale, measure, phantom_months

SHORT = Scale(3, 1, 1, (4, 10), (9001,))


@pytest.fixture(scope="module")
def model():
    return load_model(RELEASED_MODEL)


@pytest.mark.parametrize("sex", list(Sex))
def test_an_older_phantom_is_read_older(model, sex):
    young, older = (phantom_months(model, sex, years, 9001) for years in (5, 12))
    assert abs(young - 60) < 18 and abs(older - 144) < 18


@pytest.mark.skipif(not (reader.FILMS / "labels.csv").exists(), reason="the films are not here")
def test_every_figure_is_asked_and_measured(tmp_path):
    settings = Settings(data_directory=tmp_path, model_directory=RELEASED_MODEL)
    evaluation, found = measure(settings, Part.TUNE, SHORT, 1, lambda done: None)
    names = [each.name for each in found]
    assert evaluation.n == 3
    assert names[:4] == ["Mean absolute error", "Bias", "Interval coverage", "Refused"]
    assert {"Phantoms: error", "Through the detector: error added"} <= set(names)
    assert found[0].outcome is Outcome.TOO_FEW


@pytest.mark.parametrize(
    ("value", "outcome"), [(0.3, Outcome.MET), (0.31, Outcome.MISSED), (-1.0, Outcome.MET)]
)
def test_a_figure_beyond_what_is_asked_is_missed(value, outcome):
    judged = reader._plainly("added", "months", 0.3, Estimate(value, None, None), 4)
    assert judged.outcome is outcome
