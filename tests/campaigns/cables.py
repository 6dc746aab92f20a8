"""The cable campaign: every cable is pulled in every state of the protocol, and put back.

A pull is detected in time, the device is found again in time, nothing is armed by that, no exposure
is lost or made twice, and the next one that a person asks for is good. Times are what a person
would have waited: real time on the wires plus the unit's own.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread, Timer

from device.clock import SystemClock
from device.detector import Detector, open_detector
from device.errors import DeviceError, Exposed, LinkError
from device.exposure import ExposureRequest, Technique
from device.frame import DetectorIdentity
from device.generator import Generator, open_generator
from device.reopen import Reopened, reopen
from device.serial_link import FIRST_BAUD
from firmware_sim.faults import MOMENTS
from tests.campaigns.site import Site, WaitingTime, opened_site

LONG = Technique(50.0, 25.0, 300.0)
USB_STATES = MOMENTS
# How long after arming the cable is pulled, and what panel and generator are doing then: the switch
# is pressed after 0.5 s, and 2.3 s later X-rays begin.
GENERATOR_STATES = {
    "armed": (0.3, "armed", "standby"),
    "prep": (1.0, "armed", "preparing"),
    "ready": (2.65, "preparing", "ready"),
    "exposing": (2.9, "window", "exposing"),
    "window": (3.2, "window", "spent"),
    "settling": (3.302, "settling", "spent"),
}
AFTER_X_RAYS = ("exposing", "window", "settling")
PANEL_LINE_STATES = ("idle", "file", "pending", "baud")
REST_S = 21.0
# Long enough for every machine: nobody noticed.
NEVER_S = 60.0


class CableFailure(AssertionError):
    """A pulled cable that did more than it may."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long it may take to notice a pulled cable, and to find the device again."""

    usb_s: float
    serial_s: float
    found_again_s: float


LIMITS = Limits(usb_s=0.5, serial_s=0.1, found_again_s=3.0)


@dataclass
class Stopwatch:
    """How long something took: real time, and the unit's."""

    site: Site
    began: tuple[float, float] | None = field(default=None)

    def start(self) -> None:
        """Begin to count."""
        self.began = (time.monotonic(), self.site.clock.now())

    def forget(self) -> None:
        """Count nothing until the next start."""
        self.began = None

    def seconds(self) -> float:
        """Give the seconds since then."""
        wall_s = self.wall_s()
        assert self.began is not None
        return wall_s + self.site.clock.now() - self.began[1]

    def wall_s(self) -> float:
        """Give the real seconds alone, for a unit that lives in real time."""
        if self.began is None:
            raise CableFailure("the cable was never pulled")
        return time.monotonic() - self.began[0]


