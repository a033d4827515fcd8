"""Who asks: keys and how often each may ask."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from vpce_guard.surfaces.api.http import callers
from vpce_guard.surfaces.api.http.callers import KeyFile, Pace


def test_a_pace_is_kept_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((0.0, 0.0, 0.0, 0.002))
    monkeypatch.setattr(callers, "time", SimpleNamespace(monotonic=lambda: next(now)))
    pace = Pace(rate=1000, burst=1)
    assert [pace.wait(name) for name in ("a", "a", "b", "a")] == [0, 0.001, 0, 0]


def test_a_pace_tells_what_is_left_and_when_all_of_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((0.0, 0.0, 0.0, 0.0, 0.0, 5.0))
    monkeypatch.setattr(callers, "time", SimpleNamespace(monotonic=lambda: next(now)))
    pace = Pace(rate=0.5, burst=3)
    assert (pace.policy, pace.tell("a")) == ('"caller";q=3;w=6', '"caller";r=3;t=0')
    pace.wait("a")
    assert pace.tell("a") == '"caller";r=2;t=2'
    pace.charge("a", 5)
    assert pace.tell("a") == '"caller";r=0;t=12'
    assert pace.tell("a") == '"caller";r=0;t=7'


def test_a_key_has_the_scopes_of_its_line_and_ends(tmp_path: Path) -> None:
    file, digest = tmp_path / "keys", hashlib.sha256(b"secret").hexdigest()
    old = hashlib.sha256(b"old").hexdigest()
    file.write_text(f"ann:{digest} scopes=read\nann:{old} expires=2020-01-01T00:00:00Z\n")
    keys = KeyFile(file)
    caller = keys.caller("secret")
    assert caller is not None
    assert (caller.name, caller.has_scope("read"), caller.has_scope("decide")) == ("ann", True, False)
    assert keys.caller("old") is None
    assert keys.caller("another") is None
