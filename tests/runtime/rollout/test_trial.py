"""What may not decide is refused, and the last good bundle goes on."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.bundles import make_keys, revision_of
from tests.support.rollout import activate, decide, steps, upload
from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.signing import sign
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.rollout import in_force


@pytest.fixture
def wrong(warning: bytes, failing: bytes, tmp_path: Path, opa: str, built: Callable[..., Path]) -> dict[str, bytes]:
    """Archives that must be refused, by what the refusal says."""
    contents = unpack(warning)
    stranger = make_keys(tmp_path)
    directory = built("vpce/main/main.rego", "# title: The one entrypoint of both engines", "# title: The entrypoint")
    return {
        "differs from what was signed": pack({**contents, "policy.wasm": contents["policy.wasm"][:-1] + b"\x00"}),
        "is not signed": pack({name: content for name, content in contents.items() if name != "signature.jws"}),
        "does not hold": sign(open_bundle(directory), key=stranger.private, key_id="team", version=9, opa=opa),
        "is unknown": sign(open_bundle(directory), key=stranger.private, key_id="stranger", version=9, opa=opa),
        "is truncated": warning[: len(warning) // 2],
        "is not a gzip file": b"nothing",
        "exactly what was signed": pack({**contents, "explain.json": b"{}"}),
        "own examples fail": failing,
        "has data after its end": warning + gzip.compress(b"more"),
    }


def test_what_may_not_decide_is_refused_and_the_last_good_bundle_goes_on(
    bundle_client: TestClient, warning: bytes, wrong: dict[str, bytes]
) -> None:
    upload(bundle_client, warning)
    activate(bundle_client, revision_of(warning))
    for message, archive in wrong.items():
        answer = upload(bundle_client, archive)
        assert (message, answer.status_code) == (message, 422)
        assert message in answer.json()["detail"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert decide(bundle_client)["bundle"]["revision"] == revision_of(warning)
    assert [step for step, _ in steps(bundle_client)].count("refused") == len(wrong)
    assert activate(bundle_client, "0" * 64).status_code == 404
    assert upload(bundle_client, warning[:100], reason="").status_code == 422


def set_timeout(client: TestClient, seconds: float) -> None:
    guard: Guard = client.app.state.guard  # type: ignore[attr-defined]
    guard.settings = guard.settings.model_copy(update={"timeout": seconds})


def test_a_bundle_that_would_not_hold_at_the_limits_of_now_is_not_activated(
    bundle_client: TestClient, slow: bytes
) -> None:
    set_timeout(bundle_client, 60)
    assert upload(bundle_client, slow).status_code == 201
    set_timeout(bundle_client, 0.02)
    refused = activate(bundle_client, revision_of(slow))
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:vpce-guard:bundle-refused")
    assert "The policy took longer than 0.02 s" in refused.json()["detail"]
    assert decide(bundle_client)["bundle"]["revision"] != revision_of(slow)
    set_timeout(bundle_client, 60)
    assert activate(bundle_client, revision_of(slow)).status_code == 200


def test_going_back_to_a_bundle_that_has_decided_does_not_try_it(
    bundle_client: TestClient, warning: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(bundle_client, warning)
    activate(bundle_client, revision_of(warning))
    activate(bundle_client, bundle_client.app.state.life.own.revision, rollback=True)  # type: ignore[attr-defined]

    async def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was tried")

    monkeypatch.setattr(in_force, "try_bundle", refuse)
    assert activate(bundle_client, revision_of(warning), rollback=True).status_code == 200
