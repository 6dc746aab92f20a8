"""The hosts' control sessions: who holds the device, and have they been heard of lately.

Each link has a session of its own, with its own heartbeat counted in model time. All of a device's
sessions share one `Access`: exclusive means over all its links.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_sim.errors import AccessDenied, ConfigurationForbids, OutOfRange
from firmware_sim.lines import MICROSECONDS_PER_MS, ModelClock

# GenCP 1.3.1, ABRM 0x1E8: default heartbeat time-out.
DEFAULT_HEARTBEAT_MS = 3000
# Design figure: BeamEnable has to fall within 250 ms of the host's last word.
ARMED_HEARTBEAT_MS = 200
# GenCP 1.3.1, ABRM 0x204.
AVAILABLE, OPEN_EXCLUSIVE = 0, 1


def _never() -> bool:
    return False


def _always() -> bool:
    return True


@dataclass(slots=True)
class Access:
    """Which session holds the device, if one does."""

    holder: "ControlSession | None" = None


@dataclass(slots=True, eq=False)
class ControlSession:
    """One link's session.

    While an exposure is armed or under way the host is given 200 ms however long a heartbeat it
    asked for; `on_lost` is called once when the host has been silent for too long, or has given
    the device back. The heartbeat is mandatory where a lost host would leave the link unusable.
    Registers from `reserved_from` on are written only by the host that holds the device; without
    it, as on USB, whose bus knows one host only, by any while nobody holds it.
    """

    clock: ModelClock
    on_lost: Callable[[], None]
    guards_exposure: Callable[[], bool] = _never
    access: Access = field(default_factory=Access)
    may_open: Callable[[], bool] = _always
    reserved_from: int | None = None
    heartbeat_is_mandatory: Callable[[], bool] = _never
    heartbeat_enabled: bool = False
    heartbeat_ms: int = DEFAULT_HEARTBEAT_MS
    _heard_us: int = field(default=0)
    _busy_until_us: int = field(default=0)

    @property
    def privilege(self) -> int:
        """The access privilege as a host reads it: 1 while any link holds the device."""
        return AVAILABLE if self.access.holder is None else OPEN_EXCLUSIVE

    @property
    def holds_device(self) -> bool:
        """Whether this link's host opened the device."""
        return self.access.holder is self

    @property
    def is_held_elsewhere(self) -> bool:
        """Whether another link's host opened the device."""
        return self.access.holder not in (None, self)

    @property
    def watches_host(self) -> bool:
        """Whether a host that falls silent counts as lost."""
        return self.heartbeat_enabled or self.heartbeat_is_mandatory()

    def heard(self) -> None:
        """Note a command of the host: its heartbeat starts anew."""
        self._heard_us = self.clock.now_us

    def suspend_heartbeat(self, until_us: int) -> None:
        """Expect nothing of the host while it waits for a command; an armed exposure goes on."""
        self._busy_until_us = until_us

    def power_up(self) -> None:
        """Begin as after a power cut: nobody holds the device and nobody is watched."""
        self._leave()
        self.heartbeat_enabled = False
        self.heartbeat_ms = DEFAULT_HEARTBEAT_MS
        self.heard()

    def end(self) -> None:
        """End the session of a host that is gone, with everything it had armed or running."""
        self.on_lost()
        self._leave()
        self.heard()

    def set_privilege(self, value: int) -> None:
        """Open (1) or give back (0) the session; giving it back ends what the host had running."""
        if value not in (AVAILABLE, OPEN_EXCLUSIVE):
            raise OutOfRange("The access privilege is 0 or 1.")
        self._check_not_held_elsewhere()
        if value == AVAILABLE and self.holds_device:
            self.end()
        elif value == OPEN_EXCLUSIVE and not self.holds_device:
            self._open()

    def check_may_write(self, address: int) -> None:
        """Refuse a write that only the holder of the device may do."""
        self._check_not_held_elsewhere()
        reserved = self.reserved_from is not None and address >= self.reserved_from
        if reserved and not self.holds_device:
            raise AccessDenied("Only a host that has opened the device may write this.")

    def enable_heartbeat(self) -> None:
        """Watch the host from now on."""
        self.heartbeat_enabled = True

    def disable_heartbeat(self) -> None:
        """Watch the host no longer; refused while something depends on it."""
        if self.guards_exposure():
            raise AccessDenied("The heartbeat stays enabled while an exposure is armed.")
        if self.heartbeat_is_mandatory():
            raise ConfigurationForbids("The heartbeat is mandatory on a line that was made faster.")
        self.heartbeat_enabled = False

    def set_heartbeat_ms(self, value: int) -> None:
        """Set how long the host may be silent."""
        if value <= 0:
            raise OutOfRange("The heartbeat time-out is at least 1 ms.")
        self.heartbeat_ms = value

    def deadline_us(self) -> int | None:
        """Give the moment at which a silent host counts as lost."""
        if not self.watches_host:
            return None
        if self.guards_exposure():
            limit_ms = min(self.heartbeat_ms, ARMED_HEARTBEAT_MS)
            return self._heard_us + limit_ms * MICROSECONDS_PER_MS
        if not (self.holds_device or self.heartbeat_is_mandatory()):
            return None
        since_us = max(self._heard_us, self._busy_until_us)
        return since_us + self.heartbeat_ms * MICROSECONDS_PER_MS

    def advance(self) -> bool:
        """End the session of a host that has been silent for too long."""
        if not self.clock.reached(self.deadline_us()):
            return False
        self.end()
        return True

    def _check_not_held_elsewhere(self) -> None:
        if self.is_held_elsewhere:
            raise AccessDenied("The device is open for a host on another link.")

    def _open(self) -> None:
        if not self.may_open():
            raise AccessDenied("The device is in use over another link.")
        self.access.holder = self

    def _leave(self) -> None:
        self._busy_until_us = 0
        if self.holds_device:
            self.access.holder = None
