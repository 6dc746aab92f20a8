"""What a feature of the panel is, and the registers behind a table of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from firmware_sim.chunks import ChunkLayout
from firmware_sim.errors import AccessDenied, OutOfRange
from firmware_sim.events import Events
from firmware_sim.files import BUFFER_LENGTH, FileAccess
from firmware_sim.flash import Flash, Settings
from firmware_sim.link_statistics import LinkStatistics
from firmware_sim.panel import Panel
from firmware_sim.registers import STRING_LENGTH, ByteOrder, Register, Typed

FEATURES_ADDRESS = 0x0003_0000
SPACING = 0x40
# Byte arrays are longer than the spacing and lie in a region of their own.
ARRAYS_ADDRESS, ARRAY_SPACING = 0x0100_0000, BUFFER_LENGTH
# 16-bit pixels.
BYTES_PER_PIXEL = 2

Value = int | float | str | bytes


class Kind(Enum):
    """What a feature is to GenICam."""

    INTEGER = "Integer"
    FLOAT = "Float"
    STRING = "String"
    ENUMERATION = "Enumeration"
    BOOLEAN = "Boolean"
    COMMAND = "Command"
    REGISTER = "Register"


LENGTHS = {
    Kind.INTEGER: 8,
    Kind.FLOAT: 8,
    Kind.STRING: STRING_LENGTH,
    Kind.ENUMERATION: 4,
    Kind.BOOLEAN: 4,
    Kind.COMMAND: 4,
    Kind.REGISTER: BUFFER_LENGTH,
}


class Lock(Enum):
    """When the feature cannot be changed.

    TLParamsLocked locks both; what changes the size of a frame is locked as soon as the stream's
    sizes are agreed. Hosts set an acquisition mode between the two (Aravis does).
    """

    FREE = "free"
    WHILE_STREAMING = "while streaming"
    ONCE_SIZES_ARE_AGREED = "once sizes are agreed"


class Origin(Enum):
    """Who gave the feature its name and meaning, in the words of GenICam's NameSpace."""

    SFNC = "Standard"
    OURS = "Custom"


class ExposureControl(Enum):
    """Whether a detector has our ExposureControl; without it, it is never armed."""

    PRESENT = "present"
    ABSENT = "absent"


# A limit is a number, or the name of the feature that tells it.
Limit = float | str


@dataclass(frozen=True, slots=True)
class Feature:
    """One row: what the host sees and the functions behind it.

    `selectors` are the features that choose of which of several things this one tells; `takes_ms`
    tells for how long of model time what was just written keeps the device busy.
    """

    name: str
    category: str
    kind: Kind
    description: str
    read: Callable[["Device"], Value]
    write: Callable[["Device", Value], None] | None = None
    unit: str = ""
    limits: tuple[Limit, Limit] | None = None
    entries: Mapping[str, int] = field(default_factory=dict)
    lock: Lock = Lock.FREE
    selectors: tuple[str, ...] = ()
    takes_ms: Callable[["Device"], int] | None = None
    origin: Origin = Origin.SFNC


class Writer(Enum):
    """Who writes a carried value: the link in its byte order, or the firmware, little-endian."""

    LINK = "link"
    FIRMWARE = "firmware"


@dataclass(frozen=True, slots=True)
class PerRow:
    """The length of what is carried for every row of the image, in bytes per row."""

    length: int


@dataclass(frozen=True, slots=True)
class Carried:
    """A value that lies not in the device's memory but in an event or a chunk that it sent."""

    name: str
    category: str
    kind: Kind
    description: str
    port: str
    offset: int
    length: int | PerRow
    unit: str = ""
    origin: Origin = Origin.SFNC
    written_by: Writer = Writer.FIRMWARE


@dataclass(frozen=True, slots=True)
class CarrierPort:
    """What carries values: `EventID` or `ChunkID`, and which."""

    name: str
    tag: str
    number: int


