import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from records.database import SCHEMA, Database, Table, exclusive_use
from records.errors import RecordsBusy, RecordsUnreadable


@pytest.fixture
def database(tmp_path):
    opened = Database(tmp_path / "records.db")
    yield opened
    opened.close()


def pragma(database, name):
    with database.transaction() as session:
        return session.execute(text(f"PRAGMA {name}")).scalar()


def test_every_connection_writes_ahead_and_syncs_fully(database):
    assert pragma(database, "journal_mode") == "wal"
    assert pragma(database, "synchronous") == 2


def test_the_migrations_make_exactly_the_tables_of_the_models(database):
    with database._engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), Table.metadata)
    assert difference == []


def test_a_new_database_has_the_newest_schema(database):
    with database.transaction() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == SCHEMA


def test_opening_a_database_again_keeps_what_is_in_it(tmp_path):
    first = Database(tmp_path / "records.db")
    with first.transaction() as session:
        session.execute(
            text("INSERT INTO visits VALUES ('v', 'f', '2026-11-23', NULL, 's', '{}', NULL)")
        )
    first.close()
    again = Database(tmp_path / "records.db")
    with again.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM visits")).scalar() == 1
    again.close()


def test_a_failed_transaction_leaves_nothing(database):
    with pytest.raises(RecordsUnreadable), database.transaction() as session:
        session.execute(text("INSERT INTO exposure_events (nonce) VALUES (7)"))
    with database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM exposure_events")).scalar() == 0


def test_a_file_that_is_no_database_is_told_in_one_sentence(tmp_path):
    (tmp_path / "records.db").write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(RecordsUnreadable, match="cannot be used"):
        Database(tmp_path / "records.db")


def test_a_second_command_is_refused_while_the_first_uses_the_unit(tmp_path):
    with exclusive_use(tmp_path), pytest.raises(RecordsBusy), exclusive_use(tmp_path):
        pass


def test_a_killed_command_lets_go_of_the_unit(tmp_path):
    hold = (
        "import os, sys, pathlib; from records.database import exclusive_use\n"
        "with exclusive_use(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", hold, str(tmp_path)], check=False)
    with exclusive_use(tmp_path):
        pass


def test_records_of_a_newer_version_are_left_alone(tmp_path):
    newer = Database(tmp_path / "records.db")
    with newer.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer.close()
    with pytest.raises(RecordsUnreadable, match="newer version"):
        Database(tmp_path / "records.db")


def test_two_commands_on_a_fresh_site_both_find_the_tables(tmp_path):
    start = (
        "import sys, pathlib; from records.database import Database\n"
        "Database(pathlib.Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", start, str(tmp_path / "records.db")]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate()[1] for process in both] == [b"", b""]
