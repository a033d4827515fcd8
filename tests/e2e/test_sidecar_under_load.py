"""A sidecar that fails while callers ask, with the fall-back and without: no wrong allow, and it heals by itself.

How long it took until OPA decided again is printed.
"""

from __future__ import annotations

import http.client
import io
import json
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support.bundles import RULE
from tests.support.opa_server import answers, free_port
from tests.support.service import Service, get, running
from tests.support.waiting import LONGEST, until

TIMEOUT = 4.0  # of which the sidecar has half where there is a fall-back
SLOW = 90.0  # seconds a slow sidecar takes: nobody may wait for it
ROUTES = {"RouteTableIds": ["rtb-0a000001"]}
GOOD = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", **ROUTES}
BAD = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.kms", **ROUTES}  # AWS has no such gateway
ALLOWS_ALL = """package vpce.main

result := {
	"revision": "another",
	"violations": [],
	"undetermined": [],
	"waivers": [],
	"reach": null,
}
"""


@dataclass
class Sidecar:
    """A local OPA that takes its bundle from a server, and what stands between it and the service."""

    opa: str
    config: Path
    bundles: Path
    ours: bytes
    port: int = field(default_factory=free_port)
    garbles: bool = False
    delay: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [self.opa, "run", "--server", "--addr", f"127.0.0.1:{self.port}", "--log-level", "error"]
        self.process = subprocess.Popen([*command, "--config-file", str(self.config)])

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(LONGEST)

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def give(self, bundle: bytes) -> None:
        new = self.bundles / "new"
        new.write_bytes(bundle)
        new.rename(self.bundles / "vpce.tar.gz")

    def decides(self) -> bool:
        """Whether it answers with the bundle of the service."""
        if not answers(self.url):
            return False
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        connection.request("GET", "/v1/data/vpce/revision")
        return json.loads(connection.getresponse().read()).get("result", "another") != "another"


@contextmanager
def http_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sidecar")


@pytest.fixture(scope="module")
def bundle(built: Callable[..., Path]) -> Path:
    """A bundle of a few rules, which OPA and the service start with in no time."""
    return built(RULE, "enforcement_action: deny", "enforcement_action: deny")


@pytest.fixture(scope="module")
def sidecar(opa: str, folder: Path, bundle: Path) -> Iterator[Sidecar]:
    class Bundles(Quiet):
        def do_GET(self) -> None:
            self.answer(200, (folder / "vpce.tar.gz").read_bytes())

    with http_server(Bundles) as port:
        config = folder / "opa.json"
        polled = {"resource": "vpce.tar.gz", "polling": {"min_delay_seconds": 1, "max_delay_seconds": 1}}
        service = {"url": f"http://127.0.0.1:{port}"}
        config.write_text(
            json.dumps({"services": {"guard": service}, "bundles": {"vpce": {**polled, "service": "guard"}}})
        )
        sidecar = Sidecar(opa, config, folder, ours=(bundle / "vpce.tar.gz").read_bytes())
        sidecar.give(sidecar.ours)
        sidecar.start()
        until(sidecar.decides)
        yield sidecar
        sidecar.send(signal.SIGCONT)
        sidecar.kill()


