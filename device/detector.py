"""The flat panel: identity, status, dark frames, arming, and the frame of an exposure.

Everything is found by name in the panel's own description (SFNC names; vendor category
ExposureControl). A panel without ExposureControl serves dark and test images and is never armed.
"""

import math
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, IntFlag

from device.clock import Clock
from device.errors import (
    ArmRefused,
    CannotExpose,
    DeviceError,
    FeatureRefused,
    NonceMismatch,
    RegisterRefused,
)
from device.features import Features, fetch_description
from device.frame import DetectorIdentity, RawFrame
from device.gencp import registers
from device.gencp.packets import Framing
from device.gencp.session import Session
from device.link import Link, LinkCounters, open_link
from device.u3v.bootstrap import StreamLayout, disable_stream, enable_stream, read_packet_sizes
from device.u3v.receive import receive_block

__all__ = [
    "Detector",
    "DetectorIdentity",
    "DetectorStatus",
    "ExposureState",
    "Interlock",
    "LastExposure",
    "open_detector",
]

EXPOSURE_CONTROL = (
    "ExposureArm",
    "ExposureNonce",
    "ExposureLeaseTime",
    "ExposureState",
    "BootId",
    "InterlockStatus",
    "BeamEnable",
    "LastExposureNonce",
    "LastExposureTime",
)
# interfaces.md: while armed the panel makes itself safe after 200 ms of silence.
ARMED_HEARTBEAT_MS = 200
# interfaces.md: an armed panel answers within 50 ms; twice that, four times, is no answer.
ARMED_ANSWER_S = 0.1
# On top of the panel's own longest response time, for the link.
ANSWER_MARGIN_S = 0.2
# The unit: an exposure's integration window; dark frames for it are integrated as long.
EXPOSURE_WINDOW_MS = 500.0
# On top of the integration: read-out and, in a slow panel, the making of the frame.
READ_OUT_WAIT_S = 15.0


class Interlock(IntFlag):
    """Safety contacts that are open."""

    NONE = 0
    DOOR = 1
    GENERATOR = 2

    def names(self) -> str:
        """Name the open contacts for a person; unknown bits keep their number."""
        names = [interlock.name.lower() for interlock in Interlock(self & 3) if interlock.name]
        unknown = int(self) & ~3
        return ", ".join([*names, f"contact mask {unknown:#x}"] if unknown else names)


class ExposureState(Enum):
    """Where the panel is in an exposure, by the names of its ExposureState feature."""

    IDLE = "Idle"
    ARMED = "Armed"
    PREPARING = "Preparing"
    WINDOW = "Window"
    READ_OUT = "ReadOut"


@dataclass(frozen=True, slots=True)
class ExposureWatch:
    """What is asked of an armed panel, every 50 ms."""

    state: ExposureState
    boot_id: int
    open_interlocks: Interlock


@dataclass(frozen=True, slots=True)
class LastExposure:
    """The panel's own account of its last exposure; `exposure_ms` is how long it saw X-rays."""

    nonce: int
    exposure_ms: float


@dataclass(frozen=True, slots=True)
class DetectorStatus:
    """The panel at rest; the exposure fields are None for a panel without ExposureControl."""

    temperature_c: float
    armed: bool
    exposure_state: ExposureState | None
    open_interlocks: Interlock | None
    beam_enable: bool | None
    boot_id: int | None
    exposure_count: int | None


def open_detector(url: str, clock: Clock) -> "Detector":
    """Open the panel that `url` names and take control of it. Raises DeviceError."""
    link = open_link(url)
    try:
        return Detector(link, clock)
    except BaseException:
        link.close()
        raise


