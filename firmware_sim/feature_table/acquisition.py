"""SFNC AcquisitionControl: when frames are taken."""

from dataclasses import replace

from firmware_sim.acquisition import (
    FRAME_COUNT_LIMITS,
    INTEGRATION_LIMITS_US,
    AcquisitionMode,
    TriggerSource,
)
from firmware_sim.features import Device, Feature, Kind, Lock, Value

_ACQUISITION = "AcquisitionControl"
_ENUM, _COMMAND = Kind.ENUMERATION, Kind.COMMAND
_MODES = {
    "SingleFrame": AcquisitionMode.SINGLE_FRAME,
    "MultiFrame": AcquisitionMode.MULTI_FRAME,
    "Continuous": AcquisitionMode.CONTINUOUS,
}
_FRAME_START = 1


def _set_mode(device: Device, value: Value) -> None:
    device.panel.use(replace(device.panel.settings, mode=AcquisitionMode(int(value))))


def _set_frame_count(device: Device, value: Value) -> None:
    device.panel.use(replace(device.panel.settings, frame_count=int(value)))


def _start(device: Device, value: Value) -> None:
    device.panel.start_acquisition()


def _stop(device: Device, value: Value) -> None:
    device.panel.stop_acquisition()


def _set_integration(device: Device, value: Value) -> None:
    device.panel.set_integration_us(float(value))


def _keep(device: Device, value: Value) -> None:
    """Accept the only entry that there is."""


def _set_trigger_mode(device: Device, value: Value) -> None:
    device.panel.set_trigger_on(int(value))


def _set_trigger_source(device: Device, value: Value) -> None:
    device.panel.use(replace(device.panel.settings, trigger_source=TriggerSource(int(value))))


def _trigger(device: Device, value: Value) -> None:
    device.panel.trigger_by_software()


ROWS = (
    Feature(
        "AcquisitionMode",
        _ACQUISITION,
        _ENUM,
        "How many frames a start gives; an armed exposure is always one.",
        lambda d: d.panel.settings.mode,
        _set_mode,
        entries=_MODES,
        lock=Lock.WHILE_STREAMING,
    ),
    Feature(
        "AcquisitionFrameCount",
        _ACQUISITION,
        Kind.INTEGER,
        "Frames of a start in mode MultiFrame.",
        lambda d: d.panel.settings.frame_count,
        _set_frame_count,
        limits=FRAME_COUNT_LIMITS,
        lock=Lock.WHILE_STREAMING,
    ),
    Feature(
        "AcquisitionStart",
        _ACQUISITION,
        _COMMAND,
        "Take dark or test frames, or with TriggerMode On wait for the trigger.",
        lambda d: 0,
        _start,
    ),
    Feature(
        "AcquisitionStop",
        _ACQUISITION,
        _COMMAND,
        "End the acquisition; X-rays already taken are still read out.",
        lambda d: 0,
        _stop,
    ),
    Feature(
        "ExposureTime",
        _ACQUISITION,
        Kind.FLOAT,
        "Integration time of a dark frame.",
        lambda d: d.panel.settings.integration_us,
        _set_integration,
        unit="us",
        limits=INTEGRATION_LIMITS_US,
    ),
    Feature(
        "TriggerSelector",
        _ACQUISITION,
        _ENUM,
        "What is triggered.",
        lambda d: _FRAME_START,
        _keep,
        entries={"FrameStart": _FRAME_START},
    ),
    Feature(
        "TriggerMode",
        _ACQUISITION,
        _ENUM,
        "Off: dark or test frames at once. On: frames wait for the trigger source.",
        lambda d: int(d.panel.trigger_on),
        _set_trigger_mode,
        entries={"Off": 0, "On": 1},
        selectors=("TriggerSelector",),
    ),
    Feature(
        "TriggerSource",
        _ACQUISITION,
        _ENUM,
        "Line0 is the generator's exposure request; Software gives dark or test frames only.",
        lambda d: d.panel.settings.trigger_source,
        _set_trigger_source,
        entries={"Line0": TriggerSource.LINE0, "Software": TriggerSource.SOFTWARE},
        selectors=("TriggerSelector",),
    ),
    Feature(
        "TriggerSoftware",
        _ACQUISITION,
        _COMMAND,
        "Take one dark or test frame; never an exposure.",
        lambda d: 0,
        _trigger,
        selectors=("TriggerSelector",),
    ),
)
