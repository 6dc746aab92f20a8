import signal

import onnxruntime
import pydicom
import pytest

from acquisition.radiograph import picture_from
from bone_age.model import start_session
from console.errors import Stopped
from console.stopping import Stopping
from device.exposure import ExposureStage
from examination.examination import State


@pytest.fixture
def stopping():
    return Stopping()


@pytest.mark.parametrize("step", [State.EXPOSED, State.CORRECTED, State.CHECKED, State.ACCEPTED])
def test_where_nothing_is_exposed_a_command_stops_at_once(stopping, step):
    stopping.watch(step)
    with pytest.raises(Stopped):
        stopping.request(signal.SIGTERM, None)


@pytest.mark.parametrize("stage", [ExposureStage.ARMED, ExposureStage.READY])
def test_an_armed_unit_is_stopped_at_the_next_pause(stopping, stage):
    stopping.watch(stage)
    stopping.request(signal.SIGTERM, None)
    with pytest.raises(Stopped):
        stopping.pause()


@pytest.mark.parametrize("stage", [ExposureStage.X_RAY, ExposureStage.READING_OUT])
def test_an_image_under_way_is_stored_before_the_command_stops(stopping, stage):
    stopping.watch(stage)
    stopping.request(signal.SIGTERM, None)
    stopping.pause()
    with pytest.raises(Stopped):
        stopping.watch(State.EXPOSED)


@pytest.mark.parametrize("stage", [ExposureStage.DONE, ExposureStage.RESTING])
def test_nothing_is_armed_again_for_somebody_who_wanted_to_stop(stopping, stage):
    stopping.watch(ExposureStage.READING_OUT)
    stopping.request(signal.SIGINT, None)
    with pytest.raises(Stopped):
        stopping.watch(stage)


def test_between_two_exposures_of_a_quality_control_a_command_stops_at_once(stopping):
    for stage in (ExposureStage.ARMED, ExposureStage.READING_OUT, ExposureStage.DONE):
        stopping.watch(stage)
    with pytest.raises(Stopped):
        stopping.request(signal.SIGTERM, None)


def test_a_second_signal_does_not_interrupt_what_makes_the_unit_safe(stopping):
    with pytest.raises(Stopped):
        stopping.request(signal.SIGINT, None)
    stopping.request(signal.SIGINT, None)


def stopped_in_call():
    """Return a call of a library in which a signal falls."""

    def call(*_words, **_named):
        Stopping().request(signal.SIGINT, None)

    return call


def test_a_stop_while_a_dicom_file_is_decoded_is_no_damaged_file(monkeypatch):
    monkeypatch.setattr(pydicom, "dcmread", stopped_in_call())
    with pytest.raises(Stopped):
        picture_from(bytes(128) + b"DICM", "film.dcm")


def test_a_stop_while_a_model_is_started_is_no_damaged_model(monkeypatch):
    monkeypatch.setattr(onnxruntime, "InferenceSession", stopped_in_call())
    with pytest.raises(Stopped):
        start_session(b"")


def test_a_stop_is_caught_by_nothing_that_catches_errors():
    assert not issubclass(Stopped, Exception)
