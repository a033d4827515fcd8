"""`policy template` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import run


def test_it_prints_a_policy_and_says_what_stands_against_one(tmp_path: Path) -> None:
    given = ("policy", "template", "sqs", "--region", "eu-west-1", "--account", "111122223333")
    done = run(*given)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["Statement"][0]["Action"] == ["sqs:*"]
    org = tmp_path / "org.yaml"
    org.write_text("org_ids: [o-abc1234567]\npolicy: {require_resource_org: true}\naccounts: ['111122223333']\n")
    assert b"o-abc1234567" in run(*given, "--data", str(org)).stdout
    unknown = run("policy", "template", "sqss", "--region", "eu-west-1", "--account", "111122223333")
    assert unknown.returncode == 2
    assert b"does not know sqss" in unknown.stderr
