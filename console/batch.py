"""Read a list of image files with every core; whatever ends it, the same command goes on with it.

Each row carries what it was read from and what read it: rows of another list, of an altered image
or of another model are never taken for rows of this run.
"""

import csv
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from acquisition.array_files import sha256
from acquisition.ordinary_files import LARGEST_PICTURE_BYTES, read_file
from bone_age.memory import give_back_memory
from bone_age.model import ReadingModel
from console.errors import Stopped
from console.read_files import Row, Wanted, cells_of, read_or_refuse, refused_row
from console.settings import Settings
from console.side_by_side import Lost, side_by_side
from console.site_model import open_model, open_the_same_model, what_reads
from console.unfinished_table import Cells, Earlier, UnfinishedTable, unfinished_table

if TYPE_CHECKING:  # the processes that read need none of what tells
    from console.telling import Telling

# What a row was read from, and what read it.
PROOF: Final = ("image_sha256", "read_with")
COLUMNS: Final = (*(one.name for one in fields(Row)), *PROOF)
# The rows of one image after the other.
Rows = Generator[Sequence[Cells], None, None]


class Named(Protocol):
    """An image of a list."""

    @property
    def id(self) -> str:
        """What the list calls it."""


Image = TypeVar("Image", bound=Named)


@dataclass(frozen=True, slots=True)
class Proven:
    """What became of an image, the SHA-256 of its file (empty where none can be read), and by what.

    `read_with` is what `what_reads` returned.
    """

    row: Row
    image_sha256: str
    read_with: str


def read_into(
    settings: Settings, wanted: Sequence[Wanted], out: Path, telling: "Telling", processes: int
) -> None:
    """Read images into a CSV file, in their order. Raises what `fill_table` raises."""
    read_with = _what_will_read(settings)

    def asked(one: Wanted) -> Sequence[Cells]:
        return [asked_of(one, image_sha256(one.path), read_with)]

    def read(left: Sequence[Wanted]) -> Rows:
        for proven in read_side_by_side(settings, left, read_with, processes):
            yield [cells_of(proven.row) | proof_of(proven)]

    fill_table(out, COLUMNS, wanted, asked, read, telling)


def tally_in_words(out: Path) -> str:
    """Say how many images a whole table holds, and what became of them."""
    with out.open(newline="") as lines:
        became = Counter(map(_became, csv.DictReader(lines)))
    said = ", ".join(f"{became[each]} {each}" for each in ("read", "doubtful", "refused"))
    return f"{became.total()} images: {said}"


def _became(row: Cells) -> str:
    if row["refused"] == "true":
        return "refused"
    return "doubtful" if row["doubts"] else "read"


def read_side_by_side(
    settings: Settings, wanted: Sequence[Wanted], read_with: str, processes: int
) -> Iterator[Proven]:
    """Read images in their order, with so many processes. Raises SideProcessFailed.

    One that ends its process twice, or takes too long, is a refused row.
    """
    opening = partial(_open_reader, settings, read_with)
    with side_by_side(opening, min(processes, len(wanted))) as crew:
        for one, outcome in zip(wanted, crew.in_order(wanted), strict=True):
            yield lost_row(one, outcome, read_with) if isinstance(outcome, Lost) else outcome


def lost_row(one: Wanted, lost: Lost, read_with: str) -> Proven:
    """Return the refused row of an image whose reading never came back."""
    row = refused_row(one, (f"The image cannot be read: {lost.how}.",), 0.0)
    return Proven(row, image_sha256(one.path), read_with)


def fill_table(
    out: Path,
    columns: Sequence[str],
    wanted: Sequence[Image],
    asked: Callable[[Image], Sequence[Cells]],
    work: Callable[[Sequence[Image]], Rows],
    telling: "Telling",
) -> None:
    """Give every image its rows: those of an earlier run that say what is asked, then new ones.

    `work` gives the rows of one image after the other. Raises Stopped with how many images are
    there, and what `unfinished_table`, `keep_what_fits` and `work` raise.
    """
    written = 0
    with unfinished_table(out, columns) as table:
        try:
            earlier = table.keep_what_fits(map(asked, wanted))
            written = earlier.images
            _say_what_is_kept(telling, table, earlier, wanted)
            with telling.progress("reading") as told, closing(work(wanted[written:])) as coming:
                told("images", written, len(wanted))
                for rows in coming:
                    table.add(rows)
                    written += 1
                    told("images", written, len(wanted))
        except Stopped as exc:
            raise Stopped(
                f"Stopped; {table.part} holds {written} of {len(wanted)} images. The same command "
                "goes on with it."
            ) from exc
        table.finish()


def _say_what_is_kept(
    telling: "Telling", table: UnfinishedTable, earlier: Earlier, wanted: Sequence[Named]
) -> None:
    if not earlier.images:
        return
    said = f"Going on with {table.part}: {earlier.images} of {len(wanted)} images were read before."
    if earlier.changed:
        said += (
            f" Image {earlier.images + 1} ({wanted[earlier.images].id}) or its line in the list "
            "has changed since: from there on all are read again."
        )
    telling.say(said)


def asked_of(one: Wanted, sha256_of_image: str, read_with: str) -> dict[str, str]:
    """Return what a row must say to be a row of this image as it is, read by this model."""
    said = {"id": one.id, "path": one.path, "sex": one.sex}
    return said | {"image_sha256": sha256_of_image, "read_with": read_with}


def proof_of(proven: Proven) -> dict[str, str]:
    """Return the columns of `PROOF`."""
    return {"image_sha256": proven.image_sha256, "read_with": proven.read_with}


def image_sha256(path: str) -> str:
    """Return the SHA-256 of an image file, nothing for one that cannot be read."""
    try:
        return sha256(read_file(Path(path), LARGEST_PICTURE_BYTES))
    except (OSError, ValueError):
        return ""


def _what_will_read(settings: Settings) -> str:
    """Name the site's model and keep nothing of it: other processes read."""
    read_with = what_reads(open_model(settings))
    give_back_memory()
    return read_with


def _open_reader(settings: Settings, read_with: str) -> Callable[[Wanted], Proven]:
    return partial(_read, open_the_same_model(settings, read_with), read_with)


def _read(model: ReadingModel, read_with: str, one: Wanted) -> Proven:
    digest = image_sha256(one.path)
    return Proven(read_or_refuse(model, one), digest, read_with)
