"""`boneage diagnose --bench-beam`: only a person at a terminal makes X-rays on the bench."""

import os
import subprocess
import sys

import pytest

from tests.console.terminal import at_terminal

IN_THE_BEAM = "Is nobody in the beam?"


@pytest.fixture(scope="module")
def bench(start_simulator):
    with start_simulator("--generator-model", "xrb011") as running:
        yield ["--generator", f"xrb011://{running.ready['generator']}"]


def start(data, *arguments, stdin=subprocess.DEVNULL):
    return subprocess.Popen(
        [sys.executable, "-m", "console", *arguments],
        env=os.environ | {"BONEAGE_DATA_DIRECTORY": str(data), "COLUMNS": "200"},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def boneage(data, *arguments):
    running = start(data, *arguments)
    out, err = running.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, running.returncode, out, err)


def bench_beam(data, bench):
    asked = ("diagnose", "--bench-beam", *bench)
    return at_terminal(lambda terminal: start(data, *asked, stdin=terminal))


def test_without_a_terminal_it_is_refused_and_nothing_is_written_down(tmp_path, bench):
    done = boneage(tmp_path, "diagnose", "--bench-beam", *bench)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("E-DIA-5: ")
    assert boneage(tmp_path, "journal").stdout == ""


def test_a_person_who_says_no_is_obeyed_whatever_was_typed_before(tmp_path, bench):
    with bench_beam(tmp_path, bench) as person:
        person.type("y\ny\n")
        person.answer(IN_THE_BEAM, "n\n")
        person.see_the_end()
    assert "E-DIA-5: No X-rays were made" in person.seen
    assert boneage(tmp_path, "journal").stdout == ""


def test_an_open_loop_fails_and_is_in_the_journal(tmp_path, bench):
    with bench_beam(tmp_path, bench) as person:
        person.answer(IN_THE_BEAM, "y\n")
        person.answer("Do you hold it?", "y\n")
        person.see_the_end()
    assert "loop open" in person.seen
    (row,) = boneage(tmp_path, "journal").stdout.splitlines()
    assert " bench " in row and "exposed: unknown" in row


def test_the_units_own_generator_is_refused(tmp_path, start_simulator):
    with start_simulator() as running:
        address = f"pmx://{running.ready['generator']}"
        done = boneage(tmp_path, "diagnose", "--bench-beam", "--generator", address)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("E-DIA-6: ")
