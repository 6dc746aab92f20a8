"""Panel, generator and the copper between them, wired as in a real unit."""

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from random import Random
from threading import Lock, RLock
from typing import Any, Protocol, TypeVar

from firmware_sim import faults
from firmware_sim.cable import UsbCable
from firmware_sim.errors import UnknownValue
from firmware_sim.features import ExposureControl
from firmware_sim.flash import Flash
from firmware_sim.gencp_framing import Framing
from firmware_sim.generators import GENERATOR_MODELS
from firmware_sim.identity import firmware_version
from firmware_sim.imaging import Geometry, ImageSource
from firmware_sim.lines import MICROSECONDS_PER_SECOND, Lines, ModelClock
from firmware_sim.moments import Appointment, Moments
from firmware_sim.panel import Panel
from firmware_sim.radiographer import Radiographer
from firmware_sim.restart import Restart
from firmware_sim.session import ControlSession
from firmware_sim.technique import Pulse
from firmware_sim.wire_faults import WireFaults

# What hands are exposed with, until the generator is told otherwise.
USUAL_KV = 50.0
CLOCK_MODES = ("real", "manual")
OPERATORS = ("manual", "auto")
GENERATOR_BROKEN = "generator fault"

Choice = TypeVar("Choice")


class Part(Protocol):
    """Something that moves with model time."""

    def deadline_us(self) -> int | None:
        """Give the next moment at which the part does something by itself."""

    def advance(self) -> bool:
        """React to the lines and the clock; True when something changed."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """One exposure as it really happened, for whoever wants to check what was recorded."""

    nonce: int
    kv: float
    ma: float
    set_ms: int
    actual_ms: float
    mas: float
    at_s: float
    patient: str


class SimulatedUnit:
    """A whole unit in one object: `panel`, `tube`, `lines`, `session` and the fault `points`.

    It moves only when told `step(seconds)` of model time, which goes from event to event, so that
    a minute of nothing costs next to nothing. With `clock="manual"` (the default) `step` also waits
    for the pixels of a frame, so that the same steps always give the same bytes; with
    `clock="real"` a `firmware_sim.ticker.Ticker` calls it and never waits.

    For tests: `unit = SimulatedUnit(SMALL_PANEL, seed=1)`, then `unit.press_hand_switch(2)`,
    `unit.open_door()`, `unit.place_patient("flat")`, `unit.inject_fault("cable-pull", {"at":
    "armed"})`, `unit.step(0.5)`, `unit.describe()`, `unit.close()`. Every method may be called from
    any thread. `firmware_sim.server.serve(unit)` puts it on the wire.

    The boot id is new at each power-up and so, unless it is given, the one thing not drawn from
    the seed. `lines` is the copper, for whoever wants to watch every edge on it; whoever keeps
    state that a power cut wipes out adds itself to `on_power_up`.
    """

    def __init__(
        self,
        geometry: Geometry,
        seed: int = 1,
        *,
        imager: ImageSource | None = None,
        operator: str = "manual",
        clock: str = "manual",
        boot_id: int | None = None,
        lines: Lines | None = None,
        generator_model: str = "pmx",
        exposure_control: ExposureControl = ExposureControl.PRESENT,
    ) -> None:
        self.seed = seed
        self.exposure_control = exposure_control
        self.flash = Flash(firmware_version(seed))
        self.lock = RLock()
        self.clock = ModelClock()
        self.lines = lines if lines is not None else Lines()
        self.points = faults.FaultPoints()
        self.exposures: list[Exposure] = []
        self.patient = "empty"
        self._worker = ThreadPoolExecutor(1, "pixels")
        self._imager = imager if imager is not None else _factory_imager(geometry, seed)
        self.panel = Panel(
            geometry,
            self._imager,
            self.lines,
            self.clock,
            self._worker,
            seed,
            _new_boot_id() if boot_id is None else boot_id,
            self.points,
        )
        self.panel.on_note.append(self.note)
        self.note(f"power-up, boot id {self.panel.boot_id}")
        self.generator_model = _known(generator_model, tuple(GENERATOR_MODELS))
        self.parts = {self.generator_model}  # those that not every unit has
        self.tube, self.generator = GENERATOR_MODELS[generator_model](self.lines, self.clock)
        self.tube.on_pulse = self._record
        self.tube.on_voltage = self._look_ahead
        self._expected_kv = USUAL_KV
        self.session = ControlSession(self.clock, self.panel.stop_acquisition)
        self.other_sessions: list[ControlSession] = []
        self.session.guards_exposure = lambda: self.panel.needs_host
        self.panel.host_is_watched = lambda: self.session.heartbeat_enabled
        now = Moments(self.panel, self.lines, lambda: self.tube.state.value)
        self.cable = UsbCable(now, self.clock, self.points)
        mains = Appointment(now, self.clock, lambda: self.points.cut_power_at, self._cut_power)
        self.restart = Restart(self.clock, self.restart_detector)
        self.on_power_up: list[Callable[[], None]] = []
        self._parts: tuple[Part, ...] = (self.session, self.panel, self.tube, self.cable, mains)
        self._parts += (self.restart,)
        if _known(operator, OPERATORS) == "auto":
            self._parts += (Radiographer(self.panel, self.lines, self.clock),)
        self.clock_mode = _known(clock, CLOCK_MODES)
        self._faults: dict[str, faults.Values] = {}
        self._door_open = False
        self._turn = Lock()

    # Time

    @property
    def now_s(self) -> float:
        """Model time since power-up in seconds."""
        return self.clock.now_us / MICROSECONDS_PER_SECOND

    def step(self, seconds: float) -> None:
        """Let model time pass."""
        if not 0.0 <= seconds < 1e6:
            raise UnknownValue("A step is a number of seconds, 0 or more.")
        with self._turn:
            self._pass_time(seconds)

    def keep_up(self, seconds: float) -> None:
        """Let real time pass: like `step` while the clock is `real`, nothing while it is not."""
        with self._turn:
            if self.clock_mode == "real":
                self._pass_time(seconds)

    def settle(self) -> None:
        """Let the parts react to what has just been changed, without any time passing."""
        with self.lock:
            while any(part.advance() for part in self._parts):
                pass

    def add_part(self, part: Part) -> None:
        """Let something more move with model time."""
        with self.lock:
            self._parts += (part,)

    def wire_faults(
        self, link: str, framing: Framing, deliver: Callable[[bytes], None]
    ) -> WireFaults:
        """Make the layer that faults of a control channel act on, with a chance of its own."""
        chance = Random(f"{self.seed} {link}")
        wire = WireFaults(framing, self.clock, self.points, chance, deliver)
        self.add_part(wire)
        return wire

    def set_clock_mode(self, mode: str) -> None:
        """Choose who moves the clock, `real` or `manual`, from this moment on."""
        with self._turn:
            self.clock_mode = _known(mode, CLOCK_MODES)

    # What people do to a unit

    def place_patient(self, spec: str) -> None:
        """Lay a patient on the panel; an unknown one is refused and the earlier one stays.

        What the panel will see of it is worked out at once: an exposure has no time for that.
        """
        self._worker.submit(self._imager.place, spec).result()
        self.patient = spec
        self._worker.submit(self._imager.look_ahead, self._expected_kv).result()

    def press_hand_switch(self, stage: int) -> None:
        """Hold the two-stage hand switch at 0 (released), 1 (prepare) or 2 (expose)."""
        with self.lock:
            self.lines.hand_switch_stage = _known(stage, (0, 1, 2))
            self.settle()

    def open_door(self) -> None:
        """Open the door contact."""
        self._move_door(_OPEN)

    def close_door(self) -> None:
        """Close the door contact."""
        self._move_door(_CLOSED)

    def power_cycle(self) -> None:
        """Switch the whole unit off and on: hosts are cut off, what it had in mind is gone.

        The boot id is new. Hand switch, door and patient are as they physically are; what the
        independent timer latched, the heat of the anode and the pause that it needs stay.
        """
        with self.lock:
            self.generator.power_cycle()
            self.restart_detector()

    def restart_detector(self) -> None:
        """Switch the detector alone off and on; firmware that waits is installed."""
        with self.lock:
            self.cable.cut_off_hosts()
            self.flash.install_firmware()
            self.panel.power_up(_new_boot_id())
            self.note(f"power-up, boot id {self.panel.boot_id}")
            self.session.power_up()
            for listener in self.on_power_up:
                listener()
            self.settle()

    def note(self, line: str) -> None:
        """Write a line into the detector's event log."""
        self.flash.note(self.clock.now_us, line)

    def inject_fault(self, name: str, values: faults.Values | None = None) -> None:
        """Let a fault of `firmware_sim.faults` happen; refused where the unit lacks its part."""
        with self.lock:
            self._faults[name] = faults.inject(self.points, name, values or {}, self.parts)
            self._obey_fault_points()

    def clear_faults(self) -> None:
        """Take every fault away, put the cable back and reset the generator."""
        with self.lock:
            self.points.mend()
            self._faults.clear()
            self.cable.plug()
            self.tube.reset_fault()
            self._obey_fault_points()

    def describe(self) -> dict[str, Any]:
        """Give the state of everything as plain values, as the back door shows it."""
        with self.lock:
            return {
                "clock": {"mode": self.clock_mode, "now_s": self.now_s},
                "patient": self.patient,
                "panel": self._describe_panel(),
                "generator": self._describe_generator(),
                "interlocks": {
                    "door_open": self.lines.door_open,
                    "generator_healthy": self.lines.generator_healthy,
                },
                "hand_switch": self.lines.hand_switch_stage,
                "cable_plugged": self.cable.plugged,
                "faults": [{"name": name, **given} for name, given in self._faults.items()],
                "exposures": [asdict(exposure) for exposure in self.exposures],
            }

    def close(self) -> None:
        """Switch the unit off."""
        self._worker.shutdown(cancel_futures=True)

    # Inside

    def _pass_time(self, seconds: float) -> None:
        target_us = self.clock.now_us + round(seconds * MICROSECONDS_PER_SECOND)
        while not self._advance_to(target_us):
            self._await_pixels()

    def _advance_to(self, target_us: int) -> bool:
        with self.lock:
            while True:
                self.settle()
                if self.panel.awaits_pixels and self.clock_mode == "manual":
                    return False
                if self.clock.now_us >= target_us:
                    return True
                self.clock.now_us = min(target_us, self._next_deadline_us(target_us))

    def _next_deadline_us(self, target_us: int) -> int:
        deadlines = (part.deadline_us() for part in self._parts)
        ahead = [moment for moment in deadlines if moment is not None]
        return min((moment for moment in ahead if moment > self.clock.now_us), default=target_us)

    def _await_pixels(self) -> None:
        pending = self.panel.pixels_pending
        if pending is not None:
            wait([pending])

    def _look_ahead(self, kv: float) -> None:
        """Prepare for another tube voltage as soon as it is set, long before X-rays."""
        if kv != self._expected_kv:
            self._expected_kv = kv
            self._worker.submit(self._imager.look_ahead, kv)

    def _move_door(self, position: str) -> None:
        with self.lock:
            self._door_open = position == _OPEN
            self._obey_fault_points()

    def _obey_fault_points(self) -> None:
        self.lines.door_open = self._door_open or self.points.door_held_open
        self.tube.obey(self.points)
        if self.points.generator_broken:
            self.tube.latch(GENERATOR_BROKEN)
        if self.points.host_seems_lost:
            self.points.host_seems_lost = False
            for session in (self.session, *self.other_sessions):
                session.end()
        self.settle()

    def _cut_power(self) -> None:
        self.points.cut_power_at = None
        self.power_cycle()

    def _record(self, pulse: Pulse) -> None:
        at_s = pulse.started_us / MICROSECONDS_PER_SECOND
        technique = pulse.settings
        self.exposures.append(
            Exposure(
                self.panel.last_nonce,
                technique.kv,
                technique.ma,
                technique.time_ms,
                pulse.actual_ms,
                pulse.mas,
                at_s,
                self.patient,
            )
        )

    def _describe_panel(self) -> Mapping[str, Any]:
        return {
            "state": self.panel.state.value,
            "temperature_c": self.panel.temperature_c,
            "boot_id": self.panel.boot_id,
            "frames": self.panel.frames_read,
            "beam_enable": self.lines.beam_enable,
            "rows": self.panel.geometry.rows,
            "columns": self.panel.geometry.columns,
        }

    def _describe_generator(self) -> Mapping[str, Any]:
        settings = self.tube.settings
        return {
            "state": self.tube.state.value,
            "x_rays": self.lines.x_rays,
            "fault": self.tube.fault,
            "faults": list(self.tube.faults),
            "exposure_request": self.lines.exposure_request,
            "ready_in_ms": self.tube.ready_in_ms,
            "kv": settings.kv if settings else None,
            "ma": settings.ma if settings else None,
            "ms": settings.time_ms if settings else None,
        }


_OPEN, _CLOSED = "open", "closed"


def _new_boot_id() -> int:
    return secrets.randbits(62) | 1


def _factory_imager(geometry: Geometry, seed: int) -> ImageSource:
    from firmware_sim.physics.imager import Imager, PanelGeometry

    return Imager(PanelGeometry(geometry.rows, geometry.columns, geometry.pitch_um), seed)


def _known(value: Choice, choices: tuple[Choice, ...]) -> Choice:
    if value not in choices:
        raise UnknownValue(f"{value!r} is none of {', '.join(map(str, choices))}.")
    return value
