"""The detector of a unit, as its features describe it on whatever link."""

from firmware_sim.features import Device
from firmware_sim.identity import model_name, serial_number
from firmware_sim.unit import SimulatedUnit

VENDOR_NAME = "BoneageDR"


def detector_of(unit: SimulatedUnit) -> Device:
    """Describe a unit's detector; each link has a description of its own over the same panel."""
    device = Device(
        unit.panel,
        VENDOR_NAME,
        model_name(unit.panel.geometry.rows),
        serial_number(unit.seed),
        unit.flash.firmware_version,
        exposure_control=unit.exposure_control,
        flash=unit.flash,
        reset=unit.restart.soon,
    )
    device.start_anew()
    return device
