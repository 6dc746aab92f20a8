"""What every exposure needs, of a child or for a calibration: the journal and the raw frame."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from acquisition.calibration import Calibration, check_valid
from acquisition.dose import exposed_field_m2
from acquisition.lag import LagCoefficients
from device.errors import BenchGenerator, DeviceError, StopWanted
from device.exposure import ExposureRequest
from device.frame import RawFrame
from examination.errors import FrameNotKept, FrameNotNoted
from examination.examination import Checked, Decision, Unit, Verdict
from records.errors import FrameUnreadable, RecordsError
from records.files import check_room
from records.frames import load_raw_frame, store_raw_frame
from records.journal import ExposureEvent, PlannedExposure

# Mono16.
_BYTES_PER_PIXEL = 2
# What a verdict notes beside it: the area that the collimator had left open.
FIELD_M2 = "field_m2"
# The events that come with the frame of an exposure.
_WITH_FRAME = (ExposureEvent.STORED, ExposureEvent.KEPT)
_NOTED_AS = {
    Decision.ACCEPT: ExposureEvent.ACCEPTED,
    Decision.REPEAT: ExposureEvent.REJECTED,
    Decision.UNREVIEWED: ExposureEvent.UNREVIEWED,
}
# A verdict on an image comes after its exposure and says nothing of when that was.
VERDICTS: Final = tuple(_NOTED_AS.values())


def check_generator_may_be_armed(unit: Unit) -> None:
    """Raise BenchGenerator for a generator that exposes nobody; it is said before anything else."""
    if unit.generator.bench_only:
        raise BenchGenerator()


def plan_exposure(unit: Unit, request: ExposureRequest, purpose: str, visit_id: str | None) -> None:
    """Write an exposure into the journal; it is durable when this returns.

    Raises BenchGenerator, or DiskFull when there is no room for its image.
    """
    check_generator_may_be_armed(unit)
    check_room(unit.frames[0], unit.detector.rows * unit.detector.columns * _BYTES_PER_PIXEL)
    identity, technique = unit.detector.identity, request.technique
    unit.journal.plan(
        PlannedExposure(
            nonce=request.nonce,
            visit_id=visit_id,
            purpose=purpose,
            planned=unit.now(),
            detector_serial=identity.serial,
            boot_id=identity.boot_id or 0,
            kv=technique.kv,
            ma=technique.ma,
            ms=technique.ms,
        ),
        unit.detector.last_exposure().nonce,
    )


def check_calibration(unit: Unit, calibration: Calibration, temperature_c: float) -> None:
    """Raise the CalibrationError that forbids an exposure with this panel now, if any."""
    identity = unit.detector.identity
    check_valid(
        calibration,
        identity.serial,
        unit.now(),
        temperature_c,
        unit.journal.exposures_since(identity.serial, calibration.created),
        identity.firmware_version,
        (unit.detector.rows, unit.detector.columns),
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """Exposed frames that a later frame may still feel, and how many of them were lost since."""

    frames: tuple[RawFrame, ...] = ()
    lost: int = 0


def earlier_frames(unit: Unit, raw: RawFrame, lag: LagCoefficients | None) -> Earlier:
    """Load the exposed frames that a frame may still feel: of the same power-up, not long before.

    One that was lost since cannot be taken away; after the generator's rest of 20 s it leaves less
    than the panel's noise.
    """
    boot_id = raw.detector.boot_id
    if lag is None or boot_id is None:
        return Earlier()
    entries = unit.journal.entries_of_boot(raw.detector.serial, boot_id)
    frames, lost = list[RawFrame](), 0
    for stored in (entry.detail(event) for entry in entries for event in _WITH_FRAME):
        if stored and 0 < raw.timestamp_ns - stored["timestamp_ns"] <= 1e9 * lag.memory_s:
            try:
                frames.append(load_raw_frame(stored))
            except FrameUnreadable:
                lost += 1
    return Earlier(tuple(frames), lost)


@contextmanager
def note_failure(unit: Unit, nonce: int) -> Iterator[None]:
    """Write into the journal how an exposure failed; an image that came with it is kept."""
    try:
        yield
    except (Exception, StopWanted) as error:
        unit.make_safe()
        _note_end(unit, nonce, error)
        raise


def _note_end(unit: Unit, nonce: int, error: Exception | StopWanted) -> None:
    """Write down what is known; a failing disk must not hide the failure itself."""
    frame = error.frame if isinstance(error, DeviceError) else None
    exposed = error.exposed if isinstance(error, DeviceError) else unit.sequence.exposed
    code = getattr(error, "code", type(error).__name__)
    detail = {"code": code, "message": str(error), "exposed": exposed.value}
    try:
        if frame is not None:
            kept = store_raw_frame(unit.frames, f"{frame_name(nonce)}-kept", frame)
            unit.journal.note(nonce, unit.now(), ExposureEvent.KEPT, kept)
        unit.journal.note(nonce, unit.now(), ExposureEvent.ENDED, detail)
    except RecordsError as failed:
        error.add_note(f"{failed.code}: {failed}")


def keep_frame(unit: Unit, nonce: int, raw: RawFrame) -> None:
    """Store a raw frame durably, then write down where it is.

    Raises FrameNotKept or FrameNotNoted: X-rays were made, and it says where the image is.
    """
    try:
        stored = store_raw_frame(unit.frames, frame_name(nonce), raw)
    except RecordsError as exc:
        raise FrameNotKept(f"X-rays were made and the image could not be stored: {exc}") from exc
    try:
        unit.journal.note(nonce, unit.now(), ExposureEvent.STORED, stored)
    except RecordsError as exc:
        raise FrameNotNoted(
            f"X-rays were made; the image is safe in {stored['file']}, but the journal could not "
            f"be written: {exc}"
        ) from exc


def frame_name(nonce: int) -> str:
    """Return the name that the files of an exposure's frame have."""
    return f"{nonce:016x}"


def earlier_verdict(unit: Unit, checked: Checked) -> Verdict | None:
    """Return what a person already said about an image before the program was interrupted.

    Where nobody was asked then, a person may be there now.
    """
    entries = unit.journal.entries(checked.visit.visit_id)
    accepted = entries[-1].detail(ExposureEvent.ACCEPTED) if entries else None
    return Verdict(Decision.ACCEPT, accepted["by"]) if accepted else None


def note_verdict(unit: Unit, checked: Checked, verdict: Verdict) -> None:
    """Write down what a person said about an image, and what they want a repeat to have."""
    assert checked.radiograph.exposure is not None, "only exposures are judged"
    # Dose counts the field of every exposure, also when its image is long gone.
    said: dict[str, Any] = {"by": verdict.by, FIELD_M2: exposed_field_m2(checked.radiograph)}
    if verdict.technique is not None:
        said["technique"] = asdict(verdict.technique)
    nonce, event = checked.radiograph.exposure.nonce, _NOTED_AS[verdict.decision]
    unit.journal.note(nonce, unit.now(), event, said)
