"""The USB cable: plugged in, or pulled at a chosen moment until somebody puts it back."""

from collections.abc import Callable

from firmware_sim.faults import FaultPoints
from firmware_sim.lines import ModelClock
from firmware_sim.moments import Appointment, Moments


class UsbCable:
    """Tells its listeners when the host at its other end is cut off."""

    def __init__(self, now: Moments, clock: ModelClock, points: FaultPoints) -> None:
        self.plugged = True
        self.on_pull: list[Callable[[], None]] = []
        self._points = points
        self._pull = Appointment(now, clock, self._wanted_moment, self.pull)

    def pull(self) -> None:
        """Take the cable out."""
        self.plugged = False
        self.cut_off_hosts()

    def plug(self) -> None:
        """Put the cable back."""
        self.plugged = True
        self._pull.forget()

    def cut_off_hosts(self) -> None:
        """End every connection, as a pulled cable or a device without power does."""
        for listener in self.on_pull:
            listener()

    def deadline_us(self) -> int | None:
        """Give the moment at which the cable will be pulled, once it is known."""
        return self._pull.deadline_us()

    def advance(self) -> bool:
        """Pull the cable when its moment has come."""
        return self._pull.advance()

    def _wanted_moment(self) -> str | None:
        return self._points.pull_cable_at if self.plugged else None
