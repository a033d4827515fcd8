"""What the pages about rules say of how often each fired."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.console import Reader, served, write_keys, written_on
from tests.support.recording import KMS
from vpce_guard.decision_log import findings
from vpce_guard.errors import LogError
from vpce_guard.surfaces.console import rule_counts


@pytest.fixture
def client(tmp_path: Path, sqlite_url: str) -> Iterator[TestClient]:
    """A service at which two callers were refused a gateway endpoint, one of them twice."""
    with served(database_url=sqlite_url, api_keys_file=write_keys(tmp_path)) as client:
        for key in ("both-key", "both-key", "admin-key"):
            answer = client.post("/v1/decisions", json={"document": KMS}, headers={"authorization": f"Bearer {key}"})
            assert answer.json()["allowed"] is False, json.dumps(answer.json())
        yield client


def signed_in(client: TestClient, key: str) -> Reader:
    client.cookies.clear()
    reader = Reader(client)
    reader.sign_in(key)
    return reader


def test_who_may_read_all_sees_what_each_rule_found(client: TestClient) -> None:
    page = signed_in(client, "admin-key").get("rules?q=VPCE-GW-001")
    text = written_on(page)
    assert [page.text.count(f'data-name="{name}"') for name in ("Fired", "Waived", "Not judged")] == [1, 1, 1]
    assert "Counted in 3 decisions." in text
    assert "Fired Waived Not judged" in text
    assert text.split("VPCE-GW-001", 1)[1].split("error", 1)[1].split()[:3] == ["3", "0", "0"]


def test_others_see_their_own(client: TestClient) -> None:
    reader = signed_in(client, "both-key")
    text = written_on(reader.get("rules/VPCE-GW-001?days=7"))
    assert "Fired 2 Waived 0 Not judged 0 Counted in 2 decisions of yours that speak of it." in text
    assert "Counted in 2 decisions of yours." in written_on(reader.get("rules"))
    none = written_on(signed_in(client, "reader-key").get("rules/VPCE-GW-001"))
    assert "Fired 0 Waived 0 Not judged 0 Counted in 0 decisions of yours that speak of it." in none


@pytest.mark.parametrize(("days", "chosen"), [("7", "7"), ("1", "1"), ("no", "30"), ("-1", "30"), ("999", "30")])
def test_the_days_are_chosen(client: TestClient, days: str, chosen: str) -> None:
    page = signed_in(client, "admin-key").get(f"rules?days={days}").text
    assert f'<option value="{chosen}" selected>' in page
    assert page.count(" selected>") == 1


def test_what_was_left_out_is_told(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_counts, "count_findings", lambda *some: findings.count_findings(*some, most=2))
    text = written_on(signed_in(client, "admin-key").get("rules"))
    assert "Counted in the newest 2 decisions, since 2" in text
    assert "there are older ones" in text


def test_a_log_that_cannot_be_read_leaves_the_rules(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: Any) -> None:
        raise LogError("The decision log cannot be read: Away.", advice="Try again.")

    monkeypatch.setattr(rule_counts, "read_log", fail)
    for path in ("rules", "rules/VPCE-GW-001"):
        page = signed_in(client, "admin-key").get(path)
        assert page.status_code == 200
        assert "The decision log cannot be read: Away. Try again." in written_on(page)
        assert "Fired" not in written_on(page)


def test_a_service_without_a_log_counts_nothing() -> None:
    with served(decision_log="off") as client:
        assert "Counted" not in written_on(Reader(client).get("rules"))
        assert "How often" not in written_on(Reader(client).get("rules/VPCE-GW-001"))
