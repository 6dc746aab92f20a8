"""What a visit leaves in its folder; `result.json` is written last."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from acquisition.display import develop, screen_picture
from acquisition.ordinary_files import read_text
from acquisition.png import to_png
from bone_age.reading import BoneAgeReading
from examination.detector_history import detector_history
from examination.dicom_facts import facts_of, instances_of, rotation_shown, side_shown
from examination.drafts import Printed, draft_version, keep_draft, render_draft
from examination.examination import Assessed, Checked, Room, Shown
from examination.exposures import frame_name
from examination.result import result_of, seconds_of
from pacs.dataset import for_presentation, for_processing
from records.files import write_atomically
from reports.looked_at import draw_looked_at

RESULT: Final = "result.json"
RADIOGRAPH: Final = "radiograph.png"
LOOKED_AT: Final = "looked_at.png"
REPORT: Final = "report.pdf"
# All that a visit may leave; `looked_at` only where the model tells what moved its reading.
FILES: Final = {
    "report": REPORT,
    "radiograph": RADIOGRAPH,
    "for_processing": "for_processing.dcm",
    "for_presentation": "for_presentation.dcm",
    "looked_at": LOOKED_AT,
}


def make_picture(checked: Checked) -> Shown:
    """Develop an image; the person who decides, report and DICOM get the same."""
    developed = develop(checked.radiograph)
    picture = screen_picture(developed, side_shown(checked.side))
    return Shown(developed, to_png(picture, developed.pixel_pitch_um))


def show(room: Room, checked: Checked, shown: Shown) -> Path:
    """Write the picture beside the raw frame, for the person who decides; return where it is."""
    assert checked.radiograph.exposure is not None, "only exposures are judged"
    path = room.unit.frames[0] / f"{frame_name(checked.radiograph.exposure.nonce)}.png"
    write_atomically(path, shown.picture_png)
    return path


def deliver(room: Room, assessed: Assessed) -> None:
    """Write images, report and result of an image that was read.

    Raises FileNotStored, ReportError or PacsError; without `result.json` the folder is unfinished.
    The draft is put on record last: one that nobody was given leaves no trace.
    """
    checked, shown = assessed.read.image.checked, assessed.read.image.shown
    folder, picture = checked.visit.folder, shown.picture_png
    looked_at = _looked_at(assessed.read.reading)
    lacking = () if looked_at else (LOOKED_AT,)
    files = {name: file for name, file in FILES.items() if file not in lacking}
    result = result_of(room, assessed, files)
    printed = Printed(
        result, picture, looked_at.get("looked_at"), room.words.language, room.paper.name
    )
    version = draft_version(room.reports, printed)
    report = render_draft(printed, version)
    contents = {
        "radiograph": picture,
        **looked_at,
        **_dicom(room, result, checked, shown),
        "report": report,
    }
    for name in lacking:  # one that an interrupted run left is not this reading's
        (folder / name).unlink(missing_ok=True)
    for name, content in contents.items():
        write_atomically(folder / FILES[name], content)
    room.stopwatch.lap("report")
    result["seconds"] = seconds_of(room)
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / RESULT, text.encode())
    told = replace(printed, result=json.loads(text))
    with room.reports.alone():
        keep_draft(room.reports, told, version, report, room.unit.now())


def _looked_at(reading: BoneAgeReading) -> dict[str, bytes]:
    """Return the picture of what moved the reading, where there is one of a reading."""
    if reading.refused or reading.looked_at is None:
        return {}
    return {"looked_at": draw_looked_at(reading.looked_at)}


def _dicom(room: Room, result: dict[str, Any], checked: Checked, shown: Shown) -> dict[str, bytes]:
    radiograph, history = checked.radiograph, detector_history(room.unit, checked.radiograph)
    side, rotation_deg = side_shown(checked.side), rotation_shown(checked.findings)
    facts = facts_of(result, radiograph, side, rotation_deg, history)
    processing, presentation = instances_of(result)
    presented = for_presentation(radiograph, shown.developed, facts, presentation, processing)
    return {
        "for_processing": room.write_dicom(for_processing(radiograph, facts, processing)),
        "for_presentation": room.write_dicom(presented),
    }


def read_result(folder: Path) -> dict[str, Any]:
    """Return the plain data of a finished visit's `result.json`."""
    result: dict[str, Any] = json.loads(read_text(folder / RESULT))
    return result


def left_in(folder: Path) -> bool:
    """Tell whether a folder holds anything of a visit."""
    return any((folder / name).exists() for name in (RESULT, *FILES.values()))
