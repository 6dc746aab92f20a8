"""Only what is typed after a question answers it."""

import subprocess
import sys
from pathlib import Path

import pytest

import console
from tests.console.terminal import at_terminal

CTRL_D = "\x04"
ASKING = "from console.asking import confirm; print(confirm('Is nobody in the beam?'))"


def asked(terminal):
    return subprocess.Popen(
        [sys.executable, "-c", ASKING],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("ahead", "answer", "meant"),
    [("y\ny\n", "n\n", False), ("n\n", "Y\n", True), ("y", "\n", False)],
)
def test_keys_pressed_ahead_are_forgotten(ahead, answer, meant):
    with at_terminal(asked) as person:
        person.type(ahead)
        person.answer("beam? [y/N]", answer)
        person.see_the_end()
        assert person.printed().strip() == str(meant)


def test_what_is_no_answer_is_asked_again():
    with at_terminal(asked) as person:
        for keys in ("perhaps\n", "yes\n"):
            person.answer("beam? [y/N]", keys)
        person.see_the_end()
        assert person.printed().strip() == "True"


def test_who_closes_the_terminal_has_stopped_the_command():
    with at_terminal(asked) as person:
        person.answer("beam? [y/N]", CTRL_D)
        person.see_the_end()
    assert "Stopped: nobody answers at the terminal; nothing is armed." in person.seen


@pytest.mark.parametrize("way", ["typer.prompt", "typer.confirm", "input("])
def test_there_is_no_other_way_to_ask(way):
    files = Path(console.__file__).parent.rglob("*.py")
    assert {file.name for file in files if way in file.read_text()} <= {"asking.py"}
