"""The page of replays: begun there or over the API, two beside one another, and for authors only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.console import Reader, served, write_keys, written_on
from tests.support.recording import GATEWAY, KMS, record
from tests.support.waiting import until
from vpce_guard.bundle.bundle import open_bundle

OWN = open_bundle().revision
ADMIN = {"authorization": "Bearer admin-key"}


@pytest.fixture
def client(tmp_path: Path, sqlite_url: str) -> Iterator[TestClient]:
    """A service whose log has an endpoint for S3, which was allowed, and one for KMS, which was not."""
    record(sqlite_url, GATEWAY, KMS)
    with served(database_url=sqlite_url, api_keys_file=write_keys(tmp_path)) as client:
        yield client


@pytest.fixture
def admin(client: TestClient) -> Reader:
    reader = Reader(client)
    reader.sign_in("admin-key")
    return reader


def replay(client: TestClient, *banned: str, **selection: Any) -> str:
    """The id of a replay that has ended, of org data that ban services."""
    asked = {"candidate": {"org_data": {"services": {"deny": list(banned)}}}, "selection": selection}
    replay_id: str = client.post("/v1/replays", json=asked, headers=ADMIN).json()["replay_id"]
    return wait_for(client, replay_id)


def wait_for(client: TestClient, replay_id: str) -> str:
    until(lambda: client.get(f"/v1/replays/{replay_id}", headers=ADMIN).json()["status"] == "done")
    return replay_id


def test_two_stand_beside_one_another(client: TestClient, admin: Reader) -> None:
    left, right = replay(client, "sqs"), replay(client, "s3")
    listing = admin.get("policies/replays")
    assert listing.text.index(right) < listing.text.index(left)
    assert "the org data that was sent" in written_on(listing)
    page = admin.get(f"policies/replays?left={left}&right={right}")
    text = written_on(page)
    assert "decisions judged 2 2 same" in text
    assert "newly denied 0 1 +1" in text
    assert "VPCE-ORG-002 newly denied 0 1 +1" in text
    assert "did not read the same decisions" not in text
    (denied,) = client.get(f"/v1/replays/{right}", headers=ADMIN).json()["report"]["examples"]["newly_denied"]
    place = f"/console/decisions/{denied['about']['decision_id']}"
    assert f'href="{place}"' in page.text
    assert "newly denied only here" in text
    assert client.get(place).status_code == 200


def test_one_may_stand_alone_or_read_other_decisions(client: TestClient, admin: Reader) -> None:
    left, right = replay(client, "s3"), replay(client, "s3", limit=1)
    alone = written_on(admin.get(f"policies/replays?left={left}"))
    assert "newly denied 1 -" in alone
    assert "None is chosen" in alone
    both = written_on(admin.get(f"policies/replays?left={left}&right={right}"))
    assert "did not read the same decisions" in both
    assert "only here" not in both


def test_one_is_begun_from_the_page(client: TestClient, admin: Reader) -> None:
    page = admin.get("policies/replays")
    assert "No replay is kept" in written_on(page)
    assert f'<option value="{OWN}">{OWN[:16]} (in force)' in page.text
    begun = admin.post("policies/replays", revision=OWN, since="", until="", limit="1")
    assert begun.status_code == 303
    address = begun.headers["location"]
    wait_for(client, address.rpartition("=")[2])
    text = written_on(client.get(address))
    assert "decisions judged - 1" in text
    assert "No rule changes a decision" in text
    assert "by admin" in text


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"revision": "0" * 64}, "keeps no bundle"),
        ({"revision": ""}, "revision"),
        ({"revision": OWN, "limit": "many"}, "is a whole number"),
        ({"revision": OWN, "since": "yesterday"}, "since"),
    ],
)
def test_what_cannot_be_begun_is_refused_in_words(admin: Reader, wrong: dict[str, str], why: str) -> None:
    answer = admin.post("policies/replays", **wrong)
    assert answer.status_code == 422
    assert why in written_on(answer)


def test_one_that_is_not_kept_is_not_found(admin: Reader) -> None:
    assert admin.get("policies/replays?left=none-of-that").status_code == 404


def test_they_are_for_authors(client: TestClient, admin: Reader) -> None:
    assert 'href="/console/policies/replays"' in admin.get("policies").text
    client.cookies.clear()
    reader = Reader(client)
    reader.sign_in("both-key")
    assert "policies/replays" not in reader.get("policies").text
    assert reader.get("policies/replays").status_code == 403
    assert reader.post("policies/replays", revision=OWN).status_code == 403


def test_without_a_log_there_are_none() -> None:
    with served(decision_log="off") as client:
        reader = Reader(client)
        assert "policies/replays" not in reader.get("policies").text
        assert reader.get("policies/replays").status_code == 404
