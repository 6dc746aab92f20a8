"""Rows of the records as they were written: a damaged one is named, never guessed at."""

import math
from collections.abc import Collection
from typing import Any

from records.database import Table
from records.errors import RecordsUnreadable


def values_of(row: Table, unread: Collection[str] = ()) -> dict[str, Any]:
    """Return what a row holds, by the names of its columns but the unread ones.

    Raises RecordsUnreadable, with table and row, for what is of another kind than was written.
    """
    columns = [column for column in row.__table__.columns if column.name not in unread]
    for column in columns:
        value = getattr(row, column.name)
        if value is None and column.nullable:
            continue
        is_written = isinstance(value, column.type.python_type)
        if not is_written or (isinstance(value, float) and not math.isfinite(value)):
            raise damaged(row, column.name)
    return {column.name: getattr(row, column.name) for column in columns}


def damaged(row: Table, column: str) -> RecordsUnreadable:
    """Make the error for a row in which something is not what was written."""
    (key,) = row.__mapper__.primary_key
    return RecordsUnreadable(
        f"The records are damaged: table {row.__tablename__}, row {getattr(row, key.name)}, "
        f"{column}; call service before exposing."
    )
