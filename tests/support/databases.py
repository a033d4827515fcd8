"""A log in each of the databases it can be kept in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.servers import Postgresql
from vpce_guard.decision_log.database import open_database


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server, ended with the tests."""
    server = Postgresql()
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a log may be kept that is empty."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'decisions.db'}"
    else:
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.fresh()
        yield url
        server.drop(url)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An empty log."""
    engine = open_database(url)
    yield engine
    engine.dispose()
