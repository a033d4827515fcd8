"""A log that somebody changed who can write to the database: whatever was changed, `log verify` says so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from tests.support.entries import KEYS, entry
from vpce_guard.decision_log import chain
from vpce_guard.decision_log.anchor import AnchorFile, read_anchor
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.tables import BUNDLE_STEPS, BUNDLES, CHAINS, DECISIONS, LABELS, ORG_DATA, REGISTER, RULES
from vpce_guard.decision_log.terms import keep_org
from vpce_guard.runtime.rollout import store

MISSING = "it is missing, and the anchor names it"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "decisions.db"


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "anchor.jsonl"


@pytest.fixture
def log(path: Path, anchor: Path) -> Iterator[Engine]:
    """A log of three processes with four decisions each, two bundles, their steps and org data."""
    database = open_database(f"sqlite:///{path}")
    for revision in ("r1", "r2"):
        row = store.BundleRow(revision=revision, version=1, key_id="k", added="2026", added_by="alice")
        store.add_bundle(database, row, b"archive", keys=KEYS)
        store.add_step(database, "uploaded", revision, by="alice", reason="because", keys=KEYS)
    keep_org(database, "o1", {"regions": {"allow": ["eu-west-1"]}}, keys=KEYS)
    for process in range(3):
        append(database, anchor, process)
    assert problems(database) == problems(database, anchor) == []
    yield database
    database.dispose()


def append(database: Engine, anchor: Path, process: int) -> None:
    """One process that writes four decisions and ends."""
    appender = Appender(database, mask=Mask(()), keys=KEYS, anchor=AnchorFile(anchor))
    for number in range(4):
        appender.append([entry(10 * process + number)])
    appender.close()


def problems(database: Engine, anchor: Path | None = None) -> list[str]:
    anchored = [read_anchor(anchor, KEYS)] if anchor else []
    return [fault.problem for fault in chain.verify(database, KEYS, *anchored).findings]


def id_of(connection: Connection, process: int) -> str:
    name = select(DECISIONS.c.chain).where(DECISIONS.c.decision_id == f"id-{10 * process:04}")
    return str(connection.execute(name).scalar_one())


def delete_chain(connection: Connection, process: int) -> None:
    """Every trace of a chain outside the register."""
    name = id_of(connection, process)
    cut(connection, name, 0)
    connection.execute(delete(CHAINS).where(CHAINS.c.chain == name))


def cut(connection: Connection, name: str, last: int) -> None:
    """The decisions of a chain after a number, with what they are found by."""
    gone = (DECISIONS.c.chain == name, DECISIONS.c.number > last)
    identities = select(DECISIONS.c.decision_id).where(*gone).scalar_subquery()
    for table in (RULES, LABELS):
        connection.execute(delete(table).where(table.c.decision_id.in_(identities)))
    connection.execute(delete(DECISIONS).where(*gone))


def cut_back(connection: Connection, process: int) -> None:
    """The end of a chain, with the seal that its row had then: as whoever looked at the database then could have it."""
    name = id_of(connection, process)
    cut(connection, name, 2)
    row = dict(connection.execute(select(CHAINS).where(CHAINS.c.chain == name)).mappings().one())
    head = select(DECISIONS.c.hash).where(DECISIONS.c.chain == name, DECISIONS.c.number == 2)
    row |= {"last": 2, "head": connection.execute(head).scalar_one()}
    connection.execute(update(CHAINS).where(CHAINS.c.chain == name), {**row, "seal": chain.seal(row, KEYS)})


@pytest.mark.parametrize("process", [0, 1, 2])
def test_a_chain_that_is_gone_with_its_row_is_found(log: Engine, process: int) -> None:
    with log.begin() as connection:
        delete_chain(connection, process)
    assert problems(log) == ["it is missing, and the register names it"]


def test_a_chain_that_is_gone_with_its_entry_too_is_found(log: Engine, anchor: Path) -> None:
    with log.begin() as connection:
        name = id_of(connection, 1)
        delete_chain(connection, 1)
        connection.execute(delete(REGISTER).where(REGISTER.c.subject == name))
    assert "the entry before it is missing" in problems(log)
    assert MISSING in problems(log, anchor)


def test_the_end_of_a_chain_cut_off_with_an_older_seal_is_found_if_another_began_after(log: Engine) -> None:
    with log.begin() as connection:
        cut_back(connection, 1)
    assert problems(log) == ["records 3 to 4, which the register names, are missing"]


def test_the_end_of_the_last_chain_cut_off_with_an_older_seal_is_found_by_the_anchor(log: Engine, anchor: Path) -> None:
    with log.begin() as connection:
        cut_back(connection, 2)
    assert problems(log, anchor) == ["records 3 to 4, which the anchor names, are missing"]


def test_a_chain_that_goes_on_otherwise_after_it_was_cut_is_found_by_the_anchor(log: Engine, anchor: Path) -> None:
    with log.begin() as connection:
        name = id_of(connection, 2)
        changed = dict(connection.execute(select(DECISIONS).where(DECISIONS.c.chain == name)).mappings().all()[-1])
        changed["requested_by"] = "mallory"
        changed["hash"] = chain.digest(changed, KEYS)
        connection.execute(update(DECISIONS).where(DECISIONS.c.decision_id == changed["decision_id"]), changed)
        row = dict(connection.execute(select(CHAINS).where(CHAINS.c.chain == name)).mappings().one())
        row["head"] = changed["hash"]
        connection.execute(update(CHAINS).where(CHAINS.c.chain == name), {**row, "seal": chain.seal(row, KEYS)})
    assert problems(log) == []  # whoever does that has the key
    assert problems(log, anchor) == ["it is not the one that the anchor names"]


def test_an_older_copy_in_its_place_is_found_by_the_anchor(log: Engine, path: Path, anchor: Path) -> None:
    with log.begin() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{path.with_name('copy.db')}'")
    append(log, anchor, 3)
    copy = open_database(f"sqlite:///{path.with_name('copy.db')}")
    assert problems(copy) == []
    assert problems(copy, anchor) == ["entries 11 to 12, which the anchor names, are missing", MISSING]
    copy.dispose()


def test_an_empty_copy_of_a_running_database_is_no_whole_log(path: Path, anchor: Path) -> None:
    running = open_database(f"sqlite:///{path}")
    with running.connect() as reader:  # as long as somebody reads, what was written stays beside the file
        reader.exec_driver_sql("BEGIN")
        reader.execute(select(DECISIONS)).all()
        append(running, anchor, 0)
        shutil.copy(path, path.with_name("copy.db"))
    copy = open_database(f"sqlite:///{path.with_name('copy.db')}")
    assert chain.verify(copy, KEYS).records == 0
    assert problems(copy, anchor) == ["entries 1 to 1, which the anchor names, are missing", MISSING]
    copy.dispose()
    running.dispose()


OTHERS = "the rules or labels that it is found by were changed"
STRAY = "1 of its rows belong to no record"
INDEX: dict[str, tuple[Any, list[str]]] = {
    "another label": (update(LABELS).where(LABELS.c.decision_id == "id-0003").values(value="x"), [OTHERS, STRAY]),
    "another time": (update(LABELS).where(LABELS.c.decision_id == "id-0003").values(timestamp="2"), [OTHERS, STRAY]),
    "no label": (delete(LABELS).where(LABELS.c.decision_id == "id-0003"), [OTHERS]),
    "one more label": (insert(LABELS).values(decision_id="id-0003", name="x", value="y", timestamp="2026"), [STRAY]),
    "another rule": (update(RULES).where(RULES.c.decision_id == "id-0003").values(rule_id="GW-2"), [OTHERS, STRAY]),
    "no rule": (delete(RULES).where(RULES.c.decision_id == "id-0003"), [OTHERS]),
    "one more rule": (insert(RULES).values(decision_id="id-0003", rule_id="GW-9", timestamp="2026"), [STRAY]),
    "one in no index": (update(DECISIONS).where(DECISIONS.c.decision_id == "id-0003").values(leads=False), [OTHERS]),
    "one that leads too many": (
        update(DECISIONS).where(DECISIONS.c.decision_id == "id-0002").values(followers=1),
        [OTHERS],
    ),
    "one that leads nothing": (
        update(DECISIONS).where(DECISIONS.c.decision_id == "id-0003").values(followers=1),
        ["one at the end of its chain leads others that there are not"],
    ),
}


@pytest.mark.parametrize("change", INDEX)
def test_what_decisions_are_found_by_is_found_changed(log: Engine, change: str) -> None:
    statement, told = INDEX[change]
    with log.begin() as connection:
        connection.execute(statement)
    assert problems(log) == told


def test_what_is_found_by_and_has_no_record_is_found(log: Engine) -> None:
    with log.begin() as connection:
        connection.execute(update(LABELS).where(LABELS.c.decision_id == "id-0003").values(decision_id="none"))
    assert problems(log)[1:] == ["1 of its rows belong to no record"]


@pytest.mark.parametrize("column", ["req_id", "vpc_id", "service_name", "account_id", "requested_by"])
def test_the_columns_that_filters_read_are_found_changed(log: Engine, column: str) -> None:
    for value in ("another", *([] if column == "req_id" else [None])):
        with log.begin() as connection:
            connection.execute(update(DECISIONS).where(DECISIONS.c.decision_id == "id-0003").values({column: value}))
        assert problems(log) == ["it was changed"]


TERMS: dict[str, tuple[Any, str]] = {
    "who added a bundle": (update(BUNDLES).where(BUNDLES.c.revision == "r1").values(added_by="mallory"), "changed"),
    "a bundle's content": (update(BUNDLES).where(BUNDLES.c.revision == "r1").values(archive=b"x"), "changed"),
    "a bundle": (delete(BUNDLES).where(BUNDLES.c.revision == "r1"), "missing"),
    "who took a step": (update(BUNDLE_STEPS).where(BUNDLE_STEPS.c.number == 1).values(by="mallory"), "changed"),
    "why": (update(BUNDLE_STEPS).where(BUNDLE_STEPS.c.number == 1).values(reason=""), "changed"),
    "a step": (delete(BUNDLE_STEPS).where(BUNDLE_STEPS.c.number == 2), "missing"),
    "one more step": (
        insert(BUNDLE_STEPS).values(timestamp="2026", step="activated", revision="r1", reason=""),
        "not in the register",
    ),
    "org data": (update(ORG_DATA).values(document=b"{}"), "changed"),
    "when org data came": (update(ORG_DATA).values(added="2020"), "changed"),
    "no org data": (delete(ORG_DATA), "missing"),
}


@pytest.mark.parametrize("change", TERMS)
def test_what_decisions_were_made_under_is_found_changed(log: Engine, change: str) -> None:
    statement, told = TERMS[change]
    with log.begin() as connection:
        connection.execute(statement)
    (problem,) = problems(log)
    assert problem.endswith(told)


@pytest.mark.parametrize("spoil", [lambda c: c.execute(delete(REGISTER)), lambda c: c.execute(_last_entry())])
def test_an_emptied_or_shortened_register_is_found(log: Engine, spoil: Callable[[Connection], Any]) -> None:
    with log.begin() as connection:
        spoil(connection)
    assert "its beginning is not in the register" in problems(log)


def test_a_register_that_was_emptied_is_found_after_it_was_begun_anew(log: Engine, anchor: Path) -> None:
    with log.begin() as connection:
        connection.execute(delete(REGISTER))
    append(log, anchor, 3)
    assert problems(log) == ["its beginning is not in the register"] * 3


def _last_entry() -> Any:
    return delete(REGISTER).where(REGISTER.c.number == 10)
