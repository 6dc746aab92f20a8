"""A process that does one thing after another for the command that started it.

It ends when that command ends, however that happens: nobody speaks to it any more.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True, slots=True)
class Ready:
    """Whatever the work needs is open."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The work cannot begin or go on, for any thing, and why."""

    sentence: str


def main() -> None:
    """Receive how the work is opened, then things, and send back what became of each."""
    connection: Connection[Any, Any] = Connection(int(sys.argv[1]))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the command has ended
        try:
            _work(connection.recv(), connection)
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:  # whatever it is, the command has to say it
            code = getattr(error, "code", type(error).__name__)
            connection.send(Failed(f"{code}: {error}"))


def _work(opening: Callable[[], Callable[[Any], Any]], connection: "Connection[Any, Any]") -> None:
    work = opening()
    connection.send(Ready())
    while True:
        connection.send(work(connection.recv()))
