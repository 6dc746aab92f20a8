import numpy as np
import pytest

from firmware_sim.patients.patient import PatientError, lay_patient
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL
from firmware_sim.physics.imager import Imager


def test_edge_covers_half_of_the_panel_and_is_tilted() -> None:
    patient = lay_patient("edge:angle=2,beam=RQA5", SMALL_PANEL)
    assert patient.edge is not None
    bare = patient.edge.distance_mm(SMALL_PANEL) > 0.0
    first_bare = bare.argmax(axis=1)
    rise = (first_bare[0] - first_bare[-1]) / (SMALL_PANEL.rows - 1)
    assert np.degrees(np.arctan(rise)) == pytest.approx(2.0, abs=0.05)
    assert bare.mean() == pytest.approx(0.5, abs=0.002)
    assert patient.beam is BeamQuality.RQA5


def test_edge_may_lie_along_the_rows() -> None:
    patient = lay_patient("edge:angle=92", SMALL_PANEL)
    assert patient.edge is not None
    bare = patient.edge.distance_mm(SMALL_PANEL) > 0.0
    assert not bare[0].any() and bare[-1].all()


def test_wedge_has_twelve_steps_of_one_millimetre_of_aluminium() -> None:
    patient = lay_patient("wedge", SMALL_PANEL)
    assert patient.metal is not None
    middle = patient.metal.thickness_mm[:, SMALL_PANEL.columns // 2]
    assert np.array_equal(np.unique(middle), np.arange(13))
    assert (middle == 5.0).sum() * SMALL_PANEL.pitch_mm == pytest.approx(20.0, abs=0.4)


def test_each_step_of_the_wedge_lets_less_through() -> None:
    imager = Imager(SMALL_PANEL, seed=7)
    imager.place("wedge")
    frame = imager.exposed_frame(50.0, 0.3, 0.5, 27.0, 1)
    steps = [np.median(frame[row - 15 : row + 15, 260:340]) for row in range(100, 700, 50)]
    assert steps == sorted(steps, reverse=True)
    assert steps[-1] < 0.5 * steps[0]


@pytest.mark.parametrize(
    "spec",
    ["edge", "edge:angle=200", "edge:angle=two", "edge:angle=2,angle=3", "edge:beam=RQA3"]
    + ["edge:angle=2,beam=RQA9", "edge:angle=2,colour=red", "wedge:steps=3"],
)
def test_bad_bench_object_is_refused(spec: str) -> None:
    with pytest.raises(PatientError, match=r"edge|wedge"):
        lay_patient(spec, SMALL_PANEL)
