"""SFNC DeviceControl: who the detector is, how warm it is, and its power."""

from firmware_sim.climate import MAINBOARD_WARMER_K
from firmware_sim.feature_table.choice import chosen, selector
from firmware_sim.features import Device, Feature, Kind, Value

_DEVICE = "DeviceControl"
_SENSOR, _MAINBOARD = 0, 1
TEMPERATURE_SELECTOR = selector(
    "DeviceTemperatureSelector",
    _DEVICE,
    "Where the temperature is measured.",
    {"Sensor": _SENSOR, "Mainboard": _MAINBOARD},
)


def _temperature_c(device: Device) -> float:
    at_mainboard = chosen(device, TEMPERATURE_SELECTOR) == _MAINBOARD
    return device.panel.temperature_c + (MAINBOARD_WARMER_K if at_mainboard else 0.0)


def _set_user_id(device: Device, value: Value) -> None:
    device.user_name = str(value)


def _reset(device: Device, value: Value) -> None:
    device.reset()


ROWS = (
    Feature("DeviceVendorName", _DEVICE, Kind.STRING, "Who made it.", lambda d: d.vendor),
    Feature("DeviceModelName", _DEVICE, Kind.STRING, "Its model.", lambda d: d.model),
    Feature("DeviceSerialNumber", _DEVICE, Kind.STRING, "Its serial number.", lambda d: d.serial),
    Feature(
        "DeviceFirmwareVersion",
        _DEVICE,
        Kind.STRING,
        "Version of its firmware.",
        lambda d: d.firmware_version,
    ),
    Feature(
        "DeviceUserID",
        _DEVICE,
        Kind.STRING,
        "The name that its user gave it.",
        lambda d: d.user_name,
        _set_user_id,
    ),
    TEMPERATURE_SELECTOR,
    Feature(
        "DeviceTemperature",
        _DEVICE,
        Kind.FLOAT,
        "Temperature at the selected place.",
        _temperature_c,
        unit="C",
        selectors=("DeviceTemperatureSelector",),
    ),
    Feature(
        "DeviceReset",
        _DEVICE,
        Kind.COMMAND,
        "Switch the power off and on; the host has to connect anew.",
        lambda d: 0,
        _reset,
    ),
)
