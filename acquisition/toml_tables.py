"""A site's own TOML file of [[tables]], and where in it something is wrong."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from acquisition.ordinary_files import line_of_key, read_text


@dataclass(frozen=True, slots=True)
class TomlTables:
    """A file as text; `called` is its name in a sentence, `error` what is raised about it."""

    path: Path
    content: str
    called: str
    error: type[Exception]

    def wrong(self, number: int, key: str, why: str) -> Exception:
        """Make the error for a key of the table of this number, from 1; 0 is before them."""
        line = line_of_key(self.content, number, key)
        return self.error(f"{self.called} in {self.path}, line {line}, {key}: {why}.")


def read_tables(
    path: Path, called: str, table: str, error: type[Exception]
) -> tuple[list[Any], TomlTables]:
    """Return what stands under [[table]] in a file that holds nothing else; raises `error`."""
    try:
        content = read_text(path)
        told = tomllib.loads(content)
    except (OSError, ValueError, RecursionError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else exc
        raise error(f"{called} in {path} cannot be read: {why}.") from exc
    file = TomlTables(path, content, called, error)
    unknown = sorted(set(told) - {table})
    if unknown:
        raise file.wrong(0, unknown[0], "nobody knows this name")
    rows = told.get(table)
    if not isinstance(rows, list) or not rows:
        raise error(f"{called} in {path} hold no [[{table}]].")
    return rows, file
