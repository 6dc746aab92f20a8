"""Commands for figures that people measured: a child's growth, and a scoring sheet."""

import json
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Annotated

import typer

from bone_age.reading import Sex
from console.assemble import customs_of
from console.commands.options import (
    Cm,
    EarlierVisits,
    GestationOption,
    HeightPosition,
    Kg,
    Menarche,
    SexOption,
    TannerStage,
    Treatment,
    VisitDate,
    day_of,
    entered_as,
    gestation_of,
    now,
)
from console.course_telling import course_in_words
from console.read_files import SEX_WRONG
from console.scoring_telling import sheet_in_words
from console.settings import read_settings
from console.stages_file import blank_sheet, stages_said
from console.telling import growth_in_words
from device.technique import HAND_PRESET
from examination.errors import OrderWrong
from examination.order import order_from
from growth.bone_age_progress import READING_BY_EYE
from growth.earlier_file import earlier_visit, read_earlier_visits
from growth.judgement import Told, judge_growth, judgement_record
from growth.scoring import SHEETS, ScoredSheet, score_sheet, scoring_record


class SheetName(StrEnum):
    """The sheets by the names that are typed."""

    RUS_CHN = "rus-chn"
    TW3_C = "tw3-c"
    TW3 = "tw3"


SheetOption = Annotated[SheetName | None, typer.Option(help="whose stages and ages")]
StagesOption = Annotated[
    str, typer.Option(help="CSV bone,stage or text radius=7,ulna=8,... of all 13 bones")
]


def scored_sheet(sheet: SheetName | None, sex: Sex, stages: str) -> ScoredSheet | None:
    """Score what a physician staged, None where nothing was; raises StageUnusable."""
    if sheet is None and not stages:
        return None
    if sheet is None or not stages:
        raise typer.BadParameter("--sheet and --stages belong together")
    return score_sheet(SHEETS[sheet], sex, stages_said(stages))


def score(
    sheet: SheetOption = None,
    sex: Annotated[str, typer.Option(help="F or M")] = "",
    stages: StagesOption = "",
    *,
    blank: Annotated[bool, typer.Option("--blank", help="print an empty sheet to fill in")] = False,
    json_: Annotated[bool, typer.Option("--json", help="print the sheet as JSON")] = False,
) -> None:
    """Score a sheet on which a physician has staged the bones; nothing is read from an image."""
    if blank:
        typer.echo(blank_sheet(), nl=False)
        return
    if sex not in [each.value for each in Sex]:
        raise OrderWrong(SEX_WRONG)
    scored = scored_sheet(sheet, Sex(sex), stages)
    if scored is None:
        raise typer.BadParameter("give --sheet, --sex and --stages, or --blank")
    if json_:
        typer.echo(json.dumps(scoring_record(scored), indent=1, ensure_ascii=False))
        return
    for line in sheet_in_words(scored):
        typer.echo(line)


def growth(
    sex: SexOption,
    birth_date: Annotated[str, typer.Option(help="YYYY-MM-DD")],
    visit_date: VisitDate = "",
    height_cm: Cm = None,
    weight_kg: Kg = None,
    mother_cm: Cm = None,
    father_cm: Cm = None,
    height_position: HeightPosition = None,
    gestation: GestationOption = "",
    bone_age_months: Annotated[float | None, typer.Option(help="in months")] = None,
    bone_age_method: Annotated[str | None, typer.Option(help="how and by whom it was read")] = None,
    tanner_stage: TannerStage = None,
    menarche: Menarche = "",
    treatment: Treatment = "",
    earlier: EarlierVisits = None,
    sheet: SheetOption = None,
    stages: StagesOption = "",
    *,
    json_: Annotated[bool, typer.Option("--json", help="print the assessment as JSON")] = False,
) -> None:
    """Compare a child's sizes and bone age with the references, and with earlier visits."""
    customs = replace(customs_of(read_settings()), detectable=READING_BY_EYE)
    said = {
        "id": "-",
        "name": "-",
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
    order = order_from(said, HAND_PRESET, day_of(visit_date, now().date()))
    if earlier is not None:
        order = replace(order, earlier=read_earlier_visits(earlier, order.child.birth_date))
    today = earlier_visit(
        {
            "date": order.visit_date.isoformat(),
            "height_cm": height_cm,
            "height_position": height_position,
            "weight_kg": weight_kg,
            "bone_age_months": bone_age_months,
            "bone_age_method": bone_age_method,
        },
        "This visit",
        order.child.birth_date,
    )
    scored = scored_sheet(sheet, order.child.sex, stages)
    told = Told([*order.earlier, today], order.entered, scored=scored)
    record = judgement_record(judge_growth(order.child, told, customs))
    if json_:
        typer.echo(json.dumps(record, indent=1, ensure_ascii=False))
        return
    patient = asdict(order.child) | {"sex": sex}
    for line in (
        *growth_in_words(record, patient),
        *([] if scored is None else sheet_in_words(scored)),
        *course_in_words(record),
    ):
        typer.echo(line)
