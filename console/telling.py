"""What the command line shows: steps with their times, progress, and errors in one sentence."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.box import SIMPLE
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from acquisition.array_files import sha256
from acquisition.dose import air_kerma_ugy
from acquisition.errors import SettingUnusable
from acquisition.quality import Finding
from bone_age.description import Framing, Interval
from bone_age.dose_ladder import DoseStep
from bone_age.package import CARD, LICENCE, Package, Standing
from bone_age.reading import BoneAgeReading
from console.dose_telling import HEADINGS, UNITS, cells_of_step, lowest_in_words
from device.errors import Exposed, ExposureError
from device.exposure import ExposureStage
from device.technique import Technique
from examination.examination import State
from examination.order import Order
from examination.self_test import Check
from reports.adult_height_part import adult_height_part
from reports.evaluation_sheet import asked_in_words, measured_in_words
from reports.figures import by_region, signed, signed_span, years_and_months
from reports.growth_part import growth_part
from reports.visit_part import model_release
from reports.wording import ENGLISH

Thing = TypeVar("Thing")
# What is done, how much of it, of how much.
Told = Callable[[str, int, int], None]

STEPS_IN_WORDS: dict[State | ExposureStage, str] = {
    State.ORDERED: "making the unit ready",
    State.EXPOSED: "correcting the frame",
    State.CORRECTED: "checking the image",
    State.CHECKED: "waiting for a decision",
    State.ACCEPTED: "reading the bone age",
    State.UNREVIEWED: "reading the bone age",
    State.READ: "assessing growth",
    State.ASSESSED: "writing images and report",
    ExposureStage.RESTING: "letting the generator rest, up to 20 s",
    ExposureStage.ARMED: "READY: press the hand switch and hold it",
    ExposureStage.PREPARING: "preparing: keep holding",
    ExposureStage.X_RAY: "X-RAYS ON",
    ExposureStage.READING_OUT: "reading the panel out: release the switch",
}


# Parts of a visit that pass with people, the tube and the X-rays, not with the software.
PEOPLES_TIME = ("waiting", "decide")

# Where no bar can be shown, each kind of step of long work is told in about so many lines.
_MOST_LINES = 20

REFERENCES = ENGLISH.reference_names

LIGHT_STYLES = {"green": "bold green", "amber": "bold yellow", "red": "bold red"}

# What everybody wants to know first when an exposure did not go as planned.
X_RAYS_IN_WORDS = {
    Exposed.NO: "No X-rays were made.",
    Exposed.YES: "X-rays were made.",
    Exposed.UNKNOWN: "It is not known whether X-rays were made.",
}


def sentence_of(error: BaseException) -> str:
    """Return what is told about an error: code, sentence, and whether anybody was exposed."""
    parts = [f"{getattr(error, 'code', type(error).__name__)}: {error}"]
    if isinstance(error, ExposureError):
        parts.append(X_RAYS_IN_WORDS[error.exposed])
    parts.extend(getattr(error, "__notes__", []))
    return " ".join(parts)


def in_words(reading: BoneAgeReading) -> list[str]:
    """Return the bone age as a clinician says it, or the reasons for which there is none."""
    if reading.bone_age_months is None or reading.interval_months is None:
        return ["No bone age was read.", *reading.reasons]
    low, high = map(years_and_months, reading.interval_months)
    coverage = 100 * (reading.interval_coverage or 0)
    said = years_and_months(reading.bone_age_months)
    number = f"Bone age {said} ({coverage:.0f} % interval {low} to {high}), {reading.method}."
    corrected = [
        f"Corrected by the local calibration of {one.site}; without it "
        f"{years_and_months(one.uncorrected_months)}."
        for one in (reading.local_calibration,)
        if one is not None
    ]
    doubts = [f"DOUBTFUL: {doubt}" for doubt in reading.doubts]
    regions = {each.region: each.bone_age_months for each in reading.regions}
    return [number, *corrected, *doubts, *by_region(regions)]


def technique_in_words(technique: Technique) -> str:
    """Return a technique with its mAs and, where the tube's output is known, its dose."""
    said = (
        f"{technique.kv:g} kV, {technique.ma:.4g} mA, {technique.ms:g} ms = {technique.mas:.3g} mAs"
    )
    try:
        return f"{said} = {air_kerma_ugy(technique):.1f} uGy"
    except SettingUnusable:  # it is refused when it is armed
        return said


def exposure_in_words(exposure: Mapping[str, Any]) -> list[str]:
    """Return the figures of the exposure of an image as lines."""
    lines = [
        f"EI {exposure['exposure_index']:.0f}, DI {exposure['deviation_index']:+.1f} "
        f"(target {exposure['target_exposure_index']:.0f}). {exposure['exposure_index_note']}",
        f"this image: {_given(exposure, ENGLISH.noise_not_measured)}",
    ]
    if exposure["expected"] is not None:
        promised = _given(exposure["expected"], ENGLISH.noise_not_promised)
        lines.append(f"expected of preset {exposure['preset']}: {promised}")
    return lines


