"""Requests that a proxy and the service could take for different things, on a real connection with real keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from tests.support.serving import HEALTH, HOST, Wire, post, serving

READER, DECIDER = b"Authorization: Bearer reader-key\r\n", b"Authorization: Bearer decider-key\r\n"
BODY = b'{"document": {}}'
LENGTH = b"Content-Length: 16\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
START = b"POST /v1/decisions HTTP/1.1\r\n" + HOST + DECIDER
RULE = b"GET /v1/rules/VPCE-GW-001 HTTP/1.1\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\n" + HOST + b"\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    directory = tmp_path_factory.mktemp("smuggling")
    keys = directory / "keys"
    keys.write_text(
        f"reader:{hashlib.sha256(b'reader-key').hexdigest()} scopes=read\n"
        f"decider:{hashlib.sha256(b'decider-key').hexdigest()} scopes=decide\n"
    )
    with serving(directory, api_keys_file=keys, keep_alive=0.5) as port:
        yield port


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(START + LENGTH + LENGTH + b"\r\n" + BODY, id="two equal lengths"),
        pytest.param(START + LENGTH + b"Content-Length: 3\r\n\r\n" + BODY, id="two lengths"),
        pytest.param(START + b"Content-Length: 16, 16\r\n\r\n" + BODY, id="a list of lengths"),
        pytest.param(START + b"Content-Length: +16\r\n\r\n" + BODY, id="a signed length"),
        pytest.param(START + b"Content-Length: 0x10\r\n\r\n" + BODY, id="a hexadecimal length"),
        pytest.param(START + b"Content-Length : 16\r\n\r\n" + BODY, id="a space before the colon"),
        pytest.param(START + LENGTH + CHUNKED + b"\r\n0\r\n\r\n", id="length, then chunks"),
        pytest.param(START + CHUNKED + LENGTH + b"\r\n0\r\n\r\n", id="chunks, then length"),
        pytest.param(START + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n", id="chunked twice"),
        pytest.param(START + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", id="almost chunked"),
        pytest.param(
            START + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", id="chunked after a control character"
        ),
        pytest.param(START + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", id="chunked and not last"),
        pytest.param(START + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", id="compressed for the way"),
        pytest.param(START.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n0\r\n\r\n", id="chunks in HTTP/1.0"),
        pytest.param(START + CHUNKED + b"\r\n-1\r\n" + BODY, id="a chunk of less than nothing"),
        pytest.param(START + CHUNKED + b"\r\nfffffffffffffffff\r\n" + BODY, id="a chunk past the end of numbers"),
        pytest.param(START + CHUNKED + b"\r\n10\n" + BODY + b"\n0\n\n", id="chunks with bare line feeds"),
        pytest.param(START + CHUNKED + b"\r\n5\r\n" + BODY + b"\r\n0\r\n\r\n", id="a chunk longer than it says"),
        pytest.param(RULE + HOST + READER + b"X: a\r\n b\r\n\r\n", id="a folded header"),
        pytest.param(
            RULE + HOST + b" Authorization: Bearer reader-key\r\n\r\n", id="a header that begins with a space"
        ),
        pytest.param(RULE + b"Host: localhost\nAuthorization: Bearer reader-key\r\n\r\n", id="a bare line feed"),
        pytest.param(RULE + b"Host: localhost\rAuthorization: Bearer reader-key\r\n\r\n", id="a bare return"),
        pytest.param(RULE + HOST + READER + b"X: a\0b\r\n\r\n", id="NUL in a value"),
        pytest.param(RULE + HOST + READER + b"X\0: a\r\n\r\n", id="NUL in a name"),
        pytest.param(RULE + READER + b"\r\n", id="no host"),
        pytest.param(RULE + HOST + b"Host: other\r\n" + READER + b"\r\n", id="two hosts"),
        pytest.param(RULE + HOST + READER + DECIDER + b"\r\n", id="two callers"),
        pytest.param(RULE + HOST + READER + READER + b"\r\n", id="one caller twice"),
        pytest.param(b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + READER + b"\r\n", id="a tunnel"),
        pytest.param(b"GET /v1/rules\r\n\r\n", id="HTTP/0.9"),
        pytest.param(RULE.replace(b"1.1", b"1.2") + HOST + READER + b"\r\n", id="HTTP/1.2"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
        pytest.param(RULE.replace(b"GET", b"get") + HOST + READER + b"\r\n", id="a method in small letters"),
        pytest.param(RULE.replace(b"-001", b"-001\xc3\xa9") + HOST + READER + b"\r\n", id="bytes in the address"),
        pytest.param(RULE.replace(b"-001", b"-001\tx") + HOST + READER + b"\r\n", id="a tab in the address"),
    ],
)
def test_what_could_be_two_things_is_400_and_nothing_after_it_is_read(port: int, request_: bytes) -> None:
    with Wire(port) as wire:
        wire.send(request_ + HIDDEN)
        status, headers, _ = wire.answer()
        assert status == 400
        assert headers["content-type"] == "application/problem+json"
        assert wire.rest() == b""


def test_a_second_request_that_is_wrong_gets_no_answer_that_could_pass_for_the_first_ones(port: int) -> None:
    with Wire(port) as wire:
        wire.send(post(BODY, DECIDER.strip()) + START + LENGTH + CHUNKED + b"\r\n0\r\n\r\n")
        assert b"urn:vpce-guard:protocol" not in wire.rest()


@pytest.mark.parametrize(
    "field", [b"Authorization: Bearer decider-key", b"Host: other", b"X-HTTP-Method-Override: GET"]
)
def test_fields_that_trail_a_body_are_no_headers(port: int, field: bytes) -> None:
    chunks = b"10\r\n" + BODY + b"\r\n0\r\n" + field + b"\r\n\r\n"
    with Wire(port) as wire:
        wire.send(b"POST /v1/decisions HTTP/1.1\r\n" + HOST + READER + CHUNKED + b"\r\n" + chunks)
        assert wire.answer()[0] == 403  # the reader it began with, on the host it began with


def test_an_offer_to_speak_another_protocol_is_not_taken_up(port: int) -> None:
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n"
    with Wire(port) as wire:
        wire.send(START + LENGTH + offer + b"\r\n" + BODY + HEALTH)
        assert wire.answer()[0] == 422  # the document, which was read
        assert wire.answer()[0] == 200


def test_there_are_no_web_sockets(port: int) -> None:
    fields = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n"
    with Wire(port) as wire:
        wire.send(b"GET /v1/decisions HTTP/1.1\r\n" + HOST + fields + b"\r\n")
        assert wire.answer()[0] == 401


@pytest.mark.parametrize(
    "fields",
    [
        b"X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: localhost\r\n",
        b"Forwarded: for=127.0.0.1;host=localhost;proto=https\r\n",
        b"X-Real-IP: 127.0.0.1\r\nX-Client-IP: 127.0.0.1\r\n",
        b"X-HTTP-Method-Override: GET\r\nX-Method-Override: GET\r\nX-HTTP-Method: GET\r\n",
        b"X-Original-URL: /healthz\r\nX-Rewrite-URL: /healthz\r\nX-Forwarded-Prefix: /healthz\r\n",
        b"X-User: decider\r\nX-Forwarded-User: decider\r\nX-Remote-User: decider\r\n",
        b"Authorization-: Bearer decider-key\r\nAuthorization_: Bearer decider-key\r\n",
        b"Proxy-Authorization: Bearer decider-key\r\nCookie: authorization=Bearer decider-key\r\n",
        b"Connection: Authorization\r\n",
    ],
)
def test_no_header_changes_who_asks_or_for_what(port: int, fields: bytes) -> None:
    with Wire(port) as wire:
        wire.send(post(BODY, READER + fields.strip()) + post(BODY, fields.strip()))
        assert [wire.answer()[0], wire.answer()[0]] == [403, 401]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/v1/decisions", 403),
        (b"http://localhost/v1/decisions", 403),
        (b"http://other.example/v1/decisions", 403),
        (b"/v1/decisions?x=/healthz", 403),
        (b"/v1/decisions#/healthz", 403),
        (b"//v1/decisions", 404),
        (b"/v1/decisions/", 404),
        (b"/v1//decisions", 404),
        (b"/./v1/decisions", 404),
        (b"/v1/rules/../decisions", 404),
        (b"/healthz/../v1/decisions", 404),
        (b"/v1/decisions%2f", 404),
        (b"/v1%2fdecisions", 403),  # decoded, it is the path, and so is what it needs
        (b"/%76%31/decisions", 403),
        (b"/v1/decisions%00", 404),
        (b"/v1/decisions;x", 404),
        (b"/V1/DECISIONS", 404),
        (b"/v1/decisions%20", 404),
        (b"/v1/%252e%252e/decisions", 404),
    ],
)
def test_no_spelling_of_a_path_leads_past_its_scope(port: int, target: bytes, status: int) -> None:
    with Wire(port) as wire:
        wire.send(b"POST %b HTTP/1.1\r\n" % target + HOST + READER + LENGTH + b"\r\n" + BODY)
        assert wire.answer()[0] == status
