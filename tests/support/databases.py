"""A log in each of the databases it can be kept in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.support.servers import Postgresql
from vpce_guard.decision_log.database import open_database
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server, ended with the tests."""
    server = Postgresql()
    yield server
    server.close()


@pytest.fixture(scope="session")
def empty_postgresql_log(postgresql: Postgresql) -> str:
    """The URL of a log without a decision, to be copied."""
    url = postgresql.fresh()
    open_database(url).dispose()
    return url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A log in SQLite that is empty."""
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    open_database(url).dispose()
    return url


@pytest.fixture
def sqlite_log(sqlite_url: str) -> Iterator[Engine]:
    """The same, opened."""
    log = open_database(sqlite_url)
    yield log
    log.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a log may be kept that is empty."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
    else:
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.fresh(like=request.getfixturevalue("empty_postgresql_log"))
        yield url
        server.drop(url)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An empty log."""
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def logged_client(url: str) -> Iterator[TestClient]:
    """A service in this process that keeps its decisions in the log at `url`."""
    settings = Settings(database_url=url)
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard), base_url="http://127.0.0.1") as client:
        yield client
