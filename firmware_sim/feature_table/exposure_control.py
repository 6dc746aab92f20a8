"""ExposureControl, ours: arming for one exposure, and what became of it."""

from firmware_sim.features import Device, Feature, Kind, Origin, Value
from firmware_sim.panel import LEASE_LIMITS_MS, PanelState

_EXPOSURE = "ExposureControl"
_OURS = Origin.OURS

# The states of the exposure as the host sees them; a dark frame is no exposure.
EXPOSURE_STATES = {"Idle": 0, "Armed": 1, "Preparing": 2, "Window": 3, "ReadOut": 4}
_SHOWN_AS = {
    PanelState.IDLE: "Idle",
    PanelState.INTEGRATING: "Idle",
    PanelState.TESTING: "Idle",
    PanelState.ARMED: "Armed",
    PanelState.PREPARING: "Preparing",
    PanelState.WINDOW: "Window",
    PanelState.SETTLING: "ReadOut",
    PanelState.READ_OUT: "ReadOut",
}


def _set_nonce(device: Device, value: Value) -> None:
    device.panel.set_nonce(int(value))


def _set_lease(device: Device, value: Value) -> None:
    device.panel.set_lease_ms(int(value))


def _set_armed(device: Device, value: Value) -> None:
    if value:
        device.panel.arm()
    else:
        device.panel.disarm()


ROWS = (
    Feature(
        "ExposureNonce",
        _EXPOSURE,
        Kind.INTEGER,
        "Names the exposure to come; never 0, never used before in this boot.",
        lambda d: d.panel.nonce,
        _set_nonce,
        origin=_OURS,
    ),
    Feature(
        "ExposureLeaseTime",
        _EXPOSURE,
        Kind.INTEGER,
        "How long the panel stays armed without an exposure.",
        lambda d: d.panel.lease_ms,
        _set_lease,
        unit="ms",
        limits=LEASE_LIMITS_MS,
        origin=_OURS,
    ),
    Feature(
        "ExposureArm",
        _EXPOSURE,
        Kind.BOOLEAN,
        "True arms for one exposure, false disarms; reads true while armed.",
        lambda d: int(d.panel.under_exposure),
        _set_armed,
        origin=_OURS,
    ),
    Feature(
        "BootId",
        _EXPOSURE,
        Kind.INTEGER,
        "New at each power-up.",
        lambda d: d.panel.boot_id,
        origin=_OURS,
    ),
    Feature(
        "InterlockStatus",
        _EXPOSURE,
        Kind.INTEGER,
        "Bit mask of open interlocks: bit 0 door, bit 1 generator.",
        lambda d: d.panel.open_interlocks,
        origin=_OURS,
    ),
    Feature(
        "BeamEnable",
        _EXPOSURE,
        Kind.BOOLEAN,
        "The line that lets the generator expose.",
        lambda d: int(d.panel.beam_enable),
        origin=_OURS,
    ),
    Feature(
        "ExposureState",
        _EXPOSURE,
        Kind.ENUMERATION,
        "Where the exposure is.",
        lambda d: EXPOSURE_STATES[_SHOWN_AS[d.panel.state]],
        entries=EXPOSURE_STATES,
        origin=_OURS,
    ),
    Feature(
        "LastExposureNonce",
        _EXPOSURE,
        Kind.INTEGER,
        "Nonce of the last exposure.",
        lambda d: d.panel.last_nonce,
        origin=_OURS,
    ),
    Feature(
        "LastExposureTime",
        _EXPOSURE,
        Kind.FLOAT,
        "How long X-rays were seen in the last exposure.",
        lambda d: d.panel.last_exposure_us,
        unit="us",
        origin=_OURS,
    ),
    Feature(
        "ExposureCount",
        _EXPOSURE,
        Kind.INTEGER,
        "X-ray exposures since manufacture.",
        lambda d: d.panel.exposure_count,
        origin=_OURS,
    ),
)