def _given(figures: Mapping[str, Any], no_noise: str) -> str:
    noise, pixel_um = figures["noise_percent"], figures["noise_pixel_um"]
    told = no_noise if noise is None else f"{noise:.1f} % ({pixel_um:g} um)"
    kerma, index = figures["entrance_air_kerma_ugy"], figures["exposure_index"]
    return f"{kerma:.1f} uGy, EI {index:.0f}, noise of a pixel {told}"


def growth_in_words(record: Mapping[str, Any], patient: Mapping[str, Any]) -> list[str]:
    """Return a growth assessment as lines for a person, as the report words it."""
    part = growth_part(record, ENGLISH)
    lines = [_age_in_words(record["age"])]
    lines += [
        f"{row.measure} {row.size}: {_scores_in_words(row.scores, record['headline'])}"
        for row in part.rows
    ]
    difference, sds = record["bone_age_minus_age_months"], record["bone_age_sds"]
    if difference is not None:
        lines.append(f"Bone age minus age: {signed_span(difference)}")
    if sds is not None:
        lines.append(
            f"Bone age SDS: {signed(sds, 2)} ({record['bone_age_sds_formula']}; "
            f"{record['bone_age_sds_population']})"
        )
    lines += _maturity_in_words(record["maturity"])
    for height in adult_height_part(record, patient, ENGLISH).lines:
        lines += [f"{height.method}: {height.figure}", f"  {height.meaning}"]
    notes = [f"{REFERENCES[name]}: {note}" for name, note in record["reference_notes"].items()]
    unsaid = [why for why in record["refusals"] if why not in " ".join(part.remarks)]
    return lines + [f"- {remark}" for remark in dict.fromkeys((*part.remarks, *unsaid, *notes))]


def _age_in_words(age: Mapping[str, Any]) -> str:
    completed = f"{age['years']} y {age['months']} mo {age['days']} d"
    return f"Age {completed} ({age['decimal_years']:.2f} years)"


def _maturity_in_words(maturity: Mapping[str, Any]) -> list[str]:
    """Return what each convention says, on a line of its own; nothing where a figure is missing."""
    months, sds = maturity["by_months"], maturity["by_sds"]
    said = (
        (f"{months['limit_months']:g} months from the age", months["verdict"]),
        (f"{sds['limit_sds']:g} SD", sds["verdict"]),
    )
    words = {"delayed": "delayed", "normal": "within", "advanced": "advanced"}
    return [
        f"By the limit of {limit}: {words[verdict]}" for limit, verdict in said if verdict in words
    ]


def _scores_in_words(scores: Sequence[str], headline: str) -> str:
    """Return the score against each reference, the site's own first."""
    named = dict(zip(REFERENCES, scores, strict=True))
    order = [headline, *(name for name in named if name != headline)]
    return ", ".join(f"{REFERENCES[name]} {named[name]}" for name in order)


def evaluation_in_words(record: Mapping[str, Any]) -> list[str]:
    """Return each figure asked beside the figure measured, as the evaluation words it."""
    found = record["evaluation"]
    lines = [f"{found['n']} images, {found['refused']} refused."]
    return lines + [verdict_in_words(each) for each in record["verdicts"]]


def verdict_in_words(judged: Mapping[str, Any]) -> str:
    """Return one figure asked beside the figure measured as a line."""
    measured = f"{measured_in_words(judged)}, n {judged['n']}"
    return f"  {judged['name']}: {measured}; asked {asked_in_words(judged)}: {judged['outcome']}"


def standing_in_words(standing: Standing) -> str:
    """Return who answers for a model, as the report words it."""
    return model_release(standing.trust, standing.signed_by, ENGLISH)


def package_in_words(package: Package, released: str) -> list[str]:
    """Return what a model is as lines for an administrator; `released` says who answers for it."""
    said = package.description
    picture, youngest, oldest = said.interface.picture, *said.range_months
    sex = "not told: it reads girls and boys alike" if said.interface.sex is None else "told"
    frame = "the hand, cut out and upright" if picture.framing is Framing.HAND else "the whole film"
    greys = "grey" if picture.channels == 1 else "RGB"
    return [
        f"{said.name} {said.version}: {released}",
        f"  licence        {said.licence} ({LICENCE})",
        f"  reads          {said.standard} style, by {said.reader}",
        f"  sees           {frame}, {picture.width} x {picture.height}, {greys}",
        f"  sex            {sex}",
        f"  interval       {_half_width_in_words(said.interval)} to each side held "
        f"{100 * said.interval.coverage:.0f} % of the children it was measured on",
        f"  bone ages      {years_and_months(youngest)} to {years_and_months(oldest)}",
        f"  card           {package.folder / CARD}",
        f"  SHA-256        {package.sha256} (the package)",
        f"                 {sha256(package.net)} ({said.net})",
    ]


def _half_width_in_words(interval: Interval) -> str:
    if interval.spreads is None:
        return f"{interval.error_months:g} months"
    figures = [figure for line in interval.spreads for _, figure in line]
    return f"{min(figures):.2f} to {max(figures):.2f} times its own spread"


