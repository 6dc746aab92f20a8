"""The panel: what it is doing, what it refuses, and when a frame comes out.

Times are model time. The panel moves only when the unit calls `advance`; pixels are computed by
one worker thread so that an armed panel keeps answering its host.
"""

import math
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.lines import MICROSECONDS_PER_SECOND, Beam, Lines, ModelClock

# Design figure: panels take 0.2 to 2 s from the request to enabling the beam.
PREPARE_MS = 300.0
# Design figure: always the same, so that an offset map fits; holds the longest exposure (400 ms).
WINDOW_MS = 500.0
# Design figure: panels settle for 1 to 10 ms before they read out.
SETTLE_MS = 5.0
# TI AFE0064 data sheet: 28 us per line; newer front ends need 8 to 22 us.
LINE_READ_OUT_MS = 0.022
# Design figure: nobody has to hold a child still for longer than 30 s.
LEASE_LIMITS_MS = (1_000, 30_000)
INTEGRATION_LIMITS_US = (5_000.0, 1_000_000.0)

DOOR_OPEN = 1
GENERATOR_NOT_READY_FOR_USE = 2


class Geometry(Protocol):
    """The size of a panel."""

    @property
    def rows(self) -> int:
        """Lines of the panel."""

    @property
    def columns(self) -> int:
        """Pixels of a line."""

    @property
    def pitch_um(self) -> float:
        """Distance of two pixels."""


