"""Commands for what is known already: read image files, assess growth, print a report again."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bone_age.reading import Sex
from console.assemble import open_model
from console.commands.options import (
    REFUSED,
    Cm,
    HeightPosition,
    Kg,
    Language,
    LanguageOption,
    SexOption,
    VisitDate,
    day_of,
    now,
)
from console.read_files import SEX_WRONG, Wanted, read_all, read_list, read_one, write_rows
from console.reprint import print_report
from console.settings import read_settings
from console.telling import Telling, growth_in_words
from device.technique import HAND_PRESET
from examination.deliver import FILES, REPORT
from examination.errors import OrderWrong
from examination.order import order_from
from growth.assess import assess
from growth.assessment import as_record
from records.files import write_atomically


def read(
    files: Annotated[list[Path] | None, typer.Argument(help="PNG, JPEG, WebP or DICOM")] = None,
    sex: Annotated[str, typer.Option(help="F or M")] = "",
    list_: Annotated[Path | None, typer.Option("--list", help="CSV: path,sex[,id]")] = None,
    out: Annotated[Path | None, typer.Option(help="CSV of the readings, with --list")] = None,
    *,
    json_: Annotated[bool, typer.Option("--json", help="one object per line")] = False,
) -> None:
    """Read the bone age of image files; sex and pixels are all that the reading sees."""
    if (list_ is None) == (not files) or (list_ is None) != (out is None):
        raise typer.BadParameter("give FILES and --sex, or --list and --out")
    model = open_model(read_settings())
    if list_ is not None and out is not None:
        if out.exists() and out.samefile(list_):
            raise typer.BadParameter("--out would overwrite the list")
        wanted = read_list(list_)
        with Telling().progress("reading") as told:
            write_rows(out, read_all(model, wanted), len(wanted), told)
        return
    if sex not in [each.value for each in Sex]:
        raise OrderWrong(SEX_WRONG)
    wanted = [Wanted(path.stem, str(path), sex) for path in files or ()]
    is_single = len(wanted) == 1  # then a file that is no picture is an error, not a row
    rows = (read_one(model, one) for one in wanted) if is_single else read_all(model, wanted)
    for row in rows:
        typer.echo(json.dumps(row.as_record(), ensure_ascii=False) if json_ else row.in_words())
        if is_single and row.refused:
            raise typer.Exit(REFUSED)


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
