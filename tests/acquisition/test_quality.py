"""What the checks say of patients on the simulated panel; each fault alone is in the campaign."""

import numpy as np
import pytest

from acquisition.correct import correct
from acquisition.finding import Severity
from acquisition.hand import Side
from acquisition.quality import advises_repeat, judge
from tests.campaigns.studio import Studio

CHILD = "phantom:sex=F,bone_age=9.2,seed=1"


@pytest.fixture(scope="module")
def studio():
    return Studio(3)


def findings_of(studio, words):
    """Return findings by code; the dose of the start preset is not what is asked here."""
    judged = judge(studio.image(CHILD + words))
    return {one.code: one for one in judged.findings if not one.code.startswith("Q-EXP")}


@pytest.mark.parametrize("words", ["", ",rotation=-20", ",collimation=30:20:30:20", ",size=0.85"])
def test_a_good_hand_needs_no_word(studio, words):
    assert findings_of(studio, words) == {}


def test_a_right_hand_is_a_warning_and_no_reason_to_repeat(studio):
    judged = judge(studio.image(CHILD + ",side=right"))
    assert judged.side is Side.RIGHT
    assert not advises_repeat(judged.findings)
    assert any(finding.code == "Q-SIDE-1" for finding in judged.findings)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (",side=both", "Q-HAND-3"),
        (",fingers_off_mm=3", "Q-POS-1"),
        (",thumb_off_mm=3", "Q-POS-1"),
        (",wrist_off_mm=0", "Q-POS-2"),
        (",collimation=0:90:0:0", "Q-COL-1"),
        (",collimation=0:0:0:130", "Q-COL-1"),
        (",metal=ring", "Q-OBJ-1"),
        (",motion_mm=3,motion_degrees=30", "Q-MOT-1"),
    ],
)
def test_what_spoils_the_reading_is_advised_to_be_repeated(studio, words, code):
    assert findings_of(studio, words)[code].severity is Severity.REPEAT


@pytest.mark.parametrize(
    ("words", "code"), [(",rotation=50", "Q-POS-5"), (",metal=coin", "Q-OBJ-2")]
)
def test_what_does_not_spoil_the_reading_is_never_a_reason_to_repeat(studio, words, code):
    assert findings_of(studio, words)[code].severity is not Severity.REPEAT


def test_a_hand_without_its_thumb_is_not_called_a_right_one(studio):
    assert "Q-SIDE-1" not in findings_of(studio, ",thumb_off_mm=12")


def test_every_finding_is_one_plain_sentence_or_two_with_its_figures(studio):
    for finding in findings_of(studio, ",metal=ring+coin,motion_mm=4,fingers_off_mm=8").values():
        assert finding.message[0].isupper() and finding.message.endswith(".")
        assert all(np.isfinite(value) for value in finding.figures.values())


def test_the_target_of_the_exposure_is_the_sites_own(studio):
    image = studio.image(CHILD)
    codes = {finding.code for finding in judge(image, 8 * image.exposure_index).findings}
    assert codes == {"Q-EXP-2"}


def test_an_image_without_x_rays_is_not_looked_at(panel, calibration):
    judged = judge(correct(panel.dark(3), calibration))
    assert {finding.code[:5] for finding in judged.findings} == {"Q-EXP"}
    assert judged.side is None
