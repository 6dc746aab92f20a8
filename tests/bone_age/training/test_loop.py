import csv
import json

import numpy as np
import pytest
import torch

from bone_age.training.device import full_precision
from bone_age.training.judge import mean_absolute_error, read_films
from bone_age.training.kinds import KINDS
from bone_age.training.loop import Training
from bone_age.training.net import ReadingNet
from bone_age.training.weights import Weights, load_weights, save_weights

LARGEST_IN_REPOSITORY_BYTES = 12 * 2**20


def interrupt(*_):
    raise KeyboardInterrupt


def read(training, films):
    return read_films(training.average, training.kind, films, 64, full_precision(training.device))


def test_training_learns(discs, schedule, tmp_path):
    training = Training(schedule(60), tmp_path)
    before = mean_absolute_error(training.average, training.kind, discs, 64)
    training.run(discs, discs)
    assert mean_absolute_error(training.average, training.kind, discs, 64) < before / 2


def test_a_stopped_training_ends_as_an_uninterrupted_one(discs, schedule, tmp_path, monkeypatch):
    Training(schedule(20), tmp_path / "whole").run(discs, discs)
    stopped = Training(schedule(20), tmp_path / "parts")
    monkeypatch.setattr(stopped.record, "note", interrupt)
    with pytest.raises(KeyboardInterrupt):
        stopped.run(discs, discs)
    assert stopped.step == 10
    Training(schedule(20), tmp_path / "parts").run(discs, discs)
    whole = torch.load(tmp_path / "whole" / "checkpoint.pt", weights_only=True)
    parts = torch.load(tmp_path / "parts" / "checkpoint.pt", weights_only=True)
    assert (whole["step"], parts["step"]) == (20, 20)
    assert all(torch.equal(whole["net"][name], parts["net"][name]) for name in whole["net"])


def test_a_training_starts_from_saved_weights(discs, schedule, tmp_path):
    first = Training(schedule(10), tmp_path / "first")
    first.run(discs, discs)
    save_weights(first.averaged(), tmp_path / "weights.pt")
    second = Training(schedule(10), tmp_path / "second")
    second.start_from(load_weights(tmp_path / "weights.pt", KINDS["hand"]))
    assert (second.step, second.origin[:18]) == (0, "weights.pt, sha256")
    assert np.abs(read(first, discs) - read(second, discs)).max() < 0.5


def test_a_net_of_the_regions_starts_from_one_of_the_whole_hand(discs, schedule, tmp_path):
    first = Training(schedule(10), tmp_path / "first")
    first.run(discs, discs)
    save_weights(first.averaged(), tmp_path / "weights.pt")
    second = Training(schedule(10, "regions"), tmp_path / "second")
    second.start_from(load_weights(tmp_path / "weights.pt", second.kind))
    crop, sex = torch.rand(1, 1, 64, 64), torch.ones(1)
    with torch.no_grad():
        (window, told), *_ = second.kind.shown(crop, sex, 64)
        by_hand = first.average.eval()(window, told[:, :1])
        assert second.average.eval()(window, told) == pytest.approx(by_hand, abs=0.5)


def test_a_training_goes_on_where_the_saved_weights_were(discs, schedule, tmp_path):
    training = Training(schedule(20), tmp_path)
    training.go_on_from(Weights(10, training.net.state_dict(), "a file"))
    training.run(discs, discs)
    assert [row["step"] for row in curve(tmp_path)] == ["20"]


def test_weights_at_their_end_are_a_finished_run(discs, schedule, tmp_path):
    training = Training(schedule(20), tmp_path)
    training.go_on_from(Weights(20, training.net.state_dict(), "a file"))
    training.run(discs, discs)
    again = Training(schedule(20), tmp_path)
    again.resume()
    assert again.step == 20


def test_saved_weights_are_small_enough_to_keep(tmp_path):
    save_weights(Weights(7, ReadingNet().state_dict(), ""), tmp_path / "weights.pt")
    assert (tmp_path / "weights.pt").stat().st_size <= LARGEST_IN_REPOSITORY_BYTES
    assert load_weights(tmp_path / "weights.pt", KINDS["hand"]).step == 7


def test_a_run_leaves_its_settings_its_curve_and_its_result(discs, schedule, tmp_path):
    training = Training(schedule(20), tmp_path)
    training.run(discs, discs)
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["schedule"]["steps"] == 20
    assert record["began_with"] == "new weights"
    assert record["films"] == {"train": 64, "tune": 64}
    assert [row["pixels"] for row in curve(tmp_path)] == ["32", "64"]
    error = mean_absolute_error(training.average, training.kind, discs, 64)
    assert record["result"]["step"] == 20
    assert record["result"]["tune_mae_months"] == pytest.approx(error, abs=0.01)


def curve(folder):
    with (folder / "curve.csv").open() as lines:
        return list(csv.DictReader(lines))
