"""A person at a terminal: types ahead, or reads what is asked and then answers."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from subprocess import Popen


class Person:
    """Whoever sits before a running command; `seen` is what its screen showed so far."""

    def __init__(self, command: Popen[str], keyboard: int) -> None:
        self.seen = ""
        self._command, self._keyboard, self._unread = command, keyboard, ""

    def type(self, keys: str) -> None:
        """Press keys, whatever the screen shows."""
        os.write(self._keyboard, keys.encode())

    def answer(self, question: str, keys: str) -> None:
        """Wait until a question stands there, then press keys."""
        while question not in self._unread:
            shown = self._read()
            assert shown, f"the command ended without asking: {self.seen}"
            self._unread += shown
        self._unread = self._unread.partition(question)[2]
        self.type(keys)

    def interrupt(self, question: str, ending: signal.Signals) -> None:
        """Wait until a question stands there, then send the command a signal."""
        self.answer(question, "")
        self._command.send_signal(ending)

    def see_the_end(self) -> None:
        """Read on until the command ends."""
        while self._read():
            pass
        self._command.wait(timeout=30)

    def printed(self) -> str:
        """Return what the command printed as its result, once it has ended."""
        assert self._command.stdout is not None
        return self._command.stdout.read()

    def _read(self) -> str:
        assert self._command.stderr is not None
        shown = os.read(self._command.stderr.fileno(), 4096).decode()
        self.seen += shown
        return shown


@contextmanager
def at_terminal(start: Callable[[int], Popen[str]]) -> Iterator[Person]:
    """Start a command whose standard input is a terminal, and put a person before it."""
    keyboard, terminal = os.openpty()
    command = start(terminal)
    os.close(terminal)
    try:
        with command:
            yield Person(command, keyboard)
            command.wait(timeout=30)
    finally:
        command.kill()
        os.close(keyboard)
