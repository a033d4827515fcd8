"""A service of several workers, as its users see it: one service, whatever happens to one of its processes."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import signal
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.bundles import KMS, Keys, revision_of
from tests.support.console import write_keys
from tests.support.pki import Authority
from tests.support.service import Service, running
from tests.support.waiting import LONGEST, until
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
CALLERS, CONNECTIONS = 4, 12


@contextmanager
def workers(folder: Path, *, count: int = 2, **settings: object) -> Iterator[Service]:
    """A service of so many workers that all answer."""
    with running(folder, workers=count, **settings) as service:
        until(lambda: len(serving(service)) == count)
        yield service


def serving(service: Service) -> list[Any]:
    return [event for event in service.events() if event["event"] == "serving"]


def processes(service: Service) -> list[int]:
    """The processes of the workers that were started and have not ended."""
    events = service.events()
    ended = {event["process"] for event in events if event["event"] == "worker_ended"}
    return [e["process"] for e in events if e["event"] == "worker_started" and e["process"] not in ended]


class Caller:
    """Somebody who asks over one connection, and so one worker."""

    def __init__(self, port: int, key: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
        self._headers = {"authorization": f"Bearer {key}"} if key else {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body)
        self.connection.request(method, path, data, {**self._headers, **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status, json.loads(content) if is_json else content.decode()

    def decide(self, document: Any = GATEWAY) -> Any:
        """The one decision on a document."""
        status, answer = self.ask("POST", "/v1/decisions", {"document": document})
        assert status == 200, answer
        return answer["decisions"][0]


def spread(service: Service, key: str = "") -> list[Caller]:
    """So many callers that no worker has none of them, but for one time in two thousand."""
    return [Caller(service.port, key) for _ in range(CONNECTIONS)]


class Load(threading.Thread):
    """A caller that asks on until nobody answers any more, over another connection where one is cut."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.answered: list[str] = []
        self.wrong: list[Any] = []
        self._port = port

    def run(self) -> None:
        caller = Caller(self._port)
        while True:
            try:
                status, content = caller.ask("POST", "/v1/decisions", {"document": GATEWAY})
            except ConnectionRefusedError:
                return
            except (ConnectionError, http.client.HTTPException):  # no answer
                caller.connection.close()
                continue
            if status != 200 or content["allowed"] is not True:
                self.wrong.append(content)
            self.answered.extend(decision["decision_id"] for decision in content["decisions"])


def under_load(service: Service) -> list[Load]:
    callers = [Load(service.port) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    until(lambda: sum(len(caller.answered) for caller in callers) > 20)
    return callers


def sqlite(folder: Path) -> str:
    """The log that a service of a folder keeps."""
    return f"sqlite:///{folder / 'decisions.db'}"


def kept(url: str) -> set[str]:
    """The ids of all decisions in a log that is whole."""
    engine = open_database(url)
    assert chain.verify(engine, NO_KEYS).findings == ()
    found = {event["decision_id"] for event in queries.read_all(engine, queries.Query())}
    engine.dispose()
    return found


def end_of(callers: list[Load]) -> set[str]:
    """What was answered, none of it wrong."""
    for caller in callers:
        caller.join(LONGEST)
    assert [wrong for caller in callers for wrong in caller.wrong] == []
    return {decision_id for caller in callers for decision_id in caller.answered}


def test_workers_are_killed_and_stopped_under_load_and_no_decision_that_was_answered_is_lost(
    tmp_path: Path, url: str
) -> None:
    with workers(tmp_path, database_url=url, shutdown_seconds=600) as service:
        callers = under_load(service)
        for victim in processes(service):
            os.kill(victim, signal.SIGKILL)
            until(lambda victim=victim: victim not in processes(service))  # type: ignore[misc]
            before = sum(len(caller.answered) for caller in callers)
            until(lambda before=before: sum(len(c.answered) for c in callers) > before + 20)  # type: ignore[misc]
        until(lambda: len(serving(service)) == 4)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(LONGEST) == 0
        answered = end_of(callers)
    ends = [event for event in service.events() if event["event"] == "worker_ended"]
    assert [end.get("signal") for end in ends] == ["SIGKILL", "SIGKILL", None, None]
    assert answered <= kept(url)


def test_workers_are_renewed_under_load_and_every_request_is_answered(tmp_path: Path) -> None:
    with workers(tmp_path, shutdown_seconds=600) as service:
        callers, before = under_load(service), processes(service)
        service.process.send_signal(signal.SIGHUP)
        until(lambda: not set(processes(service)) & set(before))
        assert len(processes(service)) == 2
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(LONGEST) == 0
        assert end_of(callers) <= kept(sqlite(tmp_path))
    assert {event["code"] for event in service.events() if event["event"] == "worker_ended"} == {0}


def test_metrics_are_those_of_all_workers_and_no_count_falls_when_one_ends(tmp_path: Path) -> None:
    def number(name: str) -> float:
        _, page = Caller(service.port).ask("GET", "/metrics")
        return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(name))

    with workers(tmp_path) as service:
        for caller in spread(service):
            caller.decide()
        assert number("vpce_guard_decisions_total{") == CONNECTIONS
        assert number("vpce_guard_decision_log_written_total ") == CONNECTIONS
        assert number("vpce_guard_workers ") == 2
        os.kill(processes(service)[0], signal.SIGKILL)
        until(lambda: number("vpce_guard_workers_ended_total ") == 1)
        assert number("vpce_guard_decisions_total{") == CONNECTIONS


def test_what_a_caller_used_up_at_one_worker_is_used_up_at_all(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"greedy:{hashlib.sha256(b'greedy').hexdigest()}\n")
    with workers(tmp_path, api_keys_file=tmp_path / "keys", caller_rate=0.01, caller_burst=30) as service:
        callers = spread(service, "greedy")
        let_in = 0
        while callers[0].ask("GET", "/v1/rules")[0] == 200:
            let_in += 1
        assert let_in == 30
        until(lambda: all(caller.ask("GET", "/v1/rules")[0] == 429 for caller in callers))


