"""The page about what decides: bundles, waivers and org data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.bundles import Keys, revision_of
from tests.support.console import Reader, served, write_keys, written_on
from vpce_guard.bundle.bundle import open_bundle

OWN = open_bundle().revision


@pytest.fixture
def client(tmp_path: Path, root: Path, sqlite_url: str, keys: Keys, warning: bytes) -> Iterator[TestClient]:
    """A service of an organisation, to which a bundle was uploaded."""
    settings = {
        "database_url": sqlite_url,
        "bundle_keys_file": keys.known,
        "api_keys_file": write_keys(tmp_path),
        "org_data": [root / "examples/org-data/regulated-bank.yaml"],
    }
    with served(**settings) as client:
        headers = {"authorization": "Bearer admin-key"}
        assert client.post("/v1/bundles?reason=a+test", content=warning, headers=headers).status_code == 201
        yield client


def test_bundles_are_put_in_force_and_rolled_back(client: TestClient, warning: bytes) -> None:
    new = revision_of(warning)
    admin = Reader(client)
    admin.sign_in("admin-key")
    page = admin.get("policies")
    assert f'name="revision" value="{new}"' in page.text
    assert "uploaded" in written_on(page)
    token = admin.token()
    activate = {"form_token": token, "reason": "it is time"}
    assert admin.post("policies/activate", revision=new, **activate).status_code == 303
    guard = client.app.state.guard  # type: ignore[attr-defined]
    assert guard.bundle.revision == new
    page = admin.get("policies")
    assert "Roll back" in page.text
    assert "it is time" in page.text
    assert admin.post("policies/activate", revision=OWN, **activate).status_code == 409
    assert admin.post("policies/activate", revision=OWN, rollback="yes", **activate).status_code == 303
    assert guard.bundle.revision == OWN
    for wrong in ({"revision": ""}, {"revision": new, "reason": "no"}):
        assert admin.post("policies/activate", **{**activate, **wrong}).status_code == 422
    assert admin.post("policies/activate", revision="none-of-that", **activate).status_code == 404


def test_who_is_no_author_only_looks(client: TestClient) -> None:
    reader = Reader(client)
    reader.sign_in("both-key")
    page = reader.get("policies")
    assert page.status_code == 200
    assert "Roll back" not in page.text
    assert 'name="reason"' not in page.text
    assert reader.post("policies/activate", revision=OWN, reason="it is time").status_code == 403


def test_org_data_say_where_each_value_comes_from(client: TestClient) -> None:
    reader = Reader(client)
    reader.sign_in("reader-key")
    top = written_on(reader.get("policies"))
    there = written_on(reader.get("policies?account=111122223333"))
    assert "/cost/max_monthly_per_endpoint 50.0 payments" in there.replace(" 50 payments", " 50.0 payments")
    assert "/cost/max_monthly_per_endpoint 50" not in top
    assert "W-2026-041 VPCE-ORG-006 payments third zone of the subnet plan" in top


def test_a_service_without_org_data_says_so(reader: Reader) -> None:
    text = written_on(reader.get("policies"))
    assert "there are no org data" in text
    assert "in force" in text


def test_a_service_that_keeps_no_bundles_names_the_one_in_force() -> None:
    with served(decision_log="off") as client:
        text = written_on(Reader(client).get("policies"))
    assert f"In force is {OWN}" in text
