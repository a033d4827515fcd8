"""What a policy lets through, over REST: the same as on the command line, with the org data in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

POLICY: dict[str, Any] = {
    "Statement": {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "arn:aws:kms:*:111122223333:*"}
}


@pytest.fixture
def inside(tmp_path: Path) -> TestClient:
    org = tmp_path / "org.yaml"
    org.write_text("accounts: ['111122223333']\n")
    return TestClient(make_app(make_guard(Settings(org_data=(str(org),)))))


def test_questions_about_outside_are_asked_where_org_data_are_in_force(inside: TestClient) -> None:
    answer = inside.post("/v1/reach", json={"policy": POLICY, "service": "kms"})
    assert answer.status_code == 200
    found = {one["question"]: one["answer"] for one in answer.json()["answers"]}
    assert found == {
        "outside_principals": "refuted",
        "outside_resources": "proved",
        "dead_statements": "proved",
        "allows_anything": "proved",
    }


def test_further_questions_are_asked_by_members(client: TestClient) -> None:
    asked = {"principal": "anonymous", "action": "kms:Sign", "resource": "arn:aws:kms:us-east-1:111122223333:key/a"}
    answer = client.post("/v1/reach", json={"policy": POLICY, "against": POLICY, "can": asked}).json()
    assert [(one["question"], one["answer"]) for one in answer["answers"]] == [
        ("newly_allowed", "proved"),
        ("dead_statements", "proved"),
        ("allows_anything", "proved"),
        ("can", "proved"),
    ]
    assert answer["answers"][3]["request"] == {**asked, "context": {}}


@pytest.mark.parametrize(
    ("content", "status", "pointer"),
    [
        ({"policy": {"Statement": 5}}, 422, "/policy"),
        ({"policy": "{"}, 422, "/policy"),
        ({"policy": POLICY, "against": {"Statement": [5]}}, 422, "/against/Statement/0"),
        ({"policy": POLICY, "agains": POLICY}, 422, "/agains"),
        ({"policy": {"Statement": [{"Sid": "x" * 50_000}]}}, 413, None),
        ({"policy": POLICY, "service": "s4"}, 404, None),
    ],
)
def test_what_cannot_be_read_is_a_problem(client: TestClient, content: Any, status: int, pointer: str | None) -> None:
    answer = client.post("/v1/reach", json=content)
    assert answer.status_code == status
    assert [place["pointer"] for place in answer.json().get("errors", [])] == ([pointer] if pointer else [])
