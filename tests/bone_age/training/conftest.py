import zipfile
from importlib.util import find_spec

import cv2
import numpy as np
import pytest

from bone_age.training.films import Films
from bone_age.training.schedule import Schedule
from firmware_sim.patients.ossification import Sex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.geometry import PanelGeometry

# Without the extra `train` there is nothing here to test.
collect_ignore_glob = [] if find_spec("torch") else ["test_*.py"]

SIZE = 64


@pytest.fixture(autouse=True, scope="session")
def _one_core():
    """Test workers share the cores; two that each wait for two at once take many times as long."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def discs():
    """Pictures whose "age" is the size of a disc: something that a net can learn in seconds."""
    chance = np.random.default_rng(1)
    months = chance.uniform(20, 220, 64).astype(np.float32)
    pixels = np.zeros((64, SIZE, SIZE), np.uint8)
    for picture, age in zip(pixels, months, strict=True):
        cv2.circle(picture, (SIZE // 2, SIZE // 2), int(age / 8), 200, -1)
    return Films(pixels, (months % 2 > 1).astype(np.float32), months)


@pytest.fixture(scope="session")
def schedule():
    """Make a short schedule for small pictures."""

    def of(steps, kind="hand"):
        return Schedule(
            kind=kind,
            steps=steps,
            batch=8,
            pixels=SIZE,
            coarse_pixels=SIZE // 2,
            warm_up_steps=5,
            averaging=0.9,
            steps_per_checkpoint=10,
            steps_per_look=10,
        )

    return of


@pytest.fixture(scope="session")
def hand_film():
    """Make a hand's film as the archives hold it: 299 px, 8 bit, squashed to a square."""

    def of(years, seed):
        geometry = PanelGeometry(150, 120, 2000.0)
        hand = phantom_hand(HandRequest(Sex.MALE, years, seed=seed), geometry)
        grey = cv2.resize(20 * hand.bone_mm + 6 * hand.muscle_mm, (299, 299))
        return np.clip(grey, 0, 255).astype(np.uint8)

    return of


@pytest.fixture(scope="session")
def write_films():
    """Write an archive of films {id: picture} and their `labels.csv`, each a month older."""

    def to(folder, films, youngest):
        rows = [f"{name},{'MF'[place % 2]},{youngest + place}" for place, name in enumerate(films)]
        (folder / "labels.csv").write_text("\n".join(["id,sex,bone_age_months", *rows]) + "\n")
        with zipfile.ZipFile(folder / "square299-0.zip", "w") as archive:
            for name, picture in reversed(films.items()):
                archive.writestr(f"{name}.webp", cv2.imencode(".png", picture)[1].tobytes())

    return to
