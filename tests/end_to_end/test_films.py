"""Real films as patients: what the unit displays looks like the film it was given.

The films are not part of the project; the tests skip where their folder is missing.
"""

import csv
import hashlib
import os
import zipfile
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from acquisition.calibration import calibrate
from acquisition.correct import correct
from acquisition.display import develop, screen_picture
from acquisition.hand import Side
from acquisition.radiograph import read_picture
from bone_age.model import load_model
from bone_age.read import read_bone_age, read_picture_bone_age
from bone_age.reading import BoneAgeReading, Sex
from console.settings import RELEASED_MODEL
from device.detector import EXPOSURE_WINDOW_MS, open_detector
from device.exposure import HAND_PRESET, ExposureRequest, ExposureSequence
from device.generator import open_generator
from firmware_sim.physics.geometry import SMALL_PANEL
from firmware_sim.server import serve
from firmware_sim.unit import SimulatedUnit

FILMS = Path(os.environ.get("BONEAGE_FILMS", Path(__file__).parents[3] / "shared/data/radiographs"))
HOW_MANY = 20
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.skipif(
    not (FILMS / "midsize.zip").exists(), reason=f"the films are not in {FILMS}"
)


def labelled_films():
    with (FILMS / "labels.csv").open(newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["midsize"] == "1"]


def is_unseen(row):
    """Tell whether the film was used to tune or to calibrate the model, not to teach it."""
    return int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 10 in (1, 2)


def chosen_films():
    """Return ids of 20 films: both sexes in turn, evenly over all ages."""
    return [row["id"] for row in evenly_over_ages(labelled_films(), HOW_MANY)]


def evenly_over_ages(rows, how_many):
    by_age = {
        sex: sorted(
            (row for row in rows if row["sex"] == sex),
            key=lambda row: float(row["bone_age_months"]),
        )
        for sex in "FM"
    }
    places = np.linspace(0.02, 0.98, how_many // 2)
    return [by_age[sex][int(place * len(by_age[sex]))] for place in places for sex in "FM"]


@contextmanager
def calibrated_unit():
    """Give a simulated unit in manual time with its driver, its calibration, and an operator."""
    simulated = SimulatedUnit(SMALL_PANEL, seed=11, operator="auto")
    with serve(simulated) as served:
        clock = SimulatedClock(simulated)
        detector = open_detector(served.detector_url, clock)
        generator = open_generator(served.generator_url)
        with closing(detector), closing(generator):
            sequence = ExposureSequence(detector, generator, clock)
            yield ThroughDetector(simulated, detector, sequence)


@pytest.fixture(scope="module")
def unit():
    with calibrated_unit() as unit:
        yield unit


class SimulatedClock:
    """Waiting moves the simulated unit."""

    def __init__(self, simulated):
        self._simulated = simulated

    def now(self):
        return self._simulated.now_s

    def sleep(self, seconds):
        self._simulated.step(seconds)


class ThroughDetector:
    """Shows a patient as the unit would: exposed, read out, corrected, displayed."""

    def __init__(self, simulated, detector, sequence):
        self.simulated, self.detector, self.sequence = simulated, detector, sequence
        self.nonce = 0
        darks = (detector.read_dark(EXPOSURE_WINDOW_MS) for _ in range(4))
        flats = (self.expose("flat") for _ in range(8))
        self.calibration = calibrate(darks, flats, detector.sensitivity_rqa3, NOON)

    def expose(self, patient):
        self.simulated.place_patient(patient)
        self.simulated.step(20.0)
        self.nonce += 1
        self.sequence.arm(ExposureRequest(self.nonce, HAND_PRESET))
        return self.sequence.await_frame(30.0, lambda _stage: None)

    def image(self, patient):
        return correct(self.expose(patient), self.calibration)

    def show(self, patient):
        return screen_picture(develop(self.image(patient)), Side.LEFT)


def film_of(film_id, folder):
    path = folder / f"{film_id}.webp"
    with zipfile.ZipFile(FILMS / "midsize.zip") as films:
        path.write_bytes(films.read(path.name))
    return path


def hand_in(shown):
    """Return the displayed hand and where it is: its largest bright region and the skin around it.

    Letters and film borders are left out: on many films they are far brighter than any bone.
    """
    _, labels, regions, _ = cv2.connectedComponentsWithStats((shown > 12).astype(np.uint8))
    largest = 1 + int(np.argmax(regions[1:, cv2.CC_STAT_AREA]))
    left, top, width, height = regions[largest, :4]
    mask = cv2.dilate((labels == largest).astype(np.uint8), np.ones((9, 9), np.uint8))
    around = np.s_[top : top + height, left : left + width]
    return shown[around], mask[around]


def best_match(hand, mask, film, scales):
    """Return the best (correlation, scale) over all places of the film."""
    found = []
    for scale in scales:
        size = tuple(int(round(side * scale)) for side in hand.shape[::-1])
        if size[0] <= film.shape[1] and size[1] <= film.shape[0]:
            patch = cv2.resize(hand, size, interpolation=cv2.INTER_AREA).astype(np.float32)
            where = cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST).astype(np.float32)
            likeness = cv2.matchTemplate(film, patch, cv2.TM_CCOEFF_NORMED, mask=where)
            found.append((float(likeness[np.isfinite(likeness)].max()), scale))
    return max(found)


