import json
import os
import weakref
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from acquisition import errors
from acquisition.calibration import LONGEST_AGE, calibrate, check_valid, load, save
from acquisition.calibration_checks import LARGEST_TEMPERATURE_DIFFERENCE_C


class Killed(BaseException):
    pass


def test_offset_map_recovers_the_true_offset(panel, calibration):
    error = (calibration.offset - panel.offset)[~panel.defects]
    assert abs(error.mean()) < 0.1
    assert error.std() == pytest.approx(panel.noise_dn / np.sqrt(16), rel=0.05)


def test_gain_map_recovers_the_true_gain(panel, calibration):
    error = (calibration.gain / panel.gain - 1)[~panel.defects]
    quantum_noise = 1 / np.sqrt(32 * 10.0 * panel.quanta_per_ugy)
    assert abs(error.mean()) < 0.001
    assert error.std() == pytest.approx(quantum_noise, rel=0.15)


def test_gain_is_one_on_average(calibration):
    good = ~calibration.defect_mask
    assert calibration.gain[good].mean() == pytest.approx(1, abs=1e-4)


def test_calibration_keeps_who_when_and_how(panel, calibration, made):
    assert (calibration.serial, calibration.model) == ("TB-1", "TB")
    assert (calibration.dark_frames, calibration.flat_frames) == (16, 32)
    assert calibration.flat_technique.mas == pytest.approx(0.6)
    assert calibration.temperature_c == pytest.approx(27)
    assert calibration.valid_until == made + LONGEST_AGE
    assert calibration.calibration_id == "TB-1-20260302T080000+0000"


def test_maps_cannot_be_changed_by_accident(calibration):
    with pytest.raises(ValueError, match="read-only"):
        calibration.gain[0, 0] = 2


def test_fresh_calibration_of_this_panel_is_valid(calibration, made):
    check_valid(calibration, "TB-1", made + timedelta(hours=1), 27.5)


@pytest.mark.parametrize(
    ("serial", "hours", "temperature_c", "error", "code"),
    [
        ("TB-2", 1, 27.0, errors.CalibrationForOtherDetector, "E-CAL-3"),
        ("TB-1", 7 * 24 + 0.1, 27.0, errors.CalibrationExpired, "E-CAL-4"),
        ("TB-1", 24.1, 27.0, errors.DarksExpired, "E-CAL-8"),
        ("TB-1", 1, 30.2, errors.CalibrationTemperature, "E-CAL-5"),
        ("TB-1", 1, 23.8, errors.CalibrationTemperature, "E-CAL-5"),
        ("TB-1", 1, float("nan"), errors.CalibrationTemperature, "E-CAL-5"),
        ("TB-1", -0.1, 27.0, errors.CalibrationInTheFuture, "E-CAL-6"),
    ],
)
def test_unfit_calibration_is_refused_with_its_code(
    calibration, made, serial, hours, temperature_c, error, code
):
    with pytest.raises(error) as caught:
        check_valid(calibration, serial, made + timedelta(hours=hours), temperature_c)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_temperature_limit_itself_is_allowed(calibration, made):
    check_valid(
        calibration, "TB-1", made, calibration.temperature_c + LARGEST_TEMPERATURE_DIFFERENCE_C
    )


@pytest.mark.parametrize("sensitivity", [0.0, -1.0, float("nan")])
def test_unknown_sensitivity_is_refused(panel, made, sensitivity):
    with pytest.raises(errors.SettingUnusable):
        calibrate(panel.darks(4), panel.flats(4), sensitivity, made)


def test_date_without_time_zone_is_refused(panel, made):
    with pytest.raises(errors.SettingUnusable):
        calibrate(panel.darks(4), panel.flats(4), 1024.0, made.replace(tzinfo=None))


def test_frames_never_sit_in_memory_together(panel, made):
    seen, most = [], []

    def watched(numbers, take):
        for number in numbers:
            frame = take(number)
            seen.append(weakref.ref(frame.pixels))
            most.append(sum(pixels() is not None for pixels in seen))
            yield frame
            del frame

    darks = watched(range(8), panel.dark)
    flats = watched(range(8), lambda number: panel.exposed(10.0, number))
    calibrate(darks, flats, 1024.0, made)
    # The first of each kind, the one before and the one at hand.
    assert max(most) <= 4


