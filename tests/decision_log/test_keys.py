"""Keys of the log rotate: each hash names its key, older ones go on verifying, and a key that is missing is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from tests.support.entries import KEYS, entry, write
from vpce_guard.decision_log import chain, retention
from vpce_guard.decision_log.anchor import AnchorFile, read_anchor
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.backup import copy_log
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS, LogKeys, MissingKeyError, describe_missing
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.request_keys import find_answer, key_row
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, REGISTER
from vpce_guard.decision_log.terms import keep_org
from vpce_guard.errors import LogError
from vpce_guard.model import KeyedRequest, RequestKey

FIRST = dataclasses.replace(KEYS, named={"a": b"the first key with an id"}, current="a")
SECOND = dataclasses.replace(FIRST, named={**FIRST.named, "b": b"the second key with an id"}, current="b")
ASKED = RequestKey("portal", "k-1", "b" * 64)


@pytest.fixture
def rotated(engine: Engine) -> Engine:
    """A log that three keys sealed one after the other, the first of them without an id."""
    for number, keys in enumerate((KEYS, FIRST, SECOND)):
        write(engine, [number], keys=keys)
        keep_org(engine, f"o{number}", {}, keys=keys)
    return engine


def verified(engine: Engine, keys: LogKeys) -> tuple[list[str], dict[str | None, int]]:
    found = chain.verify(engine, keys)
    return [fault.problem for fault in found.findings], dict(found.missing)


def test_each_hash_names_its_key_and_all_verify(rotated: Engine) -> None:
    assert verified(rotated, SECOND) == ([], {})
    with rotated.connect() as connection:
        for column in (DECISIONS.c.hash, CHAINS.c.seal, REGISTER.c.hash):
            told = connection.execute(select(column)).scalars().all()
            assert {one.rpartition(":")[0] for one in told} == {"", "a", "b"}
            assert {len(one.rpartition(":")[2]) for one in told} == {64}


@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        (dataclasses.replace(FIRST, current="a"), {"b": 5}),
        (dataclasses.replace(SECOND, unnamed=None), {None: 4}),
        (KEYS, {"a": 5, "b": 5}),
    ],
)
def test_a_key_that_is_missing_is_named_and_no_fault(
    rotated: Engine, keys: LogKeys, missing: dict[str | None, int]
) -> None:
    assert verified(rotated, keys) == ([], missing)


def test_what_was_changed_is_found_beside_a_missing_key(rotated: Engine) -> None:
    with rotated.begin() as connection:
        connection.execute(update(DECISIONS).where(DECISIONS.c.hash.like("a:%")).values(requested_by="mallory"))
    assert verified(rotated, FIRST)[0] == ["it was changed"]


def test_hashes_of_keys_that_are_made_up_are_not_taken_for_whole(engine: Engine) -> None:
    write(engine, range(2), keys=SECOND)
    with engine.begin() as connection:
        connection.execute(update(DECISIONS).where(DECISIONS.c.number == 2).values(requested_by="x", hash="c:00"))
        connection.execute(update(CHAINS).values(head="c:00", seal="c:00"))
    assert verified(engine, SECOND) == ([], {"c": 2})


def test_a_chain_that_anyone_can_make_does_not_count_where_there_are_keys(engine: Engine) -> None:
    write(engine, range(2), keys=NO_KEYS)
    assert verified(engine, NO_KEYS) == ([], {})
    assert verified(engine, dataclasses.replace(SECOND, unnamed=None)) == ([], {None: 4})
    assert len(verified(engine, SECOND)[0]) == 4


def test_a_service_with_a_new_key_goes_on_in_a_chain_of_its_own_and_prunes_the_old(rotated: Engine) -> None:
    assert retention.prune(rotated, "2026-01-01T01:00:00.000Z", SECOND) == 1
    assert verified(rotated, SECOND) == ([], {})
    with rotated.connect() as connection:
        assert connection.execute(select(CHAINS.c.seal).where(CHAINS.c.first == 2)).scalar_one().startswith("b:")


def test_an_anchor_holds_seals_of_several_keys(tmp_path: Path) -> None:
    path, engine = tmp_path / "anchor", open_database(f"sqlite:///{tmp_path / 'log.db'}")
    for number, keys in enumerate((KEYS, FIRST, SECOND)):
        appender = Appender(engine, mask=Mask(()), keys=keys, anchor=AnchorFile(path))
        appender.append([entry(number)])
        appender.close()
    assert read_anchor(path, SECOND).faults == []
    assert (read_anchor(path, FIRST).missing, read_anchor(path, FIRST).faults) == ({"b": 1}, [])
    found = chain.verify(engine, FIRST, read_anchor(path, FIRST))
    assert (found.findings, found.missing) == ((), {"b": 5})  # a record, its row, two entries and the anchor's line
    engine.dispose()


def test_nothing_is_restored_that_could_not_be_verified(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'log.db'}")
    write(engine, range(2), keys=SECOND)
    assert copy_log(tmp_path / "log.db", tmp_path / "copy.db", FIRST).missing == {"b": 4}
    assert not (tmp_path / "copy.db").exists()
    assert copy_log(tmp_path / "log.db", tmp_path / "copy.db", SECOND).missing == {}
    engine.dispose()


def test_a_request_that_was_answered_under_a_key_that_is_missing_is_not_answered_again(engine: Engine) -> None:
    from vpce_guard.decision_log.tables import REQUEST_KEYS

    with engine.begin() as connection:
        row = key_row(KeyedRequest(ASKED, ("d-1",), (), strict=True), SECOND)
        connection.execute(REQUEST_KEYS.insert(), row)
    assert find_answer(engine, ASKED, SECOND) is not None
    with pytest.raises(MissingKeyError, match="key 'b' is missing"):
        find_answer(engine, ASKED, FIRST)
    with engine.begin() as connection:
        connection.execute(update(REQUEST_KEYS).values(answer=b"{}"))
    with pytest.raises(LogError, match="was changed"):
        find_answer(engine, ASKED, SECOND)
    with engine.begin() as connection:
        connection.execute(delete(REQUEST_KEYS))


def test_what_is_missing_is_told_by_id_and_what_to_set() -> None:
    assert describe_missing({"b": 3, None: 1, "\x1b[31m" + "c" * 90: 1}) == [
        "The key without an id is missing: 1 hashes that name it were not verified. Set VPCE_GUARD_LOG_KEY.",
        f"The key '\\x1b[31m{'c' * 35}' is missing: 1 hashes that name it were not verified. "
        "Add it to VPCE_GUARD_LOG_KEYS.",
        "The key 'b' is missing: 3 hashes that name it were not verified. Add it to VPCE_GUARD_LOG_KEYS.",
    ]


def test_keys_do_not_show_themselves() -> None:
    assert "first" not in repr(SECOND)
    assert (bool(NO_KEYS), bool(KEYS), bool(SECOND)) == (False, True, True)
