"""The database of the decision log: opened with durable settings, and brought to the newest shape by Alembic."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, Connection, create_engine, event, inspect, text
from sqlalchemy import Engine as Database
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError, NoSuchModuleError, SQLAlchemyError

from vpce_guard import installation
from vpce_guard.decision_log.database_file import DatabaseFile, keep_private
from vpce_guard.decision_log.tables import DECISIONS
from vpce_guard.errors import LogError, NotFoundError, SettingsError
from vpce_guard.folders import data_folder

_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT_SECONDS = 5.0
_FILES: WeakKeyDictionary[Database, DatabaseFile] = WeakKeyDictionary()


def default_url() -> str:
    """A SQLite database in the user's data directory."""
    return f"sqlite:///{data_folder() / 'decisions.db'}"


def open_database(url: str | None, *, timeout: float | None = None, create: bool = True) -> Database:
    """The database, with all tables; `timeout` is how long, in seconds, a statement may take.

    Raises SettingsError for a URL that cannot be one, LogError if the database is not there; without `create`
    NotFoundError for one that holds no log yet.
    """
    try:
        target = _target(url or default_url())
        kind = target.get_backend_name()
        if not create and kind == "sqlite" and (path := _path_of(target)) and not path.is_file():
            raise _missing(target)
        if kind == "postgresql":
            target = target.set(drivername="postgresql+psycopg")
        elif kind != "sqlite":
            raise SettingsError(
                f"The decision log cannot be kept in {kind}.", advice="Use sqlite:/// or postgresql://."
            )
        database = _sqlite(target, timeout) if kind == "sqlite" else _postgresql(target, timeout)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise SettingsError(
            f"VPCE_GUARD_DATABASE_URL is wrong: {error}.",
            advice=f"Use sqlite:///PATH or postgresql://...; for the latter: {installation('postgresql')}",
        ) from None
    try:
        if kind == "sqlite" and (path := _path_of(target)):
            keep_private(path)
        if not create and not inspect(database).has_table(DECISIONS.name):
            raise _missing(target)
        if not _is_newest(database):
            _migrate(database)
    except (SQLAlchemyError, OSError) as error:
        told = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise LogError(
            f"The decision log {hide_password(target)} cannot be opened: {told}.",
            advice="Check VPCE_GUARD_DATABASE_URL.",
        ) from None
    if kind == "sqlite" and (path := _path_of(target)):
        _keep_to_file(database, DatabaseFile(path))
    return database


def _missing(target: URL) -> NotFoundError:
    return NotFoundError(
        f"There is no decision log in {hide_password(target)}.",
        advice="Set VPCE_GUARD_DATABASE_URL or give --database-url.",
    )


def sqlite_path(url: str | None) -> Path:
    """The file that a URL of SQLite names, there or not. Raises SettingsError where the log is not kept in a file."""
    target = _target(url or default_url())
    path = _path_of(target) if target.get_backend_name() == "sqlite" else None
    if path is None:
        raise SettingsError(
            f"{hide_password(target)} is no SQLite file: its own tools copy it.",
            advice="For PostgreSQL use pg_dump and pg_restore, then vpce-guard log verify on what was restored.",
        )
    return path


def file_of(database: Database) -> DatabaseFile | None:
    """The file of a SQLite database that open_database() opened; None for one that has none."""
    return _FILES.get(database)


def _keep_to_file(database: Database, file: DatabaseFile) -> None:
    """Let no connection make another file where the one that was opened is gone."""
    _FILES[database] = file

    @event.listens_for(database, "do_connect")
    def _refuse_another(*_: Any) -> None:
        if not file.is_there:
            raise sqlite3.OperationalError("the database file was moved, removed or replaced")

    @event.listens_for(database, "checkout")
    def _drop_what_is_gone(*_: Any) -> None:
        if not file.is_there:  # a connection kept open still sees what was removed
            raise DisconnectionError


@contextmanager
def begin_without_timeout(database: Database) -> Iterator[Connection]:
    """A transaction whose statements may take as long as they need: for upkeep that nobody waits for."""
    with database.begin() as connection:
        if database.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection


def hide_password(url: URL) -> str:
    """A URL as it may be shown: a password may also stand in its query."""
    return url.set(query={}).render_as_string()


def _path_of(target: URL) -> Path | None:
    """The file of a SQLite database; None where it is in memory, or named by an address of SQLite's own."""
    name = target.database or ":memory:"
    return None if name == ":memory:" or name.startswith("file:") else Path(name).absolute()


def _target(url: str) -> URL:
    try:
        target = make_url(url)
    except ValueError:  # a port that is no number, which may be a part of a password
        target = None
    if target is None or "@" in (target.host or ""):
        raise SettingsError(
            "VPCE_GUARD_DATABASE_URL is not a database URL.",
            advice="In a user name and password write : / @ % and the like as %3A %2F %40 %25.",
        )
    return target


def _postgresql(target: URL, timeout: float | None) -> Database:
    """Connections that notice a server that is gone; one that only hangs is the caller's to give up."""
    milliseconds = math.ceil((timeout or 0) * 1000)
    arguments = {
        "connect_timeout": max(2, math.ceil(timeout or _WAIT_SECONDS)),  # less than 2 is 2 to libpq
        "tcp_user_timeout": milliseconds or int(_WAIT_SECONDS * 1000),
        "options": f"-c statement_timeout={milliseconds}",
    }
    given = {name: value for name, value in arguments.items() if name not in target.query}
    return create_engine(target, pool_pre_ping=True, connect_args=given)


def _sqlite(target: URL, timeout: float | None) -> Database:
    if target.database in (None, "", ":memory:"):
        raise SettingsError(
            "The decision log cannot be kept in memory, where each thread has a database of its own.",
            advice="Set VPCE_GUARD_DECISION_LOG=off, or VPCE_GUARD_DATABASE_URL to sqlite:///PATH.",
        )
    if path := _path_of(target):
        folder = path.parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"database_url: the folder {folder} cannot be made: {error.strerror}.",
                advice="Set VPCE_GUARD_DATABASE_URL to a folder that can be written to.",
            ) from None
    # Named parameters as in PostgreSQL, so that statements made once take the same rows.
    database = create_engine(target, connect_args={"timeout": timeout or _WAIT_SECONDS}, paramstyle="named")

    @event.listens_for(database, "connect")
    def _make_durable(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return database


def _is_newest(database: Database) -> bool:
    """Whether the tables have the newest shape, which is soon told, and nearly always so."""
    newest = max(file.name for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    with database.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        shapes = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        return [newest.partition("_")[0]] == list(shapes)


def _migrate(database: Database) -> None:
    """Bring the tables to the newest shape; several processes that start at once wait for each other."""
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with begin_without_timeout(database) as connection:
        if database.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7615321)"))
        else:
            connection.execute(text("BEGIN IMMEDIATE"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError:
            raise SettingsError(
                f"The decision log {database.url.render_as_string()} was made by a newer version of vpce-guard.",
                advice="Run that version, or set VPCE_GUARD_DATABASE_URL to another database.",
            ) from None
    if database.dialect.name == "sqlite":
        with database.connect() as connection:  # the write-ahead log of a new shape may be larger than all that is kept
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
