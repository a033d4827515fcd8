"""Bundles activated under load: two services on one database, and one whose real OPA polls it for bundles.

No request fails, no decision mixes two revisions, and who has come to the new bundle stays with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.support import warm
from tests.support.bundles import KMS, Keys, revision_of
from tests.support.opa_server import free_port
from tests.support.waiting import LONGEST, until

PAUSE = 0.03  # seconds between the questions of a caller
BODY = json.dumps({"document": [{"operation": "create", "request": KMS}] * 3}).encode()


class Load:
    """Asks for decisions until stopped; keeps what went wrong and, by caller, the revisions in their order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.wrong: list[Any] = []
        self.seen: list[list[str]] = [[], []]
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(seen,)) for seen in self.seen]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, seen: list[str]) -> None:
        while not self._stop.wait(PAUSE):
            try:
                decisions = call(f"{self.url}/v1/decisions", BODY)["decisions"]
            except (OSError, ValueError) as error:
                self.wrong.append(repr(error))
                continue
            revisions = {decision["bundle"]["revision"] for decision in decisions}
            answers = {
                v["enforcement_action"] for d in decisions for v in d["violations"] if v["rule_id"] == "VPCE-GW-001"
            }
            if len(revisions) != 1 or len(answers) != 1:
                self.wrong.append((revisions, answers))
            seen.append(revisions.pop())

    def comes_to(self, archive: bytes) -> None:
        """Wait until every caller is answered under a bundle."""
        revision, before = revision_of(archive), [len(seen) for seen in self.seen]
        until(lambda: all(revision in seen[start:] for seen, start in zip(self.seen, before, strict=True)))

    def order(self) -> list[list[str]]:
        """By caller, the revisions in their order, each once in a row."""
        return [[revision for revision, _ in groupby(seen)] for seen in self.seen]


def call(url: str, body: bytes | None = None, *, method: str | None = None) -> Any:
    request = urllib.request.Request(url, body, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=LONGEST) as answer:
        return json.load(answer)


@contextmanager
def running(process: subprocess.Popen[bytes] | warm.Process, url: str) -> Iterator[str]:
    try:
        until(lambda: process.poll() is not None or answers(url))
        assert process.poll() is None, "it ended"
        yield url
    finally:
        process.terminate()
        process.wait(LONGEST)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=LONGEST) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def environment(tmp_path: Path, keys: Keys) -> dict[str, str]:
    return {
        "VPCE_GUARD_DATABASE_URL": f"sqlite:///{tmp_path / 'log.db'}",
        "VPCE_GUARD_BUNDLE_KEYS_FILE": str(keys.known),
        "VPCE_GUARD_TIMEOUT": "60",
    }


def service(stack: ExitStack, environment: dict[str, str], *flags: str, ready: str = "/readyz") -> str:
    port = free_port()
    given = {**os.environ, "VPCE_GUARD_LOG_LEVEL": "warning", **environment}
    process = warm.start(["serve", "--port", port, *flags], env=given)
    stack.enter_context(running(process, f"http://127.0.0.1:{port}{ready}"))
    return f"http://127.0.0.1:{port}"


def upload(url: str, *archives: bytes) -> None:
    for archive in archives:
        request = urllib.request.Request(f"{url}/v1/bundles?reason=test", archive)
        urllib.request.urlopen(request, timeout=LONGEST).close()


def put_in_force(url: str, archive: bytes, *, rollback: bool = False) -> None:
    """Activate; once that is answered it is in force where it was asked for."""
    body = json.dumps({"reason": "test", "rollback": rollback}).encode()
    call(f"{url}/v1/bundles/{revision_of(archive)}/activate", body)


def test_services_on_one_database_change_under_load(
    environment: dict[str, str], packaged: bytes, warning: bytes
) -> None:
    with ExitStack() as stack:
        urls = [service(stack, environment) for _ in range(2)]
        upload(urls[0], packaged, warning)
        put_in_force(urls[0], packaged)
        with Load(urls[0]) as one, Load(urls[1]) as other:
            one.comes_to(packaged)
            other.comes_to(packaged)
            put_in_force(urls[0], warning)
            one.comes_to(warning)
            other.comes_to(warning)
        for load in (one, other):
            assert load.wrong == []
            assert load.order() == [[revision_of(packaged), revision_of(warning)]] * 2


def test_a_sidecar_that_polls_changes_under_load(
    environment: dict[str, str], keys: Keys, packaged: bytes, warning: bytes, opa: str, tmp_path: Path
) -> None:
    port, config = free_port(), tmp_path / "opa.json"
    with ExitStack() as stack:
        url = service(stack, environment, "--engine", "opa", "--opa-url", f"http://127.0.0.1:{port}", ready="/healthz")
        upload(url, packaged, warning)
        put_in_force(url, packaged)  # a sidecar that verifies takes nothing that is not signed
        polling = {"long_polling_timeout_seconds": 20}
        config.write_text(
            json.dumps(
                {
                    "services": {"guard": {"url": url}},
                    "bundles": {
                        "vpce": {
                            "service": "guard",
                            "resource": "/bundles/vpce.tar.gz",
                            "polling": polling,
                            "signing": {"keyid": "team"},
                        }
                    },
                    "keys": {"team": {"algorithm": "ES256", "key": keys.public.read_text()}},
                    "status": {"service": "guard"},
                }
            )
        )
        command = [opa, "run", "-s", "-a", f"127.0.0.1:{port}", "-l", "error", "--disable-telemetry", "-c", str(config)]
        stack.enter_context(running(subprocess.Popen(command), f"http://127.0.0.1:{port}/health?bundles"))
        with Load(url) as load:
            load.comes_to(packaged)
            put_in_force(url, warning)
            load.comes_to(warning)
            put_in_force(url, packaged, rollback=True)
            load.comes_to(packaged)
        assert load.wrong == []
        old, new = revision_of(packaged), revision_of(warning)
        assert load.order() == [[old, new, old]] * 2
        until(lambda: [sidecar["current"] for sidecar in call(f"{url}/v1/bundles")["sidecars"]] == [True])