class ImageSource(Protocol):
    """What turns photons into numbers: `firmware_sim.physics.imager.Imager`."""

    @property
    def sensitivity_rqa3(self) -> float:
        """Mean corrected signal at RQA3 in DN per uGy."""

    def place(self, spec: str) -> None:
        """Lay a patient on the panel."""

    def dark_frame(
        self, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        """Compute a frame without X-rays."""

    def exposed_frame(
        self, kv: float, mas: float, integration_s: float, temperature_c: float, frame_number: int
    ) -> NDArray[np.uint16]:
        """Compute a frame with X-rays."""


class PanelState(Enum):
    """What the panel is doing."""

    IDLE = "idle"
    INTEGRATING = "integrating"  # a dark frame
    ARMED = "armed"
    PREPARING = "preparing"
    WINDOW = "window"
    SETTLING = "settling"
    READ_OUT = "read-out"


UNDER_EXPOSURE = (PanelState.ARMED, PanelState.PREPARING, PanelState.WINDOW)


@dataclass(frozen=True, slots=True)
class Frame:
    """One image as it leaves the panel: (rows, columns) uint16, and when it began."""

    pixels: NDArray[np.uint16]
    started_ns: int


def panel_temperature_c(now_us: int, seed: int) -> float:
    """Give the panel's temperature: it warms by 4 K in its first hour and then wanders by 0.3 K."""
    now_s = now_us / MICROSECONDS_PER_SECOND
    warming = 4.0 * (1.0 - math.exp(-now_s / 1800.0))
    return 25.0 + warming + 0.3 * math.sin(2.0 * math.pi * now_s / 3600.0 + seed)


class Panel:
    """The panel's state machine: dark frames by itself, exposed frames when armed and asked."""

    def __init__(
        self,
        geometry: Geometry,
        imager: ImageSource,
        lines: Lines,
        clock: ModelClock,
        worker: Executor,
        seed: int,
        boot_id: int,
    ) -> None:
        self.geometry = geometry
        self.boot_id = boot_id
        self.state = PanelState.IDLE
        self.trigger_on = False
        self.acquiring = False
        self.integration_us = 500_000.0
        self.nonce = 0
        self.lease_ms = LEASE_LIMITS_MS[1]
        self.last_nonce = 0
        self.last_exposure_us = 0.0
        self.exposure_count = 0
        self.frames_read = 0
        self.host_is_watched: Callable[[], bool] = lambda: False
        self.on_frame: Callable[[Frame], None] = lambda frame: None
        self._imager = imager
        self._lines = lines
        self._clock = clock
        self._worker = worker
        self._seed = seed
        self._spent_nonces: set[int] = set()
        self._until_us: int | None = None
        self._lease_ends_us: int | None = None
        self._x_rays_from_us: int | None = None
        self._started_us = 0
        self._integrated_s = 0.0
        self._with_beam = False
        self._pixels: Future[NDArray[np.uint16]] | None = None
        self._reactions: dict[PanelState, Callable[[], None]] = {
            PanelState.IDLE: self._stay,
            PanelState.INTEGRATING: self._while_integrating,
            PanelState.ARMED: self._while_armed,
            PanelState.PREPARING: self._while_preparing,
            PanelState.WINDOW: self._during_window,
            PanelState.SETTLING: self._while_settling,
            PanelState.READ_OUT: self._while_reading_out,
        }

    # What the host may ask and set

    @property
    def temperature_c(self) -> float:
        """The panel's temperature now."""
        return panel_temperature_c(self._clock.now_us, self._seed)

    @property
    def sensitivity_rqa3(self) -> float:
        """The factory's sensitivity figure, DN per uGy at RQA3."""
        return self._imager.sensitivity_rqa3

    @property
    def open_interlocks(self) -> int:
        """Bit mask of the interlocks that are open: bit 0 door, bit 1 generator."""
        door = DOOR_OPEN if self._lines.door_open else 0
        return door | (0 if self._lines.generator_healthy else GENERATOR_NOT_READY_FOR_USE)

    @property
    def beam_enable(self) -> bool:
        """The line that lets the generator expose."""
        return self._lines.beam_enable

    @property
    def under_exposure(self) -> bool:
        """Whether an exposure is armed or under way, so that the host must be alive."""
        return self.state in UNDER_EXPOSURE and self.trigger_on

    def set_trigger_on(self, value: int) -> None:
        """Choose between dark frames (0) and armed exposures (1)."""
        self._refuse_unless_idle()
        self.trigger_on = bool(value)

    def set_integration_us(self, value: float) -> None:
        """Set how long a dark frame integrates."""
        self._refuse_unless_idle()
        if not INTEGRATION_LIMITS_US[0] <= value <= INTEGRATION_LIMITS_US[1]:
            raise OutOfRange("The integration time is 5000 to 1000000 us.")
        self.integration_us = value

    def set_nonce(self, value: int) -> None:
        """Name the exposure to come."""
        self._refuse_while_armed()
        self.nonce = value

    def set_lease_ms(self, value: int) -> None:
        """Set how long the panel stays armed without an exposure."""
        self._refuse_while_armed()
        if not LEASE_LIMITS_MS[0] <= value <= LEASE_LIMITS_MS[1]:
            raise OutOfRange("The exposure lease is 1000 to 30000 ms.")
        self.lease_ms = value

    def start_acquisition(self) -> None:
        """Take one dark frame, or with the trigger on wait for an armed exposure."""
        if self.acquiring:
            raise AccessDenied("An acquisition is running.")
        self.acquiring = True
        if not self.trigger_on:
            self._begin_integration()

    def stop_acquisition(self) -> None:
        """End the acquisition; a frame that has X-rays in it is still read out."""
        self.disarm()
        if self.state is PanelState.INTEGRATING:
            self._rest()
        if self.state is PanelState.IDLE:
            self.acquiring = False

    def arm(self) -> None:
        """Wait for the hand switch. One exposure per arming, each under a nonce of its own."""
        self._check_ready_to_arm()
        self.state = PanelState.ARMED
        self._lease_ends_us = self._clock.after_ms(self.lease_ms)

    def disarm(self) -> None:
        """Let BeamEnable fall; before the window opened this ends the exposure altogether."""
        self._lines.beam_enable = False
        if self.state in (PanelState.ARMED, PanelState.PREPARING):
            self._rest()

    # What the unit calls

    def deadline_us(self) -> int | None:
        """Give the next moment at which the panel does something by itself."""
        if self.state is PanelState.ARMED:
            return self._lease_ends_us
        return None if self.awaits_pixels else self._until_us

    @property
    def awaits_pixels(self) -> bool:
        """Whether the read-out is over and only the computation of the pixels is missing."""
        read_out = self.state is PanelState.READ_OUT and self._clock.reached(self._until_us)
        return read_out and self.pixels_pending is not None

    @property
    def pixels_pending(self) -> Future[NDArray[np.uint16]] | None:
        """The running computation of a frame, if there is one."""
        return self._pixels if self._pixels is not None and not self._pixels.done() else None

    def advance(self) -> bool:
        """React to the lines and to the clock; True when something changed."""
        before = (self.state, self._lines.beam_enable, self._x_rays_from_us)
        self._watch_x_rays()
        self._reactions[self.state]()
        return before != (self.state, self._lines.beam_enable, self._x_rays_from_us)

    # The states, one method each

    def _stay(self) -> None:
        pass

    def _while_integrating(self) -> None:
        if self._clock.reached(self._until_us):
            self._settle()

    def _while_armed(self) -> None:
        if self.open_interlocks or self._clock.reached(self._lease_ends_us):
            self.disarm()
        elif self._lines.exposure_request:
            self.state = PanelState.PREPARING
            self._until_us = self._clock.after_ms(PREPARE_MS)

    def _while_preparing(self) -> None:
        if self.open_interlocks:
            self.disarm()
        elif not self._lines.exposure_request:
            self.state = PanelState.ARMED
        elif self._clock.reached(self._until_us):
            self._open_window()

    def _during_window(self) -> None:
        if self.open_interlocks:
            self._lines.beam_enable = False
        if self._clock.reached(self._until_us):
            self._lines.beam_enable = False
            if not self._lines.x_rays:
                self._settle()

    def _while_settling(self) -> None:
        if self._clock.reached(self._until_us):
            self.state = PanelState.READ_OUT
            self._until_us = self._clock.after_ms(self.geometry.rows * LINE_READ_OUT_MS)

    def _while_reading_out(self) -> None:
        if self._clock.reached(self._until_us) and self.pixels_pending is None:
            self._deliver()

    # Steps between the states

    def _begin_integration(self) -> None:
        self.state = PanelState.INTEGRATING
        self._with_beam = False
        self._started_us = self._clock.now_us
        self._integrated_s = self.integration_us / MICROSECONDS_PER_SECOND
        self._until_us = self._clock.now_us + round(self.integration_us)
        self._pixels = self._compute()

    def _open_window(self) -> None:
        self.state = PanelState.WINDOW
        self._with_beam = True
        self._started_us = self._clock.now_us
        self._integrated_s = WINDOW_MS / 1000.0
        self._until_us = self._clock.after_ms(WINDOW_MS)
        self._spent_nonces.add(self.nonce)
        self.last_nonce, self.last_exposure_us = self.nonce, 0.0
        self._lines.beam = Beam()
        self._lines.beam_enable = True

    def _watch_x_rays(self) -> None:
        if self._lines.x_rays and self._x_rays_from_us is None:
            self._x_rays_from_us = self._clock.now_us
        elif not self._lines.x_rays and self._x_rays_from_us is not None:
            self.last_exposure_us += self._clock.now_us - self._x_rays_from_us
            self._x_rays_from_us = None
            self.exposure_count += 1
            self._lines.beam_enable = False
            self._pixels = self._compute()

    def _settle(self) -> None:
        if self._pixels is None:
            self._pixels = self._compute()
        self.state = PanelState.SETTLING
        self._until_us = self._clock.after_ms(SETTLE_MS)

    def _compute(self) -> Future[NDArray[np.uint16]]:
        # As soon as the charge is known, so that the pixels are there when the read-out is over.
        surroundings = (self._integrated_s, self.temperature_c, self.frames_read)
        beam = self._lines.beam
        if self._with_beam and beam.mas > 0.0:
            return self._worker.submit(self._imager.exposed_frame, beam.kv, beam.mas, *surroundings)
        return self._worker.submit(self._imager.dark_frame, *surroundings)

    def _deliver(self) -> None:
        assert self._pixels is not None
        frame = Frame(self._pixels.result(), self._started_us * 1000)
        self.frames_read += 1
        self.acquiring = False
        self._rest()
        self.on_frame(frame)

    def _rest(self) -> None:
        self.state = PanelState.IDLE
        self._until_us = self._lease_ends_us = None
        self._pixels = None

    # Refusals

    def _check_ready_to_arm(self) -> None:
        if not (self.trigger_on and self.acquiring and self.state is PanelState.IDLE):
            raise AccessDenied("Arming needs TriggerMode On and a started acquisition.")
        if self.nonce == 0 or self.nonce in self._spent_nonces:
            raise AccessDenied("Arming needs a nonce that no earlier exposure had.")
        if self.open_interlocks:
            raise AccessDenied("Arming needs every interlock closed.")
        if not self.host_is_watched():
            raise AccessDenied("Arming needs the heartbeat enabled.")

    def _refuse_unless_idle(self) -> None:
        if self.state is not PanelState.IDLE or self.acquiring:
            raise AccessDenied("This cannot be changed while an acquisition runs.")

    def _refuse_while_armed(self) -> None:
        if self.state in UNDER_EXPOSURE:
            raise AccessDenied("This cannot be changed while the panel is armed.")
