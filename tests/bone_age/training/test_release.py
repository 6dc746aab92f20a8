from dataclasses import replace

import numpy as np
import onnx
import pytest

from bone_age.model import load_model
from bone_age.reading import Sex
from bone_age.training.loop import Training
from bone_age.training.release import ONNX_FILE, export, half_width_months, release
from bone_age.training.weights import load_weights


def test_the_interval_holds_nine_of_ten_new_children():
    chance = np.random.default_rng(3)
    half_width = half_width_months(chance.normal(0, 8, 2000))
    assert np.mean(np.abs(chance.normal(0, 8, 20000)) <= half_width) == pytest.approx(0.9, abs=0.02)


def test_a_released_model_reads_as_the_net_does_and_tells_its_figures(discs, schedule, tmp_path):
    training = Training(schedule(10), tmp_path / "run")
    training.run(discs, discs)
    # No released model reads smaller crops than 192 pixels.
    discs = replace(discs, pixels=discs.pixels.repeat(3, axis=1).repeat(3, axis=2))
    folder = tmp_path / "models" / "disc-reader-3"
    release(training.average, folder, discs, {"discs": discs})
    model = load_model(folder)
    assert (model.identity.name, model.identity.version) == ("disc-reader", "3")
    assert model.range_months == (discs.bone_age_months.min(), discs.bone_age_months.max())
    read = [
        model.read(picture.astype(np.float32) / 255, Sex.FEMALE if female else Sex.MALE)
        for picture, female in zip(discs.pixels, discs.is_female, strict=True)
    ]
    error = np.abs(np.array(read) - discs.bone_age_months).mean()
    assert f"| discs | both | all | 64 | {error:.2f} |" in (folder / "FIGURES.md").read_text()


def test_a_later_training_starts_from_a_released_model(discs, schedule, tmp_path):
    first = Training(schedule(10), tmp_path / "first")
    first.run(discs, discs)
    export(first.average, 64, tmp_path / ONNX_FILE)
    weights = load_weights(tmp_path / ONNX_FILE)
    for name, value in first.average.state_dict().items():
        assert name.endswith("batches_tracked") or np.array_equal(weights.state[name], value)


def test_a_model_of_another_kind_is_no_start(tmp_path):
    path = tmp_path / ONNX_FILE
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "empty", [], [])), path)
    with pytest.raises(ValueError, match="not a net of this kind"):
        load_weights(path)
