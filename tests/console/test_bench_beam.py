"""`boneage diagnose --bench-beam`: only a person at a terminal makes X-rays on the bench."""

import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def bench(start_simulator):
    with start_simulator("--generator-model", "xrb011") as running:
        yield ["--generator", f"xrb011://{running.ready['generator']}"]


def boneage(data, *arguments, stdin=subprocess.DEVNULL):
    return subprocess.run(
        [sys.executable, "-m", "console", *arguments],
        env=os.environ | {"BONEAGE_DATA_DIRECTORY": str(data), "COLUMNS": "200"},
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=120,
    )


def at_a_terminal(data, said, *arguments):
    master, slave = os.openpty()
    os.write(master, said)
    try:
        return boneage(data, *arguments, stdin=slave)
    finally:
        os.close(slave)
        os.close(master)


def test_without_a_terminal_it_is_refused_and_nothing_is_written_down(tmp_path, bench):
    done = boneage(tmp_path, "diagnose", "--bench-beam", *bench)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("E-DIA-5: ")
    assert boneage(tmp_path, "journal").stdout == ""


def test_a_person_who_says_no_is_obeyed(tmp_path, bench):
    done = at_a_terminal(tmp_path, b"n\n", "diagnose", "--bench-beam", *bench)
    assert done.returncode == 1 and "E-DIA-5: No X-rays were made" in done.stderr
    assert boneage(tmp_path, "journal").stdout == ""


def test_an_open_loop_fails_and_is_in_the_journal(tmp_path, bench):
    done = at_a_terminal(tmp_path, b"y\ny\n", "diagnose", "--bench-beam", *bench)
    assert done.returncode == 1 and "loop open" in done.stdout, done.stderr
    (row,) = boneage(tmp_path, "journal").stdout.splitlines()
    assert " bench " in row and "exposed: unknown" in row


def test_the_units_own_generator_is_refused(tmp_path, start_simulator):
    with start_simulator() as running:
        address = f"pmx://{running.ready['generator']}"
        done = boneage(tmp_path, "diagnose", "--bench-beam", "--generator", address)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith("E-DIA-6: ")
