"""The SQLite database: its tables, how it is opened, and who may use it."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    BigInteger,
    Engine,
    ForeignKey,
    Integer,
    String,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from records.errors import RecordsBusy, RecordsUnreadable

# The newest file in migrations/versions.
SCHEMA = "0003"
_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_MS = 5000


class UtcTime(TypeDecorator[datetime]):
    """An instant, kept as ISO 8601 text in UTC; what is none any more comes back as None."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> str | None:
        """Store an aware instant as text."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Any) -> datetime | None:
        """Give the instant back as an aware datetime."""
        try:
            kept = None if value is None else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return None
        return None if kept is None or kept.tzinfo is None else kept

    @property
    def python_type(self) -> type[datetime]:
        """Tell what is given back."""
        return datetime


class KeptRecord(TypeDecorator[dict[str, Any]]):
    """A record as JSON; what is not JSON any more comes back as None, beside all others."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: object) -> Callable[[Any], Any]:
        """Give back a reader of the kept text."""
        read = super().result_processor(dialect, coltype) or json.loads

        def read_or_none(kept: Any) -> Any:
            try:
                return read(kept)
            except (TypeError, ValueError, RecursionError):
                return None

        return read_or_none

    @property
    def python_type(self) -> type[dict[str, Any]]:
        """Tell what is given back."""
        return dict


class Table(DeclarativeBase):
    """The base of every table."""


class VisitRow(Table):
    """One visit: whom, where its files are, how far it has come."""

    __tablename__ = "visits"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    folder: Mapped[str]
    started: Mapped[datetime] = mapped_column(UtcTime)
    ended: Mapped[datetime | None] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(String(20))
    order: Mapped[dict[str, Any]] = mapped_column(KeptRecord)
    failure: Mapped[str | None]


class ExposureRow(Table):
    """One planned exposure; the nonce is what the panel gives back with its frame."""

    __tablename__ = "exposures"
    nonce: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    planned: Mapped[datetime] = mapped_column(UtcTime)
    detector_serial: Mapped[str]
    boot_id: Mapped[int] = mapped_column(BigInteger)
    kv: Mapped[float]
    ma: Mapped[float]
    ms: Mapped[float]


class ExposureEventRow(Table):
    """What happened to an exposure; rows are only ever added."""

    __tablename__ = "exposure_events"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    nonce: Mapped[int] = mapped_column(ForeignKey("exposures.nonce"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    event: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(KeptRecord)


class DetectorQualityRow(Table):
    """One quality control of a detector; rows are only ever added."""

    __tablename__ = "detector_quality"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    detector_serial: Mapped[str] = mapped_column(index=True)
    made: Mapped[datetime] = mapped_column(UtcTime)
    passed: Mapped[bool]
    record: Mapped[dict[str, Any]] = mapped_column(KeptRecord)


class ReportRow(Table):
    """One document of a report: a version as it was printed; rows are only ever added."""

    __tablename__ = "reports"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    report_id: Mapped[str] = mapped_column(index=True)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visits.id"), index=True)
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    paper: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), unique=True, index=True)
    made: Mapped[datetime] = mapped_column(UtcTime)
    result: Mapped[dict[str, Any]] = mapped_column(KeptRecord)
    files: Mapped[dict[str, Any]] = mapped_column(KeptRecord)


class ReportEventRow(Table):
    """What happened to a report; rows are only ever added, each sealed over those before it."""

    __tablename__ = "report_events"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    report_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    event: Mapped[str] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(KeptRecord)
    chain: Mapped[str] = mapped_column(String(64))


class Database:
    """An open database, upgraded to the newest schema; every commit survives a power cut."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._engine = _open(path)
            with (path.parent / "migration.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                _upgrade(self._engine)
        except (OSError, SQLAlchemyError) as exc:
            raise RecordsUnreadable(_unreadable(path, exc)) from exc

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Run statements that become durable together, or not at all. Raises RecordsUnreadable."""
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except SQLAlchemyError as exc:
            raise RecordsUnreadable(_unreadable(self._path, exc)) from exc

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


@contextmanager
def exclusive_use(folder: Path) -> Iterator[None]:
    """Hold the unit for one command; a second one raises RecordsBusy. A kill lets go of it.

    Raises RecordsUnreadable when the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = (folder / "unit.lock").open("w")
    except OSError as exc:
        raise RecordsUnreadable(_unreadable(folder, exc)) from exc
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise RecordsBusy(
                "Another command is using this unit; wait until it has ended and try again."
            ) from exc
        yield


def _open(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _make_durable)
    return engine


def _make_durable(connection: Any, _record: Any) -> None:
    # https://sqlite.org/pragma.html#pragma_synchronous: in WAL mode only FULL survives a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")


def _upgrade(engine: Engine) -> None:
    """Bring the schema to the newest version; alembic is only loaded where there is work to do."""
    if _schema_of(engine) == SCHEMA:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    migrations = Config()
    migrations.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        migrations.attributes["connection"] = connection
        try:
            command.upgrade(migrations, "head")
        except CommandError as exc:
            raise OSError("they were written by a newer version of this software") from exc


def _schema_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _unreadable(path: Path, exc: Exception) -> str:
    reason = str(getattr(exc, "orig", None) or exc).splitlines()[0]
    return f"The records in {path} cannot be used ({reason}); call service before exposing."
