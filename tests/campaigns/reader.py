"""The reader on one part of the split of films: each figure asked beside the figure measured.

Films, ten poses of a child, phantoms of known age, and films through the simulated detector. The
films are not part of the project. The part that is held out is read once for each released model;
nobody tunes anything on it. The largest stored form of each film is read.
"""

import os
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from acquisition.radiograph import Radiograph, picture_from
from bone_age.evaluation import Agreement, Case, Estimate, Evaluation, evaluate, mean_of
from bone_age.model import ReadingModel
from bone_age.read import read_bone_age, read_picture_bone_age
from bone_age.reading import BoneAgeReading, Sex
from bone_age.stress import posed
from bone_age.stress_figures import repeatability_of
from bone_age.training.films import Label, Part, read_labels
from bone_age.verdict import MOST_REFUSED, Outcome, Verdict, repeatability, verdicts
from console.evaluating import as_plain
from console.settings import Settings, read_settings
from console.side_by_side import Crew, Lost, cores, side_by_side
from console.site_model import open_model, open_the_same_model, what_reads
from console.telling import verdict_in_words
from firmware_sim.patients.errors import PatientError
from firmware_sim.patients.ossification import Sex as PhantomSex
from firmware_sim.patients.phantom import HandRequest, phantom_hand
from firmware_sim.physics.attenuation import log_signal
from firmware_sim.physics.beam import BeamQuality
from firmware_sim.physics.geometry import SMALL_PANEL
from tests.campaigns.kernel.machine import CannotRun
from tests.campaigns.studio import Studio

