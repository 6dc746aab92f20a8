"""A hand-like image with everything that is known about it."""

from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest

from acquisition.exposure_index import indicate_exposure
from acquisition.radiograph import Radiograph
from device.frame import DetectorIdentity, MeasuredExposure
from device.technique import Technique
from pacs.facts import (
    DetectorHistory,
    Exposure,
    Facts,
    Instance,
    Patient,
    Study,
    Unit,
    uid_from,
)

MOMENT = datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(scope="session")
def radiograph():
    y, x = np.mgrid[0:300, 0:240]
    shape = np.exp(-(((x - 120) / 40) ** 2) - ((y - 220) / 90) ** 2)
    chance = np.random.default_rng(5)
    pixels = (9000 * np.exp(-1.3 * shape) + chance.normal(0, 40, shape.shape)).astype(np.float32)
    technique = Technique(50.0, 25.0, 12.0)
    return Radiograph(
        pixels=pixels,
        pixel_pitch_um=1000.0,
        detector=DetectorIdentity("Maker", "Panel 24x30", "P-17", "1.4", 3),
        detector_temperature_c=27.3,
        integration_ms=500.0,
        timestamp_ns=17,
        exposure=MeasuredExposure(1, technique, technique, 49.8, 12.0),
        indication=indicate_exposure(pixels, np.zeros(pixels.shape, np.uint8), 1000.0, 1024.0),
        calibration_id="P-17-20261123T080000+0800",
        calibration_created=MOMENT.replace(hour=8),
    )


@pytest.fixture
def facts():
    return Facts(
        patient=Patient("C-1", "王^小明", "M", date(2017, 3, 1), 1.302, 28.4),
        study=Study(uid_from("study"), MOMENT, "V1", "A-1", "RP-1", "SPS-1"),
        exposure=Exposure(
            at=MOMENT,
            event_uid=uid_from("event"),
            kv=50.0,
            ma=25.0,
            ms=12.0,
            entrance_air_kerma_ugy=9.462,
            dose_area_product_ugy_m2=0.6813,
            exposure_index=241.7,
            target_exposure_index=250.0,
            deviation_index=-0.15,
        ),
        unit=Unit("Maker of the unit", "Hand unit", "U-3", "0.4.0", "ROOM1", "Clinic"),
        detector=DetectorHistory(1024.0, 3, 1201, 35.5),
    )


@pytest.fixture
def processing():
    return Instance(uid_from("image", "1"), uid_from("series", "1"), series_number=1)


@pytest.fixture
def presentation():
    return Instance(uid_from("image", "2"), uid_from("series", "2"), series_number=2)
