"""The page about the service itself."""

from __future__ import annotations

from tests.support.console import Reader, written_on


def test_a_service_that_decides_says_with_what(reader: Reader) -> None:
    guard = reader.client.app.state.guard  # type: ignore[attr-defined]
    text = written_on(reader.get("health"))
    assert "Ready" in text
    assert f"Bundle in force {guard.bundle.revision}" in text
    assert "Engine embedded" in text
    assert "Lost 0" in text
    assert "max_endpoints 1,000" in text


def test_a_service_that_cannot_decide_says_why(reader: Reader) -> None:
    guard = reader.client.app.state.guard  # type: ignore[attr-defined]
    guard.stopping = True
    try:
        page = reader.get("health")
    finally:
        guard.stopping = False
    assert page.status_code == 200
    assert "Not ready" in written_on(page)
    assert "look The service is shutting down." in written_on(page)


def test_no_secret_is_on_it(reader: Reader) -> None:
    guard = reader.client.app.state.guard  # type: ignore[attr-defined]
    kept = guard.settings
    guard.settings = kept.model_copy(update={"log_key": "a-very-secret-key", "opa_token": "another-secret"})
    try:
        text = reader.get("health").text
    finally:
        guard.settings = kept
    assert "secret" not in text