FILMS = Path(os.environ.get("BONEAGE_FILMS", Path(__file__).parents[3] / "shared/data/radiographs"))
# The largest first.
ARCHIVES = ("fullsize.zip", "midsize.zip", *(f"square299-{number}.zip" for number in range(4)))
MIDSIZE = "midsize.zip"
POSED_CHILDREN, EXPOSED_FILMS = 60, 200
PHANTOM_YEARS, PHANTOM_SEEDS = range(1, 18), range(9001, 9004)
MOST_PHANTOM_ERROR_MONTHS, MOST_ADDED_MONTHS = 6.0, 0.3


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of each kind is read."""

    films: int
    posed: int
    exposed: int
    phantom_years: Sequence[int]
    phantom_seeds: Sequence[int]


@dataclass(slots=True)
class Bench:
    """What a process reads with; the panel is switched on when the first film lies on it."""

    model: ReadingModel
    archives: "Archives"
    seed: int
    studio: Studio | None = None

    def image(self, path: Path, number: int) -> Radiograph:
        """Lay the so-many-th film on the panel."""
        self.studio = self.studio or Studio(self.seed)
        return self.studio.nth_image(f"radiograph:{path}", number)


Work = Callable[[Bench], Any]


class Readers:
    """Processes that read side by side, as `boneage read --list` has them."""

    def __init__(self, crew: Crew[Work, Any], told: Callable[[int], None]) -> None:
        self._crew, self._told, self._done = crew, told, 0

    def each(self, works: Iterable[Work]) -> Iterator[Any]:
        """Give what becomes of each work, in their order; the first that is lost ends all."""
        for outcome in self._crew.in_order(works):
            assert not isinstance(outcome, Lost), f"a reading never came back: {outcome.how}"
            self._done += 1
            self._told(self._done)
            yield outcome


def judge_reader(
    count: int, seed: int, told: Callable[[int], None], part: Part = Part.TUNE
) -> Counter[str]:
    """Judge the site's model on so many films of one part, and print every figure.

    Raises AssertionError with the figures that are missed.
    """
    scale = Scale(count, POSED_CHILDREN, EXPOSED_FILMS, PHANTOM_YEARS, PHANTOM_SEEDS)
    evaluation, found = measure(read_settings(), part, scale, seed, told)
    for agreement in evaluation.agreements[:1]:
        sys.stdout.write(f"{_stated(agreement)}\n")
    for verdict in found:
        sys.stdout.write(f"{verdict_in_words(as_plain(verdict))}\n")
    missed = [each.name for each in found if each.outcome is Outcome.MISSED]
    assert not missed, f"missed on {part.value}: {', '.join(missed)}"
    return Counter({f"films of {part.value}": evaluation.n})


def _stated(agreement: Agreement) -> str:
    """Return the figures that have no limit."""
    shares = agreement.more_than_months.items()
    off = (f"{100 * share.value:.1f} % by more than {months}" for months, share in shares)
    width = f"the interval is {agreement.mean_width_months:.1f} months wide on average"
    return f"  Off: {', '.join(off)} months; {width}"


def measure(
    settings: Settings, part: Part, scale: Scale, seed: int, told: Callable[[int], None]
) -> tuple[Evaluation, list[Verdict]]:
    """Return what was read of the films, and every figure asked beside the figure measured."""
    if not (FILMS / "labels.csv").exists():
        raise CannotRun(f"The films are not in {FILMS}; name their folder in BONEAGE_FILMS.")
    labels = read_labels(FILMS, part)
    chosen = labels[: scale.films]
    with Archives() as archives:
        midsize = [label for label in labels if archives.has(MIDSIZE, label.film_id)]
    model = open_model(settings)
    opening = partial(_open_bench, settings, what_reads(model), seed)
    with side_by_side(opening, cores()) as crew:
        readers = Readers(crew, told)
        cases = list(readers.each(partial(_read_film, label=label) for label in chosen))
        evaluation = evaluate(cases)
        found = list(verdicts(evaluation, model.interval.coverage))
        found += _poses(readers, chosen[: scale.posed])
        found += _phantoms(readers, scale)
        found += _through_detector(readers, midsize[: scale.exposed])
    return evaluation, found


def _open_bench(settings: Settings, read_with: str, seed: int) -> Callable[[Work], Any]:
    archives = Archives().__enter__()  # as long as the process
    return partial(_do, Bench(open_the_same_model(settings, read_with), archives, seed))


def _do(bench: Bench, work: Work) -> Any:
    return work(bench)


class Archives:
    """The archives of films, the largest form of each film first."""

    def __enter__(self) -> "Archives":
        self._open = {name: zipfile.ZipFile(FILMS / name) for name in ARCHIVES}
        self._names = {
            name: {Path(each).stem: each for each in archive.namelist()}
            for name, archive in self._open.items()
        }
        return self

    def __exit__(self, *_: object) -> None:
        for archive in self._open.values():
            archive.close()

    def has(self, archive: str, film_id: str) -> bool:
        """Tell whether an archive holds a film."""
        return film_id in self._names[archive]

    def content(self, film_id: str) -> bytes:
        """Return the largest form of a film."""
        return self.content_in(next(name for name in ARCHIVES if self.has(name, film_id)), film_id)

    def content_in(self, archive: str, film_id: str) -> bytes:
        """Return a film as an archive holds it."""
        return self._open[archive].read(self._names[archive][film_id])


def _sex(label: Label) -> Sex:
    return Sex.FEMALE if label.is_female else Sex.MALE


def _read_film(bench: Bench, label: Label) -> Case:
    return _case(bench.model, label, bench.archives.content(label.film_id))


def _case(model: ReadingModel, label: Label, content: bytes) -> Case:
    picture = picture_from(content, label.film_id)
    return _judged(label, read_picture_bone_age(model, picture, _sex(label)))


def _judged(label: Label, reading: BoneAgeReading) -> Case:
    return Case(
        id=label.film_id,
        sex=_sex(label),
        labelled_months=label.bone_age_months,
        read_months=reading.bone_age_months,
        interval_months=reading.interval_months,
        reasons=reading.reasons,
        doubts=reading.doubts,
    )


def _poses(readers: Readers, labels: Sequence[Label]) -> Iterator[Verdict]:
    found = repeatability_of(readers.each(partial(_read_poses, label=label) for label in labels))
    if found is not None:
        yield repeatability(found.standard_deviation_months, found.children)


def _read_poses(bench: Bench, label: Label) -> list[float | None]:
    picture = picture_from(bench.archives.content(label.film_id), label.film_id)
    poses = posed(picture, zlib.crc32(label.film_id.encode()))
    readings = (read_picture_bone_age(bench.model, pose, _sex(label)) for pose in poses)
    return [reading.bone_age_months for reading in readings]


def phantom_months(model: ReadingModel, sex: Sex, bone_age_years: float, seed: int) -> float | None:
    """Return what is read of a phantom's attenuation."""
    request = HandRequest(PhantomSex(sex.value), bone_age_years, seed)
    tissue = phantom_hand(request, SMALL_PANEL).tissue()
    picture = -log_signal(tissue.bone_mm, tissue.soft_mm, BeamQuality.UNIT, 50.0)
    return read_picture_bone_age(model, picture, sex).bone_age_months