def test_saved_calibration_comes_back_the_same(calibration, tmp_path):
    save(calibration, tmp_path)
    loaded = load(tmp_path)
    for name in ("offset", "gain", "defects"):
        assert np.array_equal(getattr(loaded, name), getattr(calibration, name))
    for name in ("serial", "created", "valid_until", "flat_technique", "sensitivity_rqa3"):
        assert getattr(loaded, name) == getattr(calibration, name)
    assert np.array_equal(loaded.repair.before, calibration.repair.before)


def test_record_names_the_hash_of_each_map(calibration, tmp_path):
    save(calibration, tmp_path)
    record = json.loads((tmp_path / "calibration.json").read_text())
    assert sorted(record["maps"]) == ["defects", "gain", "offset"]
    assert all(len(digest) == 64 for digest in record["maps"].values())


def test_new_calibration_replaces_the_old_and_leaves_nothing_behind(calibration, tmp_path):
    save(calibration, tmp_path)
    save(_warmer(calibration), tmp_path)
    assert load(tmp_path).temperature_c == 29
    assert len(list(tmp_path.iterdir())) == 4


def _warmer(calibration):
    offset = calibration.offset + np.float32(3)
    return replace(calibration, dark=replace(calibration.dark, temperature_c=29.0, offset=offset))


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("moment", range(8))
def test_kill_during_save_leaves_a_whole_calibration(
    calibration, tmp_path, monkeypatch, call, moment
):
    save(calibration, tmp_path)
    genuine, calls = getattr(os, call), []

    def killed(*arguments, **options):
        calls.append(arguments)
        if len(calls) > moment:
            raise Killed
        return genuine(*arguments, **options)

    monkeypatch.setattr(os, call, killed)
    try:
        save(_warmer(calibration), tmp_path)
    except Killed:
        monkeypatch.undo()
    loaded = load(tmp_path)
    assert loaded.temperature_c in (27.0, 29.0)
    shift = 3 if loaded.temperature_c == 29 else 0
    assert np.array_equal(loaded.offset, calibration.offset + np.float32(shift))


def test_save_works_after_a_kill(calibration, tmp_path):
    (tmp_path / "offset-0123456789abcdef.npy.tmp").write_bytes(b"half")
    save(calibration, tmp_path)
    assert load(tmp_path).serial == "TB-1"
    assert not list(tmp_path.glob("*.tmp"))


def test_save_removes_nobody_elses_files(calibration, tmp_path):
    others = ["0123456789abcdef.npy", "0123456789abcdef-rows.npy", "offset.npy", "visit.json.tmp"]
    others += ["offset-0123456789abcdef.npy", "gain-notes.npy.tmp"]
    for name in others:
        (tmp_path / name).write_bytes(b"a child's raw frame, or a person's own work")
    save(calibration, tmp_path)
    save(_warmer(calibration), tmp_path)
    assert all((tmp_path / name).exists() for name in others)
    assert len(list(tmp_path.iterdir())) == len(others) + 4


def test_disk_that_refuses_is_told(calibration, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(errors.CalibrationNotSaved) as caught:
        save(calibration, tmp_path / "file" / "calibration")
    assert caught.value.code == "E-CAL-7"


def test_missing_calibration_is_told(tmp_path):
    with pytest.raises(errors.CalibrationMissing):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["offset", "gain", "defects"])
def test_one_changed_byte_in_a_map_is_noticed(calibration, tmp_path, name):
    save(calibration, tmp_path)
    path = next(tmp_path.glob(f"{name}-*.npy"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(errors.CalibrationCorrupt, match=f"{name}-"):
        load(tmp_path)


def test_missing_map_is_noticed(calibration, tmp_path):
    save(calibration, tmp_path)
    next(tmp_path.glob("gain-*.npy")).unlink()
    with pytest.raises(errors.CalibrationCorrupt):
        load(tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("1024.0", "2048.0"),
        lambda text: text.replace("2026-03-02", "2027-03-02"),
        lambda text: text.replace('"format": 2', '"format": 3'),
        lambda text: text[: len(text) // 2],
        lambda text: "[]",
        lambda text: "{}",
        lambda text: "",
        lambda text: "\x00" * 200,
    ],
)
def test_changed_record_is_noticed(calibration, tmp_path, spoil):
    save(calibration, tmp_path)
    path = tmp_path / "calibration.json"
    path.write_text(spoil(path.read_text()))
    with pytest.raises(errors.CalibrationCorrupt):
        load(tmp_path)
