"""What a feature of the panel is, and the registers behind a table of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from firmware_sim.errors import AccessDenied
from firmware_sim.panel import Panel
from firmware_sim.registers import STRING_LENGTH, ByteOrder, Register, Typed

FEATURES_ADDRESS = 0x0003_0000
SPACING = 0x40
# 16-bit pixels.
BYTES_PER_PIXEL = 2


class Kind(Enum):
    """What a feature is to GenICam."""

    INTEGER = "Integer"
    FLOAT = "Float"
    STRING = "String"
    ENUMERATION = "Enumeration"
    BOOLEAN = "Boolean"
    COMMAND = "Command"


LENGTHS = {
    Kind.INTEGER: 8,
    Kind.FLOAT: 8,
    Kind.STRING: STRING_LENGTH,
    Kind.ENUMERATION: 4,
    Kind.BOOLEAN: 4,
    Kind.COMMAND: 4,
}


class Lock(Enum):
    """Whether TLParamsLocked protects the feature."""

    FREE = "free"
    WHILE_STREAMING = "while streaming"


@dataclass(frozen=True, slots=True)
class Feature:
    """One row: what the host sees and the functions behind it."""

    name: str
    category: str
    kind: Kind
    description: str
    read: Callable[["Device"], int | float | str]
    write: Callable[["Device", int | float], None] | None = None
    unit: str = ""
    limits: tuple[float, float] | None = None
    entries: Mapping[str, int] = field(default_factory=dict)
    lock: Lock = Lock.FREE


@dataclass(slots=True)
class Device:
    """What the features are about: the panel and who it says it is."""

    panel: Panel
    vendor: str
    model: str
    serial: str
    firmware_version: str
    user_name: str = ""
    tl_params_locked: int = 0

    @property
    def payload_size(self) -> int:
        """Bytes of one frame."""
        geometry = self.panel.geometry
        return geometry.rows * geometry.columns * BYTES_PER_PIXEL


def address_of(index: int) -> int:
    """Give the address of the feature in that row of the table."""
    return FEATURES_ADDRESS + index * SPACING


def feature_registers(table: Sequence[Feature], device: Device, order: ByteOrder) -> list[Register]:
    """Make the register of every feature of a table."""
    typed = Typed(order)
    return [
        _register(feature, address_of(index), device, typed) for index, feature in enumerate(table)
    ]


def _register(feature: Feature, address: int, device: Device, typed: Typed) -> Register:
    write = _guarded_write(feature, device)
    if feature.kind is Kind.STRING:
        return typed.text(address, lambda: str(feature.read(device)))
    if feature.kind is Kind.FLOAT:
        return typed.double(address, lambda: float(feature.read(device)), write)
    if feature.kind is Kind.INTEGER:
        return typed.signed(address, lambda: int(feature.read(device)), write)
    return typed.unsigned(address, LENGTHS[feature.kind], lambda: int(feature.read(device)), write)


def _guarded_write(feature: Feature, device: Device) -> Callable[[int | float], None] | None:
    write = feature.write
    if write is None:
        return None

    def guarded(value: int | float) -> None:
        if feature.lock is Lock.WHILE_STREAMING and device.tl_params_locked:
            raise AccessDenied("This cannot be changed while the host streams.")
        write(device, value)

    return guarded