def print_checks(checks: Sequence[Check]) -> None:
    """Print the results of a self-test as a table on standard output."""
    table = Table("check", "result", "what was found", box=SIMPLE)
    for check in checks:
        table.add_row(check.name, check.outcome.value.upper(), Text(check.sentence))
    Console(highlight=False).print(table)


def print_dose_steps(steps: Sequence[DoseStep]) -> None:
    """Print the figures of a dose study as a table, and the lowest dose without loss."""
    table = Table(*HEADINGS, box=SIMPLE, caption=UNITS, caption_justify="left")
    for step in steps:
        table.add_row(*cells_of_step(step))
    screen = Console(highlight=False)
    screen.print(table)
    screen.print(lowest_in_words(steps), markup=False)


class Pace(ProgressColumn):
    """How quickly work goes: how many a second, or how long each takes where that is longer."""

    def render(self, task: Task) -> Text:
        """Return it as text; nothing while nothing is known."""
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:.1f} a second" if speed >= 1 else f"{1 / speed:.1f} s each")


def told_along(things: Iterable[Thing], count: int, kind: str, told: Told) -> Iterator[Thing]:
    """Give each of so many things as it comes, and tell how many have come."""
    for done, thing in enumerate(things, 1):
        told(kind, done, count)
        yield thing


class Telling:
    """Writes for a person on standard error; standard output is left to results."""

    def __init__(self) -> None:
        self.screen = Console(stderr=True, highlight=False)

    def say(self, sentence: str) -> None:
        """Write one line."""
        self.screen.print(sentence, markup=False)

    def watch(self, step: State | ExposureStage) -> None:
        """Tell which step a visit takes."""
        if step in STEPS_IN_WORDS:
            self.say(f"  {STEPS_IN_WORDS[step]}")

    def findings(self, findings: Sequence[Finding]) -> None:
        """Write what the checks say about an image."""
        for finding in findings:
            self.say(f"  {finding.severity.value.upper()} {finding.code}: {finding.message}")

    def reading(self, reading: BoneAgeReading) -> None:
        """Write the bone age with its interval, or why there is none."""
        for line in in_words(reading):
            self.say(f"  {line}")

    def exposure(self, exposure: Mapping[str, Any]) -> None:
        """Write the traffic light with its figures, and what the preset promised beside it."""
        light = exposure["light"]
        if light is not None:  # the exposure of an empty panel has none
            said = Text(f"{light.upper()}: {exposure['light_meaning']}", LIGHT_STYLES[light])
            self.screen.print(Text("  "), said, sep="")
        for line in exposure_in_words(exposure):
            self.say(f"  {line}")

    def technique(self, order: Order) -> None:
        """Write what the child will be exposed with, and whose choice it is."""
        whose = f"preset {order.preset}" if order.preset else "as asked"
        target = order.target_exposure_index
        self.say(f"  {technique_in_words(order.technique)} ({whose}), target EI {target:.0f}")

    def times(self, seconds: Mapping[str, float]) -> None:
        """Write how long each step took."""
        for name, spent in seconds.items():
            self.say(f"  {name:<10}{spent:8.2f} s")
        own = sum(spent for name, spent in seconds.items() if name not in PEOPLES_TIME)
        self.say(f"  the software's own part: {own:.2f} s")

    def followed(self, checks: Iterable[Check]) -> Iterator[Check]:
        """Give each check of a self-test, saying its name when it is done."""
        with self.screen.status("testing") as shown:
            for check in checks:
                shown.update(f"testing: {check.name} {check.outcome.value}")
                yield check

    def check(self, check: Check) -> None:
        """Write one result as it comes."""
        self.say(f"  {check.name} {check.outcome.value}: {check.sentence}")

    def serving(self, address: str) -> None:
        """Write where the service answers."""
        self.say(f"Serving at {address}/api/diagnostics/status; Ctrl-C ends it.")

    @contextmanager
    def progress(self, task: str) -> Iterator[Told]:
        """Show a bar for each kind of step while long work runs; lines where no screen is."""
        if not self.screen.is_terminal:
            yield self._lines(task)
            return
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        times = (TimeElapsedColumn(), Pace(), TimeRemainingColumn(), TextColumn("left"))
        with Progress(*columns, *times, console=self.screen) as bars:
            shown = {}

            def told(kind: str, done: int, wanted: int) -> None:
                if kind not in shown:
                    shown[kind] = bars.add_task(f"{task}: {kind}", total=wanted)
                bars.update(shown[kind], completed=done)

            yield told

    def _lines(self, task: str) -> Callable[[str, int, int], None]:
        """Write each step at once, of very many only every twentieth part."""
        said: dict[str, int] = {}

        def told(kind: str, done: int, wanted: int) -> None:
            part = done * _MOST_LINES // max(wanted, _MOST_LINES)
            if part > said.get(kind, -1):
                said[kind] = part
                self.say(f"{task}: {kind} {done} of {wanted}")

        return told
