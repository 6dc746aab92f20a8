from collections.abc import Callable
from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest

from bone_age.reading import LookedAt, Sex
from growth.assess import assess
from growth.assessment import as_record
from growth.child import Child
from growth.references import Position
from reports.looked_at import draw_looked_at

VISIT = date(2026, 9, 10)
BOY = Child("P-1", "Li Wei 李伟", Sex.MALE, date(2017, 3, 14), 130.0, 26.0, 162.0, 175.0)
MODEL = {
    "name": "hand-net",
    "version": "1.2.3",
    "sha256": "9f2c" * 16,
    "package_sha256": "41d7" * 16,
    "trust": "unsigned",
    "signed_by": None,
}
ACCEPTED = {
    "at": "2026-09-10T09:05:31+08:00",
    "kv": 50.0,
    "ma": 25.1,
    "ms": 12.0,
    "mas": 0.3012,
    "entrance_air_kerma_ugy": 9.5,
    "outcome": "accepted",
    "reason": None,
}


def _interval_of(months: float) -> list[float]:
    return [max(0.0, months - 11), months + 11]


def result_of(
    child: Child = BOY,
    bone_age_months: float | None = 104.4,
    reasons: tuple[str, ...] = (),
    exposures: tuple[dict[str, Any], ...] = (ACCEPTED,),
    position: Position | None = Position.STANDING,
) -> dict[str, Any]:
    """A whole result.json, as a visit leaves it."""
    given = [each["entrance_air_kerma_ugy"] or 0.0 for each in exposures]
    interval = None if bone_age_months is None else _interval_of(bone_age_months)
    return {
        "visit": {
            "id": "visit-7",
            "date": VISIT.isoformat(),
            "started": "2026-09-10T09:02:11+08:00",
            "ended": "2026-09-10T09:08:40+08:00",
            "accepted_by": "Dr. Chen",
        },
        "patient": {
            "id": child.id,
            "name": child.name,
            "sex": child.sex.value,
            "birth_date": child.birth_date.isoformat(),
            "age_years": round(child.age_years(VISIT), 2),
            "height_cm": child.height_cm,
            "weight_kg": child.weight_kg,
            "mother_cm": child.mother_cm,
            "father_cm": child.father_cm,
            **({} if child.gestation is None else child.gestation.as_record()),
            **({} if position is None else {"height_position": position.value}),
        },
        "exposure": {
            "exposure_index": 233.5,
            "target_exposure_index": 250.0,
            "deviation_index": -0.3,
            "light": "green",
            "light_meaning": "dose on target",
            "entrance_air_kerma_ugy": 9.5,
            "noise_percent": 1.13,
            "noise_pixel_um": 100.0,
            "preset": "child",
            "expected": {
                "entrance_air_kerma_ugy": 9.5,
                "exposure_index": 242.0,
                "noise_percent": 1.2,
                "noise_pixel_um": 100.0,
            },
        },
        "exposures": list(exposures),
        "dose": {
            "exposures": sum(1 for kerma in given if kerma),
            "kerma_total_ugy": sum(given),
            "dose_area_product_total_ugy_m2": sum(given) * 0.072,
        },
        "findings": [],
        "timeline": [{"at": "2026-09-10T09:05:31+08:00", "what": "exposed"}],
        "device": {
            "detector_model": "HandPanel 2430",
            "detector_serial": "BAS-3",
            "calibration": "BAS-3-20260908",
        },
        "software": {"version": "0.9.1"},
        "seconds": {"read": 0.8, "total": 3.0},
        "reading": {
            "bone_age_months": bone_age_months,
            "interval_months": interval,
            "interval_coverage": None if bone_age_months is None else 0.9,
            "refused": bone_age_months is None,
            "reasons": list(reasons),
            "method": "Greulich and Pyle by a neural network",
            "model": MODEL,
            "sex": None if bone_age_months is None else child.sex.value,
        },
        "growth": as_record(assess(child, VISIT, bone_age_months, position)),
    }


# What a model of several nets gives beside the number.
PARTS = {
    "spread_months": 2.13,
    "regions": [
        {"region": "radius and ulna", "bone_age_months": 164.956},
        {"region": "fingers", "bone_age_months": 106.6},
        {"region": "carpals", "bone_age_months": 9.4},
    ],
}


@pytest.fixture
def result() -> Callable[..., dict[str, Any]]:
    return result_of


@pytest.fixture(scope="session")
def looked_at_png() -> bytes:
    weight = np.zeros((16, 16), np.float32)
    weight[10:14, 6:10] = 1.0
    return draw_looked_at(LookedAt(np.full((256, 256), 0.5, np.float32), weight))


@pytest.fixture(scope="session")
def picture_png() -> bytes:
    picture = np.zeros((300, 240), np.uint8)
    picture[60:290, 80:150] = 140
    return bytes(cv2.imencode(".png", picture)[1].tobytes())
