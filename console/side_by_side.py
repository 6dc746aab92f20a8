"""Slow work on many things, done by several processes; a thing that ends one costs no other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Generic, TypeVar

from console.errors import SideProcessFailed
from console.side_process import Failed, Ready

Thing = TypeVar("Thing")
Outcome = TypeVar("Outcome")

# Not `-m`: what it sends must be of the very module that is imported here.
_PROGRAM: Final = "from console.side_process import main; main()"
# Our choice: a film takes a second, a large one on a busy machine half a minute.
PATIENCE_S: Final = 600.0
# A process may have been ended by somebody else, as by a full memory: the thing gets another try.
_TRIES: Final = 2
# Our choice: how many things for each process are in hand while one is slow; they fill the memory.
_AHEAD: Final = 8


@dataclass(frozen=True, slots=True)
class Lost:
    """A thing that never came back, and what became of the process that had it."""

    how: str


@dataclass(frozen=True, slots=True)
class _Task(Generic[Thing]):
    number: int
    thing: Thing
    tries: int = 0


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def side_by_side(
    opening: Callable[[], Callable[[Thing], Outcome]], count: int, patience_s: float = PATIENCE_S
) -> Iterator["Crew[Thing, Outcome]"]:
    """Have at most `count` processes until the block ends; each opens the work once, for itself.

    `opening`, things and outcomes travel between processes: they can be pickled.
    """
    crew = Crew(opening, count, patience_s)
    try:
        yield crew
    finally:
        crew.end()


class Crew(Generic[Thing, Outcome]):
    """Processes that work on one thing at a time each."""

    def __init__(
        self, opening: Callable[[], Callable[[Thing], Outcome]], count: int, patience_s: float
    ) -> None:
        self._opening, self._count, self._patience_s = opening, count, patience_s
        self._processes: list[_Process[Thing]] = []
        self._again: list[_Task[Thing]] = []
        self._handed_out = 0

    def in_order(self, things: Iterable[Thing]) -> Iterator[Outcome | Lost]:
        """Give what becomes of each thing, in their order; only a few are in hand at a time.

        Raises SideProcessFailed where the work cannot be done for any of them.
        """
        coming = (_Task(number, thing) for number, thing in enumerate(things))
        done: dict[int, Outcome | Lost] = {}
        due = self._handed_out = 0
        while True:
            while due in done:
                yield done.pop(due)
                due += 1
            self._hand_out(coming, due)
            if not any(process.task for process in self._processes):
                return
            done.update(self._await())

    def end(self) -> None:
        """End every process."""
        for process in self._processes:
            process.end()

    def _hand_out(self, coming: Iterator[_Task[Thing]], due: int) -> None:
        while self._has_room() and (task := self._next(coming, due)) is not None:
            self._idle().give(task)

    def _has_room(self) -> bool:
        return len(self._processes) < self._count or not all(one.task for one in self._processes)

    def _next(self, coming: Iterator[_Task[Thing]], due: int) -> _Task[Thing] | None:
        if self._again:
            return self._again.pop()
        if self._handed_out - due >= self._count * _AHEAD:
            return None
        task = next(coming, None)
        self._handed_out += task is not None
        return task

    def _idle(self) -> "_Process[Thing]":
        for process in self._processes:
            if process.task is None:
                return process
        self._processes.append(_Process(self._opening, self._patience_s))
        return self._processes[-1]

    def _await(self) -> Iterator[tuple[int, Outcome | Lost]]:
        """Wait until something comes back or has taken too long."""
        busy = {one.connection: one for one in self._processes if one.task}
        left_s = min(one.deadline for one in busy.values()) - time.monotonic()
        heard = wait(list(busy), max(0.0, left_s))
        for connection, process in busy.items():
            if connection in heard:
                yield from self._hear(process)
            elif time.monotonic() >= process.deadline:
                yield from self._give_up(process)

    def _hear(self, process: "_Process[Thing]") -> Iterator[tuple[int, Outcome | Lost]]:
        try:
            said = process.connection.recv()
        except (EOFError, OSError):
            yield from self._bury(process)
            return
        if isinstance(said, Failed):
            raise SideProcessFailed(said.sentence)
        if isinstance(said, Ready):
            process.is_ready = True
        elif process.task is not None:
            yield process.task.number, said
            process.task = None

    def _bury(self, process: "_Process[Thing]") -> Iterator[tuple[int, Lost]]:
        """Try the thing again in another process, once."""
        self._processes.remove(process)
        how, task = process.end(), process.task
        if not process.is_ready:
            raise SideProcessFailed(f"A process of this command ended before it began ({how}).")
        if task is None:
            return
        if task.tries + 1 < _TRIES:
            self._again.append(replace(task, tries=task.tries + 1))
        else:
            yield task.number, Lost(f"it ended the process that had it, twice ({how})")

    def _give_up(self, process: "_Process[Thing]") -> Iterator[tuple[int, Lost]]:
        self._processes.remove(process)
        process.end()
        if process.task is not None:
            yield process.task.number, Lost(f"it took longer than {self._patience_s:g} s")


class _Process(Generic[Thing]):
    """One process and what it has in hand.

    It has a session of its own: Ctrl-C at the terminal is for the command alone.
    """

    def __init__(self, opening: Callable[[], Callable[[Thing], Any]], patience_s: float) -> None:
        self.connection: Connection[Any, Any]
        self.connection, theirs = Pipe()
        self.task: _Task[Thing] | None = None
        self.is_ready = False
        self.deadline = 0.0
        self._patience_s = patience_s
        with theirs:
            self._child = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._send(opening)

    def give(self, task: _Task[Thing]) -> None:
        """Hand a thing to it; one that has ended says nothing more, and is heard of."""
        self.task, self.deadline = task, time.monotonic() + self._patience_s
        self._send(task.thing)

    def end(self) -> str:
        """End it, and tell how it ended; one that had ended already keeps its own end."""
        self.connection.close()
        self._child.kill()
        code = self._child.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def _send(self, message: object) -> None:
        with suppress(OSError):  # its end is heard when it is listened to
            self.connection.send(message)
