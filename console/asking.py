"""Questions to the person at the terminal: what was typed before a question never answers it."""

import sys
import termios

import typer

from console.errors import Stopped


def somebody_is_there() -> bool:
    """Tell whether there is a terminal at which a person can be asked."""
    return sys.stdin.isatty()


def ask(question: str) -> str:
    """Return what is typed after the question was put; Enter alone is an empty answer.

    Raises Stopped where the terminal is gone, or the person ends it with Ctrl-D.
    """
    try:
        _forget_what_was_typed()
        answer: str = typer.prompt(question, default="", show_default=False, err=True)
    except (typer.Abort, termios.error) as exc:
        typer.echo(err=True)  # the question stands there without the end of its line
        raise Stopped("Stopped: nobody answers at the terminal; nothing is armed.") from exc
    return answer.strip().lower()


def ask_secret(question: str) -> str:
    """Return what is typed without showing it; raises Stopped as `ask` does."""
    try:
        _forget_what_was_typed()
        return str(typer.prompt(question, hide_input=True, err=True))
    except (typer.Abort, termios.error) as exc:
        raise Stopped(f"Stopped: nobody told the {question.lower()}; nothing was done.") from exc


def confirm(question: str) -> bool:
    """Tell whether the person says yes; Enter alone is no."""
    while True:
        match ask(f"{question} [y/N]"):
            case "y" | "yes":
                return True
            case "" | "n" | "no":
                return False


def _forget_what_was_typed() -> None:
    """Drop keys that were pressed ahead: an answer to what was not asked yet is none."""
    if somebody_is_there():
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
