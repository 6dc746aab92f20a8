"""What a panel is made of, and one frame from its first charge to its pixels."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from firmware_sim.acquisition import AcquisitionSettings
from firmware_sim.faults import FaultPoints
from firmware_sim.frame import Frame, FrameMaker, Image
from firmware_sim.image_faults import Wear
from firmware_sim.lines import MICROSECONDS_PER_SECOND, Lines
from firmware_sim.physics.reading import Circumstances, Reading


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

    def look_ahead(self, kv: float) -> None:
        """Work out what will be seen of the patient, so that an exposure need not."""

    def power_up(self) -> None:
        """Forget what earlier frames left in the pixels."""

    def read_dark(self, about: Circumstances) -> Reading:
        """Compute a frame without X-rays."""

    def read_exposed(self, kv: float, mas: float, about: Circumstances) -> Reading:
        """Compute a frame with X-rays."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and how warm it is, and the number of the frame."""

    now_us: int
    temperature_c: float
    frame_number: int


class FrameUnderWay:
    """The frame that the panel is taking: begun, then taken, then finished.

    Its pixels are computed as soon as the charge is known, so that they are there when the read-out
    is over.
    """

    def __init__(
        self,
        imager: ImageSource,
        maker: FrameMaker,
        lines: Lines,
        points: FaultPoints,
        read_out_ms: float,
    ) -> None:
        self._imager = imager
        self._maker = maker
        self._lines = lines
        self._points = points
        self._read_out_ms = read_out_ms
        self._began = Moment(0, 0.0, 0)
        self._settings = AcquisitionSettings()
        self._integration_us = 0.0
        self._pixels: Future[Image] | None = None

    @property
    def is_taken(self) -> bool:
        """Whether its pixels are there or being computed."""
        return self._pixels is not None

    @property
    def pending(self) -> Future[Image] | None:
        """The running computation of its pixels, if there is one."""
        return self._pixels if self._pixels is not None and not self._pixels.done() else None

    def begin(self, now: Moment, settings: AcquisitionSettings, integration_us: float) -> None:
        """Begin to integrate."""
        self._began, self._settings, self._integration_us = now, settings, integration_us
        self._pixels = None

    def take_dark(self, now: Moment) -> None:
        """Take it as a panel without X-rays sees it."""
        self._take(partial(self._imager.read_dark, self._circumstances(now)))

    def take_exposed(self, now: Moment) -> None:
        """Take it with what the tube has sent out; without any, it is dark."""
        beam = self._lines.beam
        if beam.mas > 0.0:
            about = self._circumstances(now)
            self._take(partial(self._imager.read_exposed, beam.kv, beam.mas, about))
        else:
            self.take_dark(now)

    def draw_pattern(self, rows: int, columns: int) -> None:
        """Make it a test image for a panel of this size."""
        size = self._settings.size(rows, columns)
        self._pixels = self._maker.pattern(self._settings.pattern, *size)

    def finish(self, boot_id: int) -> Frame:
        """Give the whole frame."""
        assert self._pixels is not None
        return Frame(
            self._pixels.result(),
            self._began.now_us * 1000,
            self._integration_us,
            self._began.temperature_c,
            boot_id,
        )

    def power_up(self) -> None:
        """Forget what earlier frames left in the pixels."""
        self._maker.before_the_next(self._imager.power_up)

    def forget(self) -> None:
        """Drop it."""
        self._pixels = None

    def _take(self, take: Callable[[], Reading]) -> None:
        wear = Wear(self._points.dead_rows, self._points.drift_percent)
        self._pixels = self._maker.photograph(take, self._settings, wear)

    def _circumstances(self, now: Moment) -> Circumstances:
        return Circumstances(
            integration_s=self._integration_us / MICROSECONDS_PER_SECOND,
            temperature_c=now.temperature_c,
            frame_number=now.frame_number,
            began_s=self._began.now_us / MICROSECONDS_PER_SECOND,
            read_out_s=self._read_out_ms / 1000.0,
        )
