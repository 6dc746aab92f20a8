"""A CSV file that grows row by row, is gone on with after an end before its time, and ends whole.

It grows as OUT.part, which nobody takes for the whole; OUT appears when its last row is there.
"""

import csv
import fcntl
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from acquisition.array_files import sync_folder
from console.errors import TableOfAnother
from records.errors import FileNotStored, RecordsBusy
from records.files import check_writable

PART: Final = ".part"
# Columns of a row and their texts.
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is kept of an earlier run: so many images; `changed` where the next is another now."""

    images: int
    changed: bool


def unfinished(out: Path) -> Path:
    """Return the file that grows until OUT is whole."""
    return out.with_name(out.name + PART)


@contextmanager
def unfinished_table(out: Path, columns: Sequence[str]) -> Iterator["UnfinishedTable"]:
    """Open OUT.part, new or as it was left, for one command. Raises FileNotStored, RecordsBusy."""
    part = unfinished(out)
    for path in (out, part):
        _check_ordinary(path)
    check_writable(out.parent)
    with _opened(part) as file:
        yield UnfinishedTable(out, part, file, columns)


class UnfinishedTable:
    """The rows so far, on disk as soon as they are added."""

    def __init__(self, out: Path, part: Path, file: BinaryIO, columns: Sequence[str]) -> None:
        self.part = part
        self._out, self._file, self._columns = out, file, columns

    def keep_what_fits(self, expected: Iterable[Sequence[Cells]]) -> Earlier:
        """Keep the earlier rows that say what is expected of them, up to the first that does not.

        `expected` gives for one image after the other what its rows must say; of an image all
        rows are kept or none. A row that is not whole goes. Raises TableOfAnother where not even
        the first image fits: those rows are somebody else's, and are left alone.
        """
        with self.part.open("rb") as file:
            rows = _whole_rows(file)
            header, end = next(rows, ([], 0))
            earlier, end = self._compared(rows, end, expected) if header else (Earlier(0, False), 0)
        if header and (header != list(self._columns) or (earlier.changed and not earlier.images)):
            raise TableOfAnother(
                f"{self.part} holds unfinished readings of another list, other images or another "
                "model: delete it, or name another --out."
            )
        os.ftruncate(self._file.fileno(), end)
        if not header:
            self._write([self._columns])
        return earlier

    def _compared(
        self, rows: Iterator[tuple[list[str], int]], end: int, expected: Iterable[Sequence[Cells]]
    ) -> tuple[Earlier, int]:
        images = 0
        for wanted in expected:
            found = list(islice(rows, len(wanted)))
            if not all(
                self._says(row, cells) for (row, _), cells in zip(found, wanted, strict=False)
            ):
                return Earlier(images, changed=True), end
            if len(found) < len(wanted):
                break
            images, end = images + 1, found[-1][1]
        return Earlier(images, changed=False), end

    def _says(self, row: Sequence[str], cells: Cells) -> bool:
        said = dict(zip(self._columns, row, strict=False))
        return len(row) == len(self._columns) and cells.items() <= said.items()

    def add(self, rows: Iterable[Cells]) -> None:
        """Write the rows of one image; raises FileNotStored."""
        self._write([[row[column] for column in self._columns] for row in rows])

    def finish(self) -> None:
        """Give the whole table its name, durably; raises FileNotStored."""
        try:
            os.fsync(self._file.fileno())
            self.part.replace(self._out)
            sync_folder(self._out.parent)
        except OSError as exc:
            raise _not_stored(self._out, exc) from exc

    def _write(self, rows: Iterable[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        content = memoryview(text.getvalue().encode())
        try:
            while content:  # the file has no buffer: it may take a part
                content = content[self._file.write(content) :]
        except OSError as exc:
            raise _not_stored(self.part, exc) from exc


def _check_ordinary(path: Path) -> None:
    """Refuse a link, whose file would stay old, a device, that would become a file, and a pipe."""
    if path.is_dir():
        raise FileNotStored(f"The file {path} could not be written: Is a directory.")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise FileNotStored(
            f"The file {path} could not be written: it is a link, a pipe or a device; name a file."
        )


@contextmanager
def _opened(part: Path) -> Iterator[BinaryIO]:
    try:
        file = part.open("a+b", buffering=0)
    except OSError as exc:
        raise _not_stored(part, exc) from exc
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise RecordsBusy(
                f"Another command is writing {part}; wait until it has ended."
            ) from exc
        yield file


def _whole_rows(file: BinaryIO) -> Iterator[tuple[list[str], int]]:
    """Give each row with the place where it ends, up to the first that is not whole."""
    end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        for line in file:
            if not line.endswith(b"\n"):
                return
            end += len(line)
            yield line.decode()

    try:
        for row in csv.reader(lines(), strict=True):
            yield row, end
    except (csv.Error, ValueError):
        return  # half a row, or what a power cut left of one


def _not_stored(path: Path, exc: OSError) -> FileNotStored:
    return FileNotStored(f"The file {path} could not be written: {exc.strerror}.")
