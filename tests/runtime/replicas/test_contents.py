"""Whoever's files change first, all replicas come to the new content; what no replica put there is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update

from tests.support.entries import KEYS
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.tables import SHARED_CONTENTS
from vpce_guard.errors import SettingsError
from vpce_guard.runtime.replicas.contents import ContentFollower


class Files:
    """A content in files, and what was put in force."""

    name = "org data"

    def __init__(self, content: bytes | None) -> None:
        self.content = content
        self.in_force = content

    def read_files(self) -> bytes | None:
        return self.content

    def take(self, content: bytes) -> None:
        if content == b"bad":
            raise SettingsError("It is bad.")
        self.in_force = content


def replica(engine: Engine, content: bytes | None, *, keys: LogKeys = KEYS) -> tuple[Files, ContentFollower]:
    files = Files(content)
    follower = ContentFollower(files, engine, keys=keys)
    follower.follow()
    return files, follower


def test_a_change_of_one_reaches_the_others(engine: Engine) -> None:
    (one, first), (other, second) = replica(engine, b"1"), replica(engine, b"1")
    one.content = b"2"
    first.follow()
    second.follow()
    assert (one.in_force, other.in_force) == (b"2", b"2")
    other.content = b"2"  # its own files follow
    second.follow()
    one.content = b"1"  # and go back
    first.follow()
    second.follow()
    assert other.in_force == b"1"


def test_a_service_that_starts_with_new_files_brings_them(engine: Engine) -> None:
    one, first = replica(engine, b"1")
    replica(engine, b"2")
    first.follow()
    assert one.in_force == b"2"


def test_a_service_that_starts_with_files_of_before_a_change_follows_the_others(engine: Engine) -> None:
    one, first = replica(engine, b"1")
    one.content = b"2"
    first.follow()
    late, _ = replica(engine, b"1")
    first.follow()
    assert (one.in_force, late.in_force) == (b"2", b"2")


def test_old_files_count_again_once_the_change_is_old(engine: Engine) -> None:
    one, first = replica(engine, b"1")
    one.content = b"2"
    first.follow()
    with engine.begin() as connection:
        connection.execute(update(SHARED_CONTENTS).values(added="2026-01-01T00:00:00.000Z"))
    replica(engine, b"1")
    first.follow()
    assert one.in_force == b"1"


def test_files_that_cannot_be_used_are_not_published(engine: Engine) -> None:
    one, first = replica(engine, b"1")
    _, other = replica(engine, None)
    first.follow()
    assert (one.in_force, other.error) == (b"1", None)


def test_what_cannot_be_used_leaves_what_is_in_force(engine: Engine) -> None:
    one, first = replica(engine, b"1")
    replica(engine, b"bad")
    first.follow()
    assert (one.in_force, first.error) == (b"1", "It is bad.")


@pytest.mark.parametrize("changes", [{"content": b"theirs"}, {"seal": "0" * 64}, {"seal": None}])
def test_what_no_replica_put_there_is_refused(engine: Engine, changes: dict[str, object]) -> None:
    replica(engine, b"2")
    with engine.begin() as connection:
        connection.execute(update(SHARED_CONTENTS).values(**changes))
    files = Files(None)
    follower = ContentFollower(files, engine, keys=KEYS)
    follower.follow()
    assert files.in_force is None
    assert follower.error == "The org data in the database were not put there by a replica of this one."