class Detector:
    """One flat panel under this host's control."""

    def __init__(self, link: Link, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._session = Session(link, Framing.USB3_VISION, clock)
        self._answer_s = self._session.read_response_time_s() + ANSWER_MARGIN_S
        self._session.expect_answers_within(self._answer_s)
        self._session.take_control()
        read_packet_sizes(self._session)
        self._features = Features(self._session, fetch_description(self._session))
        self._layout = StreamLayout(0, (), 0, 0)
        self._temperature_c = self._integration_ms = math.nan
        self.can_expose = all(self._features.has(name) for name in EXPOSURE_CONTROL)
        self.identity = self._read_identity()
        self.columns = self._features.integer("Width")
        self.rows = self._features.integer("Height")
        self.pixel_pitch_um = self._features.number("SensorPixelWidth")
        self.sensitivity_rqa3 = self._optional_number("SensitivityRQA3")
        self.disarm()  # whatever an earlier host left running

    def status(self) -> DetectorStatus:
        """Ask the panel how it is. Raises DeviceError."""
        temperature_c = self._features.number("DeviceTemperature")
        if not self.can_expose:
            return DetectorStatus(temperature_c, False, None, None, None, None, None)
        watch = self.watch()
        return DetectorStatus(
            temperature_c=temperature_c,
            armed=self._features.is_on("ExposureArm"),
            exposure_state=watch.state,
            open_interlocks=watch.open_interlocks,
            beam_enable=self._features.is_on("BeamEnable"),
            boot_id=watch.boot_id,
            exposure_count=self._optional_integer("ExposureCount"),
        )

    @property
    def link_counters(self) -> LinkCounters:
        """What went over the control channel so far."""
        return self._session.counters

    def watch(self) -> ExposureWatch:
        """Ask an armed panel what it does; quick. Raises DeviceError."""
        self._require_exposure_control()
        return ExposureWatch(
            state=self._exposure_state(),
            boot_id=self._features.integer("BootId"),
            open_interlocks=Interlock(self._features.integer("InterlockStatus")),
        )

    def last_exposure(self) -> LastExposure:
        """Ask which exposure the panel made last, and how long it was. Raises DeviceError."""
        self._require_exposure_control()
        return LastExposure(
            nonce=self._features.integer("LastExposureNonce"),
            exposure_ms=self._features.number("LastExposureTime") / 1000.0,
        )

    def read_dark(self, integration_ms: float) -> RawFrame:
        """Take one frame without X-rays, integrated for `integration_ms`. Raises DeviceError."""
        self._features.choose("TriggerSelector", "FrameStart")
        self._features.choose("TriggerMode", "Off")
        self._features.set_number("ExposureTime", integration_ms * 1000.0)
        try:
            self._start_acquisition()
            self._clock.sleep(integration_ms / 1000.0)
            return self.read_frame(READ_OUT_WAIT_S)
        except BaseException:
            self._stop_quietly()
            raise

    def arm(self, nonce: int, lease_ms: int) -> None:
        """Let the panel take one exposure with this number within `lease_ms`.

        Starts the 200 ms heartbeat: from now on watch() is asked every 50 ms. Raises CannotExpose,
        NonceMismatch, ArmRefused or another DeviceError; then the panel is not armed.
        """
        self._require_exposure_control()
        try:
            self._prepare_exposure(nonce, lease_ms)
            self._switch_arm_on()
        except BaseException:
            with suppress(DeviceError):
                self.disarm()
            raise

    def disarm(self) -> None:
        """Take the panel out of its ready state and stop its stream. Raises DeviceError."""
        self.drop_arm()
        self._stop_acquisition()

    def drop_arm(self) -> None:
        """Write disarm, and nothing else: an image under way still arrives. Raises DeviceError."""
        if self.can_expose:
            self._features.switch_off("ExposureArm")

    def read_frame(self, wait_s: float) -> RawFrame:
        """Take the frame that the panel sends within `wait_s`, and stop. Raises DeviceError.

        Temperature and integration time are those at the start of the acquisition.
        """
        block = receive_block(self._link, self._layout, self._clock, wait_s, self.keep_alive)
        self._stop_quietly()  # the image is here; a panel that is gone must not cost it
        return RawFrame(
            pixels=block.pixels,
            pixel_pitch_um=self.pixel_pitch_um,
            detector=self.identity,
            temperature_c=self._temperature_c,
            integration_ms=self._integration_ms,
            timestamp_ns=block.timestamp_ns,
            exposure=None,
        )

    def keep_alive(self) -> None:
        """Let the panel hear from its host. Raises DeviceError."""
        self._session.read_integer(registers.GENCP_VERSION)

    def close(self) -> None:
        """Let go of the panel; never raises, may be called twice."""
        with suppress(DeviceError):
            self.disarm()
            self._session.release_control()
        self._link.close()

    def hang_up(self) -> None:
        """Drop the connection without a word, so that the panel's own heartbeat disarms it."""
        self._link.close()

    def _read_identity(self) -> DetectorIdentity:
        return DetectorIdentity(
            vendor=self._features.text("DeviceVendorName"),
            model=self._features.text("DeviceModelName"),
            serial=self._features.text("DeviceSerialNumber"),
            firmware_version=self._features.text("DeviceFirmwareVersion"),
            boot_id=self._optional_integer("BootId"),
        )

    def _exposure_state(self) -> ExposureState:
        name = self._features.choice("ExposureState")
        try:
            return ExposureState(name)
        except ValueError as error:
            raise FeatureRefused(f"ExposureState is {name!r}") from error

    def _require_exposure_control(self) -> None:
        if not self.can_expose:
            raise CannotExpose(self.identity.model)

    def _optional_number(self, name: str) -> float | None:
        return self._features.number(name) if self._features.has(name) else None

    def _optional_integer(self, name: str) -> int | None:
        return self._features.integer(name) if self._features.has(name) else None

    def _prepare_exposure(self, nonce: int, lease_ms: int) -> None:
        self._features.choose("TriggerSelector", "FrameStart")
        self._features.choose("TriggerMode", "On")
        self._features.choose("TriggerSource", "Line0")
        self._features.set_number("ExposureTime", EXPOSURE_WINDOW_MS * 1000.0)
        self._start_acquisition()
        self._features.set_integer("ExposureLeaseTime", lease_ms)
        self._features.set_integer("ExposureNonce", nonce)
        echoed = self._features.integer("ExposureNonce")
        if echoed != nonce:
            raise NonceMismatch(f"wrote {nonce}, read {echoed}")

    def _switch_arm_on(self) -> None:
        self._session.start_heartbeat(ARMED_HEARTBEAT_MS)
        self._session.expect_answers_within(ARMED_ANSWER_S)
        try:
            self._features.switch_on("ExposureArm")
        except (RegisterRefused, FeatureRefused) as error:
            raise ArmRefused(error.detail) from error
        if not self._features.is_on("ExposureArm"):
            raise ArmRefused("it reads as not armed")

    def _start_acquisition(self) -> None:
        self._temperature_c = self._features.number("DeviceTemperature")
        self._integration_ms = self._features.number("ExposureTime") / 1000.0
        self._link.reset_images()
        self._layout = enable_stream(self._session)
        self._lock_transport(1)
        self._features.execute("AcquisitionStart")

    def _stop_acquisition(self) -> None:
        self._features.execute("AcquisitionStop")
        self._lock_transport(0)
        disable_stream(self._session)
        self._session.stop_heartbeat()
        self._session.expect_answers_within(self._answer_s)

    def _stop_quietly(self) -> None:
        """Stop without a word; a panel that is gone needs no stopping, and arming stops it too."""
        with suppress(DeviceError):
            self._stop_acquisition()

    def _lock_transport(self, locked: int) -> None:
        if self._features.has("TLParamsLocked"):
            self._features.set_integer("TLParamsLocked", locked)
