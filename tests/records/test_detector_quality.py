from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from records.database import Database
from records.detector_quality import QualityEntry, QualitySeries

FIRST = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def entry(number, serial="P-1"):
    made = FIRST + timedelta(days=number)
    return QualityEntry(f"q{number}", serial, made, number != 2, {"number": number, "mtf": [0.6]})


@pytest.fixture
def series(tmp_path):
    with closing(Database(tmp_path / "records.db")) as database:
        yield QualitySeries(database)


def test_the_series_comes_back_whole_and_in_the_order_of_time(series):
    for number in (3, 1, 2):
        series.add(entry(number))
    assert series.entries() == [entry(1), entry(2), entry(3)]


def test_every_detector_has_its_own_series(series):
    series.add(entry(1))
    series.add(entry(2, "P-2"))
    assert [one.id for one in series.entries("P-2")] == ["q2"]


def test_one_is_found_by_its_number_and_none_by_another(series):
    series.add(entry(1))
    assert series.find("q1") == entry(1)
    assert series.find("q9") is None


def test_the_series_of_an_earlier_entry_ends_with_it(series):
    for number in (1, 2, 3):
        series.add(entry(number))
    series.add(entry(0, "P-2"))
    assert [one.id for one in series.up_to(entry(2))] == ["q1", "q2"]


def test_records_of_the_earlier_schema_gain_the_series_and_keep_their_rows(tmp_path):
    with closing(Database(tmp_path / "records.db")) as earlier, earlier.transaction() as session:
        for table in ("detector_quality", "reports", "report_events"):
            session.execute(text(f"DROP TABLE {table}"))
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        session.execute(
            text("INSERT INTO visits VALUES ('v', 'f', '2026-11-23', NULL, 's', '{}', NULL)")
        )
    with closing(Database(tmp_path / "records.db")) as upgraded:
        QualitySeries(upgraded).add(entry(1))
        with upgraded.transaction() as session:
            assert session.execute(text("SELECT count(*) FROM visits")).scalar() == 1