class Rehearsal:
    """Pulls cables on one site; `slowest` keeps the longest time of each kind."""

    def __init__(self, site: Site, limits: Limits) -> None:
        self.site = site
        self.limits = limits
        self.slowest: dict[str, float] = {}
        self._watch = Stopwatch(site)
        self._nonce = 0
        site.unit.cable.on_pull.append(self._watch.start)

    # One pull each

    def pull_usb(self, state: str) -> None:
        """Pull the USB cable in a state, find the panel again and expose once more."""
        unit, clock = self.site.unit, self.site.clock
        self._watch.forget()
        unit.inject_fault("cable-pull", {"at": state})
        made, error = len(unit.exposures), self._use_until_it_fails(state)
        self._took(f"USB {state}, detected", self._watch.seconds(), self.limits.usb_s)
        clock.sleep(0.25)
        self._check(not unit.lines.beam_enable and not unit.lines.x_rays, "the beam went on")
        self._check_told(error, len(unit.exposures) - made)
        self._find_the_panel_again(state)
        self._check_nothing_is_armed()

    def pull_generator(self, state: str) -> None:
        """Pull the generator's serial cable in a state; an image under way still arrives."""
        made = len(self.site.unit.exposures)
        if state == "idle":
            self._hang_generator_up()
            self._await_failure(lambda: self.site.generator.watch())
            self._took("serial idle, detected", self._watch.seconds(), self.limits.serial_s)
        else:
            self._expose_without_generator(state)
        self._check(len(self.site.unit.exposures) - made == (state in AFTER_X_RAYS), "exposures")
        self._find_the_generator_again(state)
        self._check_nothing_is_armed()

    def pull_panel_line(self, state: str) -> None:
        """Pull the panel's serial cable; the panel has one host, so USB lets go of it before."""
        site = self.site
        site.detector.close()
        site.unit.set_clock_mode("real")  # its heartbeat and the rate of its line are real
        panel = open_detector(site.serial_url, SystemClock())
        panel.status()
        self._watch.forget()
        self._use_panel_line(panel, state)
        what = f"panel's serial line {state}"
        self._took(f"{what}, detected", self._watch.wall_s(), self.limits.serial_s)
        panel.close()
        site.unit.clear_faults()
        site.panel_line.plug()
        self._watch.start()
        self._found_on_the_line(panel.identity).detector.close()
        self._took(f"{what}, found again", self._watch.wall_s(), self.limits.found_again_s)
        site.unit.set_clock_mode("manual")
        site.use(open_detector(site.detector_url, site.clock))

    def expose(self) -> None:
        """Make an exposure as a person asks for it; its image has its number."""
        unit, made = self.site.unit, len(self.site.unit.exposures)
        self.site.sequence.arm(self._request())
        self.site.clock.after(0.2, lambda: unit.press_hand_switch(2))
        frame = self.site.sequence.await_frame(30.0, lambda stage: None)
        assert frame.exposure is not None
        numbers = [exposure.nonce for exposure in unit.exposures[made:]]
        self._check(numbers == [frame.exposure.nonce] == [self._nonce], "another image")
        self.rest()

    def rest(self) -> None:
        """Let go of the switch until the generator may expose again."""
        self.site.clock.forget_plans()
        self.site.unit.press_hand_switch(0)
        self.site.clock.sleep(REST_S)

    # Until it fails

    def _use_until_it_fails(self, state: str) -> DeviceError:
        site = self.site
        try:
            if state == "dark":
                site.detector.read_dark(500.0)
            elif state == "idle":
                site.clock.sleep(0.05)
                site.detector.status()
            else:
                site.sequence.arm(self._request())
                site.clock.after(0.5, lambda: site.unit.press_hand_switch(2))
                site.sequence.await_frame(30.0, lambda stage: None)
        except DeviceError as error:
            if self._watch.began is None:
                raise CableFailure(f"{state}: it failed before: {error.code}: {error}") from error
            return error
        raise CableFailure(f"nobody noticed that the cable was pulled: {state}")

    def _await_failure(self, ask: Callable[[], object]) -> None:
        """Ask until it fails; a failure before the pull, as of a busy computer, is none of it."""
        end_s = time.monotonic() + NEVER_S
        while time.monotonic() < end_s:
            try:
                ask()
            except DeviceError:
                if self._watch.began is not None:
                    return
        raise CableFailure("nobody noticed that the cable was pulled")

    def _use_panel_line(self, panel: Detector, state: str) -> None:
        """Do what takes a while, such as commands of which each asks for time, until it fails."""
        if state == "idle":
            self._hang_panel_up()
            self._await_failure(panel.status)
        elif state == "baud":
            panel.close()
            self._open_while_the_rate_changes()
        else:
            slow_ms = {"file": 60, "pending": 400}[state]
            self.site.unit.inject_fault("pending-ack", {"every": 1, "ms": slow_ms})
            ask = {"file": lambda: panel.read_file("EventLog"), "pending": panel.status}[state]
            Timer(0.2, self._hang_panel_up).start()
            self._await_failure(ask)

    def _open_while_the_rate_changes(self) -> None:
        pulling = Thread(target=self._hang_panel_up_at_another_rate)
        pulling.start()
        self._await_failure(lambda: open_detector(self.site.serial_url, SystemClock()).status())
        pulling.join()

    def _hang_panel_up_at_another_rate(self) -> None:
        line, end_s = self.site.panel_line, time.monotonic() + NEVER_S
        while line.baud == FIRST_BAUD and time.monotonic() < end_s:
            time.sleep(0.0002)
        self._hang_panel_up()

    def _hang_panel_up(self) -> None:
        self._watch.start()
        self.site.panel_line.hang_up()

    def _found_on_the_line(self, identity: DetectorIdentity) -> Reopened:
        while True:
            try:
                return reopen(self.site.serial_url, SystemClock(), identity)
            except LinkError:
                if self._watch.wall_s() > self.limits.found_again_s:
                    raise

    def _hang_generator_up(self) -> None:
        self._watch.start()
        self.site.generator_line.hang_up()

    def _expose_without_generator(self, state: str) -> None:
        site = self.site
        site.sequence.arm(self._request())
        pulled_after_s, *doing = GENERATOR_STATES[state]
        seen: list[str] = []
        site.clock.after(0.5, lambda: site.unit.press_hand_switch(2))
        site.clock.after(pulled_after_s, lambda: seen.extend(self._states()))
        site.clock.after(pulled_after_s, self._hang_generator_up)
        try:
            frame = site.sequence.await_frame(30.0, lambda stage: None)
        except DeviceError as error:
            self._check(state not in AFTER_X_RAYS, f"the image was lost: {error}")
            self._took(f"serial {state}, detected", self._watch.seconds(), self.limits.serial_s)
        else:
            assert frame.exposure is not None
            self._check(frame.exposure.nonce == self._nonce, "another image")
        self._check(seen == doing, f"pulled in {seen}, not in {doing}")

    def _states(self) -> tuple[str, str]:
        shown = self.site.unit.describe()
        return shown["panel"]["state"], shown["generator"]["state"]

    # Afterwards

    def _check_told(self, error: DeviceError, made: int) -> None:
        self._check(made <= 1, f"{made} exposures under one number")
        told = (Exposed.YES, Exposed.UNKNOWN) if made else (Exposed.NO, Exposed.UNKNOWN)
        self._check(error.exposed in told, f"{made} exposures, and it says {error.exposed}")
        numbers = [exposure.nonce for exposure in self.site.unit.exposures]
        self._check(len(numbers) == len(set(numbers)), "a number was used twice")

    def _find_the_panel_again(self, state: str) -> None:
        identity = self.site.detector.identity
        self.site.detector.close()
        self.site.unit.clear_faults()
        self._watch.start()
        found = reopen(self.site.detector_url, WaitingTime(self.site.clock), identity)
        self._took(f"USB {state}, found again", self._watch.seconds(), self.limits.found_again_s)
        self._check(not found.restarted, "a pulled cable is no power cut")
        self.site.use(found.detector)

    def _find_the_generator_again(self, state: str) -> None:
        self.site.generator.close()
        self.site.generator_line.plug()
        self._watch.start()
        self.site.generator = self._reopened_generator()
        self._took(f"serial {state}, found again", self._watch.seconds(), self.limits.found_again_s)
        self.site.use(self.site.detector)

    def _reopened_generator(self) -> Generator:
        while True:
            try:
                generator = open_generator(self.site.generator_url)
                generator.status()
                return generator
            except DeviceError:
                if self._watch.seconds() > self.limits.found_again_s:
                    raise
                time.sleep(0.01)

    def _check_nothing_is_armed(self) -> None:
        unit, made = self.site.unit, len(self.site.unit.exposures)
        self.rest()
        for stage in (1, 2):
            unit.press_hand_switch(stage)
            self.site.clock.sleep(2.5)
        self._check(len(unit.exposures) == made, "X-rays that nobody armed")
        self._check(unit.describe()["panel"]["state"] == "idle", "the panel is not at rest")
        self.rest()

    def _request(self) -> ExposureRequest:
        self._nonce += 1
        return ExposureRequest(self._nonce, LONG)

    def _took(self, what: str, seconds: float, limit_s: float) -> None:
        self._check(seconds <= limit_s, f"{what} after {seconds:.3f} s")
        self.slowest[what] = max(seconds, self.slowest.get(what, 0.0))

    def _check(self, kept: object, broken: str) -> None:
        if not kept:
            raise CableFailure(broken)


def pull_cables(
    times: int, seed: int, told: Callable[[int], None], limits: Limits = LIMITS
) -> Counter[str]:
    """Pull every cable in every state so many times; the order does not depend on a seed."""
    tally: Counter[str] = Counter()
    with opened_site() as site:
        rehearsal = Rehearsal(site, limits)
        for number in range(times):
            told(number)
            for state in USB_STATES:
                rehearsal.pull_usb(state)
                tally["USB pulls"] += 1
            for state in ("idle", *GENERATOR_STATES):
                rehearsal.pull_generator(state)
                tally["generator pulls"] += 1
            for state in PANEL_LINE_STATES:
                rehearsal.pull_panel_line(state)
                tally["panel line pulls"] += 1
            rehearsal.expose()
            tally["exposures afterwards"] += 1
        for what, seconds in rehearsal.slowest.items():
            tally[f"ms at most: {what}"] = round(1000 * seconds)
    return tally