@dataclass(slots=True)
class Device:
    """What the features are about: the panel, who it says it is, and what its host has set.

    `reset` switches the power off and on; `is_streaming` and `next_frame_id` come from the link.
    """

    panel: Panel
    vendor: str
    model: str
    serial: str
    firmware_version: str
    tl_params_locked: int = 0
    exposure_control: ExposureControl = ExposureControl.PRESENT
    link: LinkStatistics = field(default_factory=LinkStatistics)
    events: Events = field(default_factory=Events)
    chunks: ChunkLayout = field(default_factory=ChunkLayout)
    selected: dict[str, int] = field(default_factory=dict)
    flash: Flash = field(default_factory=lambda: Flash("1.0.0"))
    files: FileAccess = field(init=False)
    reset: Callable[[], None] = field(default=lambda: None)
    is_streaming: Callable[[], bool] = field(default=lambda: False)

    def __post_init__(self) -> None:
        self.files = FileAccess(self.flash)

    @property
    def user_name(self) -> str:
        """The name that its user gave it; it is kept."""
        return self.flash.user_name

    @user_name.setter
    def user_name(self, value: str) -> None:
        self.flash.user_name = value

    @property
    def image_size(self) -> tuple[int, int]:
        """Rows and columns of a frame."""
        geometry = self.panel.geometry
        return self.panel.settings.size(geometry.rows, geometry.columns)

    @property
    def payload_size(self) -> int:
        """Bytes of one frame with its chunks."""
        rows, columns = self.image_size
        return self.chunks.payload_size(rows * columns * BYTES_PER_PIXEL, rows)

    @property
    def settings(self) -> Settings:
        """Everything that a user set keeps."""
        layout = self.chunks
        return Settings(self.panel.settings, layout.active, layout.enabled, self.events.wanted)

    def use(self, settings: Settings) -> None:
        """Take over the settings of a user set. Raises AccessDenied while an acquisition runs."""
        self.panel.use(settings.acquisition)
        self.chunks.active, self.chunks.enabled = settings.chunks_active, settings.chunks
        self.events.wanted = settings.events

    def start_anew(self) -> None:
        """Forget what an earlier host selected and, unless a frame is read out, what it set."""
        self.tl_params_locked = 0
        self.selected.clear()
        self.files.close_all()
        if not self.panel.acquiring:
            self.use(self.flash.settings_at_power_up())


def address_of(index: int, kind: Kind = Kind.INTEGER) -> int:
    """Give the address of the feature in that row of the table."""
    if kind is Kind.REGISTER:
        return ARRAYS_ADDRESS + index * ARRAY_SPACING
    return FEATURES_ADDRESS + index * SPACING


def feature_registers(table: Sequence[Feature], device: Device, order: ByteOrder) -> list[Register]:
    """Make the register of every feature of a table."""
    guard = Guard(device, {feature.name: feature for feature in table})
    return [
        _timed(
            feature,
            device,
            _register(feature, address_of(index, feature.kind), guard, Typed(order)),
        )
        for index, feature in enumerate(table)
    ]


def _timed(feature: Feature, device: Device, register: Register) -> Register:
    takes_ms = feature.takes_ms
    return replace(register, takes_ms=lambda: takes_ms(device)) if takes_ms else register


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuses what the description says cannot be written, however it is written."""

    device: Device
    by_name: Mapping[str, Feature]

    def write(self, feature: Feature) -> Callable[[Value], None] | None:
        """Give the function behind a feature's register, None for one that cannot be written."""
        write = feature.write
        if write is None:
            return None

        def guarded(value: Value) -> None:
            self._check_lock(feature)
            self._check_value(feature, value)
            write(self.device, value)

        return guarded

    def _check_lock(self, feature: Feature) -> None:
        if feature.lock is Lock.FREE:
            return
        agreed = feature.lock is Lock.ONCE_SIZES_ARE_AGREED and self.device.is_streaming()
        if self.device.tl_params_locked or agreed:
            raise AccessDenied("This cannot be changed while the host streams.")

    def _check_value(self, feature: Feature, value: Value) -> None:
        if feature.kind is Kind.ENUMERATION and value not in feature.entries.values():
            raise OutOfRange(f"{feature.name} has no such entry.")
        if feature.kind is Kind.BOOLEAN and value not in (0, 1):
            raise OutOfRange(f"{feature.name} is 0 or 1.")
        if feature.kind is Kind.COMMAND and value != 1:
            raise OutOfRange(f"{feature.name} is started by writing 1.")
        if isinstance(value, float) and not math.isfinite(value):
            raise OutOfRange(f"{feature.name} is a number.")
        if feature.limits is not None:
            self._check_limits(feature.name, feature.limits, value)

    def _check_limits(self, name: str, limits: tuple[Limit, Limit], value: Value) -> None:
        low, high = (self._number(limit) for limit in limits)
        if not low <= float(value) <= high:
            raise OutOfRange(f"{name} is {low:g} to {high:g}.")

    def _number(self, limit: Limit) -> float:
        if isinstance(limit, str):
            return float(self.by_name[limit].read(self.device))
        return limit


def _register(feature: Feature, address: int, guard: Guard, typed: Typed) -> Register:
    device, write = guard.device, guard.write(feature)
    if feature.kind is Kind.STRING:
        return typed.text(address, lambda: str(feature.read(device)), write)
    if feature.kind is Kind.REGISTER:
        return Register(address, BUFFER_LENGTH, lambda: _bytes(feature, device), write, whole=False)
    if feature.kind is Kind.FLOAT:
        return typed.double(address, lambda: float(feature.read(device)), write)
    if feature.kind is Kind.INTEGER:
        return typed.signed(address, lambda: int(feature.read(device)), write)
    return typed.unsigned(address, LENGTHS[feature.kind], lambda: int(feature.read(device)), write)


def _bytes(feature: Feature, device: Device) -> bytes:
    content = feature.read(device)
    assert isinstance(content, bytes)
    return content
