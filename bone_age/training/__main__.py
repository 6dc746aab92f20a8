"""Train and release the reading net: `python -m bone_age.training crop|train|release`."""

import argparse
from pathlib import Path

import torch

from bone_age.training.crops import load_crops, make_crops, sources_in
from bone_age.training.films import Part
from bone_age.training.loop import Schedule, Training
from bone_age.training.release import release

FOLDER = Path("out/training")
EVERYTHING, SQUARES = "*", "square299-*"
HELD_OUT = {"299 px films": SQUARES, "films of full aspect": "midsize", "phantoms": "phantoms-*"}


def main() -> None:
    """Do one step from the command line; each may be stopped and called again."""
    options = _asked()
    torch.set_num_threads(options.threads)
    options.do(options)


def _asked() -> argparse.Namespace:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--films", type=Path, required=True, help="folder of labels.csv and films")
    shared.add_argument("--crops", type=Path, default=FOLDER / "crops")
    shared.add_argument("--size", type=int, default=192, help="pixels of a side")
    shared.add_argument("--out", type=Path, default=FOLDER / "first", help="folder of the run")
    shared.add_argument("--threads", type=int, default=2)
    parser = argparse.ArgumentParser(prog="python -m bone_age.training", description=__doc__)
    steps = parser.add_subparsers(required=True)
    steps.add_parser("crop", parents=[shared]).set_defaults(do=_crop)
    train = steps.add_parser("train", parents=[shared])
    train.add_argument("--steps", type=int, default=6500)
    train.add_argument("--start-from", type=Path, help="weights to begin with")
    train.add_argument("--save-weights", type=Path, help="write the checkpoint's weights and end")
    train.set_defaults(do=_train)
    released = steps.add_parser("release", parents=[shared])
    released.add_argument("--model", type=Path, required=True, help="models/NAME-VERSION")
    released.set_defaults(do=_release)
    return parser.parse_args()


def _crop(options: argparse.Namespace) -> None:
    sources = sources_in(options.films)
    make_crops(options.films, options.crops, sources, options.size, options.threads)


def _train(options: argparse.Namespace) -> None:
    training = Training(Schedule(steps=options.steps), options.out)
    if options.save_weights:
        training.resume()
        training.save_weights(options.save_weights)
        return
    if options.start_from:
        training.start_from(options.start_from)
    asked = (options.films, options.crops, options.size)
    train = load_crops(*asked, Part.TRAIN, EVERYTHING)
    training.run(train, load_crops(*asked, Part.TUNE, SQUARES))


def _release(options: argparse.Namespace) -> None:
    training = Training(Schedule(), options.out)
    training.resume()
    asked = (options.films, options.crops, options.size)
    held_out = {
        name: load_crops(*asked, Part.HELD_OUT, sources) for name, sources in HELD_OUT.items()
    }
    release(training.average, options.model, load_crops(*asked, Part.CALIBRATE, SQUARES), held_out)


if __name__ == "__main__":
    main()
