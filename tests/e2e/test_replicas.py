"""Three services on one PostgreSQL answer for one another: what holds at one holds at all within seconds."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.bundles import KMS, Keys, revision_of
from tests.support.servers import Postgresql
from tests.support.service import Service, running
from tests.support.waiting import LONGEST, until

WITHIN = 5.0  # seconds until what changes at one holds everywhere
BURST = 300


@dataclass(frozen=True)
class Replica:
    """A service, and the folder with its own files."""

    service: Service
    folder: Path

    def ask(self, path: str, body: Any = None, *, key: str = "operator", method: str | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        url, headers = f"http://127.0.0.1:{self.service.port}{path}", {"authorization": f"Bearer {key}"}
        try:
            request = urllib.request.Request(url, data, headers, method=method)
            with urllib.request.urlopen(request, timeout=LONGEST) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())


def key_line(name: str, key: str) -> str:
    return f"{name}:{hashlib.sha256(key.encode()).hexdigest()} scopes=admin\n"


@pytest.fixture(scope="module")
def replicas(
    postgresql: Postgresql, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Replica, Replica, Replica]]:
    """Three services with the same files, each its own copies."""
    url = postgresql.fresh()
    with ExitStack() as stack:
        found = []
        for _ in range(3):
            folder = tmp_path_factory.mktemp("replica")
            (folder / "org.yaml").write_text("services: {allow: ['*']}\n")
            (folder / "keys").write_text(key_line("operator", "operator") + key_line("greedy", "greedy"))
            settings = {
                "database_url": url,
                "replicas": True,
                "org_data": folder / "org.yaml",
                "api_keys_file": folder / "keys",
                "bundle_keys_file": keys.known,
                "caller_rate": 0.01,
                "caller_burst": BURST,
            }
            found.append(Replica(stack.enter_context(running(folder, **settings)), folder))
        one, two, three = found
        yield one, two, three
    postgresql.drop(url)


def holds_everywhere(replicas: tuple[Replica, ...], found: Any) -> None:
    """Wait until something is found at each of them, no longer than it may take."""
    began = time.monotonic()
    for one in replicas:
        until(lambda one=one: found(one) or time.sleep(0.2))  # type: ignore[misc]
    assert time.monotonic() - began < WITHIN


def test_org_data_and_waivers_reach_all(replicas: tuple[Replica, ...]) -> None:
    def denied(one: Replica) -> bool:
        _, found = one.ask("/v1/org-data")
        return bool(found["sections"]["services"].get("deny") == ["sqs"])

    replaced = replicas[0].folder / "new.yaml"
    replaced.write_text("services: {allow: ['*'], deny: [sqs]}\n")
    shutil.move(replaced, replicas[0].folder / "org.yaml")
    holds_everywhere(replicas, denied)


def test_a_key_that_is_taken_back_at_one_opens_none(replicas: tuple[Replica, ...]) -> None:
    with (replicas[1].folder / "keys").open("a") as file:
        file.write(key_line("passing", "passing"))
    holds_everywhere(replicas, lambda one: one.ask("/v1/org-data", key="passing")[0] == 200)
    (replicas[1].folder / "keys").write_text(key_line("operator", "operator") + key_line("greedy", "greedy"))
    holds_everywhere(replicas, lambda one: one.ask("/v1/org-data", key="passing")[0] == 401)


def test_what_a_caller_used_up_at_one_is_used_up_at_all(replicas: tuple[Replica, ...]) -> None:
    let_in = 0
    while replicas[0].ask("/v1/org-data", key="greedy")[0] == 200:
        let_in += 1
    for one in replicas[1:]:
        while one.ask("/v1/org-data", key="greedy")[0] == 200:
            let_in += 1
            time.sleep(0.1)  # as a caller that goes on
    assert let_in == pytest.approx(BURST, rel=0.2)


def test_a_bundle_that_is_activated_at_one_answers_at_all(replicas: tuple[Replica, ...], warning: bytes) -> None:
    assert replicas[0].ask("/v1/bundles?reason=test", warning)[0] == 201

    def revision(one: Replica) -> str:
        status, answer = one.ask("/v1/decisions", {"document": KMS})
        assert status == 200, answer
        return str(answer["decisions"][0]["bundle"]["revision"])

    new = revision_of(warning)
    assert replicas[0].ask(f"/v1/bundles/{new}/activate", {"reason": "test", "rollback": False})[0] == 200
    holds_everywhere(replicas, lambda one: revision(one) == new)
    assert {revision(one) for one in replicas} == {new}


def test_a_replay_that_is_asked_for_at_one_is_found_and_dropped_at_another(replicas: tuple[Replica, ...]) -> None:
    one, two, three = replicas
    assert one.ask("/v1/decisions", {"document": KMS})[0] == 200
    status, begun = one.ask("/v1/replays", {"candidate": {"org_data": {"services": {"deny": ["kms"]}}}})
    assert status == 202, begun
    place = f"/v1/replays/{begun['replay_id']}"
    until(lambda: two.ask(place)[1]["status"] == "done" or time.sleep(0.2))
    (at_three, told), (at_one, the_same) = three.ask(place), one.ask(place)
    assert (at_three, at_one) == (200, 200), (told, the_same)
    assert told["report"] == the_same["report"]
    assert three.ask(place, method="DELETE")[0] == 204
    assert one.ask(place)[0] == 404
