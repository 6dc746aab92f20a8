"""Train and release the reading net: `python -m bone_age.training all`, or its steps one by one."""

import argparse
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import torch

from bone_age.training.crops import Folders, load_crops, make_crops, sources_in
from bone_age.training.films import LABELS, Films, Part, read_labels, together
from bone_age.training.kinds import KINDS
from bone_age.training.loop import CHECKPOINT, Training
from bone_age.training.net import ReadingNet
from bone_age.training.record import CURVE, RECORD
from bone_age.training.refuser import STEPS
from bone_age.training.refusing import RECORD as REFUSER_RECORD
from bone_age.training.refusing import load_refuser, make_refuser, prepare
from bone_age.training.release import release
from bone_age.training.released import Released
from bone_age.training.schedule import Schedule
from bone_age.training.unreadable import kinds_with, load_shown, make_shown
from bone_age.training.weights import load_weights, save_weights

FOLDER: Final = Path("out/training")
EVERYTHING: Final = "*"
SQUARES: Final = "square299-*"
# Named so that what is held out is opened by a release alone.
LEARNT_FROM: Final = (Part.TUNE, Part.TRAIN, Part.CALIBRATE)
HELD_OUT: Final = {
    "299 px films": SQUARES,
    "films of full aspect": "midsize",
    "phantoms": "phantoms-*",
}


def main(words: Sequence[str] | None = None) -> None:
    """Do what the command line asks; every step may be stopped and called again."""
    options = _asked(words)
    torch.set_num_threads(options.threads)
    for step in options.steps_to_do:
        step(options)


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--films", type=Path, required=True, help="folder of labels.csv and films")
    shared.add_argument("--crops", type=Path, default=FOLDER / "crops")
    shared.add_argument("--out", type=Path, default=FOLDER / "first", help="folder of the runs")
    shared.add_argument("--threads", type=int, default=2, help="cores to use")
    shared.add_argument("--phantoms", type=int, default=4, help="lots of 600 phantoms beside them")
    plan = argparse.ArgumentParser(add_help=False)
    plan.add_argument("--kinds", choices=KINDS, nargs="+", default=[*KINDS], help="nets to train")
    plan.add_argument("--steps", type=int, help="steps of a whole run")
    plan.add_argument("--fine", type=float, default=Schedule().fine_share, help="share at 256 px")
    plan.add_argument("--seed", type=int, default=0, help="chance; another one learns otherwise")
    begin = plan.add_mutually_exclusive_group()
    begin.add_argument("--start-from", type=Path, help="weights to begin a run with, at step 0")
    begin.add_argument("--go-on-from", type=Path, help="weights to begin a run with, at their step")
    bad = argparse.ArgumentParser(add_help=False)
    bad.add_argument("--others", type=Path, help="folder of manifest.csv and images.zip")
    bad.add_argument("--refuser-steps", type=int, default=STEPS, help="batches of 128 crops")
    model = argparse.ArgumentParser(add_help=False)
    model.add_argument("--model", type=Path, required=True, help="models/NAME-VERSION")
    model.add_argument("--regions-share", type=float, default=0.0, help="of the net of the regions")
    parser = argparse.ArgumentParser(prog="python -m bone_age.training", description=__doc__)
    steps = parser.add_subparsers(required=True)
    for name, parents, to_do in (
        ("crop", [shared], [_crop]),
        ("train", [shared, plan], [_train]),
        ("refuse", [shared, bad], [_refuse]),
        ("release", [shared, model], [_release]),
        ("all", [shared, plan, bad, model], [_crop, _train, _refuse, _release]),
    ):
        steps.add_parser(name, parents=parents).set_defaults(steps_to_do=to_do)
    weights = steps.add_parser(
        "save-weights", help="of one run, `--out KIND-SEED`", parents=[shared]
    )
    weights.add_argument("weights", type=Path, help="file for the averaged weights of the run")
    weights.set_defaults(steps_to_do=[_save_weights])
    options = parser.parse_args(words)
    wrong = what_is_wrong(options)
    if wrong is not None:
        parser.error(wrong)
    return options


