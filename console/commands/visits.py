"""Commands for a visit: a child's, and the demonstration's."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from acquisition.dose import technique_for
from acquisition.technique_presets import read_presets
from console.assemble import Addresses, Person, open_room
from console.commands.options import (
    STOPPING,
    BirthDate,
    Cm,
    DetectorUrl,
    EarlierVisits,
    GeneratorUrl,
    GestationOption,
    HeightPosition,
    Kg,
    LanguageOption,
    Menarche,
    TannerStage,
    ThicknessMm,
    Treatment,
    VisitDate,
    day_of,
    entered_as,
    exit_if_refused,
    gestation_of,
    now,
)
from console.deciding import decide
from console.demo import Panel, Staging, run_demo
from console.settings import read_settings, with_language
from console.stopping import StoppableClock
from console.telling import Telling
from device.exposure import ExposureStage
from device.technique import HAND_PRESET
from examination.deliver import REPORT, RESULT, read_result
from examination.examination import Ordered, State
from examination.order import Asked, order_from, read_order, with_technique
from examination.run import order_begun, run_visit
from growth.ages import MONTHS_PER_YEAR, months_later
from growth.earlier_file import read_earlier_visits

# DICOM tells the day of the exposure, which is today also where another visit date is given.
NOT_BORN_YET = "the images are of today, and today this child is not born yet"
# What a demo of a film says where nobody told about the child.
ASSUMED = (
    "  Nobody said whose film this is. Assumed: sex {sex}, born {birth_date}; give --sex and "
    "--birth-date."
)


def visit(
    detector: DetectorUrl,
    generator: GeneratorUrl,
    out: Annotated[Path, typer.Option(help="folder for this visit's files")],
    patient: Annotated[Path | None, typer.Option(help="patient file (JSON)")] = None,
    kv: Annotated[float | None, typer.Option(help="tube voltage, else the preset's")] = None,
    ma: Annotated[float | None, typer.Option(help="tube current, else the preset's")] = None,
    ms: Annotated[float | None, typer.Option(help="exposure time, else the preset's")] = None,
    thickness_mm: ThicknessMm = None,
    language: LanguageOption = None,
) -> None:
    """Examine a child: arm, wait 30 s for the hand switch, correct, check, read, assess, report."""
    started, telling = now(), Telling()
    settings = with_language(read_settings(), language)
    asked, folder = Asked(kv, ma, ms, thickness_mm), out.resolve()
    ordered = read_order(patient, HAND_PRESET, started.date())
    person = Person(partial(decide, telling), _watch(telling))
    addresses = Addresses(detector, generator)
    with open_room(settings, addresses, StoppableClock(STOPPING), person) as room:
        order = order_begun(room, folder, ordered)
        if order is None:
            order = with_technique(ordered, asked, read_presets(settings.technique_presets))
        elif asked != Asked():
            telling.say(
                "  This visit has an exposure: its own technique stands, not what is asked."
            )
        telling.technique(order)
        finished = run_visit(room, Ordered(str(uuid4()), started, folder, order))
        telling.exposure(read_result(out)["exposure"])
        telling.reading(finished.reading)
        telling.times(room.stopwatch.laps)
    typer.echo(out / REPORT)
    exit_if_refused(finished.reading)


def demo(
    out: Annotated[Path, typer.Option(help="folder for the visit's files")] = Path("out/demo"),
    sex: Annotated[str, typer.Option("--sex", help="F or M; F if absent")] = "",
    birth_date: BirthDate = "",
    visit_date: VisitDate = "",
    height_cm: Cm = None,
    weight_kg: Kg = None,
    mother_cm: Cm = None,
    father_cm: Cm = None,
    height_position: HeightPosition = None,
    tanner_stage: TannerStage = None,
    menarche: Menarche = "",
    treatment: Treatment = "",
    earlier: EarlierVisits = None,
    gestation: GestationOption = "",
    bone_age_years: Annotated[float, typer.Option(help="of the phantom", min=0, max=19)] = 9.2,
    radiograph: Annotated[Path | None, typer.Option(help="an image becomes the patient")] = None,
    dose_ugy: Annotated[
        float | None,
        typer.Option(help="air kerma at the panel in uGy, else the preset's", min=0),
    ] = None,
    thickness_mm: ThicknessMm = None,
    seed: Annotated[int, typer.Option(help="seed of panel and phantom", min=0)] = 1,
    panel: Annotated[Panel, typer.Option(help="which simulated panel")] = Panel.FULL,
    language: LanguageOption = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="print result.json")] = False,
) -> None:
    """Run a whole visit on the simulated device, from the hand switch to the report."""
    today = day_of(visit_date, now().date())
    if today.year < 1900:
        raise typer.BadParameter("the visit lies before X-rays", param_hint="--visit-date")
    if not math.isfinite(dose_ugy or 0) or not math.isfinite(bone_age_years):
        raise typer.BadParameter("dose and bone age are numbers", param_hint="--dose-ugy")
    if dose_ugy is not None and thickness_mm is not None:
        raise typer.BadParameter("a dose is of no preset", param_hint="--dose-ugy --thickness-mm")
    settings, telling = with_language(read_settings(), language), Telling()
    assumed = radiograph is not None and not (sex and birth_date)
    sex, birth_date = sex or "F", birth_date or f"{birth_date_for(bone_age_years, today)}"
    if assumed:  # a film has a sex and an age of its own, and the reading goes by the sex
        telling.say(ASSUMED.format(sex=sex, birth_date=birth_date))
    said = {
        "id": f"DEMO-{seed}",
        "name": f"Simulated patient{' (sex or birth date assumed)' if assumed else ''}",
        "sex": sex,
        "birth_date": birth_date,
        "height_cm": height_cm,
        "weight_kg": weight_kg,
        "mother_cm": mother_cm,
        "father_cm": father_cm,
        "height_position": height_position,
        **entered_as(tanner_stage, menarche, treatment),
        **gestation_of(gestation),
    }
    order = order_from(said, HAND_PRESET if dose_ugy is None else technique_for(dose_ugy), today)
    if earlier is not None:
        order = replace(order, earlier=read_earlier_visits(earlier, order.child.birth_date))
    if order.child.birth_date > now().date():
        raise typer.BadParameter(NOT_BORN_YET, param_hint="--visit-date")
    if dose_ugy is None:
        presets = read_presets(settings.technique_presets)
        order = with_technique(order, Asked(thickness_mm=thickness_mm), presets)
    spec = f"phantom:sex={sex},bone_age={bone_age_years},seed={seed}"
    if radiograph is not None:
        spec = f"radiograph:{radiograph.resolve()}"
    finished = run_demo(settings, Staging(panel, seed, spec), order, out.resolve(), telling)
    typer.echo((out / RESULT).read_text(encoding="utf-8") if json_ else out / REPORT)
    exit_if_refused(finished.reading)


def birth_date_for(age_years: float, visit: date) -> date:
    """Return the birth date that makes a child so old, in whole months as people say it."""
    return months_later(visit, -round(MONTHS_PER_YEAR * age_years))


def _watch(telling: Telling) -> Callable[[ExposureStage | State], None]:
    """Show each step, and stop there if somebody wants to."""

    def watch(step: ExposureStage | State) -> None:
        telling.watch(step)
        STOPPING.watch(step)

    return watch
