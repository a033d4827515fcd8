"""The tables are what the migrations make, and a log of an older shape is brought to the newest and still verifies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from pydantic_core import to_json
from sqlalchemy import Connection, Engine, inspect, text, update

from tests.support.entries import KEYS, write
from vpce_guard.decision_log import chain, database, queries
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decision_log.parts import read_whole
from vpce_guard.decision_log.records import event
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, METADATA

MIGRATIONS = Path(database.__file__).parent / "migrations"


@pytest.fixture
def config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@pytest.fixture
def older(url: str, config: Config) -> Iterator[Engine]:
    """A log of the first shape, with ten records that were written in it."""
    engine = database.open_database(url)
    write(engine, range(10))
    with engine.begin() as connection:
        _as_written_then(connection)
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    yield engine
    engine.dispose()


def _as_written_then(connection: Connection) -> None:
    """Without what came later, and so with the hashes that records had before it came."""
    previous = chain.START
    then: dict[str, Any]
    ordered = connection.execute(DECISIONS.select().order_by(DECISIONS.c.number)).mappings().all()
    for record in read_whole(connection, ordered):
        then = {"previous": previous, "account_id": None, "masked": None}
        then |= {
            "input": record["input"],
            "result": record["result"],
            "bundles": to_json(event(record)["bundles"]).decode(),
        }
        then["hash"] = previous = chain.digest({**record, **then}, KEYS)
        connection.execute(update(DECISIONS).where(DECISIONS.c.number == record["number"]).values(**then))
    then = {"first_previous": chain.START, "head": previous}
    row = {**connection.execute(CHAINS.select()).mappings().one(), **then}
    connection.execute(update(CHAINS).values(**then, seal=chain.seal(row, KEYS)))


def test_the_tables_are_what_the_migrations_make(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_an_older_log_is_brought_up_to_date_and_goes_on(older: Engine) -> None:
    columns = {column["name"] for column in inspect(older).get_columns("decisions")}
    assert columns & {"account_id", "masked"} == set()
    engine = database.open_database(older.url.render_as_string(hide_password=False))
    write(engine, range(10, 15))
    verified = chain.verify(engine, KEYS)
    assert (verified.findings, verified.records) == ((), 15)
    assert len(list(queries.read_all(engine, queries.Query(account_id="111122223331")))) == 2
    engine.dispose()


def test_going_back_to_the_service_before_and_forward_again_loses_nothing(older: Engine, config: Config) -> None:
    url = older.url.render_as_string(hide_password=False)
    engine = database.open_database(url)
    write(engine, range(10, 15))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        found = "SELECT count(*) FROM decision_labels l JOIN decisions d ON d.decision_id = l.decision_id"
        assert connection.execute(text(found)).scalar() == 15
    engine.dispose()
    engine = database.open_database(url)
    write(engine, range(15, 18))
    verified = chain.verify(engine, KEYS)
    assert (verified.findings, verified.records) == ((), 18)
    engine.dispose()


def test_a_log_of_the_first_release_is_taken_over_and_given_back_whole(
    root: Path, tmp_path: Path, config: Config
) -> None:
    """Six decisions that 0.1.0 wrote. Its own `log verify` finds whole what is given back to it here."""
    file = tmp_path / "decisions.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((root / "tests/data/log-0.1.0.sql").read_text())
    engine = database.open_database(f"sqlite:///{file}")
    write(engine, range(3), keys=NO_KEYS)
    verified = chain.verify(engine, NO_KEYS)
    assert (verified.findings, verified.records, verified.chains) == ((), 9, 7)
    allowed = queries.read_all(engine, queries.Query(label=("team", "payments"), allowed=True))
    assert len(list(allowed)) == 2
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        rows = connection.execute(text("SELECT chain, hash FROM decisions ORDER BY chain, number")).all()
        heads = connection.execute(text("SELECT chain, head FROM decision_chains ORDER BY chain")).all()
    assert len(rows) == 9
    assert dict(map(tuple, rows)) == dict(map(tuple, heads))  # the last of each chain
    engine.dispose()


def test_a_changed_record_of_an_older_log_is_found(older: Engine) -> None:
    engine = database.open_database(older.url.render_as_string(hide_password=False))
    with engine.begin() as connection:
        connection.execute(update(DECISIONS).where(DECISIONS.c.number == 3).values(account_id="111122223333"))
    assert [finding.problem for finding in chain.verify(engine, KEYS).findings] == ["it was changed"]
    engine.dispose()


def test_a_log_that_is_opened_twice_at_once_is_migrated_once(url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor() as pool:
        engines = list(pool.map(database.open_database, [url] * 4))
    write(engines[0], range(2))
    assert chain.verify(engines[3], KEYS).records == 2
    for engine in engines:
        engine.dispose()


def test_a_new_log_takes_little_room_on_its_disk(tmp_path: Path) -> None:
    engine = database.open_database(f"sqlite:///{tmp_path / 'log.db'}")
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1_000_000
    engine.dispose()
