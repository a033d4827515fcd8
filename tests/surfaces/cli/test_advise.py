"""`vpce-guard advise`: which type serves a need, and why."""

from __future__ import annotations

import json

from tests.support.command import run


def test_the_row_of_the_type_chooser_is_named() -> None:
    done = run("advise", "--service", "s3", "-o", "json")
    assert json.loads(done.stdout)["why"] == "a gateway endpoint costs nothing and is scoped by route tables"


def test_a_tag_without_a_value_is_wrong_usage() -> None:
    done = run("advise", "--service", "s3", "--tag", "team")
    assert done.returncode == 2
    assert b"KEY=VALUE" in done.stderr
