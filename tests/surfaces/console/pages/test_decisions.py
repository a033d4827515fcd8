"""The pages about what was decided."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.console import Reader, served, write_keys, written_on
from tests.support.entries import make_link
from tests.support.waiting import LONGEST
from vpce_guard.decision_log.links import keep_links
from vpce_guard.surfaces.console.pages import decisions

GOOD = {
    "operation": "create",
    "request": {
        "VpcEndpointType": "Gateway",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.s3",
        "RouteTableIds": ["rtb-0a000001"],
    },
    "context": {"Region": "us-east-1", "AccountId": "111122223333"},
    "labels": {"team": "payments"},
}
BAD = {
    **GOOD,
    "address": "=cmd()",
    "request": {**GOOD["request"], "ServiceName": "com.amazonaws.us-east-1.sqs"},  # type: ignore[dict-item]
    "labels": {"team": "search"},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("decisions")
    url = f"sqlite:///{folder / 'decisions.db'}"
    with served(database_url=url, api_keys_file=write_keys(folder), log_erase=["/request/VpcId"]) as client:
        for key, document in (("both-key", GOOD), ("admin-key", BAD)):
            headers = {"authorization": f"Bearer {key}"}
            assert client.post("/v1/decisions", json={"document": document}, headers=headers).status_code == 200
        yield client


@pytest.fixture
def admin(client: TestClient) -> Iterator[Reader]:
    client.cookies.clear()
    reader = Reader(client)
    reader.sign_in("admin-key")
    yield reader
    client.cookies.clear()


def decision_ids(reader: Reader, query: str = "") -> list[str]:
    found = json.loads(reader.get(f"decisions.json?{query}").text)["decisions"]
    return [one["decision"]["decision_id"] for one in found]


def test_decisions_are_listed_newest_first(admin: Reader) -> None:
    page = admin.get("decisions")
    text = written_on(page)
    assert text.index("denied =cmd()") < text.index("allowed Gateway com.amazonaws.us-east-1.s3")
    assert "1 allowed and 1 denied" in text
    assert page.text.count('<rect class="denied"') == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("outcome=denied", 1),
        ("outcome=allowed&rule_id=", 1),
        ("rule_id=VPCE-GW-001", 1),
        ("account_id=111122223333", 2),
        ("account_id=444455556666", 0),
        ("label=team:search", 1),
        ("service_name=com.amazonaws.us-east-1.s3", 1),
        ("requested_by=both", 1),
        ("since=2020-01-01&until=2020-01-02", 0),
        ("since=2020-01-01", 2),
    ],
)
def test_filters_are_in_the_address(admin: Reader, query: str, count: int) -> None:
    assert len(decision_ids(admin, query)) == count
    page = admin.get(f"decisions?{query}")
    assert page.text.count("<tr>") == (count + 1 if count else 0)
    assert (
        f'href="/console/decisions.csv?{query.replace("&", "&amp;").replace(":", "%3A").removesuffix("&amp;rule_id=")}"'
        in page.text
    )


def test_who_is_no_administrator_sees_its_own(client: TestClient, admin: Reader) -> None:
    every = decision_ids(admin)
    client.cookies.clear()
    other = Reader(client)
    other.sign_in("both-key")
    own = decision_ids(other)
    assert len(own) == 1
    (foreign,) = set(every) - set(own)
    for page in (f"decisions/{foreign}", f"decisions/{foreign}/explanation", f"check?decision={foreign}"):
        assert other.get(page).status_code == 404


def test_a_file_for_spreadsheets_holds_no_formula(admin: Reader) -> None:
    answer = admin.get("decisions.csv?outcome=denied")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, row = csv.reader(io.StringIO(answer.text))
    told = dict(zip(head, row, strict=True))
    assert told["endpoint"] == "'=cmd()"
    assert told["allowed"] == "denied"
    assert "VPCE-GW-001" in told["violated"].split()
    assert told["requested_by"] == "admin"


def test_a_decision_shows_its_reasons_and_what_it_was_made_on(admin: Reader) -> None:
    (denied,) = decision_ids(admin, "outcome=denied")
    page = admin.get(f"decisions/{denied}")
    text = written_on(page)
    assert "Denied" in text
    assert "VPCE-GW-001" in text
    assert "Asked by admin" in text
    assert "Account 111122223333" in text
    assert "Label team search" in text
    assert "Not kept: /input/request/VpcId" in text
    assert f'href="/console/check?decision={denied}"' in page.text
    assert admin.get("decisions/none-of-that-id").status_code == 404


def test_a_decision_shows_what_came_to_be_of_it(client: TestClient, admin: Reader) -> None:
    (allowed,) = decision_ids(admin, "outcome=allowed")
    assert "What came to be" not in written_on(admin.get(f"decisions/{allowed}"))
    found = make_link(
        allowed, outcome="differs", certainty="request", endpoint_ids=("vpce-0a1",), differs=("PolicyDocument",)
    )
    keep_links(client.app.state.guard.decision_log.database, [found])  # type: ignore[attr-defined]
    text = written_on(admin.get(f"decisions/{allowed}"))
    assert "What came to be Differs vpce-0a1 Otherwise PolicyDocument" in text
    assert "Found by the request that CloudTrail recorded As of 2026-01-02T00:00:00.000Z" in text


def test_a_decision_is_explained(admin: Reader) -> None:
    (denied,) = decision_ids(admin, "outcome=denied")
    text = written_on(admin.get(f"decisions/{denied}/explanation"))
    assert re.search("What decided .*VPCE-GW-001", text)
    assert "Smallest change" in text


def test_pages_follow_each_other(admin: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vpce_guard.surfaces.console.pages.decisions._ON_A_PAGE", 1)
    first = admin.get("decisions?account_id=111122223333")
    (older,) = re.findall(r'<a href="/console/([^"]+)" rel="next">Older</a>', first.text)
    assert "account_id=111122223333" in older
    second = admin.get(html.unescape(older))
    assert "denied =cmd()" in written_on(first)
    assert "allowed Gateway" in written_on(second)
    assert 'rel="next"' not in second.text
    assert '<a href="/console/decisions?account_id=111122223333">Newest</a>' in second.text


def test_decisions_are_shown_where_their_number_over_time_takes_too_long(
    admin: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(decisions.queries, "count_by_time", lambda *_: is_over.wait(LONGEST))
    monkeypatch.setattr(decisions, "_COUNT_SHARE", 0.002)
    try:
        page = admin.get("decisions")
    finally:
        is_over.set()
    assert page.status_code == 200
    assert "could not be counted within 0.12 s" in written_on(page)
    assert page.text.count('href="/console/decisions/0') == 2
