"""The panel's image channel: starting an acquisition, taking its frame, stopping it.

Source: SFNC, categories AcquisitionControl, ImageFormatControl and ChunkDataControl.
"""

import math

from device.clock import Clock
from device.connection import Connection
from device.errors import FeatureRefused, RegisterRefused
from device.features import Features
from device.u3v.bootstrap import StreamLayout, disable_stream, enable_stream
from device.u3v.chunks import WANTED_CHUNKS
from device.u3v.receive import Block, receive_block

TEST_PATTERN = "TestPattern"
# SFNC, ImageFormatControl: how many pixels become one.
BINNING = ("BinningHorizontal", "BinningVertical")
# SFNC, AcquisitionControl: an acquisition ends by itself after one frame.
MODE, SINGLE = "AcquisitionMode", "SingleFrame"
CHUNK_MODE = ("ChunkModeActive", "ChunkSelector", "ChunkEnable")


class Imaging:
    """The image channel of one panel; temperature and integration are those of the last start."""

    def __init__(self, connection: Connection, features: Features, clock: Clock) -> None:
        self._link = connection.link
        self._session = connection.session
        self._features = features
        self._clock = clock
        self._layout = StreamLayout(0, (), 0, 0)
        self._chunk_names: dict[int, str] = {}
        self.temperature_c = self.integration_ms = math.nan

    def use_chunks(self) -> None:
        """Let the panel send its facts and a checksum with every image, where it offers them.

        A panel that refuses serves its images without. Raises DeviceError.
        """
        if not all(self._features.has(name) for name in CHUNK_MODE):
            return
        try:
            self._features.switch_on("ChunkModeActive")
            self._enable_wanted_chunks()
            self._chunk_names = self._features.chunk_ids(WANTED_CHUNKS)
        except (FeatureRefused, RegisterRefused):
            self._features.switch_off("ChunkModeActive")

    def take_real_images(self) -> None:
        """Make sure that no test pattern stands in for the panel's pixels. Raises DeviceError."""
        if self._features.has(TEST_PATTERN):
            self._features.choose(TEST_PATTERN, "Off")

    def take_one_whole_image(self) -> None:
        """Let an acquisition be one frame of every pixel by itself. Raises DeviceError."""
        for name in BINNING:
            if self._features.has(name) and self._features.integer(name) != 1:
                self._features.set_integer(name, 1)
        # A panel that still reads out an earlier host's image refuses even what changes nothing.
        offered = self._features.choices(MODE) if self._features.has(MODE) else ()
        if SINGLE in offered and self._features.choice(MODE) != SINGLE:
            self._features.choose(MODE, SINGLE)

    def size(self) -> tuple[int, int]:
        """Give rows and columns of the panel's images as it is set up now. Raises DeviceError."""
        return self._features.integer("Height"), self._features.integer("Width")

    def let_pictures_start_alone(self, exposure_ms: float) -> None:
        """Set up dark frames and test images of this integration time. Raises DeviceError."""
        self.take_one_whole_image()
        self._features.choose("TriggerSelector", "FrameStart")
        self._features.choose("TriggerMode", "Off")
        self._features.set_number("ExposureTime", exposure_ms * 1000.0)

    def let_generator_start(self, window_ms: float) -> None:
        """Set up the frame of an exposure, opened by the generator's line. Raises DeviceError."""
        self.take_one_whole_image()
        self._features.choose("TriggerSelector", "FrameStart")
        self._features.choose("TriggerMode", "On")
        self._features.choose("TriggerSource", "Line0")
        self._features.set_number("ExposureTime", window_ms * 1000.0)

    def start(self) -> None:
        """Open the image channel and begin an acquisition. Raises DeviceError."""
        self.temperature_c = self._features.number("DeviceTemperature")
        self.integration_ms = self._features.number("ExposureTime") / 1000.0
        self._link.reset_images()
        self._layout = enable_stream(self._session)
        self._lock_transport(1)
        self._features.execute("AcquisitionStart")

    def receive(self, wait_s: float) -> Block:
        """Take the block that begins within `wait_s`. Raises DeviceError."""
        ask = self._session.keep_alive
        return receive_block(self._link, self._layout, self._clock, wait_s, ask, self._chunk_names)

    def stop(self) -> None:
        """End the acquisition and close the image channel. Raises DeviceError."""
        self._features.execute("AcquisitionStop")
        self._lock_transport(0)
        disable_stream(self._session)

    def _lock_transport(self, locked: int) -> None:
        if self._features.has("TLParamsLocked"):
            self._features.set_integer("TLParamsLocked", locked)

    def _enable_wanted_chunks(self) -> None:
        offered = self._features.choices("ChunkSelector")
        for name in WANTED_CHUNKS:
            # SFNC: the entries of ChunkSelector leave the word Chunk out; some panels do not.
            for entry in (name.removeprefix("Chunk"), name):
                if entry in offered:
                    self._features.choose("ChunkSelector", entry)
                    self._features.switch_on("ChunkEnable")
