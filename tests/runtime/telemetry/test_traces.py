"""One trace from the caller through the service to its sidecar, and nothing in it of what documents say."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.collector import Collector, Seen, collecting
from tests.support.opa_server import answers, free_port
from tests.support.waiting import LONGEST, until
from vpce_guard.bundle.derived import packaged_file
from vpce_guard.errors import SettingsError
from vpce_guard.runtime.wiring import make_guard, make_observer, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

DOCUMENT = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SERVER, CLIENT, INTERNAL = 2, 3, 1  # SpanKind in opentelemetry-proto


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    with collecting() as collector:
        yield collector


@pytest.fixture
def opa_url(opa: str, collector: Collector) -> Iterator[str]:
    """A real OPA that sends its spans to the collector."""
    port = free_port()
    tracing = {"type": "http", "address": collector.address, "batch_span_processor_options.batch_timeout_ms": "50"}
    options = [word for name, value in tracing.items() for word in ("--set", f"distributed_tracing.{name}={value}")]
    command = [
        opa,
        "run",
        "--server",
        "--addr",
        f"127.0.0.1:{port}",
        "--log-level",
        "error",
        "--bundle",
        str(packaged_file("vpce.tar.gz")),
    ]
    process = subprocess.Popen([*command, *options])
    until(lambda: answers(f"http://127.0.0.1:{port}"))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(LONGEST)


@contextmanager
def service(collector: Collector, *, logged: Path | None = None, **settings: Any) -> Iterator[TestClient]:
    kept: dict[str, Any] = {"database_url": f"sqlite:///{logged}"} if logged else {"decision_log": "off"}
    guard = make_guard(Settings(otlp_endpoint=f"http://{collector.address}", **kept, **settings))
    with TestClient(make_app(replace(guard, decision_log=open_log(guard.settings)))) as client:
        yield client


def asked(client: TestClient, document: Any = DOCUMENT, *, flags: str = "01", **headers: str) -> int:
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-{flags}", **headers}
    return client.post("/v1/decisions", json={"document": document}, headers=headers).status_code


def by_name(spans: list[Seen]) -> dict[str, Seen]:
    return {f"{span.service} {span.name}": span for span in spans if span.trace == TRACE}


def test_service_and_sidecar_are_in_one_trace_with_the_right_parents(
    collector: Collector, opa_url: str, tmp_path: Path
) -> None:
    with service(collector, logged=tmp_path / "log.db", engine="opa", opa_url=opa_url, timeout=60) as client:
        assert asked(client) == 200
        until(lambda: "opa POST /v1/data/{path...}" in by_name(collector.spans) and len(by_name(collector.spans)) >= 6)
    spans = by_name(collector.spans)
    request = spans["vpce-guard POST /v1/decisions"]
    assert request.parent == CALLER
    steps = ("read", "evaluate", "judge", "record")
    assert [spans[f"vpce-guard {step}"].parent for step in steps] == [request.id] * 4
    assert spans["opa POST /v1/data/{path...}"].parent == spans["vpce-guard evaluate"].id
    assert [spans[f"vpce-guard {step}"].kind for step in steps] == [INTERNAL, CLIENT, INTERNAL, INTERNAL]
    assert request.kind == SERVER


def test_spans_say_what_and_how_much(collector: Collector, tmp_path: Path) -> None:
    with service(collector, logged=tmp_path / "log.db") as client:
        answer = client.post(
            "/v1/decisions", json={"document": DOCUMENT}, headers={"traceparent": f"00-{TRACE}-{CALLER}-01"}
        )
    spans = by_name(collector.spans)
    assert spans["vpce-guard POST /v1/decisions"].attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/decisions",
        "http.response.status_code": 200,
    }
    assert spans["vpce-guard read"].attributes == {"vpce_guard.format": "auto", "vpce_guard.proposals": 1}
    assert spans["vpce-guard evaluate"].attributes == {
        "vpce_guard.engine": "embedded",
        "vpce_guard.proposals": 1,
        "vpce_guard.revision": answer.json()["decisions"][0]["bundle"]["revision"],
        "vpce_guard.fallback": False,
    }
    assert spans["vpce-guard record"].attributes == {
        "vpce_guard.records": 1,
        "vpce_guard.first_decision_id": answer.json()["decisions"][0]["decision_id"],
    }


def test_nothing_of_a_document_a_header_or_an_address_is_sent(collector: Collector) -> None:
    with service(collector) as client:
        asked(client, {**DOCUMENT, "VpcId": "vpc-5ec4e700"}, authorization="Bearer 5ec4e7-token")
        assert asked(client, {"VpcId": ["5ec4e7-value"], "ServiceName": "x"}) == 422
        client.get("/v1/decisions?request_id=5ec4e7-id", headers={"traceparent": f"00-{TRACE}-{CALLER}-01"})
    assert len(collector.spans) == 7
    assert [body for body in collector.bodies if b"5ec4e7" in body] == []


def test_a_step_that_fails_says_with_what_kind_of_error(collector: Collector) -> None:
    with service(collector, engine="opa", opa_url=f"http://127.0.0.1:{free_port()}") as client:
        assert asked(client) == 503
        assert asked(client, {"VpcId": [1], "ServiceName": "x"}) == 422
    failed = [(span.name, span.attributes["error.type"]) for span in collector.spans if span.failed]
    assert failed == [("evaluate", "engine"), ("POST /v1/decisions", "503"), ("read", "malformed")]


def test_probes_and_scrapes_are_not_traced(collector: Collector) -> None:
    with service(collector) as client:
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).status_code == 200
    assert collector.spans == []


@pytest.mark.parametrize(("flags", "spans"), [("00", 0), ("01", 4)])
def test_who_calls_decides_whether_its_trace_is_kept(collector: Collector, flags: str, spans: int) -> None:
    with service(collector, trace_ratio=0.0) as client:
        asked(client, flags=flags)
    assert len(collector.spans) == spans


def test_traces_begun_here_are_kept_by_ratio(collector: Collector) -> None:
    with service(collector, trace_ratio=0.0) as client:
        client.post("/v1/decisions", json={"document": DOCUMENT})
    assert collector.spans == []


@pytest.mark.parametrize("given", ["nonsense", f"00-{'0' * 32}-{CALLER}-01", ""])
def test_a_traceparent_that_is_none_begins_a_trace(collector: Collector, given: str) -> None:
    with service(collector) as client:
        client.post("/v1/decisions", json={"document": DOCUMENT}, headers={"traceparent": given})
    request = next(span for span in collector.spans if span.name == "POST /v1/decisions")
    assert request.parent == ""
    assert len({span.trace for span in collector.spans}) == 1


def test_a_collector_that_is_away_costs_nobody_a_decision() -> None:
    with service(Away()) as client:  # type: ignore[arg-type]
        assert asked(client) == 200
        began = time.monotonic()
    assert time.monotonic() - began < 20


class Away:
    """Where nobody collects."""

    address = "127.0.0.1:1"


def test_traces_without_their_packages_are_a_wrong_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vpce_guard.runtime.telemetry.traces", None)
    with pytest.raises(SettingsError, match=r"pip install \"vpce-guard\[traces\] @ git"):
        make_observer(Settings(otlp_endpoint="http://127.0.0.1:4318"))


def test_the_name_of_the_service_can_be_set(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "guard-of-prod")
    with service(collector) as client:
        asked(client)
    assert {span.service for span in collector.spans} == {"guard-of-prod"}
