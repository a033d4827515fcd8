"""What the process of a replay is ordered to do: a kept bundle, or org data that were sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.support.recording import GATEWAY, record
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import NotFoundError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.replay_job import ReplayChoice, ReplayOrder, candidate

ORG = {"services": {"deny": ["s3"]}}


def order(url: str, revision: str | None) -> ReplayOrder:
    settings = Settings(database_url=url)
    return ReplayOrder(parent=1, settings=settings, revision=revision, org_data=ORG, choice=ReplayChoice())


def test_a_bundle_comes_from_the_log_and_org_data_from_the_order(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    record(url, GATEWAY)
    found = candidate(order(url, open_bundle().revision))
    assert found.bundle is not None
    assert (found.bundle.revision, found.org) == (open_bundle().revision, ORG)
    assert candidate(order(url, None)).bundle is None
    with pytest.raises(NotFoundError, match="This service keeps no bundle"):
        candidate(order(url, "0" * 64))


def test_an_order_crosses_to_the_process_whole(tmp_path: Path) -> None:
    asked = order(f"sqlite:///{tmp_path / 'decisions.db'}", "0" * 64)
    assert ReplayOrder.model_validate_json(asked.model_dump_json()) == asked
    with pytest.raises(ValidationError):
        ReplayChoice.model_validate({"database_url": "x"})