def _read_phantom(bench: Bench, sex: Sex, bone_age_years: float, seed: int) -> float | None:
    return phantom_months(bench.model, sex, bone_age_years, seed)


def _phantoms(readers: Readers, scale: Scale) -> Iterator[Verdict]:
    """Judge the error, and the largest fall of the mean reading from one year to the next."""
    shown = [(sex, years) for sex in Sex for years in scale.phantom_years]
    months = readers.each(
        partial(_read_phantom, sex=sex, bone_age_years=years, seed=seed)
        for sex, years in shown
        for seed in scale.phantom_seeds
    )
    read = {each: [next(months) for _ in scale.phantom_seeds] for each in shown}
    errors = [
        abs(months - 12 * years)
        for (_, years), each in read.items()
        for months in each
        if months is not None
    ]
    means = {key: _mean(each) for key, each in read.items()}
    falls = [
        max(0.0, means[sex, younger] - means[sex, older])
        for sex in Sex
        for younger, older in pairwise(scale.phantom_years)
    ]
    error = mean_of(errors)
    assert error is not None, "no phantom was read"
    yield _plainly("Phantoms: error", "months", MOST_PHANTOM_ERROR_MONTHS, error, len(errors))
    total = sum(map(len, read.values()))
    refused = Estimate(1 - len(errors) / total, None, None)
    yield _plainly("Phantoms refused", "share", MOST_REFUSED, refused, total)
    largest = Estimate(max(falls), None, None)
    yield _plainly("Phantoms: largest fall to the next year", "months", 0.0, largest, len(falls))


def _mean(months: Sequence[float | None]) -> float:
    known = [each for each in months if each is not None]
    return float(np.mean(known)) if known else float("nan")


def _through_detector(readers: Readers, labels: Sequence[Label]) -> Iterator[Verdict]:
    """Compare films on the simulated panel at the preset dose with the same films as files."""
    pairs, lost = [], 0
    works = (partial(_read_both_ways, label=label, number=n) for n, label in enumerate(labels, 1))
    for label, (exposed, in_file) in zip(labels, readers.each(works), strict=True):
        if in_file is not None and exposed is None:
            lost += 1
        elif in_file is not None and exposed is not None:
            off = [abs(each - label.bone_age_months) for each in (exposed, in_file)]
            pairs.append(off[0] - off[1])
    added = mean_of(pairs)
    if added is not None:
        name = "Through the detector: error added"
        yield _plainly(name, "months", MOST_ADDED_MONTHS, added, len(pairs))
        share, tried = Estimate(lost / (lost + len(pairs)), None, None), lost + len(pairs)
        name = "Through the detector: refused there alone"
        yield _plainly(name, "share", MOST_REFUSED, share, tried)


def _read_both_ways(bench: Bench, label: Label, number: int) -> tuple[float | None, float | None]:
    """Return what is read of a film on the panel, and of its file."""
    content = bench.archives.content_in(MIDSIZE, label.film_id)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{label.film_id}.webp")
        path.write_bytes(content)
        exposed = _exposed(bench, path, label, number)
    return exposed, _case(bench.model, label, content).read_months


def _exposed(bench: Bench, path: Path, label: Label, number: int) -> float | None:
    try:
        image = bench.image(path, number)
    except PatientError:
        return None
    return read_bone_age(bench.model, image, _sex(label)).bone_age_months


def _plainly(name: str, unit: str, limit: float, measured: Estimate, n: int) -> Verdict:
    """Judge a figure whatever the number of images: it is asked of exactly these."""
    high = measured.value if measured.high is None else measured.high
    met = Outcome.MET if high <= limit else Outcome.CLOSE
    outcome = met if measured.value <= limit else Outcome.MISSED
    return Verdict(name, unit, None, limit, measured, n, outcome)
