"""Seals are stamped, stamps are kept and verified, and who has the key of the log cannot write it anew behind one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from tests.support.authority import StampingAuthority
from tests.support.command import run
from tests.support.entries import KEYS, write
from tests.support.place import Answer
from tests.support.waiting import until
from vpce_guard.decision_log import chain, sending
from vpce_guard.decision_log.seals import SealSender
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, TIMESTAMPS
from vpce_guard.decision_log.timestamps import Certificates, TimestampAuthority, read_timestamps
from vpce_guard.errors import SettingsError
from vpce_guard.runtime.wiring import open_anchors, open_log
from vpce_guard.settings import Settings


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StampingAuthority]:
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.02)
    authority = StampingAuthority(tmp_path)
    yield authority
    authority.close()


@contextmanager
def stamping(sqlite_log: Engine, authority: StampingAuthority) -> Iterator[SealSender]:
    place = TimestampAuthority(authority.url, Certificates(authority.ca))
    sender = SealSender(sqlite_log, place, token=None, delay=0.05)
    sender.start()
    try:
        yield sender
    finally:
        sender.close(10)


def stamp_thrice(sqlite_log: Engine, authority: StampingAuthority) -> None:
    """Three chains, with a stamp of each, which has ended before it is stamped: else its first record could get one."""
    for number in range(3):
        write(sqlite_log, [2 * number, 2 * number + 1])
        with stamping(sqlite_log, authority) as sender:
            until(lambda: sender.sent == 1)


def problems(sqlite_log: Engine, ca: Path) -> list[str]:
    told = read_timestamps(sqlite_log, Certificates(ca))
    return [fault.problem for fault in chain.verify(sqlite_log, KEYS, told).findings]


def test_what_grows_is_stamped_and_verifies_when_the_certificate_has_ended(
    sqlite_log: Engine, authority: StampingAuthority
) -> None:
    authority.now = datetime.now(UTC) - timedelta(days=1)
    stamp_thrice(sqlite_log, authority)
    told = read_timestamps(sqlite_log, Certificates(authority.ca))
    assert (told.faults, told.seals, len(told.chains)) == ([], 3, 3)
    assert str(told.latest)[:13] == authority.now.isoformat()[:13]
    assert chain.verify(sqlite_log, KEYS, told).findings == ()
    assert len(authority.requests) == 3


NO_STAMPS = (b"no stamp", b"\x30\x05\x30\x03\x02\x01\x02")


@pytest.mark.parametrize("answer", [Answer(500), *map(Answer, (200, 200), NO_STAMPS)])
def test_an_answer_that_is_no_stamp_is_not_kept_and_it_is_asked_again(
    sqlite_log: Engine, authority: StampingAuthority, answer: Answer
) -> None:
    write(sqlite_log, range(2))
    authority.answers = [answer]
    with stamping(sqlite_log, authority) as sender:
        until(lambda: sender.sent == 1)
        assert sender.failures == 1
    assert problems(sqlite_log, authority.ca) == []


def test_a_stamp_of_something_else_or_by_another_is_not_kept(
    sqlite_log: Engine, authority: StampingAuthority, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = StampingAuthority(tmp_path / "other")
    write(sqlite_log, range(2))
    request, _ = Certificates(authority.ca).request(b"something else")
    authority.answers = [Answer(200, authority.stamp(request)), Answer(200, other.stamp(request))]
    with stamping(sqlite_log, authority) as sender:
        until(lambda: sender.sent == 1)
        assert sender.failures == 2
    with sqlite_log.connect() as connection:
        assert len(connection.execute(select(TIMESTAMPS)).all()) == 1
    other.close()


def test_a_log_that_was_written_anew_with_its_key_is_found(sqlite_log: Engine, authority: StampingAuthority) -> None:
    stamp_thrice(sqlite_log, authority)
    with sqlite_log.begin() as connection:
        newest = select(CHAINS.c.chain).order_by(CHAINS.c.started.desc())  # the register names the ends of the others
        name = connection.execute(newest).scalars().first()
        chosen = select(DECISIONS).where(DECISIONS.c.chain == name, DECISIONS.c.number == 2)
        changed = dict(connection.execute(chosen).mappings().one()) | {"requested_by": "mallory"}
        changed["hash"] = chain.digest(changed, KEYS)
        of_record = DECISIONS.c.decision_id == changed["decision_id"]
        connection.execute(update(DECISIONS).where(of_record), changed)
        row = dict(connection.execute(select(CHAINS).where(CHAINS.c.chain == name)).mappings().one())
        row["head"] = changed["hash"]
        connection.execute(update(CHAINS).where(CHAINS.c.chain == name), {**row, "seal": chain.seal(row, KEYS)})
    assert problems(sqlite_log, authority.ca) == ["it is not the one that a timestamp names"]


def test_a_stamp_that_is_gone_changed_or_of_another_authority_is_found(
    sqlite_log: Engine, authority: StampingAuthority, tmp_path: Path
) -> None:
    stamp_thrice(sqlite_log, authority)
    (tmp_path / "other").mkdir()
    other = StampingAuthority(tmp_path / "other")
    other.close()
    (problem, *others) = problems(sqlite_log, other.ca)
    assert problem.startswith("it is no timestamp that holds: Error while verifying certificates")
    assert len(others) == 2
    with sqlite_log.begin() as connection:
        connection.execute(update(TIMESTAMPS).where(TIMESTAMPS.c.number == 3).values(content=b"{}"))
        connection.execute(delete(TIMESTAMPS).where(TIMESTAMPS.c.number == 1))
    assert problems(sqlite_log, authority.ca) == [
        "the timestamp before it is missing",
        "it is no timestamp that holds: Mismatch between messages",
    ]


def test_what_is_stamped_and_is_no_state_of_a_log_is_told(sqlite_log: Engine, authority: StampingAuthority) -> None:
    certificates = Certificates(authority.ca)
    for number, content in enumerate((b"{}", b"no JSON", b'{"number": 3, "previous": 1, "chains": {"a": 1}}'), 1):
        token = authority.stamp(certificates.request(content)[0])
        row = {"number": number, "timestamp": "2026", "content": content, "token": token}
        with sqlite_log.begin() as connection:
            connection.execute(TIMESTAMPS.insert(), row)
    assert [fault.problem for fault in read_timestamps(sqlite_log, certificates).faults] == (
        ["what it stamps is no state of a log"] * 3
    )


def test_log_verify_takes_them_in_and_says_what_it_lacks(sqlite_log: Engine, authority: StampingAuthority) -> None:
    stamp_thrice(sqlite_log, authority)
    given = {
        "VPCE_GUARD_DATABASE_URL": sqlite_log.url.render_as_string(),
        "VPCE_GUARD_LOG_KEY": "a key of enough length",
    }
    told = run("log", "verify", **given, VPCE_GUARD_LOG_TIMESTAMP_CA_FILE=str(authority.ca))
    assert told.returncode == 0
    assert b"6 records in 3 chains, 3 timestamps from 20" in told.stdout
    told = run("log", "verify", **given)
    assert told.returncode == 3
    assert b"3 timestamps were not verified. Set VPCE_GUARD_LOG_TIMESTAMP_CA_FILE.\n" in told.stdout


def test_the_settings_make_what_they_name(tmp_path: Path, authority: StampingAuthority) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    settings = Settings(database_url=url, log_timestamp_url=authority.url, log_timestamp_ca_file=authority.ca)
    (sender,) = open_anchors(settings, open_log(settings))
    assert (sender.place.kind, sender.place.url) == ("timestamps", authority.url)
    for ca in (tmp_path / "none", tmp_path / "log.db"):
        with pytest.raises(SettingsError, match="cannot be read"):
            Certificates(ca)
    with pytest.raises(ValueError, match="log_timestamp_url needs log_timestamp_ca_file"):
        Settings(log_timestamp_url=authority.url)
