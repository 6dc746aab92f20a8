"""The panel's features: one row each, from which both its registers and its XML are made.

Names and units follow the SFNC; `ExposureControl` and `DetectorCalibration` are the vendor's.
To add a feature, add a row.
"""

from collections.abc import Callable

from firmware_sim.errors import OutOfRange
from firmware_sim.features import Device, Feature, Kind, Lock
from firmware_sim.panel import INTEGRATION_LIMITS_US, LEASE_LIMITS_MS, PanelState

# PFNC 2.4: Mono16.
MONO16 = 0x0110_0007


def _only(value: int) -> Callable[[Device, int | float], None]:
    def write(device: Device, wanted: int | float) -> None:
        if wanted != value:
            raise OutOfRange("This panel has only one setting here.")

    return write


def _set_width(device: Device, wanted: int | float) -> None:
    _only(device.panel.geometry.columns)(device, wanted)


def _set_height(device: Device, wanted: int | float) -> None:
    _only(device.panel.geometry.rows)(device, wanted)


def _set_tl_params_locked(device: Device, value: int | float) -> None:
    if value not in (0, 1):
        raise OutOfRange("TLParamsLocked is 0 or 1.")
    device.tl_params_locked = int(value)


def _set_trigger_mode(device: Device, value: int | float) -> None:
    if value not in (0, 1):
        raise OutOfRange("TriggerMode is Off or On.")
    device.panel.set_trigger_on(int(value))


def _start(device: Device, value: int | float) -> None:
    device.panel.start_acquisition()


def _stop(device: Device, value: int | float) -> None:
    device.panel.stop_acquisition()


def _set_armed(device: Device, value: int | float) -> None:
    if value:
        device.panel.arm()
    else:
        device.panel.disarm()


# The states of the exposure as the host sees them; a dark frame is no exposure.
EXPOSURE_STATES = {"Idle": 0, "Armed": 1, "Preparing": 2, "Window": 3, "ReadOut": 4}
_SHOWN_AS = {
    PanelState.IDLE: "Idle",
    PanelState.INTEGRATING: "Idle",
    PanelState.ARMED: "Armed",
    PanelState.PREPARING: "Preparing",
    PanelState.WINDOW: "Window",
    PanelState.SETTLING: "ReadOut",
    PanelState.READ_OUT: "ReadOut",
}

_INT, _FLOAT, _TEXT = Kind.INTEGER, Kind.FLOAT, Kind.STRING
_ENUM, _BOOL, _COMMAND = Kind.ENUMERATION, Kind.BOOLEAN, Kind.COMMAND
_DEVICE, _IMAGE, _ACQUISITION = "DeviceControl", "ImageFormatControl", "AcquisitionControl"
_EXPOSURE, _TRANSPORT = "ExposureControl", "TransportLayerControl"


