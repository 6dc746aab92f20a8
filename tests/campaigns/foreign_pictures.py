"""Pictures that hold no child's hand, as somebody may hand them to the reader by mistake.

Greys run from 0 (air) to about 1 (bone), float32 (rows, columns). What comes out of a clinic's
archive has been scaled, turned and compressed (`bone_age.training.delivered`).
"""

from collections.abc import Callable
from functools import cache
from typing import Final

import cv2
import numpy as np

from acquisition.display import attenuation
from bone_age.training.delivered import Chance, Picture, clouds
from tests.campaigns.studio import Studio


@cache
def _studio() -> Studio:
    return Studio(11)


def on_the_panel(patient: str) -> Picture:
    """Photograph whatever lies on the simulated panel."""
    image = _studio().image(patient)
    return attenuation(image.pixels, image.indication.direct_dn) / np.float32(1.6)


def phantom_without_hand(chance: Chance) -> Picture:
    """Return a foot, another limb, or a piece of test equipment."""
    return _PHANTOMS[chance.integers(len(_PHANTOMS))](chance)


def _foot(chance: Chance) -> Picture:
    length_mm, seed = chance.integers(110, 260), chance.integers(1000)
    shown = on_the_panel(f"foot:length_mm={length_mm},seed={seed}")
    return shown[:, ::-1] if chance.random() < 0.5 else shown


def _bench_object(chance: Chance) -> Picture:
    return on_the_panel(("wedge", f"edge:angle={chance.uniform(1, 4):.1f}")[chance.integers(2)])


def _limb(chance: Chance) -> Picture:
    """Draw flesh with two long bones that meet two others, as at a knee, an elbow or an ankle."""
    shown = np.zeros((700, 500), np.float32)
    wide, joint = chance.uniform(150, 300), chance.uniform(220, 480)
    _bone(shown, [(250, -60), (250, 760)], wide, 0.35)
    for middle in (250 - 0.17 * wide, 250 + 0.17 * wide)[: chance.integers(1, 3)]:
        _bone(shown, [(middle, -60), (middle, joint - 18)], 0.26 * wide, 0.35)
        _bone(shown, [(middle, joint + 18), (middle, 760)], 0.22 * wide, 0.35)
    return _grown_cloudy(shown, chance)


def _spine(chance: Chance) -> Picture:
    """Draw a column of vertebrae with ribs to both sides."""
    shown = np.full((700, 500), 0.15, np.float32)
    step = int(chance.integers(45, 80))
    for down in range(-20, 720, step):
        _bone(shown, [(225, down), (275, down)], 0.75 * step, 0.45)
        for side in (-1, 1):
            ends = [(250 + side * 40, down), (250 + side * 240, down + chance.uniform(20, 90))]
            _bone(shown, ends, 0.22 * step, 0.2)
    return _grown_cloudy(shown, chance)


def _skull(chance: Chance) -> Picture:
    """Draw a vault with orbits and a row of teeth."""
    shown = np.zeros((700, 560), np.float32)
    size = (int(chance.uniform(180, 240)), int(chance.uniform(230, 290)))
    cv2.ellipse(shown, (280, 320), size, 0, 0, 360, 0.45, -1)
    cv2.ellipse(shown, (280, 320), size, 0, 0, 360, 0.9, 22)
    for across in (205, 355):
        cv2.ellipse(shown, (across, 360), (50, 42), 0, 0, 360, 0.2, -1)
    for across in range(190, 380, 22):
        _bone(shown, [(across, 500), (across, 550)], 16, 0.4)
    return _grown_cloudy(shown, chance)


def _bone(shown: Picture, ends: list[tuple[float, float]], width: float, grey: float) -> None:
    """Add a round bar with denser walls."""
    bar = np.zeros_like(shown)
    (left, top), (right, bottom) = ends
    from_to = (round(left), round(top)), (round(right), round(bottom))
    cv2.line(bar, *from_to, grey, max(1, round(width)))
    cv2.line(bar, *from_to, 0.75 * grey, max(1, round(0.6 * width)))
    shown += bar


def _grown_cloudy(shown: Picture, chance: Chance) -> Picture:
    soft = cv2.GaussianBlur(shown, (0, 0), float(chance.uniform(1.5, 4)))
    return np.asarray(soft + 0.08 * clouds(shown.shape, 1.5, chance), np.float32)


# Every second one is a foot: of all limbs it looks most like a hand.
_PHANTOMS: Final[tuple[Callable[[Chance], Picture], ...]] = (
    *(_foot, _foot, _foot, _foot),
    *(_limb, _spine, _skull, _bench_object),
)


def blank(chance: Chance) -> Picture:
    """Return an exposure with nothing on the panel: a slope, some noise, perhaps a lead letter."""
    rows, columns = int(chance.integers(300, 900)), int(chance.integers(300, 900))
    slope = np.linspace(0, chance.uniform(0, 0.3), rows)[:, None]
    shown = chance.uniform(0.02, 0.9) * (1 - slope) * np.ones((1, columns))
    shown = shown + chance.normal(0, chance.uniform(0, 0.02), (rows, columns))
    if chance.random() < 0.4:
        place = (round(0.05 * columns), round(chance.uniform(0.15, 0.95) * rows))
        _write(shown, "LR"[chance.integers(2)], place, rows / 250, 1.0)
    if chance.random() < 0.3:
        edge = round(chance.uniform(0.05, 0.3) * min(rows, columns))
        shown[:edge], shown[-edge:], shown[:, :edge], shown[:, -edge:] = (1.0,) * 4
    return np.asarray(shown, np.float32)


