import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from device.frame import DetectorIdentity, MeasuredExposure, RawFrame
from device.technique import Technique
from records.errors import DiskFull, FileNotStored, FrameUnreadable
from records.files import check_room, check_storable, sweep_unfinished, write_atomically
from records.frames import find_stored_frame, load_raw_frame, store_raw_frame

TECHNIQUE = Technique(50.0, 25.0, 12.0)


@pytest.fixture
def frame():
    pixels = np.arange(12, dtype=np.uint16).reshape(3, 4)
    exposure = MeasuredExposure(7, TECHNIQUE, TECHNIQUE, 49.9, 12.01)
    identity = DetectorIdentity("V", "M", "S", "1.0", 99)
    return RawFrame(pixels, 100.0, identity, 26.5, 500.0, 123, exposure)


def test_a_written_file_is_there_and_nothing_else(tmp_path):
    write_atomically(tmp_path / "new" / "a.txt", b"content")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]


def test_trying_whether_a_file_could_be_stored_leaves_nothing(tmp_path):
    check_storable(tmp_path / "a.txt")
    check_storable(tmp_path / "new" / "folder" / "a.txt")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["folder", "file/a.txt", "file/new/a.txt", "n" * 300])
def test_where_no_file_could_be_stored_is_said_beforehand(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("content")
    with pytest.raises(FileNotStored, match="cannot be stored: .*; nothing was begun"):
        check_storable(tmp_path / name)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_earlier_file(tmp_path, monkeypatch, step):
    target = tmp_path / "a.txt"
    write_atomically(target, b"old")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(FileNotStored, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_write_that_somebody_stops_leaves_nothing_beside_the_earlier_file(tmp_path, monkeypatch):
    write_atomically(tmp_path / "report.pdf", b"earlier")

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "report.pdf", b"new")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [
        ("report.pdf", b"earlier")
    ]


def test_leftovers_of_a_kill_are_swept(tmp_path):
    (tmp_path / "result.json.tmp").write_bytes(b"half")
    (tmp_path / "thesis.tmp").write_bytes(b"somebody's")
    sweep_unfinished(tmp_path, ["result.json"])
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tmp"]


def test_a_stored_frame_comes_back_whole(tmp_path, frame):
    again = load_raw_frame(store_raw_frame([tmp_path], "7", frame))
    assert np.array_equal(again.pixels, frame.pixels)
    assert again.exposure == frame.exposure
    assert again.detector == frame.detector
    assert (again.temperature_c, again.integration_ms, again.timestamp_ns) == (26.5, 500.0, 123)


def test_a_stored_frame_keeps_its_row_reference(tmp_path, frame):
    frame = replace(frame, row_reference_dn=np.array([200.5, 201.25, 199.0], np.float32))
    again = load_raw_frame(store_raw_frame([tmp_path], "7", frame))
    assert again.row_reference_dn.tolist() == [200.5, 201.25, 199.0]


def test_a_frame_that_was_stored_without_row_reference_has_none(tmp_path, frame):
    stored = store_raw_frame([tmp_path], "7", frame)
    assert "row_reference" not in stored
    assert load_raw_frame(stored).row_reference_dn is None


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"cut")])
def test_a_lost_row_reference_leaves_the_image(tmp_path, frame, harm):
    told = replace(frame, row_reference_dn=np.zeros(3, np.float32))
    stored = store_raw_frame([tmp_path], "7", told)
    harm(Path(stored["row_reference"]["file"]))
    again = load_raw_frame(stored)
    assert again.row_reference_dn is None
    assert np.array_equal(again.pixels, frame.pixels)
    assert find_stored_frame([tmp_path], "7") == stored


def test_a_changed_frame_is_refused(tmp_path, frame):
    stored = store_raw_frame([tmp_path], "7", frame)
    path = Path(stored["file"])
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(FrameUnreadable):
        load_raw_frame(stored)


def test_a_missing_frame_is_refused(tmp_path, frame):
    stored = store_raw_frame([tmp_path], "7", frame)
    Path(stored["file"]).unlink()
    with pytest.raises(FrameUnreadable):
        load_raw_frame(stored)


def test_a_nearly_full_disk_is_refused_before_anything_is_exposed(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    check_room(tmp_path, 14_400_000)
    with pytest.raises(DiskFull, match="make room"):
        check_room(tmp_path, free // 50 + 1_000_000)


def test_a_frame_that_the_first_folder_refuses_goes_to_the_next(tmp_path, frame):
    (tmp_path / "in the way").write_text("a file, not a folder")
    folders = [tmp_path / "in the way", tmp_path / "last resort"]
    stored = store_raw_frame(folders, "7", frame)
    assert Path(stored["file"]).parent.name == "last resort"
    assert np.array_equal(load_raw_frame(stored).pixels, frame.pixels)


def test_a_frame_that_no_folder_takes_is_told(tmp_path, frame):
    (tmp_path / "in the way").write_text("a file, not a folder")
    with pytest.raises(FileNotStored):
        store_raw_frame([tmp_path / "in the way"], "7", frame)
