"""Sessions: sealed, and over when they should be."""

from __future__ import annotations

from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.console.sessions import Sessions

KEY = b"0123456789abcdef0123456789abcdef"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def sessions(clock: Clock, key: bytes = KEY) -> Sessions:
    return Sessions(key, idle=600, life=3600, clock=clock)


def test_a_session_comes_back_out_of_its_cookie() -> None:
    kept = sessions(Clock())
    session = kept.begin("the key")
    assert kept.open(kept.seal(session)) == session


def test_a_session_of_somebody_whom_a_provider_named_comes_back_whole() -> None:
    kept = sessions(Clock())
    session = kept.begin(caller=Caller("oidc:alex", frozenset({"read"})), until=1500.5)
    assert kept.open(kept.seal(session)) == session
    assert session.is_signed_in
    assert not kept.begin().is_signed_in


def test_the_word_of_a_provider_ends_before_the_session_does() -> None:
    clock = Clock()
    kept = sessions(clock)
    cookie = kept.seal(kept.begin(caller=Caller("oidc:alex"), until=1100.0))
    clock.now += 99
    assert kept.open(cookie) is not None
    clock.now += 1
    assert kept.open(cookie) is None


def test_a_cookie_tells_nothing_and_cannot_be_changed() -> None:
    kept = sessions(Clock())
    cookie = kept.seal(kept.begin("the-key"))
    assert "the-key" not in cookie
    changed = cookie[:40] + ("A" if cookie[40] != "A" else "B") + cookie[41:]
    assert kept.open(changed) is None
    assert sessions(Clock(), key=b"another key of 32 bytes or more.").open(cookie) is None
    for text in ("", "x", "é", "A" * 100, cookie[:-8]):
        assert kept.open(text) is None


def test_a_session_that_is_not_used_ends() -> None:
    clock = Clock()
    kept = sessions(clock)
    cookie = kept.seal(kept.begin())
    clock.now += 601
    assert kept.open(cookie) is None


def test_a_session_that_is_used_ends_all_the_same() -> None:
    clock = Clock()
    kept = sessions(clock)
    session = kept.begin()
    for _ in range(7):
        clock.now += 500
        found = kept.open(kept.seal(session))
        assert found is not None
        session = found
    clock.now += 200
    assert kept.open(kept.seal(session)) is None


def test_the_cookie_of_a_used_session_is_sealed_again() -> None:
    clock = Clock()
    kept = sessions(clock)
    session = kept.begin()
    assert not kept.is_stale(session)
    clock.now += 31
    assert kept.is_stale(session)
    again = kept.open(kept.seal(session))
    assert again is not None
    assert (again.seen, again.begun) == (1031, 1000)


def test_a_session_that_was_signed_out_is_refused() -> None:
    kept = sessions(Clock())
    session, other = kept.begin(), kept.begin()
    cookie = kept.seal(session)
    kept.end(session)
    assert kept.open(cookie) is None
    assert kept.open(kept.seal(other)) is not None


def test_forms_of_two_sessions_differ() -> None:
    kept = sessions(Clock())
    one, other = kept.begin(), kept.begin()
    assert kept.form_token(one) == kept.form_token(one) != kept.form_token(other)
