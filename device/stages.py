"""The stages of an exposure: what may follow what, and what panel and generator show."""

from enum import Enum

from device.detector import ExposureState, ExposureWatch
from device.generator_status import GeneratorStatus


class ExposureStage(Enum):
    """Where an exposure is."""

    IDLE = "idle"
    RESTING = "resting"
    ARMED = "armed"
    PREPARING = "preparing"
    READY = "ready"
    X_RAY = "x-ray"
    READING_OUT = "reading out"
    DONE = "done"
    FAILED = "failed"


_S = ExposureStage
_WATCHED = frozenset({_S.ARMED, _S.PREPARING, _S.READY, _S.X_RAY, _S.READING_OUT, _S.FAILED})

# From each stage, the stages that may follow. Between two looks a short stage may pass unseen.
TRANSITIONS: dict[ExposureStage, frozenset[ExposureStage]] = {
    _S.IDLE: frozenset({_S.RESTING, _S.ARMED, _S.FAILED}),
    _S.RESTING: frozenset({_S.IDLE, _S.FAILED}),
    _S.ARMED: _WATCHED | {_S.IDLE},
    _S.PREPARING: _WATCHED | {_S.IDLE},
    _S.READY: _WATCHED | {_S.IDLE},
    _S.X_RAY: frozenset({_S.X_RAY, _S.READING_OUT, _S.FAILED}),
    _S.READING_OUT: frozenset({_S.DONE, _S.FAILED}),
    _S.DONE: frozenset({_S.RESTING, _S.ARMED, _S.FAILED, _S.IDLE}),
    _S.FAILED: frozenset({_S.RESTING, _S.ARMED, _S.FAILED, _S.IDLE}),
}
AT_REST = (_S.IDLE, _S.DONE, _S.FAILED)
BEFORE_WINDOW = (_S.ARMED, _S.PREPARING, _S.READY)


def observed_stage(panel: ExposureWatch, generator: GeneratorStatus | None) -> ExposureStage:
    """Give the stage that panel and generator show; an unheard generator shows nothing."""
    if panel.state is ExposureState.READ_OUT:
        return _S.READING_OUT
    if panel.state is ExposureState.WINDOW:
        return _S.X_RAY
    if panel.state is ExposureState.PREPARING:
        return _S.READY
    if generator is not None and (generator.ready or generator.preparing):
        return _S.READY if generator.ready else _S.PREPARING
    return _S.ARMED