def _write(shown: Picture, text: str, place: tuple[int, int], size: float, grey: float) -> None:
    letters = np.zeros(shown.shape, np.uint8)
    font, thickness = cv2.FONT_HERSHEY_SIMPLEX, max(1, round(1.5 * size))
    cv2.putText(letters, text, place, font, size, 255, thickness)
    shown[letters > 127] = grey


def noise(chance: Chance) -> Picture:
    """Return noise: white, of one grain size, or with as much in each octave as clouds have."""
    shape = (int(chance.integers(300, 900)), int(chance.integers(300, 900)))
    grain = (
        chance.normal(0.5, chance.uniform(0.05, 0.3), shape),
        cv2.GaussianBlur(chance.normal(0, 1, shape), (0, 0), float(chance.uniform(1, 8))),
        clouds(shape, chance.uniform(0.5, 2.0), chance),
        (chance.random(shape) < chance.uniform(0.05, 0.5)).astype(float),
    )[chance.integers(4)]
    low, high = np.quantile(grain, (0.005, 0.995))
    return np.asarray(np.clip((grain - low) / max(high - low, 1e-6), 0, 1), np.float32)


_WORDS: Final = tuple(
    [
        "the",
        "patient",
        "was",
        "seen",
        "on",
        "referral",
        "for",
        "short",
        "stature",
        "height",
        "velocity",
        "bone",
        "age",
        "read",
    ]
    + [
        "after",
        "Greulich",
        "and",
        "Pyle",
        "left",
        "hand",
        "wrist",
        "normal",
        "findings",
        "mother",
        "father",
        "birth",
    ]
)


def page_of_text(chance: Chance) -> Picture:
    """Return a letter, a form with a table, or a page on a dark screen."""
    page = np.ones((1000, 720), np.float32)
    size = float(chance.uniform(0.5, 1.3))
    left, line = int(chance.integers(20, 90)), int(34 * size)
    for row in range(line + 20, int(chance.integers(500, 990)), line):
        if chance.random() < 0.12:
            continue
        words = " ".join(chance.choice(_WORDS, int(chance.integers(3, 12))))
        _write(page, words, (left, row), size, 0.1)
    if chance.random() < 0.4:
        for place in range(600, 960, 60):
            cv2.line(page, (left, place), (680, place), 0.2, 2)
            cv2.line(page, (left + place - 600, 600), (left + place - 600, 900), 0.2, 2)
    return 1 - page if chance.random() < 0.3 else page


def photograph(chance: Chance) -> Picture:
    """Return something like a photograph: a scene, faces, or a hand in daylight."""
    return (_scene, _face, _photographed_hand)[chance.integers(3)](chance)


def _scene(chance: Chance) -> Picture:
    """Paint sky, ground, and things with a lit and a dark side."""
    shown = 0.75 + 0.25 * clouds((600, 800), 1.8, chance)
    horizon = int(chance.integers(250, 450))
    shown[horizon:] = 0.2 + 0.35 * clouds((600 - horizon, 800), 1.2, chance)
    for _ in range(int(chance.integers(4, 16))):
        middle = (int(chance.integers(0, 800)), int(chance.integers(150, 600)))
        axes = (int(chance.integers(10, 130)), int(chance.integers(20, 200)))
        if chance.random() < 0.5:
            corner = (middle[0] + axes[0], middle[1] + axes[1])
            cv2.rectangle(shown, middle, corner, float(chance.uniform(0, 1)), -1)
        else:
            cv2.ellipse(shown, middle, axes, 0, 0, 360, float(chance.uniform(0, 1)), -1)
    return np.asarray(shown * (0.9 + 0.1 * clouds((600, 800), 0.8, chance)), np.float32)


def _face(chance: Chance) -> Picture:
    shown = 0.2 + 0.5 * clouds((700, 560), 1.8, chance)
    skin, size = float(chance.uniform(0.5, 0.9)), int(chance.integers(130, 220))
    cv2.ellipse(shown, (280, 320), (size, round(1.3 * size)), 0, 0, 360, skin, -1)
    cv2.ellipse(shown, (280, 320 - size), (size, size // 2), 0, 180, 360, 0.1, -1)
    for side in (-1, 1):
        cv2.ellipse(
            shown, (280 + side * size // 2, 290), (size // 6, size // 10), 0, 0, 360, 0.1, -1
        )
    cv2.ellipse(shown, (280, 320 + size // 2), (size // 3, size // 12), 0, 0, 360, 0.35, -1)
    return _lit(shown, chance)


def _photographed_hand(chance: Chance) -> Picture:
    """Show the skin of a generated hand in light from one side, on a table or a cloth."""
    months, seed = chance.uniform(24, 216), chance.integers(100_000)
    dense = on_the_panel(f"phantom:sex=F,bone_age={months / 12:.2f},seed={seed},spread=1.3")
    skin = cv2.GaussianBlur((dense > 0.1).astype(np.float32), (0, 0), 1.5)
    round_to = cv2.GaussianBlur((dense > 0.1).astype(np.float32), (0, 0), 9.0)
    across = np.gradient(round_to, axis=1)
    lit = 0.75 + chance.uniform(2, 5) * across + 0.06 * clouds(dense.shape, 1.0, chance)
    table = chance.uniform(0.05, 0.5) + 0.15 * clouds(dense.shape, 1.4, chance)
    return np.asarray(np.clip(skin * lit + (1 - skin) * table, 0, 1), np.float32)


def _lit(shown: Picture, chance: Chance) -> Picture:
    rows, columns = shown.shape
    across = np.linspace(*chance.uniform(0.5, 1.0, 2), columns)[None, :]
    soft = cv2.GaussianBlur(shown, (0, 0), 2.0) * across
    return np.asarray(soft + chance.normal(0, 0.01, (rows, columns)), np.float32)
