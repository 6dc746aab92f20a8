"""A whole quality control over the wire of a simulated unit whose operator presses by itself."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise

import pytest

from acquisition.detector_quality.acceptance import judge
from acquisition.detector_quality.record import as_record
from acquisition.errors import (
    BeamDoubtful,
    CalibrationExpired,
    EdgeTilted,
    ObjectInBeam,
    SettingUnusable,
)
from device.errors import Exposed
from device.exposure import ExposureStage
from examination.calibrate import calibrate_unit
from examination.detector_qc import COMPUTED, measure_detector
from examination.quality_frames import LEVELS, PURPOSE, REFERENCE, Bench, OnPanel, QualityFrames
from examination.service_exposure import expose_without_patient, let_panel_rest, unwatched
from firmware_sim.physics import truth
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL
from tests.examination.conftest import NOON, staged

SPECS = {
    OnPanel.NOTHING: "flat:beam=RQA3",
    OnPanel.EDGE_UPRIGHT: "edge:angle=2,beam=RQA3",
    OnPanel.EDGE_ACROSS: "edge:angle=92,beam=RQA3",
}


@dataclass
class Hands:
    """Lays on the panel what is asked for, or something else, and remembers it all."""

    stage: object
    specs: dict = field(default_factory=lambda: dict(SPECS))
    asked: list = field(default_factory=list)
    progress: list = field(default_factory=list)
    stages: list = field(default_factory=list)

    def lay(self, what, why_again):
        self.asked.append((what, why_again))
        self.stage.simulated.place_patient(self.specs[what])

    def bench(self, kerma_ugy=None):
        told = self.progress.append
        return Bench(self.lay, lambda *said: told(said), self.stages.append, kerma_ugy)

    def control(self, kerma_ugy=None):
        unit, calibration = self.stage.room.unit, self.stage.room.calibration
        return measure_detector(unit, calibration, self.bench(kerma_ugy))

    def exposures(self):
        entries = self.stage.journal.entries()
        return [entry for entry in entries if entry.exposure.purpose == PURPOSE]


@pytest.fixture(scope="module")
def small_calibration(unhurried, tmp_path_factory):
    data = tmp_path_factory.mktemp("calibration")
    with staged(data, None, "auto", SMALL_PANEL) as stage:
        return calibrate_unit(stage.room.unit, lambda *_: None)


@pytest.fixture
def hands(tmp_path, small_calibration):
    with staged(tmp_path, small_calibration, "auto", SMALL_PANEL) as stage:
        yield Hands(stage)


@pytest.fixture(scope="module")
def controlled(small_calibration, tmp_path_factory):
    with staged(tmp_path_factory.mktemp("qc"), small_calibration, "auto", SMALL_PANEL) as stage:
        hands = Hands(stage)
        yield hands, hands.control(), stage.room.unit.detector.sensitivity_rqa3


def test_edges_come_first_and_then_the_empty_panel(controlled):
    hands, _, _ = controlled
    order = [OnPanel.EDGE_UPRIGHT, OnPanel.EDGE_ACROSS, OnPanel.NOTHING]
    assert hands.asked == [(what, "") for what in order]


def test_every_exposure_is_in_the_journal_and_ended(controlled):
    hands, _, _ = controlled
    entries = hands.exposures()
    assert len(entries) == 2 * 3 + 4 * 4
    assert {entry.was_exposed for entry in entries} == {Exposed.YES}
    times = [entry.exposure.planned for entry in entries]
    assert min((later - earlier).total_seconds() for earlier, later in pairwise(times)) >= 20.0


def test_a_panel_that_has_rested_is_measured_at_once_and_another_waits(hands):
    unit, told = hands.stage.room.unit, []
    let_panel_rest(unit, lambda *said: told.append(said))
    assert told == []
    expose_without_patient(unit, LEVELS[0], PURPOSE, unwatched)
    let_panel_rest(unit, lambda *said: told.append(said))
    assert 55 < told[0][2] <= 60 and told[-1][1] == told[-1][2]


def test_whoever_presses_hears_when_the_panel_is_ready(controlled):
    hands, _, _ = controlled
    assert hands.stages.count(ExposureStage.ARMED) == 22
    assert ("flats at 1.2 mAs", 4, 4) in hands.progress


def test_what_is_found_is_what_the_simulator_made(controlled):
    _, quality, sensitivity = controlled
    level = quality.levels[1]
    found, grid = level.efficiency, level.efficiency.frequencies_per_mm
    made = truth.dqe(grid, BeamQuality.RQA3, level.kerma_ugy, 0.4, sensitivity)
    assert found.mean == pytest.approx(made, rel=0.15)  # four flats of a coarse panel
    assert quality.response.sensitivity == pytest.approx(sensitivity, rel=0.02)
    assert quality.edges[0].mtf == pytest.approx(
        truth.presampled_mtf(quality.edges[0].frequencies_per_mm, 0.4), abs=0.02
    )
    assert 0.02 < quality.lag.first_share < 0.05
    assert abs(quality.corrected_lag.first_share) <= 0.003


def test_a_healthy_panel_passes_and_its_record_is_json(controlled):
    _, quality, _ = controlled
    assert [judged.name for judged in judge(quality) if not judged.passed] == []
    record = as_record(quality)
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["kerma_source"] == COMPUTED


def test_an_edge_that_lies_wrong_is_laid_anew_after_one_exposure(hands):
    hands.specs[OnPanel.EDGE_UPRIGHT] = "edge:angle=5,beam=RQA3"

    def lay(what, why_again):
        if why_again:
            hands.specs[OnPanel.EDGE_UPRIGHT] = SPECS[OnPanel.EDGE_UPRIGHT]
        if what is OnPanel.EDGE_ACROSS:
            raise StopIteration  # far enough for this test
        Hands.lay(hands, what, why_again)

    hands.lay = lay
    with pytest.raises(StopIteration):
        hands.control()
    assert [what for what, _ in hands.asked] == [OnPanel.EDGE_UPRIGHT] * 2
    assert "5.00 degrees" in hands.asked[1][1]
    assert len(hands.exposures()) == 4


def test_an_edge_that_never_lies_right_ends_it_with_nothing_armed(hands):
    hands.specs[OnPanel.EDGE_UPRIGHT] = "edge:angle=0,beam=RQA3"
    with pytest.raises(EdgeTilted):
        hands.control()
    assert len(hands.exposures()) == 3
    assert hands.stage.room.unit.detector.status().armed is False


@pytest.mark.parametrize(
    ("spec", "refusal"),
    [("flat", BeamDoubtful), ("phantom:sex=F,bone_age=9.2,seed=1", ObjectInBeam)],
)
def test_a_wrong_flat_ends_it_after_one_exposure(hands, spec, refusal):
    hands.specs[OnPanel.NOTHING] = spec
    with pytest.raises(refusal):
        hands.control()
    assert len(hands.exposures()) == 7


@pytest.mark.parametrize("kerma_ugy", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_kerma_is_refused_before_anything_is_exposed(hands, kerma_ugy):
    with pytest.raises(SettingUnusable):
        hands.control(kerma_ugy)
    assert hands.exposures() == [] and hands.asked == []


def test_a_measured_kerma_counts_instead_of_the_computed_one(hands):
    unit, calibration = hands.stage.room.unit, hands.stage.room.calibration
    for measured, expected in ((None, 2.12 * REFERENCE.mas), (2.4, 2.4)):
        frames = QualityFrames(unit, calibration, hands.bench(measured))
        (exposure,) = frames.exposures("flat", REFERENCE, 1)
        assert exposure.kerma_ugy == pytest.approx(expected, rel=0.01)


def test_an_expired_calibration_stops_it_before_anything_is_exposed(hands, small_calibration):
    expired = replace(
        small_calibration, created=NOON - timedelta(days=9), valid_until=NOON - timedelta(days=2)
    )
    with pytest.raises(CalibrationExpired):
        measure_detector(hands.stage.room.unit, expired, hands.bench())
    assert hands.exposures() == []
