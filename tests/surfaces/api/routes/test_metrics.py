"""GET /metrics says what happened and how things stand, is documented, and does not grow without bound."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics

from tests.support.numbers import WatchedService
from tests.support.recording import GATEWAY
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.rollout.beside import ShadowCounts
from vpce_guard.runtime.telemetry.metrics import ServiceMetrics
from vpce_guard.runtime.telemetry.numbers import SECONDS
from vpce_guard.runtime.wiring import make_guard, open_anchors, open_forwarder, open_log
from vpce_guard.runtime.workers.counts import count_workers
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


def test_requests_are_counted_by_route_template(watched: WatchedService) -> None:
    watched.client.get("/v1/rules/VPCE-GW-001")
    watched.client.get("/v1/rules/VPCE-GW-002")
    watched.client.get("/v1/rules/none-such")
    rule = {"route": "/v1/rules/{rule_id}", "method": "GET"}
    assert watched.number("vpce_guard_requests_total", **rule, status="200") == 2
    assert watched.number("vpce_guard_requests_total", **rule, status="404") == 1
    assert watched.number("vpce_guard_request_duration_seconds_count", route="/v1/rules/{rule_id}") == 3


def test_nobody_makes_series_by_inventing_paths_or_methods(watched: WatchedService) -> None:
    for i in range(5):
        watched.client.get(f"/{i}")
        watched.client.request(f"BREW{i}", "/v1/rules")
    page = watched.client.get("/metrics").text
    found = set(re.findall(r'^vpce_guard_requests_total{method="(.+)",route="(.+)",status="(\d+)"}', page, re.M))
    assert found == {("GET", "none", "404"), ("other", "/v1/rules", "405")}


def test_callers_beyond_the_limit_are_other_and_strangers_are_none(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("".join(f"{n}:{hashlib.sha256(n.encode()).hexdigest()}\n" for n in ("ann", "bob", "cyd", "dan")))
    service = WatchedService(make_guard(Settings(api_keys_file=keys, metrics_callers=2)))
    for name in ("ann", "bob", "cyd", "dan", "ann", "nobody"):
        headers = {"authorization": f"Bearer {name}"}
        service.client.post("/v1/decisions", json={"document": GATEWAY}, headers=headers)
    page = service.client.get("/metrics").text
    found = re.findall(r'^vpce_guard_caller_decisions_total{caller="(\w+)",.*} (\S+)$', page, re.MULTILINE)
    ann, bob = (hashlib.sha256(name).hexdigest()[:12] for name in (b"ann", b"bob"))
    assert found == [(ann, "2.0"), (bob, "1.0"), ("other", "2.0")]


def test_callers_have_their_names_where_the_page_asks_for_a_key(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"ann:{hashlib.sha256(b'ann').hexdigest()}\n")
    service = WatchedService(make_guard(Settings(api_keys_file=keys, open_health=False)))
    headers = {"authorization": "Bearer ann"}
    service.client.post("/v1/decisions", json={"document": GATEWAY}, headers=headers)
    assert service.client.get("/metrics").status_code == 401
    assert 'vpce_guard_caller_decisions_total{caller="ann"' in service.client.get("/metrics", headers=headers).text


def test_refusals_are_counted_by_why(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"ann:{hashlib.sha256(b'key').hexdigest()} scopes=decide\n")
    service = WatchedService(make_guard(Settings(api_keys_file=keys, caller_rate=0.001, caller_burst=4, max_body=2000)))
    headers = {"authorization": "Bearer key"}
    service.client.get("/v1/rules")
    service.client.get("/v1/rules", headers=headers)
    service.client.post("/v1/decisions", content=b"{", headers=headers)
    service.client.post("/v1/decisions", json={"document": GATEWAY, "colour": "red"}, headers=headers)
    service.client.post("/v1/decisions", content=b" " * 3000, headers=headers)
    service.client.post("/v1/decisions", json={"document": GATEWAY}, headers=headers)
    page = service.client.get("/metrics").text
    assert dict(re.findall(r'^vpce_guard_refusals_total{reason="(\w+)"} (\S+)$', page, re.MULTILINE)) == {
        "unauthenticated": "1.0",
        "forbidden": "1.0",
        "unreadable": "1.0",
        "malformed": "1.0",
        "too_large": "1.0",
        "overloaded": "1.0",
    }


def test_a_failure_nobody_foresaw_is_a_500(guard: Guard) -> None:
    service = WatchedService(replace(guard, policy=replace(guard.policy, engine=None)))  # type: ignore[arg-type]
    assert service.asked() == 500


def test_times_are_told_apart_where_decisions_are_and_past_what_clients_wait() -> None:
    assert [bound for bound in SECONDS if bound <= 0.01] == [0.0002, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01]
    assert max(SECONDS) > Settings().remote_timeout


def test_a_histogram_counts_up_to_each_bound() -> None:
    metrics = ServiceMetrics(most_callers=0)
    for seconds in (0.0002, 0.004, 70.0):
        metrics.measure_step("read", seconds, engine="")
    family = next(f for f in metrics.collect() if f.name == "vpce_guard_read_duration_seconds")
    found = {s.labels["le"]: s.value for s in family.samples if s.name.endswith("_bucket")}
    assert [found["0.0002"], found["0.003"], found["0.005"], found["60.0"], found["+Inf"]] == [1, 1, 2, 2, 3]
    assert next(s.value for s in family.samples if s.name.endswith("_sum")) == pytest.approx(70.0042)


def test_bundle_and_org_data_in_force_are_told(tmp_path: Path) -> None:
    org = tmp_path / "org.yaml"
    org.write_text("network: {forbid_default_sg: true}\n")
    service = WatchedService(make_guard(Settings(org_data=(org,))))
    assert service.number("vpce_guard_bundle_info", revision=service.guard.bundle.revision, engine="embedded") == 1
    assert service.number("vpce_guard_org_data_info", revision=service.guard.org.current.revision) == 1
    for name in ("bundle_activated", "org_data_loaded"):
        assert time.time() - (service.number(f"vpce_guard_{name}_timestamp_seconds") or 0) < 60
    assert service.number("vpce_guard_org_data_refused") == 0
    org.write_text("central: 7\n")
    service.guard.org.refresh()
    assert service.number("vpce_guard_org_data_refused") == 1


def test_a_refused_file_of_keys_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vpce_guard.reloading._LOOK_EVERY", 0.0)
    keys = tmp_path / "keys"
    keys.write_text(f"ann:{hashlib.sha256(b'key').hexdigest()}\n")
    service = WatchedService(make_guard(Settings(api_keys_file=keys)))
    assert service.number("vpce_guard_api_keys_refused") == 0
    keys.write_text("this is no key\n")
    assert service.client.get("/v1/rules", headers={"authorization": "Bearer key"}).status_code == 200
    assert service.number("vpce_guard_api_keys_refused") == 1


def test_metrics_are_closed_where_health_is() -> None:
    client = TestClient(make_app(make_guard(Settings(open_health=False))), base_url="http://elsewhere.example")
    assert client.get("/metrics").status_code == 401


def test_openmetrics_for_who_accepts_it(watched: WatchedService) -> None:
    watched.asked()
    accepted = "application/openmetrics-text; version=1.0.0"
    answer = watched.client.get("/metrics", headers={"accept": accepted})
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert "vpce_guard_decisions" in {family.name for family in openmetrics(answer.text)}


def test_every_metric_is_documented_with_its_type_and_labels(root: Path, tmp_path: Path) -> None:
    org, keys = tmp_path / "org.yaml", tmp_path / "keys"
    org.write_text("network: {forbid_default_sg: true}\n")
    keys.write_text(f"ann:{hashlib.sha256(b'key').hexdigest()}\n")
    settings = Settings(
        engine="opa",
        org_data=(org,),
        api_keys_file=keys,
        database_url=f"sqlite:///{tmp_path / 'log.db'}",
        log_sink_url="http://127.0.0.1:1",
        log_anchor_url="http://127.0.0.1:1",
    )
    guard = make_guard(settings)
    guard.decision_log = open_log(settings)
    guard.forwarder = open_forwarder(settings, guard.decision_log)
    guard.anchoring = open_anchors(settings, guard.decision_log)
    app = make_app(guard)
    app.state.life.shadow = SimpleNamespace(counts=ShadowCounts())  # as while a candidate judges beside
    families = [*app.state.metrics.families(), *count_workers(running=2, ended=0)]  # the second is what a parent counts
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| ([\w, ]*) ?\|", (root / "docs/reference/metrics.md").read_text(), re.MULTILINE
    )
    documented = {(name, kind, frozenset(labels.replace(",", "").split())) for name, kind, labels in rows}
    assert documented == {
        (f.name + "_total" * (f.type == "counter"), f.type, frozenset(f._labelnames)) for f in families
    }
    assert all(family.documentation.endswith(".") for family in families)


def test_a_check_imports_nothing_for_what_it_does_not_do(root: Path) -> None:
    program = (
        "import sys; from vpce_guard.surfaces.cli import cli\n"
        "cli.main(['check', 'examples/requests/proposal.json'], standalone_mode=False)\n"
        "unused = {'prometheus_client', 'opentelemetry', 'jwt', 'cryptography', 'aiohttp', 'sqlalchemy', 'fastapi'}\n"
        "unused.add('vpce_guard.decisions.reach')\n"
        "print(sorted(unused & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_service_imports_nothing_for_what_it_does_not_do(root: Path) -> None:
    program = (
        "import sys; from vpce_guard.surfaces.api import make_app; from vpce_guard.settings import Settings\n"
        "from vpce_guard.runtime.wiring import make_guard; make_app(make_guard(Settings()), large=True)\n"
        "print(sorted({'aiohttp', 'cryptography', 'jwt', 'boto3', 'duckdb', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_traces_that_are_off_import_nothing(root: Path) -> None:
    program = (
        "import sys; from vpce_guard.surfaces.api import make_app; from vpce_guard.settings import Settings\n"
        "from vpce_guard.runtime.wiring import make_guard; make_app(make_guard(Settings()))\n"
        "print('vpce_guard.runtime.telemetry.traces' in sys.modules, 'opentelemetry.sdk' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False False"
