"""The campaign of spoilt and foreign pictures in its short form."""

import numpy as np
import pytest

from bone_age.model import load_model
from bone_age.read import read_picture_bone_age
from bone_age.reading import Sex
from bone_age.training.films import Part
from tests.campaigns import refusals
from tests.campaigns.refusals import FOREIGN, foreign, spoilt

needs_films = pytest.mark.skipif(
    not (refusals.FILMS / "midsize.zip").exists(), reason=f"the films are not in {refusals.FILMS}"
)


@pytest.fixture(scope="module")
def model():
    return load_model(refusals.MODEL)


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_picture_without_a_hand_is_refused(model, kind):
    picture = next(make for of, _, make in foreign(1, 3) if of == kind)
    assert read_picture_bone_age(model, picture(), Sex.FEMALE).refused


@needs_films
def test_spoilt_films_are_refused(model):
    shown = list(spoilt(2, 3, Part.TUNE))
    refused = [read_picture_bone_age(model, make(), Sex.MALE).refused for _, _, make in shown]
    assert len(refused) == 10 and all(refused)


def test_the_same_seed_makes_the_same_picture():
    (_, _, one), (_, _, again) = next(foreign(1, 3)), next(foreign(1, 3))
    assert np.array_equal(one(), again())
