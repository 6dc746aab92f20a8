import csv
import zipfile

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from bone_age.training.augment import augment  # noqa: E402
from bone_age.training.films import Films, Part, load_films, part_of  # noqa: E402
from bone_age.training.loop import Schedule, Training, mean_absolute_error, read_films  # noqa: E402
from bone_age.training.net import ReadingNet  # noqa: E402

SIZE = 64


@pytest.fixture
def discs():
    """Pictures whose "age" is the size of a disc: something that a net can learn in seconds."""
    chance = np.random.default_rng(1)
    months = chance.uniform(20, 220, 64).astype(np.float32)
    pixels = np.zeros((64, SIZE, SIZE), np.uint8)
    for picture, age in zip(pixels, months, strict=True):
        cv2.circle(picture, (SIZE // 2, SIZE // 2), int(age / 8), 200, -1)
    return Films(pixels, (months % 2 > 1).astype(np.float32), months)


def schedule(steps):
    return Schedule(steps=steps, batch=8, warm_up_steps=5, averaging=0.9, steps_per_checkpoint=10)


@pytest.mark.parametrize(
    ("film_id", "part"),
    # sha256 of the id, taken with `printf ID | sha256sum`, modulo 10.
    [("1377", Part.CALIBRATE), ("1402", Part.TRAIN), ("2", Part.TUNE), ("7", Part.TRAIN)],
)
def test_the_split_follows_from_the_id(film_id, part):
    assert part_of(film_id) is part


def test_a_tenth_of_the_films_is_held_out():
    share = np.mean([part_of(str(number)) is Part.HELD_OUT for number in range(5000)])
    assert share == pytest.approx(0.1, abs=0.02)


def test_films_come_with_their_own_labels(tmp_path):
    ids = [str(number) for number in range(1000, 1030)]
    with (tmp_path / "labels.csv").open("w", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["id", "sex", "bone_age_months"])
        rows.writerows([name, "F" if int(name) % 2 else "M", int(name) % 100] for name in ids)
    with zipfile.ZipFile(tmp_path / "square299-0.zip", "w") as archive:
        for name in reversed(ids):
            grey = np.full((299, 299), int(name) % 100, np.uint8)
            archive.writestr(f"{name}.webp", cv2.imencode(".png", grey)[1].tobytes())
    films = load_films(tmp_path, Part.TRAIN, 32)
    assert len(films.pixels) == sum(part_of(name) is Part.TRAIN for name in ids)
    assert np.array_equal(films.pixels[:, 0, 0], films.bone_age_months)
    assert np.array_equal(films.is_female, films.bone_age_months % 2)


def test_augmentation_is_the_same_for_the_same_chance():
    images = torch.rand(4, 1, SIZE, SIZE)
    once, again = (augment(images, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.equal(once, images)


def test_the_net_reads_the_same_from_a_lighter_film():
    net = ReadingNet().eval()
    images, sex = torch.rand(2, 1, SIZE, SIZE), torch.tensor([0.0, 1.0])
    with torch.no_grad():
        assert torch.allclose(net(images, sex), net(images * 0.5 + 0.2, sex), atol=1.0)


def test_training_learns(discs, tmp_path):
    training = Training(schedule(60), tmp_path)
    before = mean_absolute_error(training.average, discs)
    training.run(discs, discs)
    assert mean_absolute_error(training.average, discs) < before / 2


def test_a_stopped_training_ends_as_an_uninterrupted_one(discs, tmp_path, monkeypatch):
    Training(schedule(20), tmp_path / "whole").run(discs, discs)
    stopped = Training(schedule(20), tmp_path / "parts")
    monkeypatch.setattr(stopped, "_note", interrupt)
    with pytest.raises(KeyboardInterrupt):
        stopped.run(discs, discs)
    assert stopped.step == 10
    Training(schedule(20), tmp_path / "parts").run(discs, discs)
    whole = torch.load(tmp_path / "whole" / "checkpoint.pt", weights_only=True)
    parts = torch.load(tmp_path / "parts" / "checkpoint.pt", weights_only=True)
    assert (whole["step"], parts["step"]) == (20, 20)
    assert all(torch.equal(whole["net"][name], parts["net"][name]) for name in whole["net"])


def test_a_training_starts_from_saved_weights(discs, tmp_path):
    first = Training(schedule(10), tmp_path / "first")
    first.run(discs, discs)
    first.save_weights(tmp_path / "weights.pt")
    second = Training(schedule(10), tmp_path / "second")
    second.start_from(tmp_path / "weights.pt")
    difference = read_films(first.average, discs) - read_films(second.average, discs)
    assert np.abs(difference).max() < 0.5


def interrupt(*_):
    raise KeyboardInterrupt
