"""Broken sensors and lost frames: the image is corrected without them, and says so."""

import warnings
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from acquisition.calibration import calibrate
from acquisition.correct import correct, corrected_signal
from acquisition.display import attenuation
from acquisition.finding import Severity
from acquisition.hand import NotAHand, find_hand
from acquisition.not_corrected import (
    EARLIER_LEFT_OUT,
    EARLIER_ROUGH,
    NO_ROW_REFERENCE,
    ROW_REFERENCE_WRONG,
    TEMPERATURE_WRONG,
)
from acquisition.quality import advises_repeat, judge
from tests.acquisition.living_panel import COLUMNS, LOW, ROWS, LivingPanel

MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def panel():
    return LivingPanel()


@pytest.fixture(scope="module")
def calibration(panel):
    return calibrate(panel.darks(), panel.flats(), 1000.0, MADE, lag_frames=panel.lag_frames())


@pytest.fixture(scope="module")
def exposed(panel, calibration):
    """An exposure of 2000 DN: an exposure index of 200."""
    panel.rest(300.0)
    return panel.exposed(2000.0, LOW)


@pytest.fixture(scope="module")
def pair(panel, calibration):
    """Two exposures, the second of which feels the first."""
    panel.rest(300.0)
    return panel.exposed(30_000.0), panel.exposed(2000.0, LOW)


def spoilt(frame, change):
    return replace(frame, row_reference_dn=change(frame.row_reference_dn.copy()))


def one_row_off(reference):
    reference[7] += 40
    return reference


ROW_FAULTS = {
    "dead": np.zeros_like,
    "too high": lambda reference: reference + 500,
    "too low": lambda reference: reference - 100,
    "huge": lambda reference: np.full_like(reference, -1e30),
    "one row": one_row_off,
    "no number": lambda reference: np.where(np.arange(ROWS) == 3, np.nan, reference),
    "endless": lambda reference: np.full_like(reference, np.inf),
    "short": lambda reference: reference[:-1],
    "none left": lambda reference: reference[:0],
}


@pytest.fixture(params=ROW_FAULTS.values(), ids=ROW_FAULTS)
def fault(request):
    return request.param


def test_a_whole_frame_is_corrected_wholly(exposed, calibration):
    radiograph = correct(exposed, calibration)
    assert radiograph.not_corrected == ()
    assert "Q-COR-1" not in [finding.code for finding in judge(radiograph).findings]


def test_a_broken_row_reference_moves_no_dose_advice_and_is_told(exposed, calibration, fault):
    radiograph = correct(spoilt(exposed, fault), calibration)
    assert radiograph.exposure_index == pytest.approx(200.0, rel=0.01)
    assert radiograph.not_corrected == (ROW_REFERENCE_WRONG,)


def test_a_frame_without_the_row_reference_that_the_calibration_has_tells(exposed, calibration):
    radiograph = correct(replace(exposed, row_reference_dn=None), calibration)
    assert radiograph.not_corrected == (NO_ROW_REFERENCE,)


def test_drift_of_a_working_day_is_believed(panel, calibration):
    panel.rest(300.0)
    panel.drift_dn = 50.0
    radiograph = correct(panel.exposed(2000.0, LOW), calibration)
    panel.drift_dn = 0.0
    assert radiograph.not_corrected == ()
    assert radiograph.exposure_index == pytest.approx(200.0, rel=0.01)


@pytest.mark.parametrize("temperature_c", [1e9, -1e9, 300.0, -40.0, float("nan"), float("inf")])
def test_a_temperature_that_no_panel_has_is_passed_over_and_told(
    exposed, calibration, temperature_c
):
    radiograph = correct(replace(exposed, temperature_c=temperature_c), calibration)
    assert np.array_equal(radiograph.pixels, correct(exposed, calibration).pixels)
    assert radiograph.not_corrected == (TEMPERATURE_WRONG,)


def test_what_was_not_corrected_is_a_warning_and_no_reason_to_repeat(exposed, calibration):
    broken = replace(spoilt(exposed, np.zeros_like), temperature_c=300.0)
    said = [one for one in judge(correct(broken, calibration)).findings if one.code == "Q-COR-1"]
    assert [one.severity for one in said] == [Severity.WARNING]
    assert ROW_REFERENCE_WRONG in said[0].message
    assert TEMPERATURE_WRONG in said[0].message
    assert not advises_repeat(said)


# --- earlier exposures


def test_an_earlier_exposure_with_broken_rows_is_still_taken_away(pair, calibration, fault):
    earlier, frame = pair
    right = correct(frame, calibration, [earlier])
    roughly = correct(frame, calibration, [spoilt(earlier, fault)])
    # Row noise of 3 DN and a lag of 1 %.
    assert np.abs(roughly.pixels - right.pixels).max() < 1
    assert roughly.not_corrected == (EARLIER_ROUGH,)


@pytest.mark.parametrize("temperature_c", [1e9, float("nan")])
def test_an_earlier_temperature_spoils_no_later_image(pair, calibration, temperature_c):
    earlier, frame = pair
    right = correct(frame, calibration, [earlier])
    roughly = correct(frame, calibration, [replace(earlier, temperature_c=temperature_c)])
    assert np.array_equal(roughly.pixels, right.pixels)
    assert roughly.not_corrected == (EARLIER_ROUGH,)


@pytest.mark.parametrize(
    "pixels", [np.zeros((ROWS, COLUMNS - 1), np.uint16), np.zeros((ROWS, COLUMNS), np.int64)]
)
def test_an_earlier_frame_of_another_kind_is_left_out_and_told(pair, calibration, pixels):
    earlier, frame = pair
    radiograph = correct(frame, calibration, [replace(earlier, pixels=pixels)])
    assert np.array_equal(radiograph.pixels, corrected_signal(frame, calibration))
    assert radiograph.not_corrected == (EARLIER_LEFT_OUT,)


def test_a_lost_earlier_frame_is_told(exposed, calibration):
    assert correct(exposed, calibration, earlier_lost=1).not_corrected == (EARLIER_LEFT_OUT,)


# --- full everywhere


def test_an_exposure_that_is_full_everywhere_is_saturated_and_no_fault_of_the_cable(
    exposed, calibration
):
    full = replace(exposed, pixels=np.full((ROWS, COLUMNS), 65535, np.uint16))
    radiograph = correct(full, calibration)
    codes = [finding.code for finding in judge(radiograph).findings]
    assert {"Q-SAT-1", "Q-EXP-5"} <= {*codes}
    # The bone age is read where this finds a hand.
    seen = attenuation(radiograph.pixels, radiograph.indication.direct_dn)
    assert isinstance(find_hand(seen), NotAHand)


def test_broken_numbers_raise_no_alarm_of_the_computer(exposed, calibration, fault):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        correct(spoilt(exposed, fault), calibration)
