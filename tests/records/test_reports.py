import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from records.database import Database
from records.errors import HistoryAltered, KeptFileUnreadable, RecordsUnreadable
from records.reports import KeptReport, ReportEvent, Reports

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def document(version=1, state="draft"):
    files = {"report": f"{version}{state}.pdf"}
    made = NOON + timedelta(hours=version)
    return KeptReport(
        "v-7", version, state, "en", "a4", f"{version}{state}", made, {"a": 0.1}, files
    )


def event(report):
    return ReportEvent(report.report_id, report.made, report.state, {"signer": "Dr. Chen"})


def add(reports, *documents):
    for each in documents:
        reports.add(each, event(each))


@pytest.fixture
def database(tmp_path):
    with closing(Database(tmp_path / "records.db")) as opened:
        yield opened


@pytest.fixture
def reports(database, tmp_path):
    return Reports(database, tmp_path / "reports")


def change(database, statement):
    with database.transaction() as session:
        session.execute(text(statement))


def test_every_version_comes_back_in_the_order_in_which_it_was_made(reports):
    drafted, signed = document(), document(state="signed")
    add(reports, drafted, signed)
    assert reports.of("v-7") == [drafted, signed]
    assert reports.find("1signed") == signed
    assert [each.event for each in reports.history("v-7")] == ["draft", "signed"]


def test_what_nobody_kept_is_not_found(reports):
    assert reports.find("0" * 64) is None
    assert reports.of("v-8") == []


def test_a_kept_file_comes_back_under_its_own_hash(reports):
    name = reports.keep(b"a report", ".pdf")
    assert reports.content(name) == b"a report"
    assert reports.keep(b"a report", ".pdf") == name


def test_a_kept_file_that_was_changed_is_named_and_is_kept_anew(reports):
    name = reports.keep(b"a report", ".pdf")
    reports.path_of(name).write_bytes(b"another")
    with pytest.raises(KeptFileUnreadable, match="was changed"):
        reports.content(name)
    reports.keep(b"a report", ".pdf")
    assert reports.content(name) == b"a report"


def test_a_document_without_its_event_is_never_kept(reports, database):
    nothing = event(document())
    change(database, "DROP TABLE report_events")
    with pytest.raises(RecordsUnreadable):
        reports.add(document(), nothing)
    assert reports.of("v-7") == []


def test_an_unaltered_history_is_believed(reports):
    add(reports, document(), document(state="signed"), document(2, "amended"))
    reports.check_unaltered("v-7")


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE report_events SET detail = replace(detail, 'Chen', 'Wang') WHERE id = 1""",
        "UPDATE report_events SET at = '2026-11-01T12:00:00.000000+00:00' WHERE id = 2",
        "DELETE FROM report_events WHERE id = 1",
        "DELETE FROM report_events WHERE id = 2",
        "UPDATE reports SET result = '{\"a\": 0.2}' WHERE id = 1",
        "UPDATE reports SET state = 'signed' WHERE id = 1",
        "DELETE FROM reports WHERE id = 2",
    ],
)
def test_a_row_that_was_edited_shows(reports, database, statement):
    add(reports, document(), document(state="signed"))
    change(database, statement)
    with pytest.raises(HistoryAltered, match="changed after they were written"):
        reports.check_unaltered("v-7")


def test_a_killed_command_lets_the_next_one_sign(tmp_path, reports):
    hold = (
        "import os, sys, pathlib; from records.database import Database\n"
        "from records.reports import Reports; data = pathlib.Path(sys.argv[1])\n"
        "reports = Reports(Database(data / 'records.db'), data / 'reports')\n"
        "with reports.alone(): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", hold, str(tmp_path)], check=False)
    with reports.alone():
        add(reports, document())
    assert len(reports.of("v-7")) == 1
