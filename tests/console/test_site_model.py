"""The reading model of a site, and the name of all that reads with it."""

from dataclasses import replace

import pytest

from bone_age.model import load_model
from console.settings import RELEASED_MODEL
from console.site_model import what_reads


@pytest.fixture(scope="module")
def model():
    return load_model(RELEASED_MODEL)


def test_what_reads_is_the_same_for_the_same_model_and_another_for_any_other(model):
    again = load_model(RELEASED_MODEL)
    other = replace(model, identity=replace(model.identity, package_sha256="another"))
    assert what_reads(again) == what_reads(model) != what_reads(other)
