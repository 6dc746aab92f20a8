"""The whole visit on one screen: every state and the step that leads out of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from acquisition.correct import correct
from acquisition.quality import judge
from acquisition.quality_correction import of_unfit_maps
from bone_age.read import read_bone_age
from device.exposure import ExposureRequest, ExposureStage
from examination.deliver import deliver, make_picture, show
from examination.examination import (
    Accepted,
    Armed,
    Assessed,
    Checked,
    Corrected,
    Decided,
    Decision,
    Exposed,
    Finished,
    Ordered,
    Outcome,
    Question,
    Read,
    Room,
    Shown,
    State,
    Unreviewed,
    Verdict,
    visit_of,
)
from examination.exposures import (
    check_calibration,
    earlier_frames,
    earlier_verdict,
    keep_frame,
    note_failure,
    note_verdict,
    plan_exposure,
)
from examination.order import check_for_child
from examination.result import calibration_refusal, exposure_record, reading_record
from examination.visits_on_record import earlier_on_record, in_course, this_visit
from growth.judgement import Told, judge_growth
from records.journal import ExposureEvent

# Nobody keeps a child's hand still for longer; the panel's own lease ends after 30 s as well.
HAND_SWITCH_TIMEOUT_S = 30.0

Step = Callable[[Room, Any], Outcome]


def arm(room: Room, visit: Ordered) -> Armed:
    """Check technique and calibration, write the exposure down, then make the unit ready."""
    check_for_child(visit.order.technique)
    room.unit.sequence.rest(room.watch)
    room.stopwatch.lap("waiting")
    check_calibration(room.unit, room.calibration, room.unit.detector.status().temperature_c)
    request = ExposureRequest(room.unit.draw_nonce(), visit.order.technique)
    plan_exposure(room.unit, request, "visit", visit.visit_id)
    with note_failure(room.unit, request.nonce):
        room.unit.sequence.arm(request)
        room.unit.journal.note(request.nonce, room.unit.now(), ExposureEvent.ARMED)
    return Armed(visit, request.nonce)


def await_exposure(room: Room, armed: Armed) -> Exposed:
    """Watch while a person exposes; the raw frame is on disk before anything looks at it."""
    with note_failure(room.unit, armed.nonce):
        raw = room.unit.sequence.await_frame(HAND_SWITCH_TIMEOUT_S, _watched(room))
    keep_frame(room.unit, armed.nonce, raw)
    return Exposed(armed.visit, raw)


def _watched(room: Room) -> Callable[[ExposureStage], None]:
    """Count the time until the panel is read out as waiting: for a person, tube and X-rays."""

    def report(stage: ExposureStage) -> None:
        if stage is ExposureStage.READING_OUT:
            room.stopwatch.lap("waiting")
        room.watch(stage)

    return report


def correct_frame(room: Room, exposed: Exposed) -> Corrected:
    """Take the panel's own structure out of the frame, and what earlier exposures left in it."""
    earlier = earlier_frames(room.unit, exposed.raw, room.calibration.lag)
    radiograph = correct(exposed.raw, room.calibration, earlier.frames, earlier.lost)
    return Corrected(exposed.visit, radiograph)


def check_quality(room: Room, corrected: Corrected) -> Checked:
    """Judge the image while the child is still there, and the maps that it was corrected with."""
    visit, radiograph = corrected.visit, corrected.radiograph
    judged = judge(radiograph, visit.order.target_exposure_index)
    refused = calibration_refusal(room, radiograph, visit.visit_id)
    unfit = () if refused is None else (of_unfit_maps(refused),)
    return Checked(visit, radiograph, (*judged.findings, *unfit), judged.side)


def await_decision(room: Room, checked: Checked) -> Decided | Ordered:
    """Let a person accept the image or have it repeated; nothing is ever repeated by itself."""
    shown = make_picture(checked)
    room.stopwatch.lap("show")
    verdict = earlier_verdict(room.unit, checked) or _ask(room, checked, shown)
    match verdict.decision:
        case Decision.REPEAT:
            return _to_repeat(checked.visit, verdict)
        case Decision.UNREVIEWED:
            return Unreviewed(checked, shown)
        case Decision.ACCEPT:
            return Accepted(checked, shown, verdict.by)


def _ask(room: Room, checked: Checked, shown: Shown) -> Verdict:
    """Put the image to a person, and write down what was said."""
    question = _question(room, checked, shown)
    room.stopwatch.lap("show")
    verdict = room.decide(question)
    note_verdict(room.unit, checked, verdict)
    return verdict


def _question(room: Room, checked: Checked, shown: Shown) -> Question:
    is_exposed = checked.radiograph.exposure_index > 0
    exposure = exposure_record(checked, shown) if is_exposed else None
    technique = checked.visit.order.technique
    return Question(show(room, checked, shown), checked.findings, exposure, technique)


def _to_repeat(visit: Ordered, verdict: Verdict) -> Ordered:
    technique = verdict.technique or visit.order.technique
    return replace(visit, order=visit.order.exposed_with(technique))


def read(room: Room, image: Decided) -> Read:
    """Let the model read the pixels; it learns the sex and nothing else about the child."""
    sex = image.checked.visit.order.child.sex
    return Read(image, read_bone_age(room.model, image.checked.radiograph, sex))


def assess_growth(room: Room, read: Read) -> Assessed:
    """Judge sizes, bone age and course; a refused reading leaves the rest.

    Earlier visits are those that the order tells of and those of this site's own records.
    """
    order, reading = visit_of(read).order, reading_record(read.reading)
    child, on = order.child, order.visit_date
    on_record = earlier_on_record(room.visits, room.reports, child, on)
    today = this_visit(child, on, order.height_position, reading)
    told = Told(
        visits=[*in_course(order.earlier, on_record.visits), today],
        entered=order.entered,
        remarks=on_record.remarks,
        scored=order.scored,
        doubts=reading["doubts"],
    )
    return Assessed(read, judge_growth(child, told, room.customs), on_record)


def report(room: Room, assessed: Assessed) -> Finished:
    """Write the visit's folder: images, report, and the result last."""
    deliver(room, assessed)
    checked, reading = assessed.read.image.checked, assessed.read.reading
    return Finished(checked.visit, checked.findings, reading)


STEPS: dict[State, Step] = {
    State.ORDERED: arm,  # journal row first, then program generator and panel
    State.ARMED: await_exposure,  # the operator's hand switch exposes, never we
    State.EXPOSED: correct_frame,  # raw frame is stored before anything looks at it
    State.CORRECTED: check_quality,
    State.CHECKED: await_decision,  # a person accepts or repeats
    State.ACCEPTED: read,
    State.UNREVIEWED: read,  # nobody was there to ask, and the result says so
    State.READ: assess_growth,
    State.ASSESSED: report,
}
