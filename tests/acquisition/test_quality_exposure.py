from dataclasses import replace

import pytest

from acquisition.correct import correct
from acquisition.errors import SettingUnusable
from acquisition.finding import Severity
from acquisition.quality_exposure import Beside, check_exposure, check_saturation


@pytest.fixture(scope="module")
def radiograph(panel, calibration, hand_transmission):
    return correct(panel.exposed(5.0, 50, hand_transmission), calibration)


def _with(radiograph, **figures):
    return replace(radiograph, indication=replace(radiograph.indication, **figures))


@pytest.mark.parametrize("deviation", [-0.99, -0.5, 0.0, 0.5, 0.99])
def test_exposure_near_its_target_needs_no_word(radiograph, deviation):
    assert check_exposure(_with(radiograph, exposure_index=250 * 10 ** (deviation / 10))) is None


@pytest.mark.parametrize(
    ("deviation", "code", "severity", "advice"),
    [
        (-3.1, "Q-EXP-2", Severity.WARNING, "ask the doctor"),
        (-2.9, "Q-EXP-3", Severity.WARNING, "ask the doctor"),
        (-1.1, "Q-EXP-3", Severity.WARNING, "ask the doctor"),
        (1.1, "Q-EXP-4", Severity.NOTE, "do not repeat"),
        (2.9, "Q-EXP-4", Severity.NOTE, "do not repeat"),
        (3.1, "Q-EXP-5", Severity.WARNING, "do not repeat"),
    ],
)
def test_exposure_off_target_is_advised_on(radiograph, deviation, code, severity, advice):
    finding = check_exposure(_with(radiograph, exposure_index=250 * 10 ** (deviation / 10)))
    assert (finding.code, finding.severity) == (code, severity)
    assert advice in finding.message
    assert "RQA3" in finding.message
    assert finding.figures["deviation_index"] == pytest.approx(deviation)


@pytest.mark.parametrize(
    ("beside", "deviation", "severity", "advice"),
    [
        (Beside.LOST_PICTURE, -3.1, Severity.REPEAT, "repeat with more mAs unless a doctor"),
        (Beside.LOST_PICTURE, -2.9, Severity.WARNING, "ask the doctor"),
        (Beside.FULL_DETECTOR, 1.1, Severity.NOTE, "needed: lower the mAs next time (DI"),
        (Beside.FULL_DETECTOR, 3.1, Severity.WARNING, "Far too much dose: report it (DI"),
        (Beside.CAST, -3.1, Severity.WARNING, "do not repeat for it, and leave the mAs as it is"),
        (Beside.CAST, -2.9, Severity.WARNING, "do not repeat for it, and leave the mAs as it is"),
        (Beside.CAST, 3.1, Severity.WARNING, "do not repeat for it, and report it"),
    ],
)
def test_what_else_stands_of_the_image_decides_the_advice(
    radiograph, beside, deviation, severity, advice
):
    exposed = _with(radiograph, exposure_index=250 * 10 ** (deviation / 10))
    finding = check_exposure(exposed, beside=beside)
    assert finding.severity is severity and advice in finding.message


def test_target_is_the_sites_own(radiograph):
    assert check_exposure(_with(radiograph, exposure_index=500), 500) is None
    assert check_exposure(_with(radiograph, exposure_index=500), 250).code == "Q-EXP-5"


def test_image_without_x_rays_is_to_be_repeated(radiograph):
    finding = check_exposure(_with(radiograph, exposure_index=-0.1))
    assert (finding.code, finding.severity) == ("Q-EXP-1", Severity.REPEAT)


def test_senseless_target_is_refused(radiograph):
    with pytest.raises(SettingUnusable):
        check_exposure(radiograph, 0)


def test_ordinary_exposure_is_not_saturated(radiograph):
    assert check_saturation(radiograph) is None


def test_full_detector_beside_the_hand_is_noted(panel, calibration, hand_transmission):
    radiograph = correct(panel.exposed(75.0, 51, hand_transmission), calibration)
    assert check_saturation(radiograph).code == "Q-SAT-2"


def test_full_detector_inside_the_hand_asks_for_a_repeat(panel, calibration, hand_transmission):
    radiograph = correct(panel.exposed(200.0, 52, hand_transmission), calibration)
    finding = check_saturation(radiograph)
    assert (finding.code, finding.severity) == ("Q-SAT-1", Severity.REPEAT)


def test_full_flat_is_saturated(panel, calibration):
    assert check_saturation(correct(panel.exposed(90.0, 53), calibration)).code == "Q-SAT-1"
