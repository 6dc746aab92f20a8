"""What of the kernel campaign can be tested without a virtual machine."""

import py_compile
from pathlib import Path

import pytest

from tests.campaigns.__main__ import main
from tests.campaigns.kernel import machine
from tests.campaigns.kernel.judge import END, MARK, approved

HERE = Path(__file__).parent
GOOD = [f"[    1.0] {MARK}SS: a frame|PASS|600x750 | id 0", f"{END} after 140 s"]


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A computer without any of the tools, where nothing was built yet."""
    monkeypatch.setattr(machine.shutil, "which", lambda tool, path: None)
    monkeypatch.setattr(machine, "FOLDER", tmp_path / "kernel")
    return tmp_path


def test_a_computer_without_qemu_is_told_so_in_one_sentence(bare, capsys):
    assert main(["kernel"]) == 2
    said = capsys.readouterr().err
    assert "needs qemu-system-x86_64 and debootstrap" in said and said.count("\n") == 1
    assert "apt-get install qemu-system-x86 debootstrap" in said


def test_nothing_is_built_where_something_is_missing(bare):
    main(["kernel"])
    assert list(bare.iterdir()) == []


def test_an_image_is_built_as_root(bare, monkeypatch):
    monkeypatch.setattr(machine.os, "geteuid", lambda: 1000)
    with pytest.raises(machine.CannotRun, match="root, to build its image once"):
        machine.require()


@pytest.mark.parametrize(
    "script", sorted((HERE / "guest").glob("*.py")), ids=lambda each: each.stem
)
def test_a_script_of_the_guest_compiles(script, tmp_path):
    assert py_compile.compile(str(script), cfile=str(tmp_path / "compiled"), doraise=True)


def test_a_round_counts_what_passed():
    assert [each.detail for each in approved(GOOD)] == ["600x750 | id 0"]


def test_a_failed_check_is_a_find():
    with pytest.raises(AssertionError, match="FAIL SS: an event: none came"):
        approved([f"{MARK}SS: an event|FAIL|none came", *GOOD])


def test_a_guest_that_dies_is_a_find():
    with pytest.raises(AssertionError, match="did not come to its end after 1 checks"):
        approved(GOOD[:1])
