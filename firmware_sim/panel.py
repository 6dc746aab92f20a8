"""The panel: what it is doing, what it refuses, and when a frame comes out.

What the host wants of its frames is in `acquisition.py`, how one is made in `imaging.py`.

Times are model time. The panel moves only when the unit calls `advance`; pixels are computed by
one worker thread so that an armed panel keeps answering its host.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from enum import Enum

from firmware_sim.acquisition import Acquisition, AcquisitionSettings, TestPattern
from firmware_sim.climate import WORKING_RANGE_C, panel_temperature_c
from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.events import DeviceEvent
from firmware_sim.faults import FaultPoints
from firmware_sim.frame import Frame, FrameMaker, Image
from firmware_sim.imaging import FrameUnderWay, Geometry, ImageSource, Moment
from firmware_sim.lines import MICROSECONDS_PER_MS, Beam, Lines, ModelClock

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
# Design figure: test images have nothing to wait for but the link.
TEST_IMAGE_PERIOD_MS = 1.0

DOOR_OPEN = 1
GENERATOR_NOT_READY_FOR_USE = 2


class PanelState(Enum):
    """What the panel is doing."""

    IDLE = "idle"
    INTEGRATING = "integrating"  # a dark frame
    TESTING = "testing"  # a test image waits for room on the link
    ARMED = "armed"
    PREPARING = "preparing"
    WINDOW = "window"
    SETTLING = "settling"
    READ_OUT = "read-out"


UNDER_EXPOSURE = (PanelState.ARMED, PanelState.PREPARING, PanelState.WINDOW)


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
        points: FaultPoints,
    ) -> None:
        self.geometry = geometry
        self.exposure_count = 0
        self.frames_read = 0
        self.host_is_watched: Callable[[], bool] = lambda: False
        self.on_frame: Callable[[Frame], None] = lambda frame: None
        self.has_room: Callable[[], bool] = lambda: True
        self.on_event: list[Callable[[DeviceEvent, int], None]] = []
        self.on_note: list[Callable[[str], None]] = []
        self._imager = imager
        self._lines = lines
        self._clock = clock
        self._points = points
        read_out_ms = SETTLE_MS + geometry.rows * LINE_READ_OUT_MS
        self._frame = FrameUnderWay(imager, FrameMaker(worker), lines, points, read_out_ms)
        self._seed = seed
        self._until_us: int | None = None
        self._lease_ends_us: int | None = None
        self._forget(boot_id)
        self._reactions: dict[PanelState, Callable[[], None]] = {
            PanelState.IDLE: self._stay,
            PanelState.INTEGRATING: self._while_integrating,
            PanelState.TESTING: self._while_testing,
            PanelState.ARMED: self._while_armed,
            PanelState.PREPARING: self._while_preparing,
            PanelState.WINDOW: self._during_window,
            PanelState.SETTLING: self._while_settling,
            PanelState.READ_OUT: self._while_reading_out,
        }

    def power_up(self, boot_id: int) -> None:
        """Begin as after a power cut; only what is counted since manufacture is still known."""
        self._watch_x_rays()
        self._lines.beam_enable = False
        self._frame.power_up()
        self._forget(boot_id)

    def _forget(self, boot_id: int) -> None:
        self.boot_id = boot_id
        self.settings = AcquisitionSettings()
        self.nonce = 0
        self.lease_ms = LEASE_LIMITS_MS[1]
        self.last_nonce = 0
        self.last_exposure_us = 0.0
        self._acquisition = Acquisition()
        self._spent_nonces: set[int] = set()
        self._x_rays_from_us: int | None = None
        self._interlocks_told = 0
        self._rest()

    # What the host may ask and set

    @property
    def temperature_c(self) -> float:
        """The panel's temperature now."""
        return panel_temperature_c(self._clock.now_us, self._seed) + self._points.warmer_k

    @property
    def trigger_on(self) -> bool:
        """Whether frames wait for a trigger."""
        return self.settings.trigger_on

    @property
    def acquiring(self) -> bool:
        """Whether an acquisition runs."""
        return self._acquisition.running

    @property
    def lines(self) -> Lines:
        """The lines that end at the panel, to be looked at."""
        return self._lines

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
    def needs_host(self) -> bool:
        """Whether X-rays are on or can still come, so that the host must be alive."""
        window_is_over = self.state is PanelState.WINDOW and not self._lines.beam_enable
        return self.under_exposure and (not window_is_over or self._lines.x_rays)

    @property
    def under_exposure(self) -> bool:
        """Whether an exposure is armed or under way."""
        return self.state in UNDER_EXPOSURE and self.trigger_on

    def set_trigger_on(self, value: int) -> None:
        """Choose between dark frames (0) and frames that wait for a trigger (1)."""
        self.use(replace(self.settings, trigger_on=bool(value)))

    def set_integration_us(self, value: float) -> None:
        """Set how long a dark frame integrates."""
        self.use(replace(self.settings, integration_us=value))

    def use(self, settings: AcquisitionSettings) -> None:
        """Take over settings of the acquisition."""
        self._refuse_unless_idle()
        self.settings = settings

    def set_nonce(self, value: int) -> None:
        """Name the exposure to come."""
        self._refuse_while_armed()
        if value < 0:
            raise OutOfRange("The number of an exposure is 1 to 2^63 - 1.")
        self.nonce = value

    def set_lease_ms(self, value: int) -> None:
        """Set how long the panel stays armed without an exposure."""
        self._refuse_while_armed()
        if not LEASE_LIMITS_MS[0] <= value <= LEASE_LIMITS_MS[1]:
            raise OutOfRange("The exposure lease is 1000 to 30000 ms.")
        self.lease_ms = value

    def start_acquisition(self) -> None:
        """Take dark or test frames, or with the trigger on wait for it."""
        if self.acquiring:
            raise AccessDenied("An acquisition is running.")
        self._acquisition.start(self.settings.frames_of_a_start)
        if not self.trigger_on:
            self._begin_frame()

    def trigger_by_software(self) -> None:
        """Take one dark or test frame; never an exposure."""
        waits = self.acquiring and self.state is PanelState.IDLE
        if not (waits and self.settings.waits_for_software):
            raise AccessDenied("No acquisition waits for a software trigger.")
        self._begin_frame()

    def stop_acquisition(self) -> None:
        """End the acquisition; a frame that has been integrated is still read out."""
        self.disarm()
        if self.state in (PanelState.INTEGRATING, PanelState.TESTING):
            self._rest()
        if self.state is PanelState.IDLE:
            self._acquisition.end()
        else:
            self._acquisition.finish_after_this_frame()

    def arm(self) -> None:
        """Wait for the hand switch. One exposure per arming, each under a nonce of its own."""
        self._check_ready_to_arm()
        self.state = PanelState.ARMED
        self._lease_ends_us = self._clock.after_ms(self.lease_ms)
        self._note(f"armed, nonce {self.nonce}, lease {self.lease_ms} ms")

    def disarm(self) -> None:
        """Let BeamEnable fall; before the window opened this ends the exposure altogether."""
        self._lines.beam_enable = False
        if self.state in (PanelState.ARMED, PanelState.PREPARING):
            self._note(f"disarmed, nonce {self.nonce}")
            self._rest()

    # What the unit calls

    def deadline_us(self) -> int | None:
        """Give the next moment at which the panel does something by itself."""
        if self.state is PanelState.ARMED:
            return self._lease_ends_us
        if self.state is PanelState.PREPARING:
            return min(self._lease_ends_us or 0, self._until_us or 0)
        return None if self.awaits_pixels else self._until_us

    @property
    def awaits_pixels(self) -> bool:
        """Whether the read-out is over and only the computation of the pixels is missing."""
        read_out = self.state is PanelState.READ_OUT and self._clock.reached(self._until_us)
        return read_out and self.pixels_pending is not None

    @property
    def pixels_pending(self) -> Future[Image] | None:
        """The running computation of a frame, if there is one."""
        return self._frame.pending

    def advance(self) -> bool:
        """React to the lines and to the clock; True when something changed."""
        before = self._moment()
        self._watch_x_rays()
        self._watch_interlocks()
        self._reactions[self.state]()
        return before != self._moment()

    def _moment(self) -> tuple[object, ...]:
        return (self.state, self._until_us, self._lines.beam_enable, self._x_rays_from_us)

    # The states, one method each

    def _stay(self) -> None:
        pass

    def _while_integrating(self) -> None:
        if self._clock.reached(self._until_us):
            self._settle()

    def _while_testing(self) -> None:
        if self._clock.reached(self._until_us):
            if self.has_room():
                self._deliver()
            else:
                self._until_us = self._clock.after_ms(TEST_IMAGE_PERIOD_MS)

    def _while_armed(self) -> None:
        if self._must_not_expose():
            self.disarm()
        elif self._lines.exposure_request:
            self.state = PanelState.PREPARING
            self._until_us = self._clock.after_ms(PREPARE_MS)

    def _while_preparing(self) -> None:
        if self._must_not_expose():
            self.disarm()
        elif not self._lines.exposure_request:
            self.state = PanelState.ARMED
        elif self._clock.reached(self._until_us):
            self._open_window()

    def _must_not_expose(self) -> bool:
        if self._clock.reached(self._lease_ends_us):
            self._note(f"nobody exposed in time, nonce {self.nonce}")
            self._tell(DeviceEvent.LEASE_EXPIRED, self.nonce)
            return True
        return bool(self.open_interlocks)

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

    def _begin_frame(self) -> None:
        if self.settings.pattern is TestPattern.OFF:
            self._begin_integration()
        else:
            self._begin_test_image()

    def _begin_integration(self) -> None:
        self.state = PanelState.INTEGRATING
        integration_us = self.settings.integration_us
        self._until_us = self._clock.now_us + round(integration_us)
        self._frame.begin(self._now(), self.settings, integration_us)
        self._frame.take_dark(self._now())
        self._tell(DeviceEvent.EXPOSURE_START, self.frames_read)

    def _begin_test_image(self) -> None:
        self.state = PanelState.TESTING
        self._until_us = self._clock.now_us
        self._frame.begin(self._now(), self.settings, 0.0)
        self._frame.draw_pattern(self.geometry.rows, self.geometry.columns)

    def _open_window(self) -> None:
        self.state = PanelState.WINDOW
        self._frame.begin(self._now(), self.settings, WINDOW_MS * MICROSECONDS_PER_MS)
        self._until_us = self._clock.after_ms(WINDOW_MS)
        self._spent_nonces.add(self.nonce)
        self.last_nonce, self.last_exposure_us = self.nonce, 0.0
        self._lines.beam = Beam()
        self._lines.beam_enable = True
        self._tell(DeviceEvent.EXPOSURE_START, self.frames_read)

    def _watch_x_rays(self) -> None:
        if self._lines.x_rays and self._x_rays_from_us is None:
            self._x_rays_from_us = self._clock.now_us
        elif not self._lines.x_rays and self._x_rays_from_us is not None:
            self.last_exposure_us += self._clock.now_us - self._x_rays_from_us
            self._x_rays_from_us = None
            self.exposure_count += 1
            self._lines.beam_enable = False
            if self.state is PanelState.WINDOW:
                self._frame.take_exposed(self._now())
            self._note(f"exposure, nonce {self.last_nonce}, {self.last_exposure_us / 1000:.3f} ms")

    def _watch_interlocks(self) -> None:
        if self.open_interlocks != self._interlocks_told:
            self._interlocks_told = self.open_interlocks
            self._note(f"open interlocks {self.open_interlocks}")
            self._tell(DeviceEvent.INTERLOCK, self.open_interlocks)

    def _settle(self) -> None:
        if not self._frame.is_taken:  # nothing came through the open window
            self._frame.take_dark(self._now())
        self._tell(DeviceEvent.EXPOSURE_END, self.frames_read)
        self.state = PanelState.SETTLING
        self._until_us = self._clock.after_ms(SETTLE_MS)

    def _deliver(self) -> None:
        frame = self._frame.finish(self.boot_id)
        self.frames_read += 1
        self._acquisition.frame_done()
        self._rest()
        self.on_frame(frame)
        if self.acquiring and not self.trigger_on:
            self._begin_next_frame()

    def _begin_next_frame(self) -> None:
        self._begin_frame()
        if self.state is PanelState.TESTING:
            self._until_us = self._clock.after_ms(TEST_IMAGE_PERIOD_MS)

    def _rest(self) -> None:
        self.state = PanelState.IDLE
        self._until_us = self._lease_ends_us = None
        self._frame.forget()

    def _now(self) -> Moment:
        return Moment(self._clock.now_us, self.temperature_c, self.frames_read)

    def _tell(self, event: DeviceEvent, value: int) -> None:
        for listener in self.on_event:
            listener(event, value)

    def _note(self, line: str) -> None:
        for listener in self.on_note:
            listener(line)

    # Refusals

    def _check_ready_to_arm(self) -> None:
        waits = self.settings.waits_for_beam and self.acquiring
        if not (waits and self.state is PanelState.IDLE):
            raise AccessDenied("Arming needs TriggerMode On, Line0 and a started acquisition.")
        if self.settings.pattern is not TestPattern.OFF:
            raise AccessDenied("Arming needs TestPattern Off.")
        if not WORKING_RANGE_C[0] <= self.temperature_c <= WORKING_RANGE_C[1]:
            raise AccessDenied("Arming needs a panel within its working temperatures.")
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
