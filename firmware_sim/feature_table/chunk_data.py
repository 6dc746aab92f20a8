"""SFNC ChunkDataControl: what a frame carries besides its image."""

from firmware_sim.chunks import ROW_REFERENCE_BYTES, Chunk
from firmware_sim.feature_table.choice import selector, switch
from firmware_sim.features import (
    Carried,
    CarrierPort,
    Device,
    Feature,
    Kind,
    Lock,
    Origin,
    PerRow,
    Value,
)

_CHUNK = "ChunkDataControl"
# The image always is there, so that nobody can select it (Aravis switches every entry off first).
_NAMES = {
    "FrameID": Chunk.FRAME_ID,
    "ExposureTime": Chunk.EXPOSURE_TIME,
    "DeviceTemperature": Chunk.DEVICE_TEMPERATURE,
    "BootId": Chunk.BOOT_ID,
    "ImageChecksum": Chunk.IMAGE_CHECKSUM,
    "RowReference": Chunk.ROW_REFERENCE,
}
CHUNK_SELECTOR = selector("ChunkSelector", _CHUNK, "Which chunk is meant.", _NAMES)


def _set_active(device: Device, value: Value) -> None:
    device.chunks.active = int(value)


ROWS = (
    Feature(
        "ChunkModeActive",
        _CHUNK,
        Kind.BOOLEAN,
        "Whether frames carry chunks.",
        lambda d: d.chunks.active,
        _set_active,
        lock=Lock.ONCE_SIZES_ARE_AGREED,
    ),
    CHUNK_SELECTOR,
    Feature(
        "ChunkEnable",
        _CHUNK,
        Kind.BOOLEAN,
        "Whether frames carry the selected chunk; the image always is there.",
        *switch(
            CHUNK_SELECTOR,
            lambda d, chunk: chunk in d.chunks.enabled,
            lambda d, chunk: d.chunks.enable(Chunk(chunk)),
            lambda d, chunk: d.chunks.disable(Chunk(chunk)),
        ),
        lock=Lock.ONCE_SIZES_ARE_AGREED,
        selectors=("ChunkSelector",),
    ),
)
PORTS = tuple(CarrierPort(f"Chunk{name}Port", "ChunkID", chunk) for name, chunk in _NAMES.items())


def _carried(
    name: str,
    kind: Kind,
    length: int | PerRow,
    description: str,
    unit: str = "",
    origin: Origin = Origin.SFNC,
) -> Carried:
    port = f"Chunk{name}Port"
    return Carried(
        f"Chunk{name}", _CHUNK, kind, description, port, 0, length, unit=unit, origin=origin
    )


CARRIED = (
    _carried("FrameID", Kind.INTEGER, 8, "Number of the frame in its stream."),
    _carried("ExposureTime", Kind.FLOAT, 8, "How long the frame integrated.", "us"),
    _carried("DeviceTemperature", Kind.FLOAT, 8, "The panel when it began.", "C", Origin.OURS),
    _carried("BootId", Kind.INTEGER, 8, "Power-up under which it was taken.", "", Origin.OURS),
    _carried("ImageChecksum", Kind.INTEGER, 4, "CRC-32 of the image.", "", Origin.OURS),
    _carried(
        "RowReference",
        Kind.REGISTER,
        PerRow(ROW_REFERENCE_BYTES),
        "Mean of the light-shielded columns in each row, float32, little-endian, in DN.",
        "DN",
        Origin.OURS,
    ),
)
