"""`vpce-guard log`: verify, show and prune."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import run
from tests.support.recording import GATEWAY, record


def test_a_decision_is_shown_and_the_log_verifies(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    (decision,) = record(url, GATEWAY)
    shown = run("log", "show", decision.decision_id, "--database-url", url)
    assert json.loads(shown.stdout)["input"]["request"]["VpcId"] == "vpc-0a000001"
    assert run("log", "verify", "--database-url", url).returncode == 0


def test_a_decision_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    record(url, GATEWAY)
    assert run("log", "show", "none", "--database-url", url).returncode == 2
