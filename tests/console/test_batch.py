"""`boneage read --list` with every core: ended at any moment, the same command goes on with it."""

import csv
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from bone_age.model import load_model
from console.batch import COLUMNS, image_sha256, lost_row
from console.read_files import cells_of, read_all, read_list
from console.settings import RELEASED_MODEL
from console.side_by_side import Lost
from console.site_model import what_reads

IMAGES = 8


@pytest.fixture(scope="module")
def model():
    return load_model(RELEASED_MODEL)


@pytest.fixture
def listed(demo, tmp_path):
    """A list of hands, among them a blank picture and a damaged file."""
    _, out, _ = demo
    for number in range(IMAGES):
        shutil.copy(out / "radiograph.png", tmp_path / f"child-{number}.png")
    cv2.imwrite(str(tmp_path / "child-1.png"), np.zeros((300, 240), np.uint8))
    (tmp_path / "child-2.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    lines = [f"{tmp_path / f'child-{number}.png'},{'FM'[number % 2]}" for number in range(IMAGES)]
    (tmp_path / "in.csv").write_text("path,sex\n" + "\n".join(lines) + "\n")
    return tmp_path / "in.csv"


def command(listed, *more):
    return ["read", "--list", listed, "--out", listed.with_name("out.csv"), "--processes", 1, *more]


def stopped_after(site, listed, images, ending):
    """Send the command a signal once so many images are in its table."""
    process = site.start(*command(listed))
    for line in process.stderr:
        if line.startswith(f"reading: images {images} of"):
            break
    process.send_signal(ending)
    return process.communicate(timeout=60)[1], process.returncode


def rows_of(path):
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def without_times(rows):
    return [{name: said for name, said in row.items() if name != "seconds"} for row in rows]


def expected_rows(model, listed):
    """Return what one uninterrupted reading gives."""
    return [
        cells_of(row) | {"image_sha256": image_sha256(row.path), "read_with": what_reads(model)}
        for row in read_all(model, read_list(listed))
    ]


def test_killed_in_the_middle_and_gone_on_with_it_reads_as_if_uninterrupted(site, listed, model):
    stopped_after(site, listed, 3, signal.SIGKILL)
    assert not listed.with_name("out.csv").exists()
    done = site.run(*command(listed))
    assert done.returncode == 0, done.stderr
    assert "out.csv.part: " in done.stderr and "images were read before" in done.stderr
    rows = rows_of(listed.with_name("out.csv"))
    assert without_times(rows) == without_times(expected_rows(model, listed))


def test_ctrl_c_leaves_what_was_read_and_says_how_to_go_on(site, listed):
    said, code = stopped_after(site, listed, 2, signal.SIGINT)
    kept = rows_of(listed.with_name("out.csv.part"))
    assert code == 1
    assert f"E-CFG-4: Stopped; {listed.with_name('out.csv.part')} holds {len(kept)} of 8" in said
    assert 2 <= len(kept) < IMAGES
    assert said.rstrip().endswith("The same command goes on with it.")


def test_a_process_that_is_killed_costs_no_image(site, listed):
    process = site.start(*command(listed))
    next(line for line in process.stderr if line.startswith("reading: images 3 of"))
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
    assert process.communicate(timeout=60) and process.returncode == 0
    refused = [row["refused"] for row in rows_of(listed.with_name("out.csv"))]
    assert refused == ["false", "true", "true", *["false"] * 5]


def test_another_list_is_never_mixed_in(site, listed):
    stopped_after(site, listed, 2, signal.SIGKILL)
    part = listed.with_name("out.csv.part")
    before = part.read_bytes()
    listed.write_text(f"path,sex\n{listed.with_name('child-5.png')},F\n")
    done = site.run(*command(listed))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith(f"E-CFG-12: {part} holds unfinished readings of another list")
    assert part.read_bytes() == before


def test_every_row_says_which_file_and_which_model_it_is_of(site, listed, model):
    listed.write_text(f"path,sex\n{listed.with_name('child-1.png')},F\nnone.png,F\n")
    assert site.run(*command(listed)).returncode == 0
    blank, missing = rows_of(listed.with_name("out.csv"))
    assert list(blank) == list(COLUMNS)
    assert blank["image_sha256"] == image_sha256(listed.with_name("child-1.png"))
    assert missing["image_sha256"] == ""
    assert blank["read_with"] == what_reads(model)


def test_an_image_that_ends_its_process_is_a_refused_row(listed):
    one = read_list(listed)[0]
    lost = lost_row(one, Lost("it ended the process that had it, twice (SIGSEGV)"), "model")
    assert lost.row.refused and lost.row.bone_age_months is None
    assert lost.row.reasons[0].endswith("it ended the process that had it, twice (SIGSEGV).")
    assert lost.image_sha256 == image_sha256(one.path)


def test_the_processes_that_read_load_neither_terminal_nor_device_nor_records():
    code = "import sys, console.batch; print({'rich', 'serial', 'sqlalchemy'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