def features(device: Device) -> tuple[Feature, ...]:
    """Give the table for a device; limits that depend on the panel's size are filled in."""
    rows, columns = device.panel.geometry.rows, device.panel.geometry.columns
    return (
        Feature("DeviceVendorName", _DEVICE, _TEXT, "Who made it.", lambda d: d.vendor),
        Feature("DeviceModelName", _DEVICE, _TEXT, "Its model.", lambda d: d.model),
        Feature("DeviceSerialNumber", _DEVICE, _TEXT, "Its serial number.", lambda d: d.serial),
        Feature(
            "DeviceFirmwareVersion",
            _DEVICE,
            _TEXT,
            "Version of its firmware.",
            lambda d: d.firmware_version,
        ),
        Feature(
            "DeviceTemperature",
            _DEVICE,
            _FLOAT,
            "Temperature of the panel.",
            lambda d: d.panel.temperature_c,
            unit="C",
        ),
        Feature("SensorWidth", _IMAGE, _INT, "Pixels of a line.", lambda d: columns),
        Feature("SensorHeight", _IMAGE, _INT, "Lines of the panel.", lambda d: rows),
        Feature(
            "SensorPixelWidth",
            _IMAGE,
            _FLOAT,
            "Distance of two pixels along a line.",
            lambda d: d.panel.geometry.pitch_um,
            unit="um",
        ),
        Feature(
            "SensorPixelHeight",
            _IMAGE,
            _FLOAT,
            "Distance of two lines.",
            lambda d: d.panel.geometry.pitch_um,
            unit="um",
        ),
        Feature(
            "Width",
            _IMAGE,
            _INT,
            "Pixels of a line of the image.",
            lambda d: columns,
            _set_width,
            limits=(columns, columns),
            lock=Lock.WHILE_STREAMING,
        ),
        Feature(
            "Height",
            _IMAGE,
            _INT,
            "Lines of the image.",
            lambda d: rows,
            _set_height,
            limits=(rows, rows),
            lock=Lock.WHILE_STREAMING,
        ),
        Feature(
            "PixelFormat",
            _IMAGE,
            _ENUM,
            "Form of a pixel.",
            lambda d: MONO16,
            _only(MONO16),
            entries={"Mono16": MONO16},
            lock=Lock.WHILE_STREAMING,
        ),
        Feature(
            "AcquisitionMode",
            _ACQUISITION,
            _ENUM,
            "One frame for each start.",
            lambda d: 1,
            _only(1),
            entries={"SingleFrame": 1},
            lock=Lock.WHILE_STREAMING,
        ),
        Feature(
            "AcquisitionStart",
            _ACQUISITION,
            _COMMAND,
            "Take a dark frame, or with TriggerMode On wait for an armed exposure.",
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
            _FLOAT,
            "Integration time of a dark frame.",
            lambda d: d.panel.integration_us,
            lambda d, value: d.panel.set_integration_us(float(value)),
            unit="us",
            limits=INTEGRATION_LIMITS_US,
        ),
        Feature(
            "TriggerSelector",
            _ACQUISITION,
            _ENUM,
            "What is triggered.",
            lambda d: 1,
            _only(1),
            entries={"FrameStart": 1},
        ),
        Feature(
            "TriggerMode",
            _ACQUISITION,
            _ENUM,
            "Off: dark frames. On: armed exposures.",
            lambda d: int(d.panel.trigger_on),
            _set_trigger_mode,
            entries={"Off": 0, "On": 1},
        ),
        Feature(
            "TriggerSource",
            _ACQUISITION,
            _ENUM,
            "Line0 is the generator's exposure request.",
            lambda d: 0,
            _only(0),
            entries={"Line0": 0},
        ),
        Feature(
            "PayloadSize",
            _TRANSPORT,
            _INT,
            "Bytes of a frame.",
            lambda d: d.payload_size,
            unit="B",
        ),
        Feature(
            "TLParamsLocked",
            _TRANSPORT,
            _INT,
            "1 while the host streams.",
            lambda d: d.tl_params_locked,
            _set_tl_params_locked,
            limits=(0, 1),
        ),
        Feature(
            "ExposureNonce",
            _EXPOSURE,
            _INT,
            "Names the exposure to come; never 0, never used before in this boot.",
            lambda d: d.panel.nonce,
            lambda d, value: d.panel.set_nonce(int(value)),
        ),
        Feature(
            "ExposureLeaseTime",
            _EXPOSURE,
            _INT,
            "How long the panel stays armed without an exposure.",
            lambda d: d.panel.lease_ms,
            lambda d, value: d.panel.set_lease_ms(int(value)),
            unit="ms",
            limits=LEASE_LIMITS_MS,
        ),
        Feature(
            "ExposureArm",
            _EXPOSURE,
            _BOOL,
            "True arms for one exposure, false disarms; reads true while armed.",
            lambda d: int(d.panel.under_exposure),
            _set_armed,
        ),
        Feature("BootId", _EXPOSURE, _INT, "New at each power-up.", lambda d: d.panel.boot_id),
        Feature(
            "InterlockStatus",
            _EXPOSURE,
            _INT,
            "Bit mask of open interlocks: bit 0 door, bit 1 generator.",
            lambda d: d.panel.open_interlocks,
        ),
        Feature(
            "BeamEnable",
            _EXPOSURE,
            _BOOL,
            "The line that lets the generator expose.",
            lambda d: int(d.panel.beam_enable),
        ),
        Feature(
            "ExposureState",
            _EXPOSURE,
            _ENUM,
            "Where the exposure is.",
            lambda d: EXPOSURE_STATES[_SHOWN_AS[d.panel.state]],
            entries=EXPOSURE_STATES,
        ),
        Feature(
            "LastExposureNonce",
            _EXPOSURE,
            _INT,
            "Nonce of the last exposure.",
            lambda d: d.panel.last_nonce,
        ),
        Feature(
            "LastExposureTime",
            _EXPOSURE,
            _FLOAT,
            "How long X-rays were seen in the last exposure.",
            lambda d: d.panel.last_exposure_us,
            unit="us",
        ),
        Feature(
            "ExposureCount",
            _EXPOSURE,
            _INT,
            "X-ray exposures since manufacture.",
            lambda d: d.panel.exposure_count,
        ),
        Feature(
            "SensitivityRQA3",
            "DetectorCalibration",
            _FLOAT,
            "Mean corrected signal at RQA3 in DN per uGy, measured in the factory.",
            lambda d: d.panel.sensitivity_rqa3,
        ),
    )
