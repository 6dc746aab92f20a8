"""Walk a visit from where it stands to its end."""

from device.errors import Exposed as WasExposed
from examination.errors import FolderTaken, VisitInterrupted
from examination.examination import Exposed, Finished, Ordered, Outcome, Room, State, Unit, visit_of
from examination.result import result_in
from examination.steps import STEPS
from records.examinations import Visit
from records.files import check_writable, sweep_unfinished
from records.frames import load_raw_frame
from records.journal import ExposureEvent, JournalEntry

# Which part of `seconds` in the result a step counts towards.
_PARTS = {
    State.ORDERED: "expose",
    State.ARMED: "expose",
    State.EXPOSED: "correct",
    State.CORRECTED: "check",
    State.CHECKED: "decide",
    State.ACCEPTED: "deliver",
}


def run_visit(room: Room, visit: Ordered) -> Finished:
    """Start a visit, or go on with the one that was interrupted in the same folder.

    A state is durable before the next step starts. Whatever stops the visit is written down and
    raised: a DeviceError, AcquisitionError, RecordsError or ExaminationError.
    """
    close_interrupted(room.unit)
    outcome = _where_it_stands(room, visit)
    try:
        while not isinstance(outcome, Finished):
            outcome = _take_step(room, outcome)
    except Exception as error:
        failure = f"{getattr(error, 'code', type(error).__name__)}: {error}"
        room.visits.end(visit_of(outcome).visit_id, State.FAILED.value, room.unit.now(), failure)
        raise
    room.visits.end(outcome.visit.visit_id, State.FINISHED.value, room.unit.now(), None)
    return outcome


def close_interrupted(unit: Unit) -> None:
    """Write down how the exposures ended that a kill cut off on this panel."""
    for entry in unit.journal.open_entries():
        if entry.exposure.detector_serial == unit.detector.identity.serial:
            detail = {"exposed": _ask_panel(unit, entry).value}
            nonce = entry.exposure.nonce
            unit.journal.note(nonce, unit.now(), ExposureEvent.INTERRUPTED, detail)


def _ask_panel(unit: Unit, entry: JournalEntry) -> WasExposed:
    """Ask the panel whether its last exposure was this one; only the same power-up can tell."""
    if unit.detector.identity.boot_id != entry.exposure.boot_id:
        return WasExposed.UNKNOWN
    last = unit.detector.last_exposure()
    made = last.nonce == entry.exposure.nonce and last.exposure_ms > 0
    return WasExposed.YES if made else WasExposed.NO


def _take_step(room: Room, outcome: Outcome) -> Outcome:
    room.watch(outcome.state)
    following = STEPS[outcome.state](room, outcome)
    room.stopwatch.lap(_PARTS[outcome.state])
    room.visits.move(visit_of(following).visit_id, following.state.value)
    return following


def _where_it_stands(room: Room, visit: Ordered) -> Outcome:
    """Put a new visit on record, or find the point at which an earlier run was interrupted."""
    check_writable(visit.folder)
    sweep_unfinished(visit.folder)
    earlier = room.visits.in_folder(visit.folder)
    if earlier is None:
        return _begin(room, visit)
    if earlier.state == State.FINISHED.value and not result_in(visit.folder):
        return _begin(room, visit)  # its files were moved away: the folder is free again
    if earlier.state == State.FINISHED.value or earlier.order != visit.order.as_record():
        raise FolderTaken(f"The folder {visit.folder} holds another visit; choose a new folder.")
    return _resume(room, earlier, visit)


def _begin(room: Room, visit: Ordered) -> Ordered:
    if result_in(visit.folder):
        raise FolderTaken(f"The folder {visit.folder} holds another visit; choose a new folder.")
    record = visit.order.as_record()
    room.visits.add(
        Visit(visit.visit_id, visit.folder, visit.started, None, visit.state.value, record, None)
    )
    return visit


def _resume(room: Room, earlier: Visit, visit: Ordered) -> Outcome:
    """Go on from the last thing that is certain; nothing is exposed twice by itself."""
    again = Ordered(earlier.id, earlier.started, visit.folder, visit.order)
    entries = room.unit.journal.entries(earlier.id)
    if not entries or entries[-1].detail(ExposureEvent.REJECTED) is not None:
        return again
    last = entries[-1]
    stored = last.detail(ExposureEvent.STORED)
    if stored is not None and last.detail(ExposureEvent.ENDED) is None:
        return Exposed(again, load_raw_frame(stored))
    if last.was_exposed is WasExposed.NO:
        return again
    raise VisitInterrupted(
        f"The exposure of {last.exposure.planned:%Y-%m-%d %H:%M} in {visit.folder} was cut off and "
        "the child may have been exposed; let a physician decide, then start in a new folder."
    )
