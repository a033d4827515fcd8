"""The catalogue over REST: whole or in pages, and not sent again to who has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from vpce_guard.org.files import OrgFiles
from vpce_guard.runtime.guard import Guard


def test_pages_follow_each_other_to_the_end(client: TestClient) -> None:
    every = client.get("/v1/rules")
    assert "link" not in every.headers
    found, url = [], "/v1/rules?limit=50"
    while url:
        page = client.get(url)
        assert len(page.json()) <= 50
        found += page.json()
        url = page.links["next"]["url"] if "next" in page.links else ""
    assert len(found) > 100
    assert found == every.json()


def test_a_page_begins_after_an_id_also_where_that_rule_is_gone(client: TestClient) -> None:
    ids = [rule["id"] for rule in client.get("/v1/rules", params={"after": "VPCE-GW-001x", "limit": 2}).json()]
    assert ids == ["VPCE-GW-002", "VPCE-GW-003"]
    assert client.get("/v1/rules", params={"after": "VPCF"}).json() == []


@pytest.mark.parametrize("limit", ["0", "501", "x"])
def test_a_page_has_a_size(client: TestClient, limit: str) -> None:
    assert client.get("/v1/rules", params={"limit": limit}).status_code == 422


@pytest.mark.parametrize("form", ["{}", 'W/{}, "other"', '"other",{}', "*"])
def test_who_has_them_is_not_sent_them_again(client: TestClient, form: str) -> None:
    first = client.get("/v1/rules")
    again = client.get("/v1/rules", headers={"if-none-match": form.format(first.headers["etag"])})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_another_page_has_another_tag(client: TestClient) -> None:
    tag = client.get("/v1/rules").headers["etag"]
    assert client.get("/v1/rules", params={"limit": 1}, headers={"if-none-match": tag}).status_code == 200


def test_other_org_data_are_another_answer(client: TestClient, guard: Guard, tmp_path: Path) -> None:
    tag = client.get("/v1/rules").headers["etag"]
    org = tmp_path / "org.yaml"
    org.write_text("enforcement: {VPCE-IFACE-008: inform}\n")
    guard.policy = replace(guard.policy, org=OrgFiles((org,), guard.bundle.rules))
    answer = client.get("/v1/rules", headers={"if-none-match": tag})
    assert answer.status_code == 200
    effective = {rule["id"]: rule["effective_enforcement_action"] for rule in answer.json()}
    assert effective["VPCE-IFACE-008"] == "inform"
