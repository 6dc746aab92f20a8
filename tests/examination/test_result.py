from datetime import UTC, datetime

import pytest

from acquisition.dose import air_kerma_ugy
from acquisition.technique_presets import Expected
from device.technique import HAND_PRESET
from examination.result import _expected, dose_of
from records.journal import ExposureEvent, JournalEntry, PlannedExposure

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FULL = air_kerma_ugy(HAND_PRESET)


def entry(*events):
    technique = (HAND_PRESET.kv, HAND_PRESET.ma, HAND_PRESET.ms)
    planned = PlannedExposure(1, "v", "visit", NOON, "BAS-1", 9, *technique)
    return JournalEntry(planned, tuple((NOON, event, detail) for event, detail in events))


def stored(ms):
    return (ExposureEvent.STORED, {"exposure": {"exposure_ms": ms}})


def kept(ms):
    return (ExposureEvent.KEPT, {"exposure": {"exposure_ms": ms}})


def ended(exposed, code="E-EXP-8"):
    return (ExposureEvent.ENDED, {"exposed": exposed, "code": code})


@pytest.mark.parametrize(
    ("events", "exposures", "share"),
    [
        ([stored(12.0)], 1, 1.0),
        ([kept(6.0), ended("yes")], 1, 0.5),
        ([kept(0.0), ended("no")], 0, 0.0),
        ([kept(3.0), ended("unknown", "E-EXP-5")], 1, 1.0),
        ([ended("no")], 0, 0.0),
    ],
)
def test_the_dose_is_what_the_panel_saw(events, exposures, share):
    dose = dose_of([entry(*events)])
    assert dose["exposures"] == exposures
    assert dose["kerma_total_ugy"] == pytest.approx(share * FULL, abs=0.001)


@pytest.mark.parametrize("event", [ended("unknown"), ended("yes")])
def test_an_exposure_that_ended_unclear_counts_in_full(event):
    dose = dose_of([entry(event)])
    assert dose["exposures"] == 1
    assert dose["kerma_total_ugy"] == pytest.approx(FULL, abs=0.001)


@pytest.mark.parametrize(("pixel_um", "told"), [(100.0, 1.2), (100.5, 1.2), (139.0, None)])
def test_a_preset_promises_its_noise_for_its_own_size_of_pixel_alone(pixel_um, told):
    promised = _expected(Expected(9.5, 242.0, 1.2), pixel_um)
    assert (promised["noise_percent"], promised["exposure_index"]) == (told, 242.0)
