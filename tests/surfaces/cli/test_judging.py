"""Judged here or by a service: the same decisions, and a service that is down is told."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import run
from tests.surfaces.cli.test_check import answer


def test_a_remote_service_gives_the_same_decision(service: str, root: Path) -> None:
    plan = str(root / "examples/terraform/plan.json")
    here, there = (answer(plan, *more)["decisions"] for more in ((), ("--remote", service)))
    for one in (*here, *there):
        for member in ("decision_id", "request_id", "timestamp", "metrics"):
            del one[member]
    assert here == there
    assert run("check", plan, "--remote", service).returncode == 1


def test_a_service_that_is_down_is_3(root: Path) -> None:
    plan = str(root / "tests/formats/terraform/plans/create-one-interface/plan.json")
    done = run("check", plan, "--remote", "http://127.0.0.1:9", "-o", "json")
    assert done.returncode == 3
    assert b"cannot be reached" in done.stderr
    assert done.stdout == b""