def what_is_wrong(options: argparse.Namespace) -> str | None:
    """Return what a path on the command line lacks, before hours are spent on it."""
    named = vars(options)
    if options.steps_to_do == [_save_weights]:
        if options.out.name.rpartition("-")[0] not in KINDS:
            return f"--out must name one run, KIND-SEED, not {options.out.name}"
        return _lacks(options.out, CHECKPOINT)
    for name in ("start_from", "go_on_from"):
        if named.get(name) is not None and not named[name].is_file():
            return f"there is no file {named[name]}"
    others = named.get("others")
    lacking = None if others is None else _lacks(others, "manifest.csv", "images.zip")
    return lacking or _lacks(options.films, LABELS) or _wrong_with_films(options.films)


def _lacks(folder: Path, *names: str) -> str | None:
    missing = [name for name in names if not (folder / name).is_file()]
    return f"the folder {folder} has no {missing[0]}" if missing else None


def _wrong_with_films(folder: Path) -> str | None:
    if not list(folder.glob("*.zip")):
        return f"the folder {folder} has no archive of films, a .zip file"
    try:
        labels = [label for part in LEARNT_FROM for label in read_labels(folder, part)]
    except (KeyError, TypeError, ValueError):
        return f"{folder / LABELS} needs id, sex and bone_age_months in every row"
    return None if labels else f"{folder / LABELS} names no film to learn from"


def _folders(options: argparse.Namespace) -> Folders:
    return Folders(options.films, options.crops, Schedule().pixels)


def _crop(options: argparse.Namespace) -> None:
    _make(options, LEARNT_FROM)


def _make(options: argparse.Namespace, parts: Sequence[Part]) -> None:
    sources = sources_in(options.films, options.phantoms)
    make_crops(_folders(options), parts, sources, options.threads)


def _plan(options: argparse.Namespace, kind: str) -> Schedule:
    steps = options.steps or KINDS[kind].steps
    return Schedule(kind, steps, fine_share=options.fine, seed=options.seed)


def _train(options: argparse.Namespace) -> None:
    for kind in options.kinds:
        training = Training(_plan(options, kind), options.out / f"{kind}-{options.seed}")
        if options.start_from:
            training.start_from(load_weights(options.start_from, training.kind))
        if options.go_on_from:
            training.go_on_from(load_weights(options.go_on_from, training.kind))
        folders = _folders(options)
        train = load_crops(folders, Part.TRAIN, EVERYTHING)
        training.run(train, load_crops(folders, Part.TUNE, SQUARES))


def _save_weights(options: argparse.Namespace) -> None:
    save_weights(_resumed(options.out).averaged(), options.weights)


def _refuse(options: argparse.Namespace) -> None:
    folders, kinds = _folders(options), kinds_with(options.others)
    make_shown(folders, options.others, kinds, options.threads)
    train = load_crops(folders, Part.TRAIN, EVERYTHING)
    good = load_crops(folders, Part.CALIBRATE, SQUARES)
    net = _net_of(_runs(options, "hand")[0])
    lesson = prepare(net, train, load_shown(folders, kinds), options.refuser_steps)
    make_refuser(options.out, net, lesson, good)


def _runs(options: argparse.Namespace, kind: str) -> list[Path]:
    return sorted(options.out.glob(f"{kind}-*"))


def _release(options: argparse.Namespace) -> None:
    _make(options, (Part.HELD_OUT,))
    # The nets were only chosen on the tune tenth: both tenths tell how far readings may be off, as
    # one has too few of the oldest children.
    unlearnt = together(
        [load_crops(_folders(options), part, SQUARES) for part in (Part.CALIBRATE, Part.TUNE)]
    )
    hands, regions = _runs(options, "hand"), _runs(options, "regions")[:1]
    nets, by_region = ([_net_of(run) for run in runs] for runs in (hands, regions))
    refuser = load_refuser(options.out, Schedule().pixels)
    released = Released(nets, next(iter(by_region), None), options.regions_share, refuser)
    beside = [run / name for run in (*hands, *regions) for name in (CURVE, RECORD)]
    beside += [options.out / REFUSER_RECORD] if refuser else []
    release(released, options.model, unlearnt, _held_out(options), beside)


def _held_out(options: argparse.Namespace) -> dict[str, Films]:
    made = sources_in(options.films, options.phantoms)
    return {
        name: load_crops(_folders(options), Part.HELD_OUT, sources)
        for name, sources in HELD_OUT.items()
        if any(fnmatch(one, sources) for one in made)
    }


def _net_of(run: Path) -> ReadingNet:
    return _resumed(run).average


def _resumed(run: Path) -> Training:
    training = Training(Schedule(kind=run.name.rpartition("-")[0]), run)
    training.resume()
    return training


if __name__ == "__main__":
    main()