def likeness(shown, film):
    """Return the correlation of the displayed hand with the film, at the best scale and place."""
    film = cv2.resize(film, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32)
    hand, mask = hand_in(shown)
    _, rough = best_match(hand, mask, film, np.geomspace(0.35, 1.1, 24))
    found, _ = best_match(hand, mask, film, rough * np.linspace(0.97, 1.03, 13))
    return found


@pytest.mark.parametrize("film_id", chosen_films() if (FILMS / "midsize.zip").exists() else [])
def test_a_film_through_the_detector_looks_like_itself(unit, tmp_path, film_id):
    path = film_of(film_id, tmp_path)
    film = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert likeness(unit.show(f"radiograph:{path}"), film) >= 0.9


def test_a_film_does_not_look_like_another_childs(unit, tmp_path):
    one, next_older = (film_of(film_id, tmp_path) for film_id in chosen_films()[10:13:2])
    other = cv2.imread(str(next_older), cv2.IMREAD_GRAYSCALE)
    assert likeness(unit.show(f"radiograph:{one}"), other) < 0.9


class Read(NamedTuple):
    """One child: the label, the reading of the film, and the one through the detector."""

    label: float
    of_film: BoneAgeReading
    through_detector: BoneAgeReading


@pytest.fixture(scope="module")
def children(tmp_path_factory):
    """40 children that the model did not learn from; it is told the sex and nothing else.

    The noise of a unit follows from all its exposures: theirs is that of no other test.
    """
    model, folder = load_model(RELEASED_MODEL), tmp_path_factory.mktemp("films")
    unseen = [row for row in labelled_films() if is_unseen(row)]
    with calibrated_unit() as unit:
        return [both_ways(unit, model, folder, row) for row in evenly_over_ages(unseen, 40)]


def both_ways(unit, model, folder, row):
    path = film_of(row["id"], folder).rename(folder / "film.webp")  # no name tells a child
    sex = Sex(row["sex"])
    of_film = read_picture_bone_age(model, read_picture(path), sex)
    of_image = read_bone_age(model, unit.image(f"radiograph:{path}"), sex)
    return Read(float(row["bone_age_months"]), of_film, of_image)


@pytest.fixture(scope="module")
def both_read(children):
    return [one for one in children if not (one.of_film.refused or one.through_detector.refused)]


def test_hardly_any_child_is_refused(children, both_read):
    assert len(children) - len(both_read) <= 0.1 * len(children)


def test_the_detector_hardly_changes_the_reading(both_read):
    changes = [
        one.through_detector.bone_age_months - one.of_film.bone_age_months for one in both_read
    ]
    assert np.abs(changes).mean() <= 3.0


def test_readings_through_the_detector_follow_the_radiologists(both_read):
    labels = [one.label for one in both_read]
    read = [one.through_detector.bone_age_months for one in both_read]
    assert np.corrcoef(labels, read)[0, 1] >= 0.9
