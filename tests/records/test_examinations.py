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


def of(patient_id, name, state="finished"):
    return Visit(name, Path(f"/{name}"), NOON, None, state, {"child": {"id": patient_id}}, None)


@pytest.fixture
def visits(tmp_path):
    with closing(Database(tmp_path / "records.db")) as database:
        kept = Visits(database)
        for visit in (of("P-1", "a"), of("P-2", "b"), of("P-1", "c", "failed"), of("P-1", "d")):
            kept.add(visit)
        yield kept


def change(visits, statement):
    with visits._database.transaction() as session:
        session.execute(text(statement))


def test_a_patients_finished_visits_are_found_and_nobody_elses(visits):
    assert [visit.id for visit in visits.of_patient("P-1", "finished")] == ["a", "d"]
    assert visits.of_patient("P", "finished") == visits.of_patient("", "finished") == []


def test_a_damaged_order_of_anybody_hides_no_other_visit(visits):
    change(visits, """UPDATE visits SET "order" = '{' WHERE id IN ('a', 'b')""")
    assert [visit.id for visit in visits.of_patient("P-1", "finished")] == ["d"]


def test_a_damaged_visit_of_the_patient_is_named_beside_the_others(visits):
    change(visits, "UPDATE visits SET started = 'today' WHERE id = 'a'")
    whole, damaged = visits.of_patient("P-1", "finished")
    assert isinstance(damaged, RecordsUnreadable)
    assert "row a" in str(damaged) and whole.id == "d"
