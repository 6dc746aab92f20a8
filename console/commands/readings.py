"""Commands for what is known already: read image files, print a report again."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bone_age.dose_ladder import dose_steps
from bone_age.reading import Sex
from bone_age.verdict import MOST_ERROR_MONTHS
from console.batch import read_into, tally_in_words
from console.commands.options import (
    REFUSED,
    Processes,
    check_overwrites_none,
    now,
)
from console.demo import Panel, Staging
from console.dose_file import read_doses
from console.dose_study import read_labels, study_doses
from console.evaluating import Asked, evaluate_list, write_evaluation
from console.read_files import SEX_WRONG, Wanted, how_it_reads, read_all, read_list, read_one
from console.settings import read_settings
from console.side_by_side import cores
from console.site_model import open_model
from console.telling import Telling, evaluation_in_words, print_dose_steps
from examination.errors import OrderWrong
from records.files import check_writable


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
        if sex or json_:
            raise typer.BadParameter("--sex and --json are for FILES; a list tells each sex itself")
        listed = read_list(list_)
        check_overwrites_none(out, [list_, *(Path(one.path) for one in listed)])
        read_into(read_settings(), listed, out, Telling(), processes or cores())
        typer.echo(tally_in_words(out))
        return
    model = open_model(read_settings())
    if sex not in [each.value for each in Sex]:
        raise OrderWrong(SEX_WRONG)
    wanted = [Wanted(path.stem, str(path), sex) for path in files or ()]
    is_single = len(wanted) == 1  # then a file that is no picture is an error, not a row
    rows = (read_one(model, one) for one in wanted) if is_single else read_all(model, wanted)
    how = how_it_reads(model)
    for row in rows:
        record = row.as_record() | how.as_record()
        typer.echo(json.dumps(record, ensure_ascii=False) if json_ else row.in_words(how))
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
    labelled = read_labels(list_)
    check_overwrites_none(out, [list_, *(Path(one.wanted.path) for one in labelled)])
    staging = Staging(panel, seed, "")
    doses, count = _doses_of(dose_ugy), processes or cores()
    study_doses(read_settings(), staging, doses, labelled, out, Telling(), count)
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
