"""Train the reading net: `python -m bone_age.training --films FOLDER --out FOLDER`."""

import argparse
from pathlib import Path

import torch

from bone_age.training.films import Part, load_films
from bone_age.training.loop import Schedule, Training


def main() -> None:
    """Train, or go on training, from the command line."""
    asked = argparse.ArgumentParser(prog="python -m bone_age.training", description=__doc__)
    asked.add_argument("--films", type=Path, required=True, help="folder of labels.csv and films")
    asked.add_argument("--out", type=Path, default=Path("out/training/first"))
    asked.add_argument("--start-from", type=Path, help="weights to begin with")
    asked.add_argument("--save-weights", type=Path, help="write the checkpoint's weights and end")
    asked.add_argument("--size", type=int, default=192, help="pixels of a side")
    asked.add_argument("--steps", type=int, default=6000)
    asked.add_argument("--threads", type=int, default=2)
    options = asked.parse_args()
    torch.set_num_threads(options.threads)
    training = Training(Schedule(steps=options.steps), options.out)
    if options.save_weights:
        training.resume()
        training.save_weights(options.save_weights)
        return
    if options.start_from:
        training.start_from(options.start_from)
    train = load_films(options.films, Part.TRAIN, options.size)
    tune = load_films(options.films, Part.TUNE, options.size)
    training.run(train, tune)


if __name__ == "__main__":
    main()
