import csv
import json
from itertools import groupby

import pytest

from bone_age.model import load_model
from bone_age.training.__main__ import main
from bone_age.training.films import Part, part_of
from bone_age.training.kinds import KINDS
from bone_age.training.weights import load_weights


def some_of_every_part(count):
    """Return ids of films, `count` for each part of the split."""
    ids = sorted((str(number) for number in range(1000, 1100)), key=lambda one: part_of(one).name)
    return [one for _, part in groupby(ids, part_of) for one in list(part)[:count]]


@pytest.fixture(scope="module")
def released(tmp_path_factory, hand_film, write_films):
    """Go from labels.csv and an archive to a released model, in two steps of learning."""
    folder = tmp_path_factory.mktemp("site")
    ids = some_of_every_part(2)
    write_films(folder, {name: hand_film(9.0, seed) for seed, name in enumerate(ids)}, 105)
    run = folder / "run"
    options = f"--films {folder} --crops {folder}/crops --out {run} --threads 1 --phantoms 0"
    main(f"all {options} --steps 2 --refuser-steps 2 --model {folder}/models/small-4".split())
    options = options.replace(str(run), f"{run}/hand-0")
    main(f"save-weights {options} {folder}/weights.pt".split())
    return folder


def test_one_command_leads_from_films_to_a_released_model(released):
    model = load_model(released / "models" / "small-4")
    assert (model.identity.name, model.identity.version) == ("small", "4")
    assert model.net.interface.picture.width == 256


def test_the_released_model_brings_its_record_along(released):
    record = json.loads((released / "models" / "small-4" / "hand-0-record.json").read_text())
    assert (record["schedule"]["steps"], record["films"]["train"]) == (2, 2)
    with (released / "models" / "small-4" / "hand-0-curve.csv").open() as lines:
        assert [row["step"] for row in csv.DictReader(lines)] == ["2"]


def test_only_the_release_opens_the_held_out_films(released):
    made = {part: list((released / "crops").glob(f"*-{part.name.lower()}-*")) for part in Part}
    learnt = released / "run" / "hand-0" / "checkpoint.pt"
    assert made[Part.HELD_OUT][0].stat().st_mtime_ns > learnt.stat().st_mtime_ns
    assert made[Part.TRAIN][0].stat().st_mtime_ns < learnt.stat().st_mtime_ns


def test_the_weights_of_a_run_are_saved_with_their_step(released):
    assert load_weights(released / "weights.pt", KINDS["hand"]).step == 2


@pytest.fixture
def films(tmp_path):
    """A folder with labels and an archive, in which nothing is wrong yet."""
    rows = "".join(f"{one},F,100\n" for one in some_of_every_part(1))
    (tmp_path / "labels.csv").write_text(f"id,sex,bone_age_months\n{rows}")
    (tmp_path / "square299-0.zip").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("crop --films {films}/none", "none has no labels.csv"),
        ("train --films {films} --start-from {films}/none.pt", "there is no file"),
        ("refuse --films {films} --others {films}", "has no manifest.csv"),
        ("save-weights --films {films} --out {films}/nothing-0 w.pt", "KIND-SEED, not nothing-0"),
        ("save-weights --films {films} --out {films}/hand-0 w.pt", "has no checkpoint.pt"),
    ],
)
def test_a_path_that_cannot_be_is_one_sentence_before_any_work(films, capsys, words, sentence):
    with pytest.raises(SystemExit):
        main(words.format(films=films).split())
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("labels.csv", "id,sex\n1000,F\n", "needs id, sex and bone_age_months"),
        ("labels.csv", "id,sex,bone_age_months\n", "names no film to learn from"),
        ("square299-0.zip", None, "has no archive of films"),
    ],
)
def test_a_folder_without_films_or_labels_is_refused(films, capsys, name, content, sentence):
    if content is None:
        (films / name).unlink()
    else:
        (films / name).write_text(content)
    with pytest.raises(SystemExit):
        main(["crop", "--films", str(films)])
    assert sentence in capsys.readouterr().err
