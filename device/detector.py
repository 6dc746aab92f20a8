"""The flat panel: identity, status, dark frames, arming, and the frame of an exposure.

Everything is found by name in the panel's own description (SFNC names; vendor category
ExposureControl). A panel without ExposureControl serves dark and test images, one on a serial cable
serves identity, status and files; neither is ever armed.
"""

import math
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from device import housekeeping
from device.arming import Arming
from device.clock import Clock
from device.connection import Connection
from device.description import fetch_description
from device.detector_status import (
    DetectorStatus,
    ExposureState,
    ExposureWatch,
    Interlock,
    LastExposure,
)
from device.errors import (
    CannotExpose,
    DetectorRestarted,
    DeviceError,
    ImageSizeChanged,
    NoImageChannel,
    NotOffered,
)
from device.features import Features
from device.files import Files, Moved, untold
from device.frame import DetectorIdentity, RawFrame
from device.housekeeping import PanelCounters
from device.imaging import TEST_PATTERN, Imaging
from device.link import Link, LinkCounters, open_link
from device.patterns import expected_pattern
from device.u3v.events import EventReader, PanelEvent, switch_events_off, switch_events_on
from device.u3v.receive import Block

__all__ = [
    "Detector",
    "DetectorIdentity",
    "DetectorStatus",
    "ExposureState",
    "ExposureWatch",
    "Interlock",
    "LastExposure",
    "PanelCounters",
    "PanelEvent",
    "expected_pattern",
    "open_detector",
]

