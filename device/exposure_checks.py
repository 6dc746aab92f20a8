"""What must be true before an exposure, and what is wrong with one that was made."""

from device.detector import Interlock, LastExposure
from device.errors import (
    ExposureError,
    ExposureTooLong,
    ExposureTooShort,
    GeneratorNotReady,
    InterlockOpen,
    NoXrays,
)
from device.generator_status import GeneratorStatus
from device.technique import Technique

# X-rays shorter than this part of the set time (less 1 ms of switching) were cut off by somebody.
SHORTEST_PART = 0.9
# The unit: an independent timer ends X-rays at 1.2 x the set time + 5 ms; half of that is wrong.
LONGEST_PART = 1.1
SWITCHING_MS = 1.0
LONG_MARGIN_MS = 2.5


def check_interlocks(open_interlocks: Interlock) -> None:
    """Raise InterlockOpen naming what is open."""
    if open_interlocks:
        raise InterlockOpen(f"open: {open_interlocks.names()}")


def check_generator_contacts(status: GeneratorStatus) -> None:
    """Raise InterlockOpen or GeneratorNotReady for what already stands against an exposure."""
    if status.interlock_closed is None:
        raise GeneratorNotReady("it does not tell whether its contact is closed")
    if not status.interlock_closed:
        raise InterlockOpen("open: the generator's contact")
    for against, reason in (
        (status.fault, "; ".join(("a fault is latched", *status.fault_names))),
        (status.xray_on, "X-rays are on"),
        (status.preparing or status.ready, "the hand switch is pressed already; release it"),
    ):
        if against:
            raise GeneratorNotReady(reason)


def check_generator(status: GeneratorStatus) -> None:
    """Raise as check_generator_contacts, and for a set-up that the generator calls invalid."""
    check_generator_contacts(status)
    if not status.setup_valid:
        raise GeneratorNotReady("its set-up is invalid")


def wrong_time(technique: Technique, last: LastExposure) -> ExposureError | None:
    """Give what is wrong with the time for which the panel saw X-rays, None for nothing."""
    seen = f"{last.exposure_ms:g} ms instead of {technique.ms:g} ms"
    if last.exposure_ms <= 0:
        return NoXrays()
    if last.exposure_ms < SHORTEST_PART * technique.ms - SWITCHING_MS:
        return ExposureTooShort(seen)
    if last.exposure_ms > LONGEST_PART * technique.ms + LONG_MARGIN_MS:
        return ExposureTooLong(seen)
    return None
