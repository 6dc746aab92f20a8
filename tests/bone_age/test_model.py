import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bone_age.errors import ModelCorrupt, ModelMissing
from bone_age.model import load_model
from bone_age.reading import Sex

RELEASED = Path(__file__).parents[2] / "models" / "hand-1"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(RELEASED, tmp_path / "hand-1"))


def change_facts(folder, **changed):
    facts = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(facts | changed))


def test_a_model_tells_its_name_and_what_it_was_calibrated_on(model):
    assert (model.identity.name, model.identity.version) == ("hand", "1")
    assert 5 < model.error_months < 30
    assert model.coverage == 0.9


def test_the_same_crop_gives_the_same_bits(model):
    crop = np.random.default_rng(1).random((model.pixels, model.pixels)).astype(np.float32)
    assert model.read(crop, Sex.MALE) == model.read(crop, Sex.MALE)


def test_a_mirrored_crop_reads_the_same(model):
    crop = np.random.default_rng(1).random((model.pixels, model.pixels)).astype(np.float32)
    mirrored = np.ascontiguousarray(crop[:, ::-1])
    assert model.read(crop, Sex.MALE) == pytest.approx(model.read(mirrored, Sex.MALE), abs=1e-3)


def test_an_empty_folder_holds_no_model(tmp_path):
    with pytest.raises(ModelMissing, match="no reading model"):
        load_model(tmp_path)


def test_a_model_without_its_net_is_missing(folder):
    (folder / "reader.onnx").unlink()
    with pytest.raises(ModelMissing):
        load_model(folder)


def test_a_changed_net_is_never_run(folder):
    content = bytearray((folder / "reader.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "reader.onnx").write_bytes(content)
    with pytest.raises(ModelCorrupt, match="was changed"):
        load_model(folder)


@pytest.mark.parametrize("facts", ["", "[]", "{}", '{"file": 3}', "{" * 9000, "\xff"])
def test_damaged_facts_are_refused(folder, facts):
    (folder / "model.json").write_bytes(facts.encode("latin-1"))
    with pytest.raises(ModelCorrupt):
        load_model(folder)


@pytest.mark.parametrize(
    "changed",
    [
        {"pixels": "many"},
        {"pixels": 100},
        {"range_months": [1]},
        {"range_months": [-9000, 228]},
        {"coverage": None},
        {"error_months": float("nan")},
        {"error_months": 0.01},
        {"version": 5},
        {"name": None},
        {"file": "../x"},
    ],
)
def test_impossible_facts_are_refused(folder, changed):
    change_facts(folder, **changed)
    with pytest.raises((ModelCorrupt, ModelMissing)):
        load_model(folder)


def test_a_file_that_is_no_net_is_refused(folder):
    import hashlib

    (folder / "reader.onnx").write_bytes(b"no net")
    change_facts(folder, sha256=hashlib.sha256(b"no net").hexdigest())
    with pytest.raises(ModelCorrupt, match="cannot be started"):
        load_model(folder)


def test_the_released_model_has_a_card_and_a_licence_of_its_own():
    card = (RELEASED / "CARD.md").read_text()
    for word in ("RSNA", "held out", "sex", "Limits", "non-commercial"):
        assert word in card
    assert "non-commercial" in (RELEASED.parent / "LICENSE.md").read_text()
