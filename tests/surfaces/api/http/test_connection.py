"""Slow and hostile clients of a real service: none keeps a connection, and others are answered meanwhile."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.serving import GATEWAY, HEALTH, HOST, Wire, decide, post, serving
from tests.support.waiting import until, until_closed, until_taken

LIMITS = {
    "head_timeout": 1.0,
    "body_timeout": 1.0,
    "write_timeout": 1.0,
    "keep_alive": 1.0,
    "max_connections": 20,
    "max_head": 4096,
    "max_body": 300_000,
    "max_arriving": 300_000,
    "max_concurrent": 2,
}
PATIENT = {**LIMITS, "head_timeout": 600.0, "body_timeout": 600.0, "keep_alive": 600.0}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("slow"), **LIMITS) as port:
        yield port


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A service that cuts nobody off for being slow: what is refused there is refused for another reason."""
    with serving(tmp_path_factory.mktemp("patient"), **PATIENT) as port:
        yield port


@pytest.fixture(autouse=True)
def others_are_answered(port: int) -> Iterator[None]:
    yield
    decide(port)


def takes(port: int) -> bool:
    """Whether a connection more is taken."""
    with Wire(port) as wire:
        wire.send(HEALTH)
        return wire.answer()[0] == 200


class TestHeads:
    def test_one_that_comes_slowly_is_408(self, port: int) -> None:
        with Wire(port) as wire:
            started = time.monotonic()
            wire.trickle(b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 1000)
            assert time.monotonic() - started > 0.8
            assert wire.rest().startswith(b"HTTP/1.1 408 ")

    def test_one_that_never_comes_is_not_waited_for(self, port: int) -> None:
        with Wire(port) as wire:
            assert wire.rest() == b""

    def test_line_ends_between_requests_are_not_a_head(self, port: int) -> None:
        with Wire(port) as wire:
            wire.send(HEALTH)
            assert wire.answer()[0] == 200
            wire.trickle(b"\r\n" * 500)
            assert wire.rest() == b""

    @pytest.mark.parametrize(
        "head",
        [
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 5000 + b"\r\n\r\n",
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 1000 + b"\r\n",
            b"GET /healthz?" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 1_000_000,  # and no end of it
        ],
    )
    def test_one_that_is_too_large_is_431(self, port: int, head: bytes) -> None:
        with Wire(port) as wire:
            wire.send(head)
            status, headers, _ = wire.answer()
            assert status == 431
            assert headers["content-type"] == "application/problem+json"
            assert wire.rest() == b""


class TestBodies:
    def test_one_that_comes_slowly_is_408(self, port: int) -> None:
        with Wire(port) as wire:
            wire.trickle(post(b" " * 1000), pause=0.005)
            status, headers, _ = wire.answer()
            assert status == 408
            assert headers["content-type"] == "application/problem+json"
            assert wire.rest() == b""

    def test_one_nobody_waits_for_any_more_does_not_keep_the_connection(self, port: int) -> None:
        with Wire(port) as wire:
            wire.send(post(b"", b"Content-Encoding: gzip").replace(b"Length: 0", b"Length: 1000"))
            assert wire.answer()[0] == 415
            assert wire.rest() == b""

    def test_the_refusal_of_one_that_is_too_large_arrives_though_it_is_still_being_sent(self, port: int) -> None:
        with Wire(port) as wire:
            wire.send(post(b" " * 3_000_000))
            assert wire.answer()[0] == 413

    def test_one_in_pieces_that_is_too_large_is_413(self, port: int) -> None:
        with Wire(port) as wire:
            wire.send(b"POST /v1/decisions HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
            wire.send((b"10000\r\n" + b" " * 65536 + b"\r\n") * 6)
            assert wire.answer()[0] == 413

    def test_slow_senders_take_no_turns(self, patient: int) -> None:
        with ExitStack() as stack:
            for _ in range(10):  # five times as many as may be worked on
                wire = stack.enter_context(Wire(patient))
                wire.send(post(b" " * 1000)[:-1])
                until_taken(wire.socket)
            decide(patient)

    def test_too_many_bytes_at_once_are_429(self, patient: int) -> None:
        with Wire(patient) as first, Wire(patient) as second:
            first.send(post(b" " * 200_000)[:-1])
            until_taken(first.socket)
            second.send(post(b" " * 200_000)[:-1])
            status, headers, _ = second.answer()
        assert status == 429
        assert headers["retry-after"] == "1"


class TestConnections:
    def test_one_that_idles_is_closed(self, port: int) -> None:
        with Wire(port) as wire:
            wire.send(HEALTH)
            assert wire.answer()[0] == 200
            assert wire.rest() == b""

    def test_those_that_idle_make_room_for_others(self, port: int) -> None:
        with ExitStack() as stack:
            idle = [stack.enter_context(Wire(port)) for _ in range(60)]
            decide(port)
            assert idle[0].rest() == b""

    def test_too_many_busy_ones_are_429_and_work_again_afterwards(self, patient: int) -> None:
        with ExitStack() as stack:
            for _ in range(20):
                wire = stack.enter_context(Wire(patient))
                wire.send(post(b" " * 1000)[:-1])
                until_taken(wire.socket)
            with Wire(patient) as late:
                status, headers, _ = late.answer()
        assert status == 429
        assert headers["retry-after"] == "1"
        until(lambda: takes(patient))
        decide(patient)

    def test_requests_that_come_together_are_answered_in_order(self, port: int) -> None:
        with Wire(port) as wire:
            wire.send(HEALTH + b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n" + HEALTH)
            assert [wire.answer()[0] for _ in range(3)] == [200, 404, 200]

    def test_there_is_an_end_to_how_many_may_come_together(self, port: int) -> None:
        with Wire(port) as wire:
            wire.send(HEALTH * 20_000)
            assert wire.rest().count(b"HTTP/1.1 200 OK") < 20_000

    def test_an_answer_that_is_not_taken_is_not_kept(self, port: int) -> None:
        with Wire(port, buffer=4096) as wire:
            wire.send((b"GET /v1/rules HTTP/1.1\r\n" + HOST + b"\r\n") * 90)
            until_closed(wire.socket)
            assert wire.rest().count(b"HTTP/1.1 200 OK") < 90

    def test_a_half_closed_one_is_not_kept(self, port: int) -> None:
        with ExitStack() as stack:
            wires = [stack.enter_context(Wire(port)) for _ in range(10)]
            for wire in wires:
                wire.send(post(b" " * 1000)[:-1])
                wire.socket.shutdown(1)
            for wire in wires:
                assert b"200 OK" not in wire.rest()


def test_a_large_document_does_not_keep_others_waiting(port: int) -> None:
    document = [{"operation": "create", "request": {**GATEWAY, "VpcId": f"vpc-{n}"}} for n in range(600)]
    done = threading.Event()

    def ask() -> None:
        with Wire(port) as wire:
            wire.socket.settimeout(600)
            wire.send(post(json.dumps({"document": document, "dry_run": True}).encode()))
            wire.answer()
        done.set()

    thread = threading.Thread(target=ask)
    thread.start()
    meanwhile = 0
    while not done.is_set():
        decide(port)
        meanwhile += not done.is_set()
    thread.join()
    assert meanwhile >= 3
