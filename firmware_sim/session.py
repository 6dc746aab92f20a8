"""The host's control session: access privilege and heartbeat, counted in model time."""

from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.lines import MICROSECONDS_PER_MS, ModelClock

# GenCP 1.3.1, ABRM 0x1E8: default heartbeat time-out.
DEFAULT_HEARTBEAT_MS = 3000
# Design figure: BeamEnable has to fall within 250 ms of the host's last word.
ARMED_HEARTBEAT_MS = 200
# GenCP 1.3.1, ABRM 0x204.
AVAILABLE, OPEN_EXCLUSIVE = 0, 1


def _never() -> bool:
    return False


@dataclass(slots=True)
class ControlSession:
    """Who holds the panel, and whether they have been heard of lately.

    While an exposure is armed or under way the host is given 200 ms however long a heartbeat it
    asked for; `on_lost` is called once when the host has been silent for too long.
    """

    clock: ModelClock
    on_lost: Callable[[], None]
    guards_exposure: Callable[[], bool] = _never
    privilege: int = AVAILABLE
    heartbeat_enabled: bool = False
    heartbeat_ms: int = DEFAULT_HEARTBEAT_MS
    _heard_us: int = field(default=0)

    def heard(self) -> None:
        """Note a command of the host: its heartbeat starts anew."""
        self._heard_us = self.clock.now_us

    def set_privilege(self, value: int) -> None:
        """Open (1) or give back (0) the session; giving it back ends what the host had running."""
        if value not in (AVAILABLE, OPEN_EXCLUSIVE):
            raise OutOfRange("The access privilege is 0 or 1.")
        if self.privilege == OPEN_EXCLUSIVE and value == AVAILABLE:
            self.on_lost()
        self.privilege = value

    def enable_heartbeat(self) -> None:
        """Watch the host from now on."""
        self.heartbeat_enabled = True

    def disable_heartbeat(self) -> None:
        """Watch the host no longer; refused while an exposure depends on it."""
        if self.guards_exposure():
            raise AccessDenied("The heartbeat stays enabled while an exposure is armed.")
        self.heartbeat_enabled = False

    def set_heartbeat_ms(self, value: int) -> None:
        """Set how long the host may be silent."""
        if value <= 0:
            raise OutOfRange("The heartbeat time-out is at least 1 ms.")
        self.heartbeat_ms = value

    def deadline_us(self) -> int | None:
        """Give the moment at which a silent host counts as lost."""
        if not self.heartbeat_enabled:
            return None
        if self.guards_exposure():
            limit_ms = min(self.heartbeat_ms, ARMED_HEARTBEAT_MS)
        elif self.privilege == OPEN_EXCLUSIVE:
            limit_ms = self.heartbeat_ms
        else:
            return None
        return self._heard_us + limit_ms * MICROSECONDS_PER_MS

    def advance(self) -> bool:
        """End the session of a host that has been silent for too long."""
        if not self.clock.reached(self.deadline_us()):
            return False
        self.privilege = AVAILABLE
        self._heard_us = self.clock.now_us
        self.on_lost()
        return True
