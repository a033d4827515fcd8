"""A database that is gone, hangs or is full: refusals meanwhile, and decisions once it is back, without a restart."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.support.servers import GATEWAY, Postgresql, Service
from tests.support.standby import ServerPair
from tests.support.waiting import LONGEST, until
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS

TIMEOUT = 1.0  # seconds that the service under test waits for its log


@contextmanager
def service(url: str, **settings: Any) -> Iterator[Service]:
    """A service whose log times out soon."""
    running = Service(url, log_timeout=TIMEOUT, **settings)
    try:
        yield running
    finally:
        running.end()


class Callers:
    """Two callers who ask without pause; what they were answered, by status."""

    def __init__(self, service: Service) -> None:
        self.allowed: list[str] = []
        self.refused = 0
        self.wrong: list[Any] = []
        self._service = service
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(2)]

    def __enter__(self) -> Callers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(LONGEST)

    def _run(self) -> None:
        while not self._stop.is_set():
            status, decisions = self._service.decide(GATEWAY)
            if status == 200:
                self.allowed += [d["decision_id"] for d in decisions if d["allowed"]]
            elif status == 503 and decisions and not any(d["allowed"] for d in decisions):
                self.refused += 1
            else:
                self.wrong.append((status, decisions))


def answers(service: Service) -> bool:
    return service.decide(GATEWAY)[0] == 200


def refuses(service: Service) -> bool:
    return service.decide(GATEWAY)[0] == 503


def check_log(url: str, answered: list[str]) -> None:
    """Whatever was allowed is in the log, and the log is whole."""
    engine = open_database(url)
    kept = {event["decision_id"] for event in queries.read_all(engine, queries.Query())}
    assert set(answered) <= kept
    assert chain.verify(engine, NO_KEYS).findings == ()
    engine.dispose()


@pytest.fixture
def database(postgresql: Postgresql) -> Iterator[str]:
    url = postgresql.fresh()
    yield url
    postgresql.drop(url)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_that_is_restarted(postgresql: Postgresql, database: str, mode: str) -> None:
    with service(database) as running, Callers(running) as callers:
        until(lambda: len(callers.allowed) > 10)
        postgresql.stop(mode)
        try:
            until(lambda: callers.refused > 10)
            assert running.get("/v1/decisions")[0] == 503
        finally:
            postgresql.start()
        took = until(lambda: answers(running))
        before = len(callers.allowed)
        until(lambda: len(callers.allowed) > before + 10)
        assert running.get("/v1/decisions")[0] == 200
    assert callers.wrong == []
    check_log(database, callers.allowed)
    print(f"PostgreSQL restarted ({mode}): decisions {took:.2f} s after it answered, {callers.refused} refused before")


def test_postgresql_whose_standby_takes_its_place() -> None:
    with ServerPair() as servers:
        with service(servers.url) as running, Callers(running) as callers:
            until(lambda: len(callers.allowed) > 10)
            servers.fail_over()
            took = until(lambda: answers(running))
            before = len(callers.allowed)
            until(lambda: len(callers.allowed) > before + 10)
            assert running.get("/v1/decisions")[0] == 200
        check_log(servers.url, callers.allowed)
    assert callers.wrong == []
    print(f"PostgreSQL failed over: decisions {took:.2f} s after the standby was promoted")


def test_postgresql_that_hangs(postgresql: Postgresql, database: str) -> None:
    with service(database) as running:
        until(lambda: answers(running))
        postgresql.pause()
        try:
            assert refuses(running)
            assert refuses(running)
            assert running.get("/v1/decisions")[0] == 503
        finally:
            postgresql.go_on()
        took = until(lambda: answers(running))
        status, page = running.get("/v1/decisions?allowed=true")
    assert status == 200
    assert page["decisions"] != []
    check_log(database, [])
    print(f"PostgreSQL paused: decisions {took:.2f} s after it went on")


def test_postgresql_that_ends_the_connections_costs_nobody_an_answer(database: str) -> None:
    with service(database) as running:
        until(lambda: answers(running))
        engine = create_engine(database.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            others = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            ended = connection.execute(text(f"{others} AND datname = current_database()")).scalar()
        engine.dispose()
        assert ended is not None
        assert ended >= 1
        assert answers(running)
    check_log(database, [])


def test_sqlite_that_is_locked_by_another(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    with service(url) as running:
        until(lambda: answers(running))
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("BEGIN IMMEDIATE"))
            assert refuses(running)
            connection.rollback()
        engine.dispose()
        took = until(lambda: answers(running))
    check_log(url, [])
    print(f"SQLite locked: decisions {took:.2f} s after it was free")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB: the write-ahead log takes up to 4 MiB before SQLite starts it anew."""
    if os.getuid() != 0:
        pytest.skip("mounting a small file system needs root")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m,mode=0700", "vpce-guard-test", place], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_full(small_disk: Path) -> None:
    url, filler = f"sqlite:///{small_disk / 'decisions.db'}", small_disk / "filler"
    with service(url) as running, Callers(running) as callers:
        until(lambda: len(callers.allowed) > 10)
        with filler.open("wb") as file:
            for size in (65536, 4096, 1):
                while True:
                    try:
                        os.write(file.fileno(), b"x" * size)
                    except OSError:
                        break
        until(lambda: callers.refused > 10)
        refused = callers.refused
        filler.unlink()
        took = until(lambda: answers(running))
        before = len(callers.allowed)
        until(lambda: len(callers.allowed) > before + 10)
    assert callers.wrong == []
    check_log(url, callers.allowed)
    print(f"disk full: decisions {took:.2f} s after space was free, {refused} refused meanwhile")
