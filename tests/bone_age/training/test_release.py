from dataclasses import replace

import numpy as np
import onnx
import pytest

from bone_age.model import load_model, start_session
from bone_age.reading import Region, Sex
from bone_age.training.export import STEP, export, round_to_bytes
from bone_age.training.kinds import KINDS
from bone_age.training.loop import Training
from bone_age.training.release import ONNX_FILE, release
from bone_age.training.released import Released
from bone_age.training.weights import load_weights
from tests.benchmarks.nets_by_chance import nets_by_chance, write_package


@pytest.fixture(scope="module")
def trained(discs, schedule, tmp_path_factory):
    """Train one net of each kind for a few steps."""
    run = tmp_path_factory.mktemp("run")
    trainings = {kind: Training(schedule(10, kind), run / f"{kind}-0") for kind in KINDS}
    for training in trainings.values():
        training.run(discs, discs)
    return trainings


@pytest.fixture(scope="module")
def films(discs):
    """No released model reads smaller crops than 192 pixels."""
    return replace(discs, pixels=discs.pixels.repeat(3, axis=1).repeat(3, axis=2))


@pytest.fixture(scope="module")
def folder(trained, films, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "disc-reader-3"
    released = Released([trained["hand"].average], trained["regions"].average, 0.25)
    release(released, folder, films, {"discs": films}, [trained["hand"].folder / "record.json"])
    return folder


def said_of(model, films):
    return [
        model.read(picture.astype(np.float32) / 255, Sex.FEMALE if female else Sex.MALE)
        for picture, female in zip(films.pixels, films.is_female, strict=True)
    ]


def test_a_released_model_tells_its_figures(folder, films):
    model = load_model(folder)
    assert (model.identity.name, model.identity.version) == ("disc-reader", "3")
    assert model.range_months == (films.bone_age_months.min(), films.bone_age_months.max())
    months = np.array([one.months for one in said_of(model, films)])
    error = np.abs(months - films.bone_age_months).mean()
    assert f"| discs | both | all | 64 | {error:.2f} |" in (folder / "FIGURES.md").read_text()


def test_the_bone_age_is_the_mean_of_its_nets_and_of_its_regions(folder, films):
    said = said_of(load_model(folder), films)[0]
    hand, by_region = said.nets_months
    assert said.months == pytest.approx(0.75 * hand + 0.25 * by_region, abs=1e-3)
    assert by_region == pytest.approx(np.mean(said.regions_months), abs=1e-3)
    assert len(said.regions_months) == len(Region)


def test_a_map_lies_over_the_crop(folder, films):
    looked_at = said_of(load_model(folder), films)[0].looked_at
    assert looked_at.shape == (12, 12)
    assert (looked_at.min(), looked_at.max()) == (pytest.approx(0, abs=0.9), 1)


def test_regions_lie_usually_no_farther_apart_than_is_said(folder, films):
    model = load_model(folder)
    apart = [np.ptp(one.regions_months) for one in said_of(model, films)]
    usual = model.net.interface.details.regions_apart_months
    assert 0.9 < np.mean(np.array(apart) <= usual + 0.1) <= 1


def test_kernels_are_kept_as_bytes(folder):
    kept = {one.name: one.data_type for one in onnx.load(folder / ONNX_FILE).graph.initializer}
    kernels = {name for name in kept if name + STEP in kept}
    assert len(kernels) > 40
    assert {kept[name] for name in kernels} == {onnx.TensorProto.INT8}


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_training_starts_from_a_released_model(trained, tmp_path, kind):
    released = Released([trained["hand"].average], trained["regions"].average, 0.3)
    round_to_bytes(released)
    export(released, 64, tmp_path / ONNX_FILE)
    weights = load_weights(tmp_path / ONNX_FILE, KINDS[kind])
    for name, value in trained[kind].average.state_dict().items():
        assert name.endswith("batches_tracked") or np.array_equal(weights.state[name], value)


def test_a_model_of_another_kind_is_no_start(tmp_path):
    path = tmp_path / ONNX_FILE
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], [])), path)
    with pytest.raises(ValueError, match="holds no net of the kind hand"):
        load_weights(path, KINDS["hand"])


def test_a_model_of_the_released_shape_can_be_measured(tmp_path):
    write_package(nets_by_chance(), tmp_path / "chance-1")
    assert load_model(tmp_path / "chance-1").identity.name == "chance"


@pytest.mark.parametrize("count", [1, 3])
def test_a_released_net_reads_any_number_of_crops(folder, count):
    session = start_session((folder / ONNX_FILE).read_bytes())
    fed = {"image": np.zeros((count, 1, 192, 192), np.float32), "is_female": np.ones(count, "f4")}
    assert [len(told) for told in session.run(None, fed)] == [count] * len(session.get_outputs())
