"""Finding a panel again whose cable was pulled. Nothing is armed by this; only a person arms."""

from dataclasses import dataclass

from device.clock import Clock, Deadline
from device.detector import Detector, open_detector
from device.errors import AnotherPanel, DetectorBusy, LinkError, RegisterRefused
from device.frame import DetectorIdentity
from device.gencp.packets import Status

# A panel that was plugged in again is ready within this time, and looked for this often.
REOPEN_WITHIN_S = 3.0
REOPEN_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Reopened:
    """A panel that was found again, at rest; `restarted` when it lost its power meanwhile.

    `restarted` is None where the panel has no boot id and does not tell.
    """

    detector: Detector
    restarted: bool | None


def reopen(url: str, clock: Clock, identity: DetectorIdentity) -> Reopened:
    """Look for a lost panel for at most 3 s. Close the lost one before.

    A panel that still counts itself as the lost connection's is asked again meanwhile. Raises
    AnotherPanel when a different one answers, LinkError, DetectorBusy or RegisterRefused when none
    can be had.
    """
    detector = _open_patiently(url, clock)
    if detector.identity.serial != identity.serial:
        detector.close()
        raise AnotherPanel(f"{detector.identity.serial} instead of {identity.serial}")
    return Reopened(detector, _restarted(identity.boot_id, detector.identity.boot_id))


def _restarted(before: int | None, now: int | None) -> bool | None:
    return None if before is None or now is None else before != now


def _open_patiently(url: str, clock: Clock) -> Detector:
    deadline = Deadline(clock, REOPEN_WITHIN_S)
    while True:
        try:
            return open_detector(url, clock)
        except (LinkError, DetectorBusy, RegisterRefused) as error:
            refused = isinstance(error, RegisterRefused) and error.status != Status.ACCESS_DENIED
            if refused or deadline.over():
                raise
        clock.sleep(REOPEN_PAUSE_S)
