"""A calibration in the files of the panel: it comes back the same, or not at all."""

import errno
import io
import json
import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from acquisition import errors
from acquisition.array_files import sha256
from acquisition.calibration import calibrate, load, packed, renew_darks, save, unpacked
from tests.acquisition.living_panel import LivingPanel

MADE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MAPS = ("gain", "curvature", "defects", "offset")
DARK_MAPS = ("offset", "current", "row_reference", "row_current")


@pytest.fixture(scope="module")
def panel():
    return LivingPanel()


@pytest.fixture(scope="module")
def living(panel):
    lag_frames = panel.lag_frames()
    return calibrate(panel.darks(), panel.flats(), 1000.0, MADE, lag_frames=lag_frames)


@pytest.fixture(scope="module")
def files(living):
    return packed(living)


def same(one, other):
    arrays = [(getattr(one, name), getattr(other, name)) for name in MAPS]
    arrays += [(getattr(one.dark, name), getattr(other.dark, name)) for name in DARK_MAPS]
    return all(np.array_equal(a, b) for a, b in arrays) and one.lag == other.lag


def test_the_panel_gives_back_what_was_written(living, files):
    back = unpacked(files, "LP-1")
    assert same(back, living)
    assert back.dark.valid_until == living.dark.valid_until
    assert back.flat_levels == living.flat_levels


def test_a_folder_gives_back_everything_too(living, tmp_path):
    save(living, tmp_path)
    assert same(load(tmp_path), living)


def test_the_files_are_those_of_the_panel_and_always_the_same(living, files):
    assert sorted(files) == ["DarkMaps", "DefectMap", "GainMap", "LagCoefficients"]
    assert packed(living) == files


def test_packed_maps_take_less_than_half_the_room(living, files):
    assert len(files["DarkMaps"]) < (living.offset.nbytes + living.dark.current.nbytes) / 2.5
    assert len(files["GainMap"]) < living.gain.nbytes / 2.2


def test_renewed_dark_maps_fit_the_gain_map_that_lies_in_the_panel(panel, living, files):
    renewed = renew_darks(living, (panel.dark() for _ in range(4)), MADE)
    after = packed(renewed)
    assert after["GainMap"] == files["GainMap"]
    assert same(unpacked(files | {"DarkMaps": after["DarkMaps"]}, "LP-1"), renewed)


@pytest.mark.parametrize("name", ["DarkMaps", "GainMap", "DefectMap", "LagCoefficients"])
@pytest.mark.parametrize("part", [0.0, 0.3, 0.99])
def test_a_truncated_file_is_refused(files, name, part):
    if name == "DarkMaps" and part == 0.0:
        return  # an empty file: the panel holds none, as the next test says
    cut = files | {name: files[name][: int(part * len(files[name]))]}
    with pytest.raises(errors.CalibrationCorrupt) as caught:
        unpacked(cut, "LP-1")
    assert caught.value.code == "E-CAL-2"


def test_a_panel_that_holds_nothing_is_told(files):
    with pytest.raises(errors.CalibrationMissing, match="holds no calibration"):
        unpacked(dict.fromkeys(files, b""), "LP-1")


def test_the_calibration_of_another_panel_is_refused(files):
    with pytest.raises(errors.CalibrationForOtherDetector, match="LP-2 are the calibration of"):
        unpacked(files, "LP-2")


@pytest.mark.parametrize("name", ["GainMap", "DefectMap", "LagCoefficients"])
def test_a_file_of_another_calibration_is_refused(living, files, name):
    other = packed(replace(living, gain=living.gain * np.float32(1.5), lag=None))
    if other[name] == files[name]:
        other[name] = other["GainMap"]
    with pytest.raises(errors.CalibrationCorrupt):
        unpacked(files | {name: other[name]}, "LP-1")


def test_a_changed_byte_in_the_panel_never_gives_another_calibration(living, files):
    refused = 0
    for place in range(30, len(files["DarkMaps"]), 5000):
        content = bytearray(files["DarkMaps"])
        content[place] ^= 0x10
        try:
            assert same(unpacked(files | {"DarkMaps": bytes(content)}, "LP-1"), living)
        except errors.CalibrationCorrupt:
            refused += 1
    assert refused > 10


def sealed(folder, change):
    """Change the record of a folder and seal it anew, as a faulty program would."""
    path = folder / "calibration.json"
    record = json.loads(path.read_text())
    del record["seal"]
    change(record)
    seal = sha256(json.dumps(record, sort_keys=True).encode())
    path.write_text(json.dumps(record | {"seal": seal}))


def test_a_record_with_numbers_that_cannot_be_is_damaged(living, tmp_path):
    save(living, tmp_path)
    sealed(tmp_path, lambda record: record["dark"].update(frames=float("inf")))
    with pytest.raises(errors.CalibrationCorrupt):
        load(tmp_path)


def test_a_record_of_nothing_but_brackets_is_damaged(tmp_path):
    (tmp_path / "calibration.json").write_text("[" * 200_000)
    with pytest.raises(errors.CalibrationCorrupt):
        load(tmp_path)


def test_a_file_of_the_panel_that_would_fill_the_memory_is_refused(files):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}", bytes(1 << 24))
    with pytest.raises(errors.CalibrationCorrupt, match="would unpack to 335544320 bytes"):
        unpacked(files | {"GainMap": bomb.getvalue()}, "LP-1")


def test_a_map_that_claims_to_be_larger_than_all_memory_is_refused(files):
    claim = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": (1, 1 << 24, 1 << 24)}
    np.lib.format.write_array_header_1_0(claim, header)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("gain-planes.npy", claim.getvalue())
    with pytest.raises(errors.CalibrationCorrupt):
        unpacked(files | {"GainMap": content.getvalue()}, "LP-1")


def test_a_full_disk_leaves_no_drafts_and_the_earlier_calibration(living, tmp_path, monkeypatch):
    save(living, tmp_path)
    before = sorted(tmp_path.iterdir())

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(errors.CalibrationNotSaved):
        save(replace(living, gain=living.gain * np.float32(1.5)), tmp_path)
    assert sorted(tmp_path.iterdir()) == before
    assert same(load(tmp_path), living)


def test_a_calibration_of_an_earlier_version_is_told_as_such(tmp_path):
    record = {"format": 1, "serial": "LP-1"}
    seal = sha256(json.dumps(record, sort_keys=True).encode())
    (tmp_path / "calibration.json").write_text(json.dumps(record | {"seal": seal}))
    with pytest.raises(errors.CalibrationFormat, match="format 1, this version reads 2") as caught:
        load(tmp_path)
    assert caught.value.code == "E-CAL-19"