@pytest.fixture(scope="module")
def between(sidecar: Sidecar) -> Iterator[int]:
    """A port that leads to the sidecar, later or with something else in the answer when it is told to."""

    class Between(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(sidecar.delay)
            connection = http.client.HTTPConnection("127.0.0.1", sidecar.port, timeout=LONGEST)
            try:
                connection.request("POST", self.path, body, {"content-type": "application/json"})
                content = connection.getresponse().read()
                self.answer(200, content[: len(content) // 2] if sidecar.garbles else content)
            except (OSError, http.client.HTTPException):
                self.close_connection = True

    with http_server(Between) as port:
        yield port


class Caller(threading.Thread):
    """Asks about one document until it is stopped; notes when it began to ask, the status and what the answer says."""

    def __init__(self, service: Service, document: Any) -> None:
        super().__init__(daemon=True)
        self.notes: list[tuple[float, int, bool, str, str | None]] = []
        self.slowest = 0.0
        self.stop = threading.Event()
        self._service = service
        self._body = json.dumps({"document": document})

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._service.port, timeout=LONGEST)
        while not self.stop.is_set():
            began = time.monotonic()
            connection.request("POST", "/v1/decisions", self._body)
            answer = connection.getresponse()
            (decision,) = json.loads(answer.read())["decisions"]
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.notes.append((began, answer.status, decision["allowed"], decision["engine"], decision["fallback"]))
            time.sleep(0.03)

    def after(self, moment: float) -> list[tuple[float, int, bool, str, str | None]]:
        """The notes of what was asked after a moment."""
        return [note for note in self.notes if note[0] > moment]


def pause(sidecar: Sidecar) -> None:
    sidecar.send(signal.SIGSTOP)


def go_on(sidecar: Sidecar) -> None:
    sidecar.send(signal.SIGCONT)


def garble(sidecar: Sidecar) -> None:
    sidecar.garbles = not sidecar.garbles


def slow_down(sidecar: Sidecar) -> None:
    sidecar.delay = SLOW


def speed_up(sidecar: Sidecar) -> None:
    sidecar.delay = 0.0


def give_another_bundle(sidecar: Sidecar) -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, text in (("/vpce/main/main.rego", ALLOWS_ALL), ("/.manifest", '{"revision": "another"}')):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    sidecar.give(content.getvalue())
    until(lambda: not sidecar.decides())


def give_ours(sidecar: Sidecar) -> None:
    sidecar.give(sidecar.ours)


FAULTS: dict[str, tuple[Callable[[Sidecar], None], Callable[[Sidecar], None]]] = {
    "paused": (pause, go_on),
    "killed and started again": (Sidecar.kill, Sidecar.start),
    "with half of each answer": (garble, garble),
    "slow": (slow_down, speed_up),
    "with another bundle": (give_another_bundle, give_ours),
}


@pytest.fixture(scope="module", params=["none", "embedded"])
def fallback(request: pytest.FixtureRequest) -> str:
    fallback: str = request.param
    return fallback


@pytest.fixture(scope="module")
def service(fallback: str, between: int, folder: Path, bundle: Path) -> Iterator[Service]:
    """One service that lives through every fault."""
    settings = {"engine": "opa", "opa_url": f"http://127.0.0.1:{between}", "timeout": TIMEOUT}
    with running(folder, engine_fallback=fallback, bundle=bundle, **settings) as service:
        until(lambda: get(service, "/readyz")[0] == 200)
        if fallback == "embedded":
            until(lambda: any(event["event"] == "fallback_ready" for event in service.events()))
        yield service


@pytest.fixture
def good(service: Service) -> Iterator[list[Caller]]:
    yield from calling(service, GOOD)


@pytest.fixture
def bad(service: Service) -> Iterator[list[Caller]]:
    yield from calling(service, BAD)


def calling(service: Service, document: Any) -> Iterator[list[Caller]]:
    callers = [Caller(service, document) for _ in range(2)]
    for caller in callers:
        caller.start()
    until(lambda: all(caller.notes for caller in callers))
    yield callers
    for caller in callers:
        caller.stop.set()
        caller.join(LONGEST)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_outage_allows_nothing_wrong_and_ends_by_itself(
    fault: str,
    fallback: str,
    sidecar: Sidecar,
    good: list[Caller],
    bad: list[Caller],
    capsys: pytest.CaptureFixture[str],
) -> None:
    callers = good + bad
    begin, end = FAULTS[fault]
    begin(sidecar)
    began = time.monotonic()
    until(lambda: all(len(caller.after(began)) > 3 for caller in callers))
    during = [note for caller in callers for note in caller.after(began)]
    end(sidecar)
    until(sidecar.decides)
    ready = time.monotonic()
    until(lambda: all(decided_by_opa(caller, since=ready) for caller in callers))
    recovered = time.monotonic() - ready
    with capsys.disabled():
        sys.stdout.write(f"\nOPA {fault}, fall-back {fallback}: it decides {recovered * 1000:.0f} ms after it can\n")
    assert {note[1] for caller in callers for note in caller.notes} <= {200, 503}
    assert not any(note[2] for caller in bad for note in caller.notes)
    assert all(allowed is (status == 200) for caller in good for _, status, allowed, _, _ in caller.notes)
    if fallback == "none":
        assert {status for _, status, *_ in during} == {503}
    else:
        assert {(status, engine) for _, status, _, engine, _ in during} == {(200, "embedded")}
        assert all(why for *_, why in during)
    assert max(caller.slowest for caller in callers) < SLOW / 2


def decided_by_opa(caller: Caller, *, since: float) -> bool:
    """Whether one of the answers that came since is."""
    return any((status, engine) == (200, "opa") for _, status, _, engine, _ in caller.after(since))
