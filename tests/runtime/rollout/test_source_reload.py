"""`serve --watch`: an edit comes into force while the service runs; a broken one is told and changes nothing."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.bundles import KMS, RULE, RULES
from tests.support.rego import copy_rego
from tests.support.service import Service, get, running
from tests.support.waiting import LONGEST, until
from vpce_guard.authoring.rego.edited import EditedFolder
from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.rollout.source_reload import FolderWatch
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import load_settings

SAYS = "is not offered for gateway endpoints"


def decision(service: Service) -> Any:
    body = json.dumps({"document": KMS}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{service.port}/v1/decisions", body)
    with urllib.request.urlopen(request, timeout=LONGEST) as answer:
        return json.loads(answer.read())["decisions"][0]


def action(service: Service) -> str:
    (found,) = [v for v in decision(service)["violations"] if v["rule_id"] == "VPCE-GW-001"]
    return str(found["enforcement_action"])


def test_edits_come_into_force_and_broken_ones_do_not(root: Path, tmp_path: Path, opa: str) -> None:
    rego = copy_rego(root, tmp_path / "rego", rules=RULES)
    rule = rego / RULE
    good = rule.read_text()
    assert "enforcement_action: deny" in good
    cache = {"cache_dir": tmp_path / "cache"}
    with running(tmp_path, arguments=("--watch", "--source", rego, "--opa", opa), **cache) as service:
        first = decision(service)["bundle"]["revision"]
        assert action(service) == "deny"

        rule.write_text(good.replace("enforcement_action: deny", "enforcement_action: warn"))
        until(lambda: action(service) == "warn")
        warning = decision(service)["bundle"]["revision"]
        assert warning != first
        assert get(service, "/readyz")[1]["refused"] is None

        rule.write_text(good + "\nbroken if nowhere.to_be_found\n")
        until(lambda: bool(get(service, "/readyz")[1]["refused"]))
        refused = get(service, "/readyz")[1]["refused"]
        line = good.count("\n") + 2
        assert f"{rule}:{line}: rego_unsafe_var_error" in refused
        assert get(service, "/readyz")[0] == 200
        assert decision(service)["bundle"]["revision"] == warning

        rule.write_text(good)
        until(lambda: action(service) == "deny")
        assert get(service, "/readyz")[1]["refused"] is None
        assert decision(service)["bundle"]["revision"] == first
    events = [event["event"] for event in service.events()]
    assert (events.count("edit_in_force"), events.count("edit_refused")) == (2, 1)


def test_without_the_opa_that_compiles_it_does_not_start(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "vpce_guard", "serve", "--watch", "--source", str(root / "rego")]
    done = subprocess.run([*command, "--opa", str(tmp_path / "opa")], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{tmp_path / 'opa'} cannot be run" in done.stderr
    assert "Traceback" not in done.stderr


class Folder:
    """Builds the bundle in force, or fails; counts how often."""

    source = "rego"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.builds = 0

    def build(self) -> Bundle:
        self.builds += 1
        if self.error is not None:
            raise self.error
        return open_bundle()


@pytest.fixture(scope="module")
def guard() -> Guard:
    return make_guard(load_settings())


def watch(guard: Guard, folder: Folder) -> FolderWatch:
    return FolderWatch(guard, cast(EditedFolder, folder))


def test_an_edit_made_before_the_watch_began_is_taken_up_once(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def quiet(*_: Any, **asked: Any) -> AsyncIterator[set[tuple[int, str]]]:
        assert asked["yield_on_timeout"]
        yield set()
        yield set()

    folder = Folder()
    monkeypatch.setattr("watchfiles.awatch", quiet)
    asyncio.run(watch(guard, folder).run())
    assert folder.builds == 1


def test_what_concerns_no_rule_builds_nothing(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    async def edits(*_: Any, **__: Any) -> AsyncIterator[set[tuple[int, str]]]:
        yield set()
        yield {(1, "rego/notes.txt")}
        yield {(1, "rego/vpce/main/main.rego")}

    folder = Folder()
    monkeypatch.setattr("watchfiles.awatch", edits)
    asyncio.run(watch(guard, folder).run())
    assert folder.builds == 2


def test_a_disk_that_is_full_is_told_and_changes_nothing(guard: Guard) -> None:
    before = guard.policy
    followed = watch(guard, Folder(OSError(28, "No space left on device")))
    asyncio.run(followed.apply_edit())
    assert followed.error == "[Errno 28] No space left on device"
    assert guard.policy is before
