import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bone_age.description import own_interface
from bone_age.errors import ModelCorrupt, NetUnusable
from bone_age.model import load_model
from bone_age.package import draft_package, open_package, seal, write_description
from bone_age.reading import Sex, Trust
from console.settings import RELEASED_MODEL


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(RELEASED_MODEL, tmp_path / RELEASED_MODEL.name))


def test_a_model_tells_its_name_and_what_it_was_calibrated_on(model):
    assert (model.identity.name, model.identity.version) == ("hand", "2.2")
    assert all(0.5 < figure < 4 for line in model.interval.spreads for _, figure in line)
    assert model.interval.coverage == 0.9
    assert model.method.startswith("Greulich-Pyle style, by convolutional nets")


def test_the_same_crop_gives_the_same_bits(model):
    side = model.net.interface.picture.width
    crop = np.random.default_rng(1).random((side, side)).astype(np.float32)
    assert model.read(crop, Sex.MALE).months == model.read(crop, Sex.MALE).months


def test_a_mirrored_crop_reads_the_same(model):
    side = model.net.interface.picture.width
    crop = np.random.default_rng(1).random((side, side)).astype(np.float32)
    mirrored = np.ascontiguousarray(crop[:, ::-1])
    one, other = (model.read(picture, Sex.MALE).months for picture in (crop, mirrored))
    assert one == pytest.approx(other, abs=1e-3)


def test_a_changed_net_is_never_run(folder):
    content = bytearray((folder / "reader.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "reader.onnx").write_bytes(content)
    with pytest.raises(ModelCorrupt, match="was changed"):
        load_model(folder)


def test_a_truncated_net_is_refused_however_well_it_is_listed(folder):
    content = (folder / "reader.onnx").read_bytes()
    (folder / "reader.onnx").write_bytes(content[: len(content) // 2])
    seal(draft_package(folder))
    with pytest.raises(NetUnusable, match="cannot be started"):
        load_model(folder)


def test_another_net_than_the_described_one_is_refused(folder):
    description = open_package(folder).description
    write_description(
        folder, replace(description, interface=own_interface(128, description.interface.details))
    )
    seal(draft_package(folder))
    with pytest.raises(NetUnusable, match="another than model.json says"):
        load_model(folder)


def test_the_released_model_says_that_nobody_signed_it(model):
    assert (model.identity.trust, model.identity.signed_by) == (Trust.UNSIGNED, None)


def test_the_released_net_is_the_one_that_its_card_measured(model):
    net = "f8cba09e01afe3d654e6d2aadccb52360e8bda0c4e2e754e625bd2d89cf96591"
    assert model.identity.sha256 == net
    assert model.identity.package_sha256 == open_package(RELEASED_MODEL).sha256


@pytest.mark.parametrize("manifest", sorted(RELEASED_MODEL.parent.glob("*/manifest.json")))
def test_every_package_here_is_whole_and_small(manifest):
    package = open_package(manifest.parent)
    assert manifest.parent.name == f"{package.description.name}-{package.description.version}"
    assert sum(map(len, package.contents.values())) <= 20e6


def test_the_released_model_has_a_card_and_a_licence_of_its_own():
    card = (RELEASED_MODEL / "CARD.md").read_text()
    for word in ("RSNA", "held out", "sex", "Limits", "non-commercial", "unsigned development"):
        assert word in card
    assert "non-commercial" in (RELEASED_MODEL / "LICENSE.md").read_text()
