"""What a service engineer asks of a unit: one check after the other, no X-rays, no patient.

To add one: a function from the devices under test to checks, and its row in `CHECKS`.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import Enum

import numpy as np

from device.detector import Detector
from device.errors import DeviceError, NoImageChannel, NotOffered
from device.generator import Generator
from device.patterns import expected_pattern

# docs/safety.md: an armed panel is asked every 50 ms; a slower cable cannot carry a visit.
SLOWEST_ROUND_TRIP_S = 0.05
ROUND_TRIPS = 200
# Design figures, after what flat panels tolerate: normal at 15 to 40 C, a warning down to 10 and up
# to 42; beyond that a calibration does not fit.
NORMAL_C, USABLE_C = (15.0, 40.0), (10.0, 42.0)
# Design figures: the unit's panel has 7 DN of noise (amplifier, lines, pixels), twice that is
# broken; dark frames of a good panel lie far below a tenth of the range.
LARGEST_NOISE_DN = 15.0
LARGEST_DARK_SHARE = 0.1
FULL_SCALE_DN = 65535
# The median absolute deviation of a normal distribution, and two frames instead of one.
SIGMA_PER_MAD = 1.4826
FRAMES_DIFFERENCE = 2.0**0.5
DARK_INTEGRATION_MS = 500.0
PATTERN = "GreyDiagonalRamp"


class Outcome(Enum):
    """How a check ended."""

    PASSED = "passed"
    ATTENTION = "attention"
    FAILED = "failed"
    NOT_OFFERED = "not offered"


Figure = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Check:
    """One result: what was asked, how it ended, one sentence, and the figures behind it."""

    name: str
    outcome: Outcome
    sentence: str
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def as_record(self) -> dict[str, object]:
        """Return it as plain data."""
        return asdict(self) | {"outcome": self.outcome.value}


@dataclass(frozen=True, slots=True)
class UnderTest:
    """What is to be tested; either device may be missing."""

    detector: Detector | None
    generator: Generator | None


def run_checks(under_test: UnderTest, names: Sequence[str]) -> Iterator[Check]:
    """Run checks by name, in the order of the table; a device that fails ends only its own check.

    Raises KeyError for a name that is not in `CHECKS`.
    """
    for name in sorted(set(names), key=list(CHECKS).index):
        yield from _guarded(under_test, name)


def _guarded(under_test: UnderTest, name: str) -> Iterator[Check]:
    made = 0
    try:
        for check in CHECKS[name](under_test):
            made += 1
            yield check
        if not made:
            missing = "generator" if name == "generator" else "detector"
            yield Check(name, Outcome.NOT_OFFERED, f"Not done: no {missing} was named.")
    except (NotOffered, NoImageChannel) as error:
        yield Check(name, Outcome.NOT_OFFERED, f"{error}", {"code": error.code})
    except DeviceError as error:
        yield Check(name, Outcome.FAILED, f"{error.code}: {error}", {"code": error.code})


# --- the detector


def _detector_identity(under_test: UnderTest) -> Iterator[Check]:
    if under_test.detector is None:
        return
    identity, detector = under_test.detector.identity, under_test.detector
    can = "" if detector.can_expose else "; it cannot be armed: dark and test images only"
    can = can if detector.carries_images else "; this cable is for service: no images, no exposure"
    sentence = (
        f"{identity.vendor} {identity.model}, serial number {identity.serial}, firmware "
        f"{identity.firmware_version}, {detector.rows} x {detector.columns} pixels of "
        f"{detector.pixel_pitch_um:g} um{can}."
    )
    figures = asdict(identity) | {"rows": detector.rows, "columns": detector.columns}
    yield Check("detector-identity", Outcome.PASSED, sentence, figures)


def _temperatures(under_test: UnderTest) -> Iterator[Check]:
    if under_test.detector is None:
        return
    measured = under_test.detector.temperatures()
    if not measured:
        raise NotOffered("no place at which it measures")
    outcome = max((_how_warm(celsius) for celsius in measured.values()), key=list(Outcome).index)
    said = ", ".join(f"{place} {celsius:.1f} C" for place, celsius in measured.items())
    sentence = f"{said} (normal {NORMAL_C[0]:g} to {NORMAL_C[1]:g} C)."
    yield Check("temperatures", outcome, sentence, dict(measured))


def _how_warm(celsius: float) -> Outcome:
    if NORMAL_C[0] <= celsius <= NORMAL_C[1]:
        return Outcome.PASSED
    return Outcome.ATTENTION if USABLE_C[0] <= celsius <= USABLE_C[1] else Outcome.FAILED


def _interlocks(under_test: UnderTest) -> Iterator[Check]:
    told = {
        "panel": _panel_contacts(under_test.detector),
        "generator": _contact(under_test.generator),
    }
    known = {place: names for place, names in told.items() if names is not None}
    if not known:
        sentence = "Neither device tells of its safety contacts: look at them yourself."
        yield Check("interlocks", Outcome.NOT_OFFERED, sentence)
        return
    open_ones = [f"{names} ({place})" for place, names in known.items() if names]
    outcome = Outcome.ATTENTION if open_ones else Outcome.PASSED
    closed = f"Closed, as far as seen by {' and '.join(known)}."
    sentence = f"Open: {', '.join(open_ones)}." if open_ones else closed
    yield Check("interlocks", outcome, sentence, dict(known))


def _panel_contacts(detector: Detector | None) -> str | None:
    """Name the contacts that the panel sees open; None where it watches none."""
    contacts = None if detector is None else detector.status().open_interlocks
    return None if contacts is None else contacts.names()


def _contact(generator: Generator | None) -> str | None:
    """Name the generator's contact if it is open; None where it does not tell."""
    closed = None if generator is None else generator.status().interlock_closed
    return None if closed is None else "" if closed else "contact"