# The unit: an exposure's integration window; dark frames for it are integrated as long.
EXPOSURE_WINDOW_MS = 500.0
# On top of the integration: read-out and, in a slow panel, the making of the frame.
READ_OUT_WAIT_S = 15.0
# A test image needs no integration; this is short and within every panel's limits.
TEST_IMAGE_MS = 100.0
# While it integrates a panel is asked this often whether it is still there.
ATTENTION_S = 0.1
# A boot id is 64 bits, with or without a sign.
BOOT_ID_MASK = (1 << 64) - 1


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
        self._clock = clock
        self._link = link
        self._connection = Connection(link, clock)
        self._session = self._connection.session
        self.features = Features(self._session, fetch_description(self._session))
        self._imaging = Imaging(self._connection, self.features, clock)
        self._arming = Arming(self._session, self.features)
        self._files = Files(self.features, clock)
        self._events: EventReader | None = None
        self.carries_images = link.carries_images
        self.can_expose = self.carries_images and self._arming.offered
        self.identity = self._read_identity()
        self.pixel_pitch_um = self.features.number("SensorPixelWidth")
        self.sensitivity_rqa3 = self._optional_number("SensitivityRQA3")
        self.disarm()  # whatever an earlier host left running
        self._settle()
        self._opened_size = self.rows, self.columns

    def status(self) -> DetectorStatus:
        """Ask the panel how it is. Raises DeviceError."""
        temperature_c = self.features.number("DeviceTemperature")
        if not self._arming.offered:
            return DetectorStatus(temperature_c, False, None, None, None, None, None)
        watch = self._arming.watch()
        return DetectorStatus(
            temperature_c=temperature_c,
            armed=self._arming.is_armed(),
            exposure_state=watch.state,
            open_interlocks=watch.open_interlocks,
            beam_enable=self.features.is_on("BeamEnable"),
            boot_id=watch.boot_id,
            exposure_count=self._optional_integer("ExposureCount"),
        )

    @property
    def link_counters(self) -> LinkCounters:
        """What went over the control channel so far."""
        return self._session.counters

    # --- images without X-rays

    def read_dark(self, integration_ms: float) -> RawFrame:
        """Take one frame without X-rays, integrated for `integration_ms`. Raises DeviceError."""
        self._require_images()
        self._imaging.take_real_images()
        return self._read_alone(integration_ms)

    def read_test_pattern(self, name: str) -> RawFrame:
        """Take the image that the panel makes of nothing, as expected_pattern() gives it.

        Raises NotOffered or another DeviceError; the panel's own pixels are back afterwards.
        """
        self._require_images()
        if not self.features.has(TEST_PATTERN):
            raise NotOffered(f"no {TEST_PATTERN}")
        if name not in self.features.choices(TEST_PATTERN):
            raise NotOffered(f"test pattern {name}")
        self.features.choose(TEST_PATTERN, name)
        try:
            return self._read_alone(TEST_IMAGE_MS)
        finally:
            self._imaging.take_real_images()

    # --- an exposure

    def watch(self) -> ExposureWatch:
        """Ask an armed panel what it does; quick. Raises DeviceError."""
        self._require_exposure_control()
        return self._arming.watch()

    def last_exposure(self) -> LastExposure:
        """Ask which exposure the panel made last, and how long it was. Raises DeviceError."""
        self._require_exposure_control()
        return self._arming.last_exposure()

    def arm(self, nonce: int, lease_ms: int) -> None:
        """Let the panel take one exposure with this number within `lease_ms`.

        Starts the 200 ms heartbeat: from now on watch() is asked every 50 ms.
        Raises CannotExpose, ImageSizeChanged, NonceMismatch, ArmRefused or another DeviceError;
        then the panel is not armed.
        """
        self._require_exposure_control()
        try:
            self._imaging.take_real_images()
            self._imaging.let_generator_start(EXPOSURE_WINDOW_MS)
            self._check_size()
            self._imaging.start()
            self._arming.name_exposure(nonce, lease_ms)
            self._arming.switch_on()
        except BaseException:
            with suppress(DeviceError):
                self.disarm()
            raise

    def disarm(self) -> None:
        """Take the panel out of its ready state and stop its stream. Raises DeviceError."""
        if self.carries_images:
            self.drop_arm()
            self._stop_acquisition()

    def drop_arm(self) -> None:
        """Write disarm, and nothing else: an image under way still arrives. Raises DeviceError."""
        if self.can_expose:
            self._arming.switch_off()

    def read_frame(self, wait_s: float) -> RawFrame:
        """Take the frame that the panel sends within `wait_s`, and stop. Raises DeviceError.

        Temperature and integration time are the panel's own for this frame, or those at the start
        of the acquisition from a panel that does not send them. DetectorRestarted has the frame.
        """
        self._require_images()
        block = self._imaging.receive(wait_s)
        self._stop_quietly()  # the image is here; a panel that is gone must not cost it
        frame = self._frame(block)
        self._check_same_boot(block.facts.boot_id, frame)
        return frame

    def keep_alive(self) -> None:
        """Let the panel hear from its host. Raises DeviceError."""
        self._session.keep_alive()

    # --- service

    def temperatures(self) -> dict[str, float]:
        """Give the temperature in C at each place the panel measures it. Raises DeviceError."""
        return housekeeping.read_temperatures(self.features)

    def panel_counters(self) -> PanelCounters:
        """Give the panel's own counters of its link. Raises NotOffered or another DeviceError."""
        return housekeeping.read_counters(self.features)

    def measure_round_trips(self, count: int) -> tuple[float, ...]:
        """Ask the panel `count` times and give how long each answer took, in s of wall time.

        Raises DeviceError.
        """
        return tuple(self._round_trip_s() for _ in range(count))

    def list_files(self) -> tuple[str, ...]:
        """Give the names of the panel's files. Raises NotOffered or another DeviceError."""
        return self._files.names()

    def read_file(self, name: str, told: Moved = untold) -> bytes:
        """Read a file of the panel; `told(done, wanted)` hears of its bytes.

        Raises NotOffered, FileRefused or another DeviceError.
        """
        return self._files.read(name, told)

    def write_file(self, name: str, content: bytes, told: Moved = untold) -> None:
        """Write a file of the panel; `told(done, wanted)` hears of its bytes.

        Raises NotOffered, FileRefused or another DeviceError.
        """
        self._files.write(name, content, told)

    def user_sets(self) -> tuple[str, ...]:
        """Give the names of the stored settings. Raises NotOffered or another DeviceError."""
        return housekeeping.user_sets(self.features)

    def load_user_set(self, name: str) -> None:
        """Take over stored settings; whole images and their facts stay on.

        Raises NotOffered or another DeviceError.
        """
        housekeeping.load_user_set(self.features, name, self._clock)
        self._settle()

    def save_user_set(self, name: str) -> None:
        """Store the present settings. Raises NotOffered or another DeviceError."""
        housekeeping.save_user_set(self.features, name, self._clock)

    def listen(self, hear: Callable[[PanelEvent], object]) -> None:
        """Hand every event of the panel to `hear`, in a thread of its own, until mute() or close().

        `hear` returns at once and never raises. Raises NoEventChannel or another DeviceError.
        """
        self.mute()
        switch_events_on(self._session, self.features, self._link.framing)
        self._events = EventReader(self._link, hear)

    def mute(self) -> None:
        """Stop listening to events. Raises DeviceError."""
        if self._stop_events():
            switch_events_off(self._session, self.features, self._link.framing)

    # --- the end

    def close(self) -> None:
        """Let go of the panel; never raises, may be called twice."""
        with suppress(DeviceError):
            self.disarm()
        with suppress(DeviceError):
            self.mute()
        self._connection.release()

    def hang_up(self) -> None:
        """Drop the connection without a word, so that the panel's own heartbeat disarms it."""
        self._stop_events()
        self._connection.hang_up()

    def _read_identity(self) -> DetectorIdentity:
        return DetectorIdentity(
            vendor=self.features.text("DeviceVendorName"),
            model=self.features.text("DeviceModelName"),
            serial=self.features.text("DeviceSerialNumber"),
            firmware_version=self.features.text("DeviceFirmwareVersion"),
            boot_id=self._optional_integer("BootId"),
        )

    def _require_exposure_control(self) -> None:
        if not self.can_expose:
            cable = "" if self.carries_images else ", on a cable without images"
            raise CannotExpose(self.identity.model + cable)

    def _require_images(self) -> None:
        if not self.carries_images:
            raise NoImageChannel()

    def _optional_number(self, name: str) -> float | None:
        return self.features.number(name) if self.features.has(name) else None

    def _optional_integer(self, name: str) -> int | None:
        return self.features.integer(name) if self.features.has(name) else None

    def _settle(self) -> None:
        """Set the panel up as every question here expects it, whatever it was set to before."""
        housekeeping.measure_at_sensor(self.features)
        if self.carries_images:
            self._imaging.take_one_whole_image()
            self._imaging.use_chunks()
        self.rows, self.columns = self._imaging.size()

    def _check_size(self) -> None:
        """Raise ImageSizeChanged when an image would not fit the calibration chosen at opening."""
        opened, now = self._opened_size, self._imaging.size()
        if now != opened:
            raise ImageSizeChanged(f"{now[0]} x {now[1]} instead of {opened[0]} x {opened[1]}")

    def _attend(self, seconds: float) -> None:
        """Let the panel integrate; a cable that is pulled meanwhile is noticed."""
        looks = math.ceil(seconds / ATTENTION_S)
        for _ in range(looks):
            self.keep_alive()
            self._clock.sleep(seconds / looks)

    def _read_alone(self, integration_ms: float) -> RawFrame:
        self._imaging.let_pictures_start_alone(integration_ms)
        try:
            self._imaging.start()
            self._attend(integration_ms / 1000.0)
            return self.read_frame(READ_OUT_WAIT_S)
        except BaseException:
            self._stop_quietly()
            raise

    def _frame(self, block: Block) -> RawFrame:
        temperature_c, exposure_us = block.facts.temperature_c, block.facts.exposure_us
        started = self._imaging
        return RawFrame(
            pixels=block.pixels,
            pixel_pitch_um=self.pixel_pitch_um,
            detector=self.identity,
            temperature_c=started.temperature_c if temperature_c is None else temperature_c,
            integration_ms=started.integration_ms if exposure_us is None else exposure_us / 1000.0,
            timestamp_ns=block.timestamp_ns,
            exposure=None,
            row_reference_dn=_of_every_row(block),
        )

    def _check_same_boot(self, boot_id: int | None, frame: RawFrame) -> None:
        known = self.identity.boot_id
        if boot_id is not None and known is not None and (boot_id ^ known) & BOOT_ID_MASK:
            restarted = DetectorRestarted(f"the image came under boot id {boot_id}")
            restarted.frame = frame
            raise restarted

    def _stop_acquisition(self) -> None:
        self._imaging.stop()
        self._session.stop_heartbeat()
        self._session.expect_answers_within(self._connection.answer_s)

    def _stop_quietly(self) -> None:
        """Stop without a word; a panel that is gone needs no stopping, and arming stops it too."""
        with suppress(DeviceError):
            self._stop_acquisition()

    def _stop_events(self) -> bool:
        listening, self._events = self._events, None
        if listening is not None:
            listening.close()
        return listening is not None

    def _round_trip_s(self) -> float:
        start = time.perf_counter()
        self._session.keep_alive()
        return time.perf_counter() - start


def _of_every_row(block: Block) -> NDArray[np.float32] | None:
    """Give the row reference of an image; one of another length tells nothing about its rows."""
    reference = block.facts.row_reference_dn
    return reference if reference is not None and len(reference) == len(block.pixels) else None
