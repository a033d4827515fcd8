"""`vpce-guard services`: what the catalogue of services knows."""

from __future__ import annotations

import json

from tests.support.command import run


def test_a_service_has_its_types() -> None:
    answer = json.loads(run("services", "s3", "-o", "json").stdout)
    assert set(answer["services"]["s3"]["types"]) == {"Gateway", "Interface"}


def test_a_service_nobody_knows_is_wrong_usage() -> None:
    assert run("services", "nonesuch").returncode == 2
