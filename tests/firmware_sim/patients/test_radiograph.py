import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.patient import PatientError
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.patients.radiograph import BRIGHTEST_ATTENUATION, radiograph
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL
from firmware_sim.physics.imager import Imager

Grey = NDArray[np.float64]


@pytest.fixture(scope="module")
def film() -> Grey:
    """A film of 500 x 400 as grey levels from 0 to 1, bone white on a dark background."""
    tissue = phantom_hand(HandRequest(Sex.MALE, 11.0, seed=5), SMALL_PANEL).tissue()
    attenuation = -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)
    small = cv2.resize(attenuation, (400, 500), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(0.04 + 0.5 * small, 0.0, 1.0), np.float64)


def write(folder: Path, grey: Grey, suffix: str = ".png") -> Path:
    path = folder / f"film{suffix}"
    cv2.imwrite(str(path), np.rint(grey * 255).astype(np.uint8))
    return path


def attenuation_of(path: Path) -> NDArray[np.float32]:
    """What lies on the panel where the film lies: its lower 90 %, in the middle."""
    tissue = radiograph(path, SMALL_PANEL)
    attenuation = -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)
    return attenuation[75:, 30:570]


def likeness(found: NDArray[np.float32], film: Grey) -> float:
    expected = cv2.resize(film, found.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return float(np.corrcoef(found.ravel(), expected.ravel())[0, 1])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_attenuation_follows_the_film(tmp_path: Path, film: Grey, suffix: str) -> None:
    assert likeness(attenuation_of(write(tmp_path, film, suffix)), film) > 0.99


def with_letters(film: Grey) -> Grey:
    letter = np.zeros(film.shape, np.uint8)
    cv2.putText(letter, "L", (20, 240), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 1, 6)
    return np.maximum(film, letter)


def with_white_border(film: Grey) -> Grey:
    bordered = film.copy()
    bordered[:12] = bordered[:, :9] = 1.0
    return bordered


def with_black_diaphragm(film: Grey) -> Grey:
    return np.pad(0.2 + 0.8 * film[:, 20:-20], ((40, 0), (40, 40)))


def with_grey_frame(film: Grey) -> Grey:
    """A diaphragm whose outside is as light as bone, all round."""
    return np.pad(film, 60, constant_values=float(np.quantile(film, 0.97)))


def with_little_contrast(film: Grey) -> Grey:
    return 0.2 + 0.12 * film


def inverted(film: Grey) -> Grey:
    return 1.0 - film


@pytest.mark.parametrize(
    "change",
    [
        with_letters,
        with_white_border,
        with_black_diaphragm,
        with_grey_frame,
        with_little_contrast,
        inverted,
    ],
)
def test_levels_do_not_depend_on_the_film(
    tmp_path: Path, film: Grey, change: Callable[[Grey], Grey]
) -> None:
    plain = attenuation_of(write(tmp_path, film))
    changed = attenuation_of(write(tmp_path, change(film)))
    bone = np.quantile(plain[plain > 0.2], 0.9)
    assert np.quantile(changed[changed > 0.2], 0.9) == pytest.approx(bone, rel=0.12)
    assert np.median(changed) == pytest.approx(np.median(plain), abs=0.05)


def test_bone_attenuates_as_bone_and_background_not_at_all(tmp_path: Path, film: Grey) -> None:
    attenuation = attenuation_of(write(tmp_path, film))
    assert np.quantile(attenuation, 0.2) == pytest.approx(0.0, abs=0.02)
    assert attenuation.max() == pytest.approx(BRIGHTEST_ATTENUATION, rel=0.2)


def test_film_seen_through_the_detector_is_the_film(tmp_path: Path, film: Grey) -> None:
    imager = Imager(SMALL_PANEL, seed=7)
    bare = imager.exposed_frame(50.0, 1.0, 0.5, 25.0, 1).astype(float)
    dark = imager.dark_frame(0.5, 25.0, 2).astype(float)
    imager.place(f"radiograph:{write(tmp_path, film)}")
    frame = imager.exposed_frame(50.0, 0.3, 0.5, 25.0, 3).astype(float)
    corrected = (frame - dark) / np.maximum(bare - dark, 1.0)
    shown = -np.log(np.clip(corrected, 1e-3, 2.0)).astype(np.float32)
    assert likeness(cv2.medianBlur(shown, 3)[75:, 30:570], film) > 0.95


def test_text_file_is_not_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "film.png"
    path.write_text("not a picture")
    with pytest.raises(PatientError, match="not a picture"):
        radiograph(path, SMALL_PANEL)


def test_film_without_a_hand_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, np.full((200, 160), 0.3))
    with pytest.raises(PatientError, match="shows nothing"):
        radiograph(path, SMALL_PANEL)


def test_a_pipe_in_place_of_a_film_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "film.png")
    with pytest.raises(PatientError, match="is no ordinary file"):
        radiograph(tmp_path / "film.png", SMALL_PANEL)
