"""The database of the decision log: opened with durable settings, and brought to the newest shape by Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from vpce_guard.errors import LogError, SettingsError

_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT_SECONDS = 5


def default_url() -> str:
    """A SQLite database in the user's data directory."""
    return f"sqlite:///{user_data_path('vpce-guard') / 'decisions.db'}"


def open_database(url: str | None) -> Engine:
    """The database, with all tables. Raises SettingsError for a URL that cannot be one, LogError if it is not there."""
    try:
        target = make_url(url or default_url())
        kind = target.get_backend_name()
        if kind == "postgresql":
            target = target.set(drivername="postgresql+psycopg")
        elif kind != "sqlite":
            raise SettingsError(
                f"The decision log cannot be kept in {kind}.", advice="Use sqlite:/// or postgresql://."
            )
        engine = _sqlite(target) if kind == "sqlite" else create_engine(target, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise SettingsError(
            f"VPCE_GUARD_DATABASE_URL is wrong: {error}.",
            advice="Use sqlite:///PATH or postgresql://...; the latter needs `pip install vpce-guard[postgresql]`.",
        ) from None
    try:
        _migrate(engine)
    except (SQLAlchemyError, OSError) as error:
        told = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise LogError(
            f"The decision log {target.render_as_string()} cannot be opened: {told}.",
            advice="Check VPCE_GUARD_DATABASE_URL.",
        ) from None
    return engine


def _sqlite(target: Any) -> Engine:
    if target.database and target.database != ":memory:":
        Path(target.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(target, connect_args={"timeout": _WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _durable(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _migrate(engine: Engine) -> None:
    """Bring the tables to the newest shape; several processes that start at once wait for each other."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7615321)"))
        else:
            connection.execute(text("PRAGMA user_version"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
