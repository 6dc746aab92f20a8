"""A visit, the states that it can be in, and the parts that it is done with."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

from pydicom.dataset import Dataset

from acquisition.calibration import Calibration
from acquisition.display import Developed
from acquisition.hand import Side
from acquisition.quality import Finding
from acquisition.radiograph import Radiograph
from bone_age.model import ReadingModel
from bone_age.reading import BoneAgeReading
from device.clock import Clock
from device.detector import Detector
from device.errors import DeviceError
from device.exposure import ExposureSequence, ExposureStage
from device.frame import RawFrame
from device.generator import Generator
from device.technique import Technique
from examination.on_record import OnRecord
from examination.order import Order
from examination.stopwatch import Stopwatch
from growth.judgement import WITHOUT_CUSTOMS, Customs, GrowthJudgement
from pacs.dataset import to_bytes
from records.examinations import Visits
from records.journal import Journal
from records.reports import Reports
from reports.paper import A4, Paper
from reports.wording import ENGLISH, Wording


class State(Enum):
    """How far a visit has come."""

    ORDERED = "ordered"
    ARMED = "armed"
    EXPOSED = "exposed"
    CORRECTED = "corrected"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    UNREVIEWED = "unreviewed"
    READ = "read"
    ASSESSED = "assessed"
    FINISHED = "finished"
    FAILED = "failed"


class Decision(Enum):
    """What a person says about an image; `UNREVIEWED` where there was nobody to ask."""

    ACCEPT = "accept"
    REPEAT = "repeat"
    UNREVIEWED = "unreviewed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision, who made it, and the technique that a repeat gets, None for the same again."""

    decision: Decision
    by: str
    technique: Technique | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is shown to decide on.

    `exposure` is that of the image as in `result.json`, None where the image holds no X-rays;
    `repeat_with` is the technique that a repeat would have.
    """

    picture: Path
    findings: Sequence[Finding]
    exposure: Mapping[str, Any] | None
    repeat_with: Technique


@dataclass(frozen=True, slots=True)
class Unit:
    """Panel, generator and the journal of what they did; `now` gives the time of day with its zone.

    `frames` are the folders for raw frames, in the order in which they are tried.
    """

    detector: Detector
    generator: Generator
    sequence: ExposureSequence
    journal: Journal
    frames: Sequence[Path]
    clock: Clock
    now: Callable[[], datetime]
    draw_nonce: Callable[[], int]

    def make_safe(self) -> None:
        """Disarm whatever is armed; a panel that cannot be told disarms itself."""
        with suppress(DeviceError):
            self.sequence.disarm()


@dataclass(frozen=True, slots=True)
class Room:
    """The parts that a visit is done with; `console` builds it.

    `decide` puts the question about an image to a person and returns the verdict; `watch` is told
    the state of the visit and the stage of an exposure; `write_dicom` makes the file of an image;
    `customs` are the site's way of judging growth; `words` are those of the report, which is
    printed on `paper`.
    """

    unit: Unit
    calibration: Calibration
    model: ReadingModel
    software_version: str
    visits: Visits
    reports: Reports
    stopwatch: Stopwatch
    decide: Callable[[Question], Verdict]
    watch: Callable[[ExposureStage | State], None]
    write_dicom: Callable[[Dataset], bytes] = to_bytes
    customs: Customs = WITHOUT_CUSTOMS
    words: Wording = ENGLISH
    paper: Paper = A4


@dataclass(frozen=True, slots=True)
class Ordered:
    """A visit that begins, or one whose image a person wants repeated."""

    visit_id: str
    started: datetime
    folder: Path
    order: Order
    state: ClassVar[State] = State.ORDERED


@dataclass(frozen=True, slots=True)
class Armed:
    """The panel waits for the hand switch."""

    visit: Ordered
    nonce: int
    state: ClassVar[State] = State.ARMED


@dataclass(frozen=True, slots=True)
class Exposed:
    """The raw frame is on disk."""

    visit: Ordered
    raw: RawFrame
    state: ClassVar[State] = State.EXPOSED


@dataclass(frozen=True, slots=True)
class Corrected:
    """The frame is free of the panel's own structure."""

    visit: Ordered
    radiograph: Radiograph
    state: ClassVar[State] = State.CORRECTED


@dataclass(frozen=True, slots=True)
class Checked:
    """The image was judged by the checks; a person decides next.

    `side` is which hand it looks like, None where no hand was found.
    """

    visit: Ordered
    radiograph: Radiograph
    findings: Sequence[Finding]
    side: Side | None = None
    state: ClassVar[State] = State.CHECKED


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The image as people see it, developed once for screen, report and DICOM."""

    developed: Developed
    picture_png: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """A person accepted the image, or the demo standing in for one."""

    checked: Checked
    shown: Shown
    by: str
    state: ClassVar[State] = State.ACCEPTED


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """There was nobody to ask: the image goes on, and all that comes of it says so."""

    checked: Checked
    shown: Shown
    state: ClassVar[State] = State.UNREVIEWED


@dataclass(frozen=True, slots=True)
class Read:
    """The model read the image, or refused to."""

    image: Accepted | Unreviewed
    reading: BoneAgeReading
    state: ClassVar[State] = State.READ


@dataclass(frozen=True, slots=True)
class Assessed:
    """The child's growth was compared with the references, and with its earlier visits."""

    read: Read
    growth: GrowthJudgement
    on_record: OnRecord
    state: ClassVar[State] = State.ASSESSED


@dataclass(frozen=True, slots=True)
class Finished:
    """Everything that the visit gives is in its folder."""

    visit: Ordered
    findings: Sequence[Finding]
    reading: BoneAgeReading
    state: ClassVar[State] = State.FINISHED


Decided = Accepted | Unreviewed
Outcome = Ordered | Armed | Exposed | Corrected | Checked | Decided | Read | Assessed | Finished


def visit_of(outcome: Outcome) -> Ordered:
    """Return the visit that an outcome belongs to."""
    match outcome:
        case Ordered():
            return outcome
        case Accepted() | Unreviewed():
            return outcome.checked.visit
        case Read():
            return visit_of(outcome.image)
        case Assessed():
            return visit_of(outcome.read)
        case _:
            return outcome.visit
