"""Org data that change under load: no request fails, and none is judged half by old and half by new data."""

from __future__ import annotations

import json
import os
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import warm
from tests.support.opa_server import free_port
from tests.support.waiting import LONGEST, until
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.org.load import load

if TYPE_CHECKING:
    from tests.support.opa_server import Opa

CALLERS = 4
PAUSE = 0.03  # seconds between the questions of a caller
OLD = "services: {allow: [sqs]}\n"
NEW = "services: {deny: [sqs]}\n"
ENDPOINT = {
    "operation": "create",
    "request": {"VpcEndpointType": "Interface", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.sqs"},
    "context": {"Region": "us-east-1"},
}
BODY = json.dumps({"document": {"proposals": [ENDPOINT] * 3}}).encode()


@pytest.fixture
def revisions(tmp_path: Path) -> dict[str, bool]:
    """The revision of each state of the data, and whether it denies sqs."""
    found = {}
    for content, denies in ((OLD, False), (NEW, True)):
        file = tmp_path / "one.yaml"
        file.write_text(content)
        found[load([file], open_bundle().rules).revision] = denies
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "org.yaml"
    file.write_text(OLD)
    return file


def served(data: Path, *flags: str) -> Iterator[str]:
    port = free_port()
    command = ["serve", "--port", port, "--data", data, *flags]
    service = warm.start(command, env={**os.environ, "VPCE_GUARD_LOG_LEVEL": "error"})
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: service.poll() is not None or _ready(url))
        assert service.poll() is None, "the service ended"
        yield url
    finally:
        service.terminate()
        service.wait(LONGEST)


@pytest.mark.parametrize("engine", ["embedded", "opa"])
def test_every_decision_is_by_one_state_of_the_data(
    engine: str, data: Path, revisions: dict[str, bool], request: pytest.FixtureRequest
) -> None:
    flags: tuple[str, ...] = ()
    if engine == "opa":
        opa: Opa = request.getfixturevalue("opa_server")
        flags = ("--engine", "opa", "--opa-url", opa.url)
    service = served(data, *flags)
    url = next(service)
    stop = threading.Event()
    seen: list[tuple[str, ...]] = []
    wrong: list[Any] = []
    callers = [threading.Thread(target=_call, args=(url, stop, revisions, seen, wrong)) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    by_content = {denies: revision for revision, denies in revisions.items()}
    until(lambda: len(seen) > 20)
    for content, denies in ((NEW, True), (OLD, False), (NEW, True)):
        data.write_text(content)
        until(lambda revision=by_content[denies]: seen[-1][0] == revision)
        data.write_text("services: {deny: [sqs\n")  # which cannot be read
        until(lambda: _get(f"{url}/readyz")["org"]["error"])
    stop.set()
    for caller in callers:
        caller.join()
    assert wrong == []
    assert set().union(*seen) == set(revisions)
    service.close()


def test_broken_data_are_told_and_the_old_ones_stay(data: Path, revisions: dict[str, bool]) -> None:
    service = served(data)
    url = next(service)
    data.write_text("services: {allow: sqs}\n")
    until(lambda: _get(f"{url}/readyz")["org"]["error"])
    org = _get(f"{url}/readyz")["org"]
    assert "org.yaml:1: /services/allow" in org["error"]
    assert revisions[org["revision"]] is False
    service.close()


def _call(
    url: str, stop: threading.Event, revisions: dict[str, bool], seen: list[tuple[str, ...]], wrong: list[Any]
) -> None:
    while not stop.wait(PAUSE):
        try:
            request = urllib.request.Request(f"{url}/v1/decisions", BODY, {"content-type": "application/json"})
            with urllib.request.urlopen(request, timeout=LONGEST) as response:
                decisions = json.load(response)["decisions"]
        except OSError as error:
            wrong.append(error)
            continue
        found = tuple(decision["org"]["revision"] for decision in decisions)
        denied = [any(v["rule_id"] == "VPCE-ORG-002" for v in decision["violations"]) for decision in decisions]
        if len(set(found)) != 1 or denied != [revisions.get(found[0])] * 3:
            wrong.append((found, denied))
        seen.append(found)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=LONGEST) as response:
        return json.load(response)


def _ready(url: str) -> bool:
    try:
        return bool(_get(f"{url}/readyz")["status"] == "ready")
    except OSError:
        return False
