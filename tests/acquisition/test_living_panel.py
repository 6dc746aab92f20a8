"""Calibration and correction of a panel with dark current, row noise, a bent response and lag."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from acquisition import errors
from acquisition.calibration import calibrate, check_valid, renew_darks
from acquisition.calibration_report import report_text
from acquisition.correct import correct, corrected_signal
from tests.acquisition.living_panel import COLUMNS, HIGH, LOW, MIDDLE, ROWS, LivingPanel

MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CENTRE = np.s_[24:216, 20:180]


def calibrated(panel, **options):
    frames = {"lag_frames": panel.lag_frames(), **options}
    return calibrate(panel.darks(), panel.flats(), 1000.0, MADE, **frames)


@pytest.fixture(scope="module")
def used():
    """A panel and its calibration, the last flat being minutes ago."""
    panel = LivingPanel()
    calibration = calibrated(panel)
    panel.rest(300.0)
    return panel, calibration


@pytest.fixture
def living(used):
    panel, calibration = used
    panel.rest(300.0)
    panel.temperature_c, panel.drift_dn = 27.0, 0.0
    return panel, calibration


# --- dark maps


def test_darks_of_three_times_tell_offset_and_current_apart(living):
    panel, calibration = living
    dark = calibration.dark
    expected = panel.offset + panel.current * 0.5
    assert (dark.offset - expected).std() == pytest.approx(7.6 / np.sqrt(32), rel=0.1)
    assert abs(np.median(dark.current) - 60) < 0.3
    assert np.corrcoef(dark.current.ravel(), panel.current.ravel())[0, 1] > 0.85


@pytest.mark.parametrize("integration_ms", [100.0, 300.0, 500.0, 1000.0])
def test_a_dark_of_any_time_within_the_maps_is_taken_to_zero(living, integration_ms):
    panel, calibration = living
    dark = panel.dark(integration_ms)
    signal = dark.pixels - calibration.dark.dark_of(dark)
    assert abs(signal.mean()) < 0.5


@pytest.mark.parametrize("integration_ms", [50.0, 1100.0])
def test_a_frame_integrated_outside_of_the_maps_is_refused(living, integration_ms):
    panel, calibration = living
    with pytest.raises(errors.CalibrationForOtherDetector, match="100 to 1000 ms"):
        correct(panel.dark(integration_ms), calibration)


@pytest.mark.parametrize("warmer_c", [-3.0, 3.0])
def test_the_dark_signal_follows_the_temperature(living, warmer_c):
    panel, calibration = living
    panel.temperature_c += warmer_c
    dark = panel.dark()
    left = (dark.pixels - calibration.dark.dark_of(dark)).mean()
    assert abs((dark.pixels - calibration.dark.offset).mean()) > 6
    # The usual 9 C instead of this panel's 8 C is all that is wrong.
    assert abs(left) < 1.5


def test_the_growth_of_the_current_is_measured_when_the_temperature_differs(living):
    panel, calibration = living
    panel.temperature_c = 32.0
    warm = calibrated(panel, earlier=calibration)
    assert warm.dark.doubling_c == pytest.approx(8.0, abs=0.3)
    assert "measured between 27.0 C" in report_text(warm)
    assert "from the literature" in report_text(calibration)


# --- row reference


def test_row_noise_is_taken_away(living):
    panel, calibration = living
    flat = panel.exposed(3000.0, LOW)
    with_rows = corrected_signal(flat, calibration)
    without = corrected_signal(replace(flat, row_reference_dn=None), calibration)
    quantum = np.sqrt(3000.0 / panel.quanta_per_dn / COLUMNS)
    assert _rows(without).std() == pytest.approx(np.hypot(3.0, quantum), rel=0.2)
    assert _rows(with_rows).std() == pytest.approx(np.hypot(7 / 8, quantum), rel=0.2)


def _rows(signal):
    return signal[CENTRE].mean(axis=1)


def test_series_is_corrected_in_the_same_memory(living):
    panel, calibration = living
    memory = np.full_like(calibration.gain, np.nan)
    for level_dn in (2000.0, 500.0):
        frame = panel.exposed(level_dn, LOW)
        assert corrected_signal(frame, calibration, out=memory) is memory
        assert np.array_equal(memory, corrected_signal(frame, calibration))


def test_a_common_drift_of_the_offset_is_seen_by_the_shielded_columns(living):
    panel, calibration = living
    panel.drift_dn = 40.0
    assert corrected_signal(panel.exposed(2000.0, LOW), calibration)[CENTRE].mean() == (
        pytest.approx(2000.0, rel=0.005)
    )


def test_a_panel_without_row_reference_is_calibrated_without():
    panel = LivingPanel(tells_rows=False)
    calibration = calibrated(panel)
    assert calibration.dark.row_reference is None
    panel.rest(300.0)
    signal = corrected_signal(panel.exposed(3000.0, LOW), calibration)
    assert signal[CENTRE].mean() == pytest.approx(3000.0, rel=0.005)


# --- response


@pytest.mark.parametrize("dn", [1000.0, 5000.0, 20_000.0, 50_000.0])
def test_the_mean_signal_is_right_within_half_a_per_cent_at_every_level(living, dn):
    panel, calibration = living
    signal = corrected_signal(panel.exposed(dn, HIGH), calibration)
    assert signal[CENTRE].mean() == pytest.approx(dn, rel=0.005)


def test_the_bend_of_the_response_is_measured(living):
    _, calibration = living
    assert np.median(calibration.curvature) * 65535 == pytest.approx(0.01, rel=0.1)


def test_flats_of_one_level_tell_nothing_of_the_bend():
    panel = LivingPanel()
    flats = (panel.exposed(30_000.0, HIGH) for _ in range(4))
    assert calibrate(panel.darks(), flats, 1000.0, MADE).curvature is None


def test_a_generator_whose_mas_are_wrong_is_noticed():
    panel = LivingPanel()
    flats = [panel.exposed(dn, HIGH) for dn in [30_000.0] * 4]
    flats += [panel.exposed(dn, LOW) for dn in [9_000.0] * 3]  # 6000 were asked for
    panel.rest(60.0)
    with pytest.raises(errors.ResponseNotStraight, match="follow the mAs") as caught:
        calibrate(panel.darks(), flats, 1000.0, MADE)
    assert caught.value.code == "E-CAL-20"


def test_all_flats_together_make_the_gain_map_as_quiet_as_their_quanta_allow(living):
    panel, calibration = living
    quanta = panel.quanta_per_dn * (8 * 30_000 + 3 * 18_000 + 3 * 6_000)
    error = calibration.gain / panel.gain - 1
    assert error[CENTRE].std() == pytest.approx(1 / np.sqrt(quanta), rel=0.1)


def test_the_calibration_tells_its_levels(living):
    _, calibration = living
    assert [level.frames for level in calibration.flat_levels] == [8, 3, 3]
    assert [level.mas for level in calibration.flat_levels] == [2.0, MIDDLE.mas, LOW.mas]
    assert calibration.flat_frames == 14


# --- lag


def test_the_lag_is_measured_by_the_darks_after_the_first_flat(living):
    panel, calibration = living
    for seconds in (0.6, 1.0, 2.0, 5.0, 20.0):
        measured = calibration.lag.part_after(seconds - 0.5)
        assert measured == pytest.approx(panel.left_after(seconds), abs=5e-5)


@pytest.mark.parametrize("pause_s", [0.0, 1.0, 20.0])
def test_what_an_exposure_leaves_in_the_next_frame_is_at_most_a_three_hundredth(living, pause_s):
    panel, calibration = living
    half = np.ones((ROWS, COLUMNS))
    half[:, :100] = 0.1
    bright = panel.exposed(40_000.0, HIGH, half)
    panel.rest(pause_s)
    after = panel.exposed(2000.0, LOW)
    signal = corrected_signal(after, calibration, [bright])
    shadow = signal[24:216, 110:170].mean() - signal[24:216, 30:90].mean()
    assert abs(shadow) < 0.003 * 36_000
    assert abs(shadow) < 25


def test_lag_of_several_exposures_adds_up(living):
    panel, calibration = living
    earlier = [panel.exposed(30_000.0), panel.exposed(50_000.0), panel.exposed(10_000.0)]
    after = panel.exposed(2000.0, LOW)
    signal = corrected_signal(after, calibration, reversed(earlier))
    assert corrected_signal(after, calibration)[CENTRE].mean() > 2050
    assert signal[CENTRE].mean() == pytest.approx(2000.0, rel=0.005)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda frame: replace(frame, detector=replace(frame.detector, boot_id=2)),
        lambda frame: replace(frame, detector=replace(frame.detector, serial="LP-2")),
        lambda frame: replace(frame, pixels=frame.pixels[:100]),
        lambda frame: replace(frame, timestamp_ns=frame.timestamp_ns + 10**12),
    ],
)
def test_exposures_that_this_panel_cannot_feel_are_passed_over(living, spoil):
    panel, calibration = living
    before, after = panel.exposed(30_000.0), panel.exposed(2000.0, LOW)
    alone = corrected_signal(after, calibration)
    assert np.array_equal(corrected_signal(after, calibration, [spoil(before)]), alone)


def test_darks_that_do_not_fade_are_no_lag():
    panel = LivingPanel(lag=False)

    def lit():
        yield panel.exposed(30_000.0)
        for number in range(8):
            panel.drift_dn = 300.0 * number
            yield replace(panel.dark(), row_reference_dn=None)

    with pytest.raises(errors.LagNotMeasured) as caught:
        calibrate(panel.darks(), panel.flats(), 1000.0, MADE, lag_frames=lit())
    assert caught.value.code == "E-CAL-21"


def test_too_few_darks_after_the_exposure_measure_no_lag():
    panel = LivingPanel()
    few = [panel.exposed(30_000.0), panel.dark(), panel.dark()]
    with pytest.raises(errors.LagNotMeasured, match="too few"):
        calibrate(panel.darks(), panel.flats(), 1000.0, MADE, lag_frames=few)


def test_an_exposure_among_the_lag_darks_is_refused():
    panel = LivingPanel()
    twice = [panel.exposed(30_000.0), panel.exposed(30_000.0)]
    panel.rest(60.0)
    with pytest.raises(errors.LagNotMeasured, match="Only darks"):
        calibrate(panel.darks(), panel.flats(), 1000.0, MADE, lag_frames=twice)


# --- new darks without X-rays


def test_new_darks_follow_the_drift_and_stay_quiet(living):
    panel, calibration = living
    drift = 10 * np.sin(np.linspace(0, 3, ROWS))[:, None] + np.repeat([5.0, -5.0], COLUMNS // 2)
    old, panel.offset = panel.offset, panel.offset + drift
    try:
        renewed = renew_darks(calibration, (panel.dark() for _ in range(16)), _later(30))
        error = renewed.offset - (panel.offset + panel.current * 0.5)
    finally:
        panel.offset = old
    assert (calibration.offset + drift - renewed.offset).std() < 2.0
    assert error.std() < 1.6
    assert renewed.gain is calibration.gain


def test_new_darks_make_a_calibration_valid_again(living):
    panel, calibration = living
    with pytest.raises(errors.DarksExpired):
        check_valid(calibration, "LP-1", _later(30), 27.0)
    renewed = renew_darks(calibration, (panel.dark() for _ in range(4)), _later(30))
    check_valid(renewed, "LP-1", _later(31), 27.0)
    assert (
        renewed.calibration_id == f"{calibration.calibration_id}-dark-{_later(30):%Y%m%dT%H%M%S%z}"
    )
    assert renewed.dark.covers(1000.0)


def test_new_darks_at_another_temperature_move_it(living):
    panel, calibration = living
    panel.temperature_c = 31.0
    renewed = renew_darks(calibration, panel.darks(), _later(1))
    check_valid(renewed, "LP-1", _later(2), 31.0)
    assert renewed.dark.doubling_c == pytest.approx(8.0, abs=0.3)


def test_renewed_dark_maps_still_follow_temperature_and_time(living):
    panel, calibration = living
    renewed = renew_darks(calibration, (panel.dark() for _ in range(16)), _later(1))
    panel.temperature_c = 30.0
    warm = panel.dark(1000.0)
    assert abs((warm.pixels - renewed.dark.dark_of(warm)).mean()) < 3
    assert abs(renewed.dark.row_deviation_of(warm).mean()) < 3


def test_a_pixel_that_has_become_hot_is_found_by_new_darks(living):
    panel, calibration = living
    panel.offset[50, 60] += 400
    try:
        renewed = renew_darks(calibration, (panel.dark() for _ in range(8)), _later(1))
    finally:
        panel.offset[50, 60] -= 400
    assert renewed.defect_mask[50, 60]
    assert np.count_nonzero(renewed.defect_mask & ~calibration.defect_mask) == 1


def test_new_darks_of_another_panel_are_refused(living):
    panel, calibration = living
    dark = panel.dark()
    other = replace(dark, detector=replace(dark.detector, serial="LP-2"))
    with pytest.raises(errors.CalibrationForOtherDetector, match="LP-2"):
        renew_darks(calibration, [other] * 4, _later(1))


@pytest.mark.parametrize(("drift_dn", "hours"), [(70.0, 1), (-70.0, 1), (130.0, 24), (400.0, 72)])
def test_darks_that_moved_further_than_a_panel_drifts_renew_nothing(living, drift_dn, hours):
    panel, calibration = living
    panel.drift_dn = drift_dn
    with pytest.raises(errors.DarksDoubtful, match="drifts by") as caught:
        renew_darks(calibration, [panel.dark() for _ in range(4)], _later(hours))
    assert caught.value.code == "E-CAL-22"


@pytest.mark.parametrize(("drift_dn", "hours"), [(50.0, 1), (110.0, 24), (-340.0, 72)])
def test_darks_that_moved_as_panels_drift_are_taken(living, drift_dn, hours):
    panel, calibration = living
    panel.drift_dn = drift_dn
    panel.offset += 200.0
    try:
        known = replace(
            calibration, dark=replace(calibration.dark, offset=calibration.offset + 200.0)
        )
        darks = [replace(panel.dark(), row_reference_dn=None) for _ in range(4)]
        renewed = renew_darks(known, darks, _later(hours))
    finally:
        panel.offset -= 200.0
    moved = float(np.median(renewed.offset - known.offset))
    assert moved == pytest.approx(drift_dn, abs=1.0)


@pytest.mark.parametrize("temperature_c", [float("nan"), float("inf"), -0.5, 50.5])
def test_darks_of_a_temperature_that_no_panel_has_are_refused(living, temperature_c):
    panel, calibration = living
    darks = [replace(panel.dark(), temperature_c=temperature_c) for _ in range(4)]
    with pytest.raises(errors.TemperatureUnknown, match="sensor is faulty") as caught:
        renew_darks(calibration, darks, _later(1))
    assert caught.value.code == "E-CAL-23"
    with pytest.raises(errors.TemperatureUnknown):
        calibrate(darks, panel.flats(), 1000.0, MADE)


def test_a_flat_without_a_temperature_is_refused():
    panel = LivingPanel()
    flats = (replace(panel.exposed(30_000.0), temperature_c=float("nan")) for _ in range(4))
    with pytest.raises(errors.TemperatureUnknown):
        calibrate(panel.darks(), flats, 1000.0, MADE)


def test_a_panel_that_reads_nothing_out_renews_no_darks(living):
    panel, calibration = living
    empty = [replace(panel.dark(), pixels=np.zeros((ROWS, COLUMNS), np.uint16))] * 4
    with pytest.raises(errors.FrameBlank, match="value 0"):
        renew_darks(calibration, empty, _later(1))


def test_darks_that_fade_with_the_integration_time_are_refused():
    panel = LivingPanel(tells_rows=False)
    panel.current = panel.current - 120.0
    with pytest.raises(errors.DarksDoubtful, match="become darker") as caught:
        calibrate(panel.darks(), panel.flats(), 1000.0, MADE)
    assert caught.value.code == "E-CAL-22"


@pytest.mark.parametrize("ghost_dn", [100.0, -100.0])
def test_darks_that_the_shielded_columns_contradict_are_refused(living, ghost_dn):
    panel, calibration = living
    darks = [panel.dark() for _ in range(4)]
    ghosts = [replace(dark, pixels=(dark.pixels + ghost_dn).astype(np.uint16)) for dark in darks]
    with pytest.raises(errors.DarksDoubtful, match="shielded columns"):
        renew_darks(calibration, ghosts, _later(1))


def _later(hours):
    return MADE + timedelta(hours=hours)


# --- what no correction can help


@pytest.mark.parametrize("value", [0, 500, 65535])
def test_a_frame_in_which_nothing_was_read_out_is_refused(living, value):
    panel, calibration = living
    blank = replace(panel.dark(), pixels=np.full((ROWS, COLUMNS), value, np.uint16))
    with pytest.raises(errors.FrameBlank, match=f"value {value}") as caught:
        correct(blank, calibration)
    assert caught.value.code == "E-ACQ-5"


@pytest.mark.parametrize(
    ("exposures", "firmware", "error", "code"),
    [
        (501, "1.0", errors.CalibrationWornOut, "E-CAL-18"),
        (0, "1.1", errors.CalibrationForOtherDetector, "E-CAL-3"),
    ],
)
def test_a_worn_calibration_or_new_firmware_forbids_exposures(
    living, exposures, firmware, error, code
):
    _, calibration = living
    check_valid(calibration, "LP-1", MADE, 27.0, 500, "1.0")
    with pytest.raises(error) as caught:
        check_valid(calibration, "LP-1", MADE, 27.0, exposures, firmware)
    assert caught.value.code == code


def test_whoever_lies_in_the_beam_is_noticed_at_the_first_exposure():
    panel, shadow = LivingPanel(), np.ones((ROWS, COLUMNS))
    shadow[100:140, 80:120] = 0.5
    taken = []

    def frames():
        for frame in (panel.exposed(30_000.0, HIGH, shadow), panel.dark()):
            taken.append(frame)
            yield frame

    with pytest.raises(errors.ObjectInBeam):
        calibrate(panel.darks(), panel.flats(), 1000.0, MADE, lag_frames=frames())
    assert len(taken) == 1


def test_an_object_that_was_in_some_flats_only_is_noticed():
    panel, shadow = LivingPanel(), np.ones((ROWS, COLUMNS))
    shadow[100:140, 80:120] = 0.5
    flats = [panel.exposed(30_000.0, HIGH) for _ in range(3)]
    flats += [panel.exposed(18_000.0, MIDDLE, shadow) for _ in range(3)]
    flats += [panel.exposed(6_000.0, LOW) for _ in range(3)]
    panel.rest(60.0)
    with pytest.raises(errors.ObjectInBeam):
        calibrate(panel.darks(), flats, 1000.0, MADE)
