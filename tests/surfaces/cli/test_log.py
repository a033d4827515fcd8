"""`vpce-guard log`: verify, show and prune."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

from tests.support.command import run
from tests.support.entries import entry
from tests.support.recording import GATEWAY, record
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.writer import Writer
from vpce_guard.model import Entry
from vpce_guard.runtime.wiring import open_log
from vpce_guard.settings import Settings


def test_a_decision_is_shown_and_the_log_verifies(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    (decision,) = record(url, GATEWAY)
    shown = run("log", "show", decision.decision_id, "--database-url", url)
    assert json.loads(shown.stdout)["input"]["request"]["VpcId"] == "vpc-0a000001"
    assert run("log", "verify", "--database-url", url).returncode == 0


def test_a_log_in_postgresql_is_partitioned_once(url: str) -> None:
    done = run("log", "partition", "--database-url", url)
    if url.startswith("sqlite"):
        assert (done.returncode, b"Only a log in PostgreSQL" in done.stderr) == (2, True)
        return
    assert done.stdout == b"Partitioned; 8 weeks were made.\n"
    assert run("log", "partition", "--database-url", url).stdout == b"It is partitioned already; 0 weeks were made.\n"
    (decision,) = record(url, GATEWAY)
    assert run("log", "verify", "--database-url", url).stdout.startswith(b"1 records in 1 chains: whole")
    assert run("log", "prune", "--days", "1", "--database-url", url).stdout.startswith(b"0 decisions")
    assert run("log", "show", decision.decision_id, "--database-url", url).returncode == 0


def test_a_decision_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    record(url, GATEWAY)
    assert run("log", "show", "none", "--database-url", url).returncode == 2


def test_a_log_that_does_not_exist_is_told_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "mistyped.db"
    for command in (("verify",), ("verify", "--allow-empty"), ("show", "id"), ("export",), ("prune", "--days", "1")):
        done = run("log", *command, "--database-url", f"sqlite:///{path}")
        assert done.returncode == 2
        assert b"There is no decision log in" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_a_log_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE theirs (id)")
    done = run("log", "verify", "--database-url", f"sqlite:///{path}")
    assert done.returncode == 2
    assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    database.close()


def test_a_log_without_records_is_whole_only_if_that_is_asked_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    open_database(url).dispose()
    done = run("log", "verify", "--database-url", url)
    assert (done.returncode, done.stdout) == (
        1,
        b"0 records in 0 chains: nothing to verify; --allow-empty takes that for whole.\n",
    )
    assert run("log", "verify", "--allow-empty", "--database-url", url).returncode == 0


def test_a_log_is_compared_with_its_anchor(tmp_path: Path) -> None:
    url, anchor = f"sqlite:///{tmp_path / 'decisions.db'}", tmp_path / "anchor.jsonl"
    log = open_log(Settings(database_url=url, log_anchor_file=anchor))
    assert log is not None
    asyncio.run(write_and_close(log, [entry(1), entry(2)]))
    verify = ("log", "verify", "--database-url", url)
    for told in (
        run(*verify, "--anchor", str(anchor)),
        run(*verify, VPCE_GUARD_LOG_ANCHOR_FILE=str(anchor)),
    ):
        assert told.returncode == 0
        assert told.stdout == b"2 records in 1 chains, compared with 1 seals of the anchor: whole.\n"
    anchor.write_bytes(anchor.read_bytes().replace(b'"last":2', b'"last":3'))
    told = run(*verify, "--anchor", str(anchor))
    assert told.returncode == 1
    assert b"line 1 of the anchor: it was changed, or the key is another\n" in told.stdout
    assert run(*verify, "--anchor", str(tmp_path / "none")).returncode == 2


async def write_and_close(log: Writer, entries: list[Entry]) -> None:
    await log.write(entries)
    await log.close()


def test_a_log_is_backed_up_and_restored_but_never_over_another(tmp_path: Path) -> None:
    url, copy = f"sqlite:///{tmp_path / 'decisions.db'}", tmp_path / "copy.db"
    (decision,) = record(url, GATEWAY)
    assert run("log", "backup", str(copy), "--database-url", url).returncode == 0
    over = run("log", "restore", str(copy), "--database-url", url)
    assert (over.returncode, b"is not replaced" in over.stderr) == (2, True)
    other = f"sqlite:///{tmp_path / 'restored.db'}"
    assert run("log", "restore", str(copy), "--database-url", other).returncode == 0
    assert run("log", "show", decision.decision_id, "--database-url", other).returncode == 0


def test_postgresql_is_copied_by_its_own_tools(tmp_path: Path) -> None:
    for name in ("backup", "restore"):
        done = run(
            "log", name, str(tmp_path / "copy.db"), "--database-url", "postgresql://guard:secret@127.0.0.1/guard"
        )
        assert (done.returncode, b"pg_dump" in done.stderr, b"secret" in done.stderr) == (2, True, False)


def test_a_key_that_is_missing_is_named_and_the_exit_code_is_that_of_could_not_tell(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    keys = {"a": "the first key with an id", "b": "the second key with an id"}
    for key_id in keys:
        log = open_log(Settings(database_url=url, log_keys=keys, log_key_id=key_id))
        assert log is not None
        asyncio.run(write_and_close(log, [entry(ord(key_id))]))
    given = {"VPCE_GUARD_LOG_KEYS": json.dumps(keys), "VPCE_GUARD_LOG_KEY_ID": "b", "VPCE_GUARD_DATABASE_URL": url}
    assert run("log", "verify", **given).returncode == 0
    given["VPCE_GUARD_LOG_KEYS"] = json.dumps({"b": keys["b"]})
    told = run("log", "verify", **given)
    assert told.returncode == 3
    assert told.stdout.decode().splitlines() == [
        "The key 'a' is missing: 3 hashes that name it were not verified. Add it to VPCE_GUARD_LOG_KEYS.",
        "2 records in 2 chains: could not tell.",
    ]
    copy = tmp_path / "copy.db"
    assert (run("log", "backup", str(copy), **given).returncode, copy.exists()) == (3, False)
