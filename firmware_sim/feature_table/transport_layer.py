"""SFNC TransportLayerControl."""

from firmware_sim.features import Device, Feature, Kind, Value

_TRANSPORT = "TransportLayerControl"


def _set_locked(device: Device, value: Value) -> None:
    device.tl_params_locked = int(value)


ROWS = (
    Feature(
        "PayloadSize",
        _TRANSPORT,
        Kind.INTEGER,
        "Bytes of a frame with its chunks.",
        lambda d: d.payload_size,
        unit="B",
    ),
    Feature(
        "TLParamsLocked",
        _TRANSPORT,
        Kind.INTEGER,
        "1 while the host streams.",
        lambda d: d.tl_params_locked,
        _set_locked,
        limits=(0, 1),
    ),
)
