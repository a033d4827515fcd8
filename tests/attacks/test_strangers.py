"""What somebody without credentials sends keeps nobody else waiting: it is refused unread, or has a small share."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from tests.support.serving import HEALTH, HOST, Wire, decide, post, serving
from tests.support.waiting import until, until_taken

KEY = "k" * 32
LIMITS = {"max_connections": 64, "body_timeout": 600.0, "head_timeout": 600.0, "max_arriving": 1 << 20}
TASK = b"/v1/run-task"
SIGNED = b"X-TFC-Task-Signature: " + b"0" * 128


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("with"), run_task_key=KEY, **LIMITS) as port:
        yield port


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A service that takes no run tasks."""
    with serving(tmp_path_factory.mktemp("without"), **LIMITS) as port:
        yield port


def head(size: int, *fields: bytes, path: bytes = TASK) -> bytes:
    """A head that announces a body, of which nothing follows."""
    return post(b"", *fields, path=path).replace(b"Content-Length: 0", b"Content-Length: %d" % size)


def refused(wires: Sequence[Wire]) -> list[Wire]:
    return [wire for wire in wires if wire.answered(0.001)]


def until_idle(port: int) -> None:
    """Wait until the service has noticed that all others are gone."""

    def is_idle() -> bool:
        with Wire(port) as wire:
            wire.send(HEALTH.replace(b"/healthz", b"/metrics"))
            return b"vpce_guard_requests_in_flight 1.0\n" in wire.answer()[2]

    until(is_idle)


def ready(port: int) -> int:
    with Wire(port) as wire:
        wire.send(HEALTH)
        return wire.answer()[0]


def test_run_tasks_that_are_not_set_up_are_404_before_their_body_is_there(without: int) -> None:
    with Wire(without) as wire:
        wire.send(head(1000, SIGNED))
        status, headers, _ = wire.answer()
        assert status == 404
        assert headers["content-type"] == "application/problem+json"
        assert wire.rest() == b""


@pytest.mark.parametrize("fields", [(), (b"X-TFC-Task-Signature: ",), (b"X-TFC-Task-Signature: guess",)])
def test_what_has_no_signature_is_401_before_its_body_is_there(port: int, fields: tuple[bytes, ...]) -> None:
    with Wire(port) as wire:
        wire.send(head(1000, *fields))
        assert wire.answer()[0] == 401
        assert wire.rest() == b""


def test_a_run_task_is_small(port: int) -> None:
    with Wire(port) as wire:
        wire.send(head((64 << 10) + 1, SIGNED))
        assert wire.answer()[0] == 413


def test_a_signed_run_task_is_taken(port: int) -> None:
    body = json.dumps({"payload_version": 1, "stage": "test"}).encode()
    signature = hmac.new(KEY.encode(), body, hashlib.sha512).hexdigest().encode()
    with Wire(port) as wire:
        wire.send(post(body, b"X-TFC-Task-Signature: " + signature, path=TASK))
        assert wire.answer()[0] == 200


def test_slow_bodies_of_strangers_have_a_share_and_others_are_answered(port: int) -> None:
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port)) for _ in range(60)]
        for wire in wires:
            wire.send(head(1000, SIGNED) + b"{")
        until(lambda: len(refused(wires)) >= 58)
        assert {wire.answer()[0] for wire in refused(wires)} <= {429, 408}
        assert ready(port) == 200
        decide(port)


def test_slow_bodies_of_a_caller_leave_connections_for_probes(port: int) -> None:
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port)) for _ in range(40)]
        for wire in wires:
            wire.send(head(1000, path=b"/v1/decisions") + b"{")
        until(lambda: len(refused(wires)) >= 8)
        assert {wire.answer()[0] for wire in refused(wires)} == {429}
        assert ready(port) == 200
    decide(port)


def test_a_body_that_arrives_slowly_makes_room_for_one_that_does_not(port: int) -> None:
    until_idle(port)
    with ExitStack() as stack:
        slow = [stack.enter_context(Wire(port)) for _ in range(32)]
        for wire in slow:
            wire.send(head(1000, path=b"/v1/decisions") + b"{")
            until_taken(wire.socket)
        assert not slow[0].answered(1.1)  # until which it is not slow
        decide(port)
        assert slow[0].answer()[0] == 429


def test_large_bodies_are_cut_off_at_what_is_held_in_all(port: int) -> None:
    until_idle(port)
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(port)) for _ in range(4)]
        for wire in wires:
            wire.send(head(1 << 20, path=b"/v1/decisions") + b" " * 400_000)
        until(lambda: len(refused(wires)) == 2)
        assert ready(port) == 200
        assert [wire.answer()[0] for wire in refused(wires)] == [429, 429]


def test_answers_that_nobody_takes_make_room(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(70):
            wire = stack.enter_context(Wire(port, buffer=4096))
            wire.send((b"GET /v1/rules HTTP/1.1\r\n" + HOST + b"\r\n") * 3)
        assert ready(port) == 200


def test_unanswered_heads_make_room(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(Wire(port)).send(b"GET /healthz HTTP/1.1\r\n" + HOST)
        assert ready(port) == 200
