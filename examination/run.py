"""Walk a visit from where it stands to its end."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from device.detector import ExposureState
from device.errors import Exposed as WasExposed
from device.errors import StopWanted
from device.frame import RawFrame
from device.technique import Technique
from examination.deliver import FILES, RESULT, left_in
from examination.errors import FolderTaken, VisitInterrupted
from examination.examination import Exposed, Finished, Ordered, Outcome, Room, State, Unit, visit_of
from examination.exposures import frame_name
from examination.order import Order
from examination.steps import STEPS
from records.errors import FrameUnreadable, RecordsError, RecordsUnreadable
from records.examinations import Visit
from records.files import check_writable, sweep_unfinished
from records.frames import find_stored_frame, load_raw_frame
from records.journal import ExposureEvent, JournalEntry

# Which part of `seconds` in the result a step counts towards.
_PARTS = {
    State.ORDERED: "expose",
    State.ARMED: "expose",
    State.EXPOSED: "correct",
    State.CORRECTED: "check",
    State.CHECKED: "decide",
    State.ACCEPTED: "read",
    State.UNREVIEWED: "read",
    State.READ: "assess",
    State.ASSESSED: "report",
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
    except (Exception, StopWanted) as error:
        room.unit.make_safe()
        failure = f"{getattr(error, 'code', type(error).__name__)}: {error}"
        with suppress(RecordsError):  # what happened matters more than that it cannot be noted
            visit_id = visit_of(outcome).visit_id
            room.visits.end(visit_id, State.FAILED.value, room.unit.now(), failure)
        raise
    room.visits.end(outcome.visit.visit_id, State.FINISHED.value, room.unit.now(), None)
    return outcome


def close_interrupted(unit: Unit) -> None:
    """Write down how exposures ended that were cut off on this panel, as far as it knows."""
    open_entries = unit.journal.open_entries()
    unclear = unit.journal.unclear_entries(unit.detector.identity.boot_id or 0)
    for entry in {one.exposure.nonce: one for one in [*open_entries, *unclear]}.values():
        nonce = entry.exposure.nonce
        stored = find_stored_frame(unit.frames, frame_name(nonce))
        if stored is not None:
            unit.journal.note(nonce, unit.now(), ExposureEvent.STORED, stored)
        elif entry.exposure.detector_serial == unit.detector.identity.serial:
            _note_interrupted(unit, entry)


def _note_interrupted(unit: Unit, entry: JournalEntry) -> None:
    exposed = _ask_panel(unit, entry)
    is_open = entry.last_event in (None, ExposureEvent.ARMING, ExposureEvent.ARMED)
    if is_open or exposed is not entry.was_exposed:
        nonce, detail = entry.exposure.nonce, {"exposed": exposed.value}
        unit.journal.note(nonce, unit.now(), ExposureEvent.INTERRUPTED, detail)


def _ask_panel(unit: Unit, entry: JournalEntry) -> WasExposed:
    """Ask the panel whether it made this exposure.

    It knows only its last one, and only since its power-up: "no" needs that nothing has happened
    on it since the exposure was planned.
    """
    planned = entry.exposure
    is_idle = unit.detector.watch().state is ExposureState.IDLE
    if unit.detector.identity.boot_id != planned.boot_id or not is_idle:
        return WasExposed.UNKNOWN
    last = unit.detector.last_exposure()
    if last.nonce == planned.nonce:
        return WasExposed.YES if last.exposure_ms > 0 else WasExposed.NO
    arming = entry.detail(ExposureEvent.ARMING) or {}
    unchanged = last.nonce == arming.get("last_nonce")
    return WasExposed.NO if unchanged else WasExposed.UNKNOWN


def _take_step(room: Room, outcome: Outcome) -> Outcome:
    room.watch(outcome.state)
    following = STEPS[outcome.state](room, outcome)
    room.stopwatch.lap(_PARTS[outcome.state])
    room.visits.move(visit_of(following).visit_id, following.state.value)
    return following


def _where_it_stands(room: Room, visit: Ordered) -> Outcome:
    """Put a new visit on record, or find the point at which an earlier run was interrupted."""
    check_writable(visit.folder)
    sweep_unfinished(visit.folder, (RESULT, *FILES.values()))
    earlier = room.visits.in_folder(visit.folder)
    if earlier is None:
        return _begin(room, visit)
    if earlier.state == State.FINISHED.value and not left_in(visit.folder):
        return _begin(room, visit)  # its files were moved away: the folder is free again
    if earlier.state == State.FINISHED.value:
        raise FolderTaken(f"The folder {visit.folder} holds a finished visit; choose a new folder.")
    entries = room.unit.journal.entries(earlier.id)
    if not _may_have_exposed(entries):
        if _is_same(earlier.order, visit.order):
            return _resume(earlier, visit, entries)
        return _begin(room, visit)  # the earlier one was refused before it exposed anybody
    if _is_same_child(earlier.order, visit.order):
        return _resume(earlier, visit, entries)
    raise FolderTaken(f"The folder {visit.folder} holds another visit; choose a new folder.")


def order_begun(room: Room, folder: Path, order: Order) -> Order | None:
    """Return the order of this child's visit that waits in a folder with an exposure, or None.

    Its technique and target are its own, whatever age and presets would say today.
    """
    earlier = room.visits.in_folder(folder)
    if earlier is None or earlier.state == State.FINISHED.value:
        return None
    entries = room.unit.journal.entries(earlier.id)
    begun = _may_have_exposed(entries) and _is_same_child(earlier.order, order)
    return _order_of(earlier, order, entries) if begun else None


def _begin(room: Room, visit: Ordered) -> Ordered:
    if left_in(visit.folder):
        raise FolderTaken(f"The folder {visit.folder} holds another visit; choose a new folder.")
    record = visit.order.as_record()
    room.visits.add(
        Visit(visit.visit_id, visit.folder, visit.started, None, visit.state.value, record, None)
    )
    return visit


def _may_have_exposed(entries: Sequence[JournalEntry]) -> bool:
    return any(entry.was_exposed is not WasExposed.NO for entry in entries)


def _is_same_child(earlier: dict[str, Any], order: Order) -> bool:
    """Tell whether it is the same examination of the same child, perhaps resumed another day."""
    said = order.as_record()
    return all(
        earlier.get(name) == said[name] for name in ("child", "procedure", "height_position")
    )


def _is_same(earlier: dict[str, Any], order: Order) -> bool:
    """Tell whether nothing but the day differs."""
    return earlier | {"visit_date": ""} == order.as_record() | {"visit_date": ""}


def _order_of(earlier: Visit, order: Order, entries: Sequence[JournalEntry]) -> Order:
    """Return the order as it began, with the technique that a repeat was given since."""
    try:
        kept = order.as_on_record(earlier.order)
        rejected = entries[-1].detail(ExposureEvent.REJECTED) or {} if entries else {}
        if "technique" in rejected:
            return kept.exposed_with(Technique(**rejected["technique"]))
    except (KeyError, TypeError, ValueError) as exc:
        raise RecordsUnreadable(
            f"The records are damaged: table visits, row {earlier.id}, or what was said of its "
            "last image; call service before exposing."
        ) from exc
    if not entries:
        return kept
    planned = entries[-1].exposure
    return kept.exposed_with(Technique(planned.kv, planned.ma, planned.ms))


def _resume(earlier: Visit, visit: Ordered, entries: Sequence[JournalEntry]) -> Outcome:
    """Go on from the last thing that is certain; nothing is exposed twice by itself."""
    order = _order_of(earlier, visit.order, entries)
    again = Ordered(earlier.id, earlier.started, visit.folder, order)
    if not entries or entries[-1].detail(ExposureEvent.REJECTED) is not None:
        return again
    last = entries[-1]
    stored = last.detail(ExposureEvent.STORED)
    if stored is not None:
        return Exposed(again, _kept_frame(stored, visit.folder))
    if last.was_exposed is WasExposed.NO:
        return again
    raise VisitInterrupted(
        f"The exposure of {last.exposure.planned:%Y-%m-%d %H:%M} in {visit.folder} was cut off and "
        "the child may have been exposed; let a physician decide, then start in a new folder."
    )


def _kept_frame(stored: dict[str, Any], folder: Path) -> RawFrame:
    """Load the image that waits; without it nobody exposes again before a physician decided."""
    try:
        return load_raw_frame(stored)
    except FrameUnreadable as exc:
        raise FrameUnreadable(
            f"X-rays were made, but the image for {folder} is lost: {exc} Let a physician decide, "
            "then start in a new folder."
        ) from exc
