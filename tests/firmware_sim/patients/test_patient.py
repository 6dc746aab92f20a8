import pytest

from firmware_sim.patients.patient import PatientError, lay_patient
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import PanelGeometry

COARSE = PanelGeometry(300, 240, 1000.0)


@pytest.mark.parametrize(
    ("spec", "beam"), [("empty", "UNIT"), ("flat", "UNIT"), ("flat:beam=RQA5", "RQA5")]
)
def test_nothing_lies_on_a_flat_panel(spec: str, beam: str) -> None:
    patient = lay_patient(spec, COARSE)
    assert (patient.tissue, patient.beam) == (None, BeamQuality[beam])


def test_phantom_is_laid_by_its_words() -> None:
    patient = lay_patient("phantom:sex=F,bone_age=9.2,seed=1,rotation=5,size=1.1", COARSE)
    assert patient.tissue is not None
    assert patient.tissue.bone_mm.shape == COARSE.shape


@pytest.mark.parametrize(
    "spec",
    [
        "teapot",
        "",
        "empty:1",
        "flat:beam=RQA9",
        "flat:beam=UNIT",
        "flat:kv=50",
        "phantom",
        "phantom:sex=F",
        "phantom:bone_age=9",
        "phantom:sex=X,bone_age=9",
        "phantom:sex=f,bone_age=9",
        "phantom:sex=F,bone_age=19.1",
        "phantom:sex=F,bone_age=-1",
        "phantom:sex=F,bone_age=nan",
        "phantom:sex=F,bone_age=nine",
        "phantom:sex=F,bone_age=9,seed=-1",
        "phantom:sex=F,bone_age=9,seed=1.5",
        "phantom:sex=F,bone_age=9,colour=red",
        "phantom:sex=F,sex=M,bone_age=9",
        "phantom:sex=F,bone_age=9,size=3",
        "radiograph:",
        "radiograph:/nowhere/hand.png",
    ],
)
def test_bad_specification_is_refused_in_one_sentence(spec: str) -> None:
    with pytest.raises(PatientError) as refused:
        lay_patient(spec, COARSE)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert refused.value.code == "E-SIM-3"
