"""What the checks say of patients on the simulated panel; each fault alone is in the campaign."""

import random
from dataclasses import replace

import numpy as np
import pytest

from acquisition.correct import correct
from acquisition.finding import Severity
from acquisition.hand import Side
from acquisition.quality import advises_repeat, judge
from device.technique import HAND_PRESET, Technique
from tests.campaigns.quality import child, good_technique
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
    ("words", "code"),
    [(",rotation=50", "Q-POS-5"), (",metal=coin", "Q-OBJ-2"), (",object=cast", "Q-OBJ-3")],
)
def test_what_does_not_spoil_the_reading_is_never_a_reason_to_repeat(studio, words, code):
    assert findings_of(studio, words)[code].severity is not Severity.REPEAT


@pytest.mark.parametrize("age", [0.5, 4.0, 17.0])
def test_a_cast_is_called_a_cast_at_any_age_and_not_metal(studio, age):
    judged = judge(studio.image(f"phantom:sex=M,bone_age={age},seed=2,object=cast"))
    assert {f.code for f in judged.findings if f.code.startswith("Q-OBJ")} == {"Q-OBJ-3"}


@pytest.mark.parametrize(
    ("age", "technique", "code"),
    [
        (4.0, HAND_PRESET, "Q-EXP-2"),
        (12.0, HAND_PRESET, "Q-EXP-2"),
        (12.0, Technique(50.0, 1.0, 5.0), "Q-NOISE-1"),
    ],
)
def test_in_a_cast_nothing_advises_more_dose_or_a_repeat(studio, age, technique, code):
    patient = f"phantom:sex=M,bone_age={age},seed=2,object=cast"
    judged = judge(studio.image(patient, technique))
    messages = {one.code: one.message for one in judged.findings}
    assert "do not repeat" in messages[code] and not advises_repeat(judged.findings)
    assert not any("raise" in said or "more mAs" in said for said in messages.values())


@pytest.mark.parametrize("words", ["fingers_off_mm=6", "thumb_off_mm=6", "collimation=0:90:0:0"])
def test_a_right_hand_that_is_cut_is_told_all_the_same(studio, words):
    judged = judge(studio.image(f"{CHILD},side=right,{words}"))
    assert judged.side is Side.RIGHT
    assert "Q-SIDE-1" in {finding.code for finding in judged.findings}


@pytest.mark.parametrize(
    "patient",
    [
        f"{CHILD},side=right,collimation=0:0:0:130",
        "phantom:sex=F,bone_age=3,seed=3,thumb_off_mm=18",
    ],
)
def test_a_hand_whose_thumb_is_missing_is_never_told_to_be_the_left_one(studio, patient):
    judged = judge(studio.image(patient))
    assert judged.side is Side.UNCLEAR
    assert "Q-SIDE-2" in {finding.code for finding in judged.findings}


def test_of_two_hands_no_side_is_told(studio):
    judged = judge(studio.image(f"{CHILD},side=both"))
    assert judged.side is None and advises_repeat(judged.findings)


@pytest.mark.parametrize("seed", range(12))
def test_a_good_infants_hand_is_not_to_be_repeated(studio, seed):
    chance = random.Random(f"infants/{seed}")
    age, size = chance.uniform(0.0, 0.5), chance.uniform(0.75, 1.3)
    patient = child(chance, bone_age=f"{age:.2f}", size=f"{size:.3f}")
    assert not advises_repeat(judge(studio.image(patient, good_technique(chance))).findings)


@pytest.mark.parametrize("sex", ["F", "M"])
@pytest.mark.parametrize("age", [0.5, 1.0, 1.5, 2.0])
def test_an_infant_that_lies_still_is_not_told_to_be_repeated_for_motion(studio, sex, age):
    judged = judge(studio.image(f"phantom:sex={sex},bone_age={age},seed=22"))
    assert not advises_repeat(judged.findings)


def test_a_newborns_small_hand_is_not_called_an_empty_panel(studio):
    patient = "phantom:sex=M,bone_age=0.47,seed=759339,size=0.756,wrist_off_mm=1.3"
    image = studio.image(patient)
    codes = {finding.code for finding in judge(image).findings}
    assert "Q-POS-2" in codes and "Q-HAND-1" not in codes


def test_a_newborns_exposure_index_is_that_of_the_hand(studio):
    image = studio.image("phantom:sex=M,bone_age=0.3,seed=5,size=0.76")
    assert image.indication.anatomy_share > 0
    assert image.indication.relevant_dn < 0.85 * image.indication.direct_dn


EMPTY = [HAND_PRESET, Technique(50.0, 1.0, 5.0), Technique(50.0, 50.0, 12.0)]


@pytest.mark.parametrize("technique", EMPTY)
def test_of_an_empty_panel_one_thing_is_said(studio, technique):
    findings = judge(studio.image("empty", technique)).findings
    assert [finding.code for finding in findings] == ["Q-HAND-1"]


def test_a_lead_letter_alone_is_nothing_in_the_beam(studio):
    image = studio.image("empty")
    pixels = image.pixels.copy()
    side = round(10_000 / image.pixel_pitch_um)
    pixels[60 : 60 + side, 60 : 60 + side] *= 0.005
    findings = judge(replace(image, pixels=pixels)).findings
    assert [finding.code for finding in findings] == ["Q-HAND-1"]


def test_a_low_dose_is_a_question_for_the_doctor_unless_noise_hides_the_picture(studio):
    low, lost = (
        {one.code: one for one in judge(studio.image(CHILD, technique)).findings}
        for technique in (Technique(50.0, 10.0, 12.0), Technique(50.0, 1.0, 5.0))
    )
    assert low["Q-EXP-2"].severity is Severity.WARNING and "Q-NOISE-1" not in low
    assert "ask the doctor" in low["Q-EXP-2"].message
    assert lost["Q-EXP-2"].severity is Severity.REPEAT and "Q-NOISE-1" in lost
    assert "lost in noise: repeat with more mAs" in lost["Q-EXP-2"].message


@pytest.mark.parametrize("exposed_ms", [120.0, 400.0])
def test_a_washed_out_hand_is_not_called_an_empty_panel(studio, exposed_ms):
    findings = judge(studio.image(CHILD, Technique(50.0, 100.0, exposed_ms))).findings
    messages = {one.code: one.message for one in findings}
    assert set(messages) == {"Q-EXP-5", "Q-SAT-1"}
    assert "repeat" not in messages["Q-EXP-5"] and "Repeat" in messages["Q-SAT-1"]


@pytest.mark.parametrize("seed", range(10))
def test_a_left_hand_without_its_thumb_is_not_called_a_right_one(studio, seed):
    chance = random.Random(f"thumbs/{seed}")
    patient = child(chance, thumb_off_mm=chance.choice((8, 12, 18, 25)))
    assert judge(studio.image(patient)).side is not Side.RIGHT


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