def test_any_worker_knows_a_session_of_the_console(tmp_path: Path) -> None:
    place = "/console/sign-in"
    with workers(tmp_path, api_keys_file=write_keys(tmp_path)) as service:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LONGEST)
        connection.request("GET", place)
        page = connection.getresponse()
        (token,) = re.findall('name="form_token" value="(.*?)"', page.read().decode())
        form = urlencode({"form_token": token, "key": "both-key"})
        headers = {"cookie": page.headers["set-cookie"].partition(";")[0], "sec-fetch-site": "same-origin"}
        connection.request("POST", place, form, {**headers, "content-type": "application/x-www-form-urlencoded"})
        cookie = connection.getresponse().headers["set-cookie"].partition(";")[0]
        callers = spread(service)
        assert [caller.ask("GET", "/console/rules", cookie=cookie)[0] for caller in callers] == [200] * len(callers)


def test_a_key_counts_once_whichever_workers_get_it(tmp_path: Path) -> None:
    with workers(tmp_path) as service:
        found: list[Any] = []

        def ask(caller: Caller) -> None:
            found.append(caller.ask("POST", "/v1/decisions", {"document": GATEWAY}, **{"Idempotency-Key": "one"}))

        threads = [threading.Thread(target=ask, args=[caller]) for caller in spread(service)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONGEST)
        assert {status for status, _ in found} == {200}
        (decision_id,) = {answer["decisions"][0]["decision_id"] for _, answer in found}
        assert {c.ask("GET", f"/v1/decisions/{decision_id}")[0] for c in spread(service)} == {200}
    assert kept(sqlite(tmp_path)) == {decision_id}


def test_no_worker_decides_under_the_bundle_before_an_activation_that_was_acknowledged(
    tmp_path: Path, keys: Keys, warning: bytes
) -> None:
    new, old = revision_of(warning), open_bundle().revision
    with workers(tmp_path, bundle_keys_file=keys.known) as service:
        callers = spread(service)
        assert callers[0].ask("POST", "/v1/bundles?reason=test", warning)[0] == 201
        assert {caller.decide(KMS)["bundle"]["revision"] for caller in callers} == {old}
        stopped = processes(service)[1]
        asking = next(caller for caller in callers if not is_of(stopped, caller))
        os.kill(stopped, signal.SIGSTOP)
        done: list[int] = []
        body = {"reason": "test", "rollback": False}

        def activate() -> None:
            done.append(asking.ask("POST", f"/v1/bundles/{new}/activate", body)[0])

        thread = threading.Thread(target=activate)
        thread.start()
        until(lambda: any(event["event"] == "bundle_in_force" for event in service.events()))
        thread.join(0.3)
        assert done == []  # one worker cannot have come to it
        os.kill(stopped, signal.SIGCONT)
        thread.join(LONGEST)
        assert done == [200]
        assert {caller.decide(KMS)["bundle"]["revision"] for caller in callers} == {new}
        back = {"reason": "test", "rollback": True}
        assert callers[-1].ask("POST", f"/v1/bundles/{old}/activate", back)[0] == 200
        assert {caller.decide(KMS)["bundle"]["revision"] for caller in callers} == {old}


def is_of(process: int, caller: Caller) -> bool:
    """Whether a process has the other end of a caller's connection."""
    near, far = (
        f":{address[1]:04X}" for address in (caller.connection.sock.getsockname(), caller.connection.sock.getpeername())
    )
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (inode,) = (line[9] for line in lines if line[1].endswith(far) and line[2].endswith(near))
    return f"socket:[{inode}]" in {os.readlink(file) for file in Path(f"/proc/{process}/fd").iterdir()}


def test_tls_the_listener_for_api_servers_and_large_documents_work(tmp_path: Path) -> None:
    ca = Authority(tmp_path, "ca")
    files, trusting = ca.issue("localhost", "127.0.0.1"), ssl.create_default_context(cafile=ca.cert)
    with workers(tmp_path, tls_cert_file=files.cert, tls_key_file=files.key, admission_port=0) as service:
        (admission,) = {event["address"][1] for event in service.events() if event["event"] == "serving_admission"}
        large = {"document": GATEWAY, "labels": {"filler": "x" * 40_000}}
        for document in (*[{"document": GATEWAY}] * CONNECTIONS, large):
            assert Caller(admission).ask("GET", "/readyz")[0] == 200
            caller = Caller(service.port)
            caller.connection = http.client.HTTPSConnection(
                "127.0.0.1", service.port, timeout=LONGEST, context=trusting
            )
            status, answer = caller.ask("POST", "/v1/decisions", document)
            assert (status, answer["allowed"]) == (200, True)


@pytest.mark.parametrize("settings", [{"decision_log": "off"}, {"decision_log": "best-effort"}])
def test_a_log_that_is_not_required_or_none_is_no_obstacle(tmp_path: Path, settings: dict[str, Any]) -> None:
    with workers(tmp_path, **settings) as service:
        assert {caller.decide()["allowed"] for caller in spread(service)} == {True}


def test_what_the_first_worker_refuses_the_service_refuses_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as told, workers(tmp_path, bundle=tmp_path):
        pass
    (line,) = (line for line in str(told.value).splitlines() if line.startswith("vpce-guard: "))
    assert "catalogue.json cannot be read" in line


def test_a_port_that_another_service_of_workers_has_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with workers(tmp_path) as service, pytest.raises(AssertionError) as told, workers(other, port=service.port):
        pass
    assert "cannot be bound" in str(told.value)
