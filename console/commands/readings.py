"""Commands for what is known already: read image files, assess growth, print a report again."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bone_age.dose_ladder import dose_steps
from bone_age.reading import Sex
from bone_age.verdict import MOST_ERROR_MONTHS
from console.batch import read_into
from console.commands.options import (
    REFUSED,
    Cm,
    HeightPosition,
    Kg,
    Language,
    LanguageOption,
    Processes,
    SexOption,
    VisitDate,
    check_not_the_list,
    day_of,
    now,
)
from console.demo import Panel, Staging
from console.dose_file import read_doses
from console.dose_study import read_labels, study_doses
from console.evaluating import Asked, evaluate_list, write_evaluation
from console.read_files import SEX_WRONG, Wanted, read_all, read_list, read_one
from console.reprint import print_report
from console.settings import read_settings
from console.side_by_side import cores
from console.site_model import open_model
from console.telling import Telling, evaluation_in_words, growth_in_words, print_dose_steps
from device.technique import HAND_PRESET
from examination.deliver import FILES, REPORT
from examination.errors import OrderWrong
from examination.order import order_from
from growth.assess import assess
from growth.assessment import as_record
from records.files import check_writable, write_atomically


def read(
    files: Annotated[list[Path] | None, typer.Argument(help="PNG, JPEG, WebP or DICOM")] = None,
    sex: Annotated[str, typer.Option(help="F or M")] = "",
    list_: Annotated[Path | None, typer.Option("--list", help="CSV: path,sex[,id]")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV of the readings, with --list")] = None,
    processes: Processes = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="one object per line")] = False,
) -> None:
    """Read the bone age of image files; sex and pixels are all that the reading sees."""
    if (list_ is None) == (not files) or (list_ is None) != (out is None):
        raise typer.BadParameter("give FILES and --sex, or --list and --out")
    if list_ is not None and out is not None:
        check_not_the_list(out, list_)
        read_into(read_settings(), read_list(list_), out, Telling(), processes or cores())
        return
    model = open_model(read_settings())
    if sex not in [each.value for each in Sex]:
        raise OrderWrong(SEX_WRONG)
    wanted = [Wanted(path.stem, str(path), sex) for path in files or ()]
    is_single = len(wanted) == 1  # then a file that is no picture is an error, not a row
    rows = (read_one(model, one) for one in wanted) if is_single else read_all(model, wanted)
    for row in rows:
        typer.echo(json.dumps(row.as_record(), ensure_ascii=False) if json_ else row.in_words())
        if is_single and row.refused:
            raise typer.Exit(REFUSED)


def dose_study(
    list_: Annotated[
        Path, typer.Option("--list", help="CSV: path,sex[,id][,bone_age_months of the label]")
    ],
    out: Annotated[Path, typer.Option(help="CSV: one row for each image and dose")],
    dose_ugy: Annotated[
        str, typer.Option(help="air kermas at the panel in uGy")
    ] = "0.3,1,2.5,5,10,20,60",
    panel: Annotated[Panel, typer.Option(help="which simulated panel")] = Panel.FULL,
    seed: Annotated[int, typer.Option(help="seed of the panel", min=0)] = 1,
    processes: Processes = None,
) -> None:
    """Let each image be the simulated patient, expose it at each dose, and read it like a visit."""
    check_not_the_list(out, list_)
    staging = Staging(panel, seed, "")
    doses, count = _doses_of(dose_ugy), processes or cores()
    study_doses(read_settings(), staging, doses, read_labels(list_), out, Telling(), count)
    print_dose_steps(dose_steps(read_doses(out)))


def _doses_of(said: str) -> list[float]:
    try:
        return [float(one) for one in said.split(",")]
    except ValueError as exc:
        raise typer.BadParameter("doses look like 1,2.5,10", param_hint="--dose-ugy") from exc


def evaluate(
    list_: Annotated[Path, typer.Option("--list", help="CSV: path,sex,bone_age_months[,id]")],
    out: Annotated[Path, typer.Option(help="folder for evaluation.json and evaluation.pdf")],
    stress: Annotated[
        int, typer.Option(help="change and pose the first so many images, too", min=0)
    ] = 0,
    doses: Annotated[
        Path | None, typer.Option(help="CSV that `boneage dose-study` wrote of the same list")
    ] = None,
    most_error: Annotated[
        float, typer.Option(help="mean absolute error that is asked for, in months", min=0)
    ] = MOST_ERROR_MONTHS,
    processes: Processes = None,
) -> None:
    """Compare the reading model with bone ages that people told, on any labelled list."""
    check_writable(out)
    asked = Asked(list_, stress, doses, most_error, now())
    with Telling().progress("evaluating") as told:
        record = evaluate_list(read_settings(), asked, told, processes or cores())
    path = write_evaluation(out, record)
    for line in evaluation_in_words(record):
        typer.echo(line)
    typer.echo(path)


def growth(
    sex: SexOption,
    birth_date: Annotated[str, typer.Option(help="YYYY-MM-DD")],
    visit_date: VisitDate = "",
    height_cm: Cm = None,
    weight_kg: Kg = None,
    mother_cm: Cm = None,
    father_cm: Cm = None,
    height_position: HeightPosition = None,
    bone_age_months: Annotated[float | None, typer.Option(help="in months")] = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="print the assessment as JSON")] = False,
) -> None:
    """Compare a child's sizes and bone age with the references of WHO, CDC and China."""
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
    }
    order = order_from(said, HAND_PRESET, day_of(visit_date, now().date()))
    assessment = assess(order.child, order.visit_date, bone_age_months, order.height_position)
    record = as_record(assessment)
    if json_:
        typer.echo(json.dumps(record, indent=1, ensure_ascii=False))
        return
    for line in growth_in_words(record, asdict(order.child) | {"sex": sex}, bone_age_months):
        typer.echo(line)


def report(
    result: Annotated[Path, typer.Argument(help="a visit's result.json, its picture beside it")],
    out: Annotated[Path, typer.Option(help="the PDF")],
    language: LanguageOption = Language.ENGLISH,
) -> None:
    """Print the report of a visit again; the same result gives the same bytes."""
    beside = [result.parent / name for name in FILES.values() if name != REPORT]
    if out.resolve() in [kept.resolve() for kept in (result, *beside)]:
        raise typer.BadParameter("--out would overwrite a file of the visit")
    write_atomically(out, print_report(result))
    typer.echo(out)
