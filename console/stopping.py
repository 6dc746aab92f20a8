"""Ctrl-C and SIGTERM: stop a command at a moment at which nothing is lost."""

from types import FrameType

from console.errors import Stopped
from device.clock import SystemClock
from device.exposure import ExposureStage
from examination.examination import State

# Nobody interrupts an exchange with the unit: the next pause before the X-rays is soon enough.
_STOPS_AT_PAUSE = (ExposureStage.ARMED, ExposureStage.PREPARING, ExposureStage.READY)
# From here on the image is worth more than the haste: it is stored first.
_STOPS_WHEN_STORED = (State.ORDERED, State.ARMED, ExposureStage.X_RAY, ExposureStage.READING_OUT)
# Nothing is armed, and no image is in hand that is not kept yet.
_NOTHING_IN_HAND = (State.EXPOSED, ExposureStage.RESTING, ExposureStage.DONE)


class Stopping:
    """Remembers that somebody wants to stop, and stops when the visit allows it."""

    def __init__(self) -> None:
        self._requested = self._stopped = False
        self._step: State | ExposureStage | None = None

    def request(self, _signal: int, _frame: FrameType | None) -> None:
        """Take a signal; raises Stopped at once where no exposure is in hand.

        It is raised once: a second signal must not interrupt what makes the unit safe.
        """
        self._requested = True
        if not self._stopped and self._step not in _STOPS_AT_PAUSE + _STOPS_WHEN_STORED:
            self._stop()

    def watch(self, step: State | ExposureStage) -> None:
        """Follow the visit; raises Stopped when a wanted stop has become possible."""
        self._step = step
        if self._requested and step in _NOTHING_IN_HAND:
            self._stop()

    def pause(self) -> None:
        """Raise Stopped between two looks at an armed unit, if somebody wants to stop."""
        if self._requested and self._step in _STOPS_AT_PAUSE:
            self._stop()

    def _stop(self) -> None:
        self._stopped = True
        raise Stopped("Stopped; nothing is armed any more, `boneage journal` tells the rest.")


class StoppableClock(SystemClock):
    """The computer's clock; its pauses are where a command may be stopped."""

    def __init__(self, stopping: Stopping) -> None:
        self._stopping = stopping

    def sleep(self, seconds: float) -> None:
        """Let wall time pass; raises Stopped if somebody wants to stop."""
        self._stopping.pause()
        super().sleep(seconds)
