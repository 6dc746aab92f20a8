from dataclasses import replace

import pytest

from device.detector import ExposureState, ExposureWatch, Interlock
from device.errors import GeneratorNotReady
from device.exposure_checks import check_generator_contacts
from device.generator_status import GeneratorStatus
from device.stages import BEFORE_WINDOW, TRANSITIONS, ExposureStage, observed_stage


def generator(*, preparing=False, ready=False):
    return GeneratorStatus(
        xray_on=False,
        interlock_closed=True,
        fault=False,
        preparing=preparing,
        ready=ready,
        setup_valid=True,
    )


@pytest.mark.parametrize(
    ("panel", "status", "stage"),
    [
        (ExposureState.ARMED, None, ExposureStage.ARMED),
        (ExposureState.ARMED, generator(), ExposureStage.ARMED),
        (ExposureState.ARMED, generator(preparing=True), ExposureStage.PREPARING),
        (ExposureState.ARMED, generator(preparing=True, ready=True), ExposureStage.READY),
        (ExposureState.PREPARING, generator(ready=True), ExposureStage.READY),
        (ExposureState.WINDOW, None, ExposureStage.X_RAY),
        (ExposureState.READ_OUT, generator(), ExposureStage.READING_OUT),
    ],
)
def test_panel_and_generator_show_the_stage(panel, status, stage):
    assert observed_stage(ExposureWatch(panel, 1, Interlock.NONE), status) is stage


def test_every_stage_has_a_row():
    assert set(TRANSITIONS) == set(ExposureStage)


def test_after_x_rays_nothing_leads_back_to_armed():
    for stage in (ExposureStage.X_RAY, ExposureStage.READING_OUT):
        assert not TRANSITIONS[stage] & set(BEFORE_WINDOW)


def test_every_stage_may_fail():
    assert all(ExposureStage.FAILED in following for following in TRANSITIONS.values())


def test_a_generator_that_does_not_tell_its_contact_is_not_armed():
    with pytest.raises(GeneratorNotReady, match="does not tell"):
        check_generator_contacts(replace(generator(), interlock_closed=None))
