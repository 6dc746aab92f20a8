"""The detector's features, one file for each category: a row each, from which both its register
and its XML are made.

Names and units follow the SFNC; rows marked `Origin.OURS` are our own. To add a feature, add a row.
"""

from firmware_sim.feature_table import (
    acquisition,
    calibration,
    chunk_data,
    device_control,
    digital_io,
    event_control,
    exposure_control,
    file_access,
    image_format,
    link_statistics,
    transport_layer,
    user_sets,
)
from firmware_sim.features import Carried, CarrierPort, Device, ExposureControl, Feature


def features(device: Device) -> tuple[Feature, ...]:
    """Give the table for a device: everything that lies in its memory."""
    exposure = device.exposure_control is ExposureControl.PRESENT
    return (
        *device_control.ROWS,
        *image_format.rows(device),
        *acquisition.ROWS,
        *digital_io.ROWS,
        *event_control.ROWS,
        *chunk_data.ROWS,
        *transport_layer.ROWS,
        *user_sets.ROWS,
        *file_access.ROWS,
        *(exposure_control.ROWS if exposure else ()),
        *calibration.ROWS,
        *link_statistics.ROWS,
    )


def carried() -> tuple[Carried, ...]:
    """Give what the device tells inside events and chunks."""
    return (*event_control.CARRIED, *chunk_data.CARRIED)


def ports() -> tuple[CarrierPort, ...]:
    """Give the events and chunks that carry it."""
    return (*event_control.PORTS, *chunk_data.PORTS)
