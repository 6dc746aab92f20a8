import os
from pathlib import Path

import pytest

from acquisition.ordinary_files import read_file, read_text


@pytest.fixture
def eleven_bytes(tmp_path):
    path = tmp_path / "file"
    path.write_bytes("älteres Ki".encode())
    return path


def test_a_file_comes_whole(eleven_bytes):
    assert read_text(eleven_bytes) == "älteres Ki"
    assert len(read_file(eleven_bytes, at_most_bytes=11)) == 11


def test_a_file_that_is_too_large_is_refused(eleven_bytes):
    with pytest.raises(OSError, match="it is larger than 1e-05 MB"):
        read_file(eleven_bytes, at_most_bytes=10)


@pytest.mark.parametrize("place", ["/dev/zero", "/dev/null", "/"])
def test_what_is_no_file_is_refused(place):
    with pytest.raises(OSError, match="it is no ordinary file"):
        read_file(Path(place))


def test_a_pipe_that_nobody_writes_to_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="it is no ordinary file"):
        read_file(tmp_path / "pipe")


def test_a_missing_file_is_told_as_the_system_tells_it(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none")