def _link_quality(under_test: UnderTest) -> Iterator[Check]:
    if under_test.detector is None:
        return
    before = under_test.detector.link_counters
    times_ms = 1000 * np.array(under_test.detector.measure_round_trips(ROUND_TRIPS))
    after = under_test.detector.link_counters
    p50, p95, p99 = (float(np.percentile(times_ms, part)) for part in (50, 95, 99))
    repeated, unreadable = after.repeated - before.repeated, after.unreadable - before.unreadable
    slow = p99 > 1000 * SLOWEST_ROUND_TRIP_S
    outcome = Outcome.ATTENTION if repeated or unreadable or slow else Outcome.PASSED
    sentence = (
        f"{ROUND_TRIPS} questions: half within {p50:.2f} ms, 95 % within {p95:.2f} ms, 99 % within "
        f"{p99:.2f} ms; {repeated} repeated, {unreadable} unreadable."
    )
    figures: dict[str, Figure] = {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99}
    figures |= {"questions": ROUND_TRIPS, "repeated": repeated, "unreadable": unreadable}
    yield Check("link-quality", outcome, sentence, figures | _counted_by_panel(under_test.detector))


def _counted_by_panel(detector: Detector) -> dict[str, Figure]:
    try:
        counters = asdict(detector.panel_counters())
    except NotOffered:
        return {}
    return {f"panel_{name}": count for name, count in counters.items()}


def _test_pattern(under_test: UnderTest) -> Iterator[Check]:
    if under_test.detector is None:
        return
    frame = under_test.detector.read_test_pattern(PATTERN)
    wrong = int(np.count_nonzero(frame.pixels != expected_pattern(PATTERN, *frame.pixels.shape)))
    outcome = Outcome.FAILED if wrong else Outcome.PASSED
    sentence = f"{PATTERN} of {frame.pixels.size} pixels arrived with {wrong} wrong ones."
    figures: dict[str, Figure] = {
        "wrong_pixels": wrong,
        "pixels": frame.pixels.size,
        "crc32": f"{zlib.crc32(frame.pixels.tobytes()):08x}",
    }
    yield Check("test-pattern", outcome, sentence, figures)


def _dark_noise(under_test: UnderTest) -> Iterator[Check]:
    if under_test.detector is None:
        return
    first = under_test.detector.read_dark(DARK_INTEGRATION_MS).pixels.astype(np.int32)
    second = under_test.detector.read_dark(DARK_INTEGRATION_MS).pixels
    difference = second - first
    deviation = float(np.median(np.abs(difference - np.median(difference))))
    noise_dn = SIGMA_PER_MAD * deviation / FRAMES_DIFFERENCE
    level_dn = float(np.median(second))
    good = noise_dn <= LARGEST_NOISE_DN and level_dn < LARGEST_DARK_SHARE * FULL_SCALE_DN
    # A panel whose two dark frames are the same pixel by pixel does not read out.
    outcome = Outcome.PASSED if good and noise_dn > 0.0 else Outcome.FAILED
    sentence = (
        f"Dark level {level_dn:.0f} DN, noise {noise_dn:.1f} DN "
        f"(at most {LARGEST_NOISE_DN:g} DN) at {DARK_INTEGRATION_MS:g} ms."
    )
    yield Check("dark-noise", outcome, sentence, {"level_dn": level_dn, "noise_dn": noise_dn})


# --- the generator


def _generator_self_test(under_test: UnderTest) -> Iterator[Check]:
    if under_test.generator is None:
        return
    for step in under_test.generator.self_test():
        outcome = Outcome.PASSED if step.passed else Outcome.FAILED
        yield Check(f"generator-{step.name.replace(' ', '-')}", outcome, step.detail)


CHECKS: dict[str, Callable[[UnderTest], Iterator[Check]]] = {
    "detector-identity": _detector_identity,
    "temperatures": _temperatures,
    "interlocks": _interlocks,
    "link-quality": _link_quality,
    "test-pattern": _test_pattern,
    "dark-noise": _dark_noise,
    "generator": _generator_self_test,
}
