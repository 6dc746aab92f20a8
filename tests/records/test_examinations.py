from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from records.database import Database
from records.errors import RecordsUnreadable
from records.examinations import Visit, Visits

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VISIT = Visit("v-1", Path("/visit"), NOON, None, "ordered", {"child": {}}, None)


@pytest.mark.parametrize("change", [""""order" = '{\'""", "started = 'today'"])
def test_a_damaged_visit_is_named(tmp_path, change):
    with closing(Database(tmp_path / "records.db")) as database:
        visits = Visits(database)
        visits.add(VISIT)
        assert visits.in_folder(VISIT.folder) == VISIT
        with database.transaction() as session:
            session.execute(text(f"UPDATE visits SET {change}"))
        with pytest.raises(RecordsUnreadable, match="table visits, row v-1"):
            visits.in_folder(VISIT.folder)
