"""A real Prometheus scrapes a real service and its sidecar as the example says; the dashboard's queries find data."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.test_dashboard import PROMETHEUS, ROOT, queries
from tests.support import warm
from tests.support.opa_server import free_port
from tests.support.waiting import LONGEST, until
from vpce_guard.bundle.derived import packaged_file

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
DENIED = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.kms"}
KEY = "key-of-the-test"


@contextmanager
def running(process: subprocess.Popen[bytes] | warm.Process, url: str) -> Iterator[None]:
    """A process, from when a URL answers until the block ends."""
    try:
        until(lambda: process.poll() is not None or got(url) is not None)
        assert process.poll() is None, url
        yield
    finally:
        process.terminate()
        process.wait(LONGEST)


def got(url: str) -> Any:
    """What a URL answers; None while it does not with 200."""
    try:
        with urllib.request.urlopen(url, timeout=LONGEST) as answer:
            return answer.read()
    except OSError:
        return None


def ask(base: str, document: Any, key: str = KEY) -> int:
    request = urllib.request.Request(f"{base}/v1/decisions", json.dumps({"document": document}).encode())
    request.add_header("authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@contextmanager
def sink() -> Iterator[str]:
    """Something that takes decisions sent on."""

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def service(opa: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a service with everything that can be watched: workers, sidecar, log, sink, org data, keys."""
    folder, opa_port, port = tmp_path_factory.mktemp("service"), free_port(), free_port()
    (folder / "keys").write_text(f"ann:{hashlib.sha256(KEY.encode()).hexdigest()} scopes=decide,read,author\n")
    (folder / "org.yaml").write_text("network: {forbid_default_sg: true}\n")
    settings = {
        "PORT": str(port),
        "WORKERS": "2",
        "ENGINE": "opa",
        "OPA_URL": f"http://127.0.0.1:{opa_port}",
        "TIMEOUT": "10",
        "API_KEYS_FILE": str(folder / "keys"),
        "ORG_DATA": str(folder / "org.yaml"),
        "DATABASE_URL": f"sqlite:///{folder / 'log.db'}",
        "OPEN_HEALTH": "true",
        "LOG_LEVEL": "error",
    }
    with ExitStack() as stack:
        settings["LOG_SINK_URL"] = settings["LOG_ANCHOR_URL"] = stack.enter_context(sink())
        sidecar = [
            opa,
            "run",
            "-s",
            "--addr",
            f"127.0.0.1:{opa_port}",
            "-l",
            "error",
            "-b",
            str(packaged_file("vpce.tar.gz")),
        ]
        stack.enter_context(running(subprocess.Popen(sidecar), f"http://127.0.0.1:{opa_port}/health?bundles"))
        environment = {f"VPCE_GUARD_{name}": value for name, value in settings.items()}
        url = f"http://127.0.0.1:{port}"
        stack.enter_context(running(warm.start(["serve"], env={**os.environ, **environment}), f"{url}/healthz"))
        put_beside(url)
        yield url


def put_beside(url: str) -> None:
    """Let the bundle in force judge beside itself, so that there are numbers of a candidate."""
    headers = {"authorization": f"Bearer {KEY}"}
    revision = json.loads(got(f"{url}/readyz") or b"")["revision"]
    body = json.dumps({"reason": "to have numbers"}).encode()
    asked = urllib.request.Request(f"{url}/v1/bundles/{revision}/shadow", body, headers)
    urllib.request.urlopen(asked, timeout=LONGEST).close()


@pytest.fixture(scope="module")
def prometheus(service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Prometheus with the example config, except that it scrapes this service, every second."""
    folder, port = tmp_path_factory.mktemp("prometheus"), free_port()
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    (folder / "key").write_text(KEY)
    (folder / "alerts.yaml").write_text((PROMETHEUS / "alerts.yaml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["scrape_configs"][0]["authorization"]["credentials_file"] = str(folder / "key")
    config["scrape_configs"][0]["static_configs"] = [{"targets": [service.removeprefix("http://")]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    promtool = subprocess.run([ROOT / "tools/promtool"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    url = f"http://127.0.0.1:{port}"
    command = [Path(promtool).with_name("prometheus"), f"--config.file={folder / 'prometheus.yml'}"]
    command += [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}"]
    with running(subprocess.Popen([*command, "--log.level=error"]), f"{url}/-/ready"):
        yield url


def asked(prometheus: str, path: str, **parameters: str) -> Any:
    """What Prometheus's API answers."""
    url = f"{prometheus}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
    answer = json.loads(got(url) or b'{"status": "no answer"}')
    assert answer["status"] == "success", url
    return answer["data"]


def test_the_queries_of_the_dashboard_find_data(service: str, prometheus: str) -> None:
    def empty() -> list[str]:
        assert [ask(service, GATEWAY), ask(service, DENIED), ask(service, GATEWAY, "nobody")] == [200, 200, 401]
        found = [query for query in queries() if not asked(prometheus, "query", query=query)["result"]]
        return [query for query in found if "_waived_" not in query and "changes(" not in query]

    until(lambda: empty() == [])
    (target,) = asked(prometheus, "targets")["activeTargets"]
    assert (target["health"], target["lastError"]) == ("up", "")
    (allowed,) = asked(prometheus, "query", query='sum(vpce_guard_decisions_total{outcome="allowed"})')["result"]
    assert float(allowed["value"][1]) >= 1


def test_the_rules_are_evaluated_and_nothing_fires(prometheus: str) -> None:
    groups = asked(prometheus, "rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) > 20
    assert {rule["name"]: rule["health"] for rule in rules if rule["health"] != "ok"} == {}
    assert [alert["labels"] for alert in asked(prometheus, "alerts")["alerts"]] == []


def test_prometheus_finds_nothing_to_say_about_the_page(service: str) -> None:
    promtool = subprocess.run([ROOT / "tools/promtool"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    done = subprocess.run([promtool, "check", "metrics"], input=got(f"{service}/metrics"), capture_output=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")
