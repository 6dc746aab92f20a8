import re

import numpy as np
import pytest

from bone_age.training.crops import Folders, load_crops, make_crops
from bone_age.training.films import Part, part_of
from bone_age.training.phantoms import phantom_pictures


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
def kept(tmp_path_factory, hand_film, write_films):
    """Three hands and a blank picture, cropped from an archive as the films come."""
    ids = [str(number) for number in range(1000, 1040) if part_of(str(number)) is Part.TRAIN][:4]
    hands = [hand_film(6.0 + seed, seed) for seed in range(3)]
    films = tmp_path_factory.mktemp("films")
    blank = np.zeros((299, 299), np.uint8)
    write_films(films, dict(zip(ids, [*hands, blank], strict=True)), 50)
    folders = Folders(films, tmp_path_factory.mktemp("crops"), 192)
    make_crops(folders, (Part.TRAIN,), ("square299-0",), 1)
    return folders


def test_crops_come_with_their_own_labels_and_without_what_is_no_hand(kept):
    films = load_crops(kept, Part.TRAIN, "square299-*")
    assert sorted(films.bone_age_months) == [50, 51, 52]
    assert np.array_equal(films.is_female, films.bone_age_months % 2)
    assert films.pixels.shape == (3, 192, 192)
    assert films.refused == 1
    assert all(picture.max() > 200 for picture in films.pixels)


def test_no_part_sees_the_films_of_another(kept):
    with pytest.raises(ValueError, match="no crops"):
        load_crops(kept, Part.HELD_OUT, "square299-*")


def test_crops_are_made_once(kept):
    path = kept.crops / "square299-0-train-192.npz"
    before = path.stat().st_mtime_ns
    make_crops(kept, (Part.TRAIN,), ("square299-0",), 1)
    assert path.stat().st_mtime_ns == before


def test_phantoms_know_their_own_age():
    name, picture = next(phantom_pictures("phantoms-0", Part.TRAIN))
    assert re.fullmatch(r"phantom-[FM]-\d+\.\d-10000\d", name)
    assert part_of(name) is Part.TRAIN
    again, same = next(phantom_pictures("phantoms-0", Part.TRAIN))
    assert (again, same.tobytes()) == (name, picture.tobytes())
