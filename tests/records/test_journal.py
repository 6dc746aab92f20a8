from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from device.errors import Exposed
from records.database import Database
from records.errors import RecordsUnreadable
from records.journal import ExposureEvent, Journal, PlannedExposure

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def planned(nonce):
    return PlannedExposure(nonce, None, "visit", NOON, "BAS-1", 2**62, 50.0, 25.0, 12.0)


@pytest.fixture
def database(tmp_path):
    with closing(Database(tmp_path / "records.db")) as opened:
        yield opened


@pytest.fixture
def journal(database):
    return Journal(database)


def test_a_planned_exposure_comes_back_as_it_was_written(journal):
    journal.plan(planned(2**63 - 1), 0)
    assert journal.entries()[0].exposure == planned(2**63 - 1)


def test_a_nonce_is_never_planned_twice(journal):
    journal.plan(planned(1), 0)
    with pytest.raises(RecordsUnreadable):
        journal.plan(planned(1), 0)
    assert len(journal.entries()) == 1


def test_an_event_of_an_unknown_exposure_is_refused(journal):
    with pytest.raises(RecordsUnreadable):
        journal.note(5, NOON, ExposureEvent.ARMED)


def test_events_keep_their_order_and_detail(journal):
    journal.plan(planned(1), 0)
    journal.note(1, NOON, ExposureEvent.ARMED)
    journal.note(1, NOON, ExposureEvent.ENDED, {"exposed": "no"})
    entry = journal.entries()[0]
    assert [event for _, event, _ in entry.events] == [
        ExposureEvent.ARMING,
        ExposureEvent.ARMED,
        ExposureEvent.ENDED,
    ]
    assert entry.detail(ExposureEvent.ENDED) == {"exposed": "no"}


@pytest.mark.parametrize(
    ("events", "exposed"),
    [
        ([], Exposed.UNKNOWN),
        ([(ExposureEvent.ENDED, {"exposed": "no"})], Exposed.NO),
        ([(ExposureEvent.INTERRUPTED, {"exposed": "unknown"})], Exposed.UNKNOWN),
        ([(ExposureEvent.STORED, {})], Exposed.YES),
        ([(ExposureEvent.KEPT, {}), (ExposureEvent.ENDED, {"exposed": "yes"})], Exposed.YES),
        ([(ExposureEvent.KEPT, {}), (ExposureEvent.ENDED, {"exposed": "no"})], Exposed.NO),
    ],
)
def test_the_journal_tells_whether_the_child_was_exposed(journal, events, exposed):
    journal.plan(planned(1), 0)
    for event, detail in events:
        journal.note(1, NOON, event, detail)
    assert journal.entries()[0].was_exposed is exposed


def test_only_exposures_without_an_end_are_open(journal):
    for nonce in (1, 2):
        journal.plan(planned(nonce), 0)
    journal.note(1, NOON, ExposureEvent.STORED)
    assert [entry.exposure.nonce for entry in journal.open_entries()] == [2]


def test_only_the_exposures_of_a_panel_to_which_something_happened_lately_are_given(journal):
    for nonce in (1, 2, 3):
        journal.plan(planned(nonce), 0)
    journal.note(2, NOON + timedelta(minutes=5), ExposureEvent.ENDED)
    touched = journal.entries_touched_since("BAS-1", NOON + timedelta(minutes=4))
    assert [entry.exposure.nonce for entry in touched] == [2] and len(touched[0].events) == 2
    assert journal.entries_touched_since("BAS-2", NOON) == []
    assert len(journal.entries_touched_since("BAS-1", NOON)) == 3


@pytest.mark.parametrize(
    ("table", "change", "column"),
    [
        ("exposure_events", "detail = '{'", "detail"),
        ("exposure_events", "detail = '[]'", "detail"),
        ("exposure_events", """detail = '{"exposed": "perhaps"}'""", "detail"),
        ("exposure_events", "event = 'nonsense'", "event"),
        ("exposure_events", "at = '2026-11-23'", "at"),
        ("exposures", "planned = 'yesterday'", "planned"),
        ("exposures", "kv = 'abc'", "kv"),
        ("exposures", "ms = 1e999", "ms"),
    ],
)
def test_a_damaged_row_is_named_and_hides_no_other(journal, database, table, change, column):
    for nonce in (1, 2):
        journal.plan(planned(nonce), 0)
    with database.transaction() as session:
        session.execute(text(f"UPDATE {table} SET {change} WHERE nonce = 2"))
    with pytest.raises(RecordsUnreadable, match=f"table {table}, row 2, {column}"):
        journal.entries()
    whole, damaged = sorted(journal.listed(), key=lambda one: isinstance(one, RecordsUnreadable))
    assert whole.exposure.nonce == 1 and isinstance(damaged, RecordsUnreadable)


def test_an_exposure_whose_events_are_gone_may_have_been_made(journal, database):
    journal.plan(planned(1), 0)
    with database.transaction() as session:
        session.execute(text("DELETE FROM exposure_events"))
    (entry,) = journal.entries()
    assert (entry.last_event, entry.was_exposed) == (None, Exposed.UNKNOWN)
    assert journal.exposures_since("BAS-1", NOON) == len(journal.open_entries()) == 1
