import re
import zipfile
from dataclasses import replace

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra `train` is not installed")

from bone_age.model import load_model  # noqa: E402
from bone_age.reading import Sex  # noqa: E402
from bone_age.training.augment import augment  # noqa: E402
from bone_age.training.crops import load_crops, make_crops  # noqa: E402
from bone_age.training.films import Films, Part, part_of  # noqa: E402
from bone_age.training.loop import Schedule, Training, mean_absolute_error, read_films  # noqa: E402
from bone_age.training.net import ReadingNet  # noqa: E402
from bone_age.training.phantoms import phantom_pictures  # noqa: E402
from bone_age.training.release import half_width_months, release  # noqa: E402
from firmware_sim.patients.ossification import Sex as PhantomSex  # noqa: E402
from firmware_sim.patients.phantom import HandRequest, phantom_hand  # noqa: E402
from firmware_sim.physics.geometry import PanelGeometry  # noqa: E402

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


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Three hands and a blank picture, cropped from an archive as the films come."""
    films = tmp_path_factory.mktemp("films")
    ids = [str(number) for number in range(1000, 1040) if part_of(str(number)) is Part.TRAIN][:4]
    rows = [f"{name},{'F' if place % 2 else 'M'},{50 + place}" for place, name in enumerate(ids)]
    (films / "labels.csv").write_text("\n".join(["id,sex,bone_age_months", *rows]) + "\n")
    geometry = PanelGeometry(150, 120, 2000.0)
    with zipfile.ZipFile(films / "square299-0.zip", "w") as archive:
        for place, name in reversed(list(enumerate(ids))):
            grey = np.zeros((299, 299), np.float32)
            if place < 3:
                hand = phantom_hand(HandRequest(PhantomSex.MALE, 6.0 + place, seed=place), geometry)
                grey = cv2.resize(20 * hand.bone_mm + 6 * hand.muscle_mm, (299, 299))
            picture = np.clip(grey, 0, 255).astype(np.uint8)
            archive.writestr(f"{name}.webp", cv2.imencode(".png", picture)[1].tobytes())
    crops = tmp_path_factory.mktemp("crops")
    make_crops(films, crops, ("square299-0",), 192, 1)
    return films, crops


def test_crops_come_with_their_own_labels_and_without_what_is_no_hand(kept):
    films = load_crops(*kept, 192, Part.TRAIN, "square299-*")
    assert sorted(films.bone_age_months) == [50, 51, 52]
    assert np.array_equal(films.is_female, films.bone_age_months % 2)
    assert films.pixels.shape == (3, 192, 192)
    assert films.refused == 1
    assert all(picture.max() > 200 for picture in films.pixels)


def test_no_part_sees_the_films_of_another(kept):
    with pytest.raises(ValueError, match="no crops"):
        load_crops(*kept, 192, Part.HELD_OUT, "square299-*")


def test_crops_are_made_once(kept):
    films, crops = kept
    path = crops / "square299-0-192.npz"
    before = path.stat().st_mtime_ns
    make_crops(films, crops, ("square299-0",), 192, 1)
    assert path.stat().st_mtime_ns == before


def test_phantoms_know_their_own_age():
    name, picture = next(phantom_pictures("phantoms-0"))
    assert re.fullmatch(r"phantom-[FM]-\d+\.\d-100000", name)
    again, same = next(phantom_pictures("phantoms-0"))
    assert (again, same.tobytes()) == (name, picture.tobytes())


def test_the_interval_holds_nine_of_ten_new_children():
    chance = np.random.default_rng(3)
    half_width = half_width_months(chance.normal(0, 8, 2000))
    assert np.mean(np.abs(chance.normal(0, 8, 20000)) <= half_width) == pytest.approx(0.9, abs=0.02)


def test_a_released_model_reads_as_the_net_does_and_tells_its_figures(discs, tmp_path):
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
