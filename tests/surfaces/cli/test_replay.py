"""`vpce-guard replay`: what is wrong with the choice is told before anything is read."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import run
from vpce_guard.bundle.bundle import PACKAGED


def test_a_time_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    done = run("replay", "--log", url, "--candidate", str(PACKAGED), "--since", "yesterday")
    assert done.returncode == 2
    assert b"since" in done.stderr
