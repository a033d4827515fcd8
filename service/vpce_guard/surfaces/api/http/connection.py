"""One HTTP connection, kept within limits: what uvicorn leaves unbounded, a slow or hostile client must not use.

Bounded here are connections, heads, pipelines and the time that heads, idling and the taking of answers may last; what
is no plain HTTP/1 is refused. Bodies are bounded in route.py. Must not know what is asked.
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httptools
from pydantic_core import to_json
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from vpce_guard.errors import HeadError, OverloadedError, ProtocolError, SlowError, VpceGuardError
from vpce_guard.logs import Logger
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.problems import MEDIA_TYPE, headers_of, problem
from vpce_guard.surfaces.api.http.request_id import HEADER

log = Logger("vpce_guard.api")
_PIPELINED = 100  # requests of one connection that may wait for the one before them
_SINGLE = (b"authorization", b"content-encoding", b"content-type", b"idempotency-key", b"x-tfc-task-signature")
_LEAVING = 100  # refused connections that are still listened to, so that the refusal arrives
_LINGER = 2.0  # seconds of that: closed with something unread, a connection loses what was written to it


class Connections:
    """Every connection of one server; called by uvicorn to make another."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.waiting: dict[Connection, None] = {}  # those that are between requests, the longest there first
        self.untaken: dict[Connection, None] = {}  # those whose answer is not taken as fast as it is given, likewise
        self.leaving = 0

    def __call__(self, **uvicorn: Any) -> Connection:
        """The protocol of a connection that is about to be made."""
        return Connection(self, **uvicorn)


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with limits."""

    def __init__(self, all_: Connections, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self._all = all_
        self._settings = all_.settings
        self._in_head = self._in_body = self._leaving = False
        self._size = 0  # bytes of the head that is arriving, or of the fields that trail a body
        self._refusal: VpceGuardError | None = None
        self._late: asyncio.TimerHandle | None = None
        self._untaken: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, in place of one that idles or does not take its answer if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._settings.max_connections:
            if (idle := next(iter(self._all.waiting), None)) is not None:
                idle._leave()  # noqa: SLF001 - one of us
            elif (slow := next(iter(self._all.untaken), None)) is not None:
                slow.transport.abort()
            else:
                self._refuse(OverloadedError("Too many connections are open.", retry_after=1))
                return
        self._all.waiting[self] = None
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Parse what arrives."""
        if self._leaving:
            return
        self._unset_keepalive_if_required()
        began = self._in_head
        self._parse(data)
        if self._leaving or self.transport.is_closing():
            return
        if began and self._in_head:
            self._size += len(data)
            if self._size > self._settings.max_head:
                self._refuse(self._too_large_error())
        if not self._in_body and not self._is_answering:
            self._expect_head()

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._ignore_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            self._refuse(self._refusal or ProtocolError(f"This is not HTTP/1.1: {error}."))

    def _ignore_upgrade(self, rest: bytes) -> None:
        """Parse the request again as if it asked for no upgrade, which the parser would not read past."""
        fields = [(n, v) for n, v in self.headers if n not in (b"upgrade", b"http2-settings", b"connection")]
        head = b"".join(b"%b: %b\r\n" % field for field in fields)
        line = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        self.parser = httptools.HttpRequestParser(self)
        self._parse(line + head + b"\r\n" + rest)

    def on_message_begin(self) -> None:
        """A head begins to arrive."""
        super().on_message_begin()
        self._in_head, self._size = True, 0
        self._expect_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the head; those that trail a body could pass for it and are dropped."""
        if not self._in_body:
            super().on_header(name, value)
            return
        self._size += len(name) + len(value) + 4
        if self._size > self._settings.max_head:
            raise self._raise_later(self._too_large_error())

    def on_headers_complete(self) -> None:
        """The head is there: refuse it, or begin to answer."""
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self._settings.max_head:
            raise self._raise_later(self._too_large_error())
        if len(self.pipeline) >= _PIPELINED:
            raise self._raise_later(OverloadedError("Too many requests wait in one connection.", retry_after=1))
        if (
            wrong := _find_ambiguity(self.parser.get_method(), self.parser.get_http_version(), self.headers)
        ) is not None:
            raise self._raise_later(ProtocolError(wrong))
        if self.parser.should_upgrade():  # comes again from _ignore_upgrade
            return
        self._late = _cancel(self._late)
        self._all.waiting.pop(self, None)
        self._in_head, self._in_body, self._size = False, True, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is there."""
        if self._in_body:
            self._in_body = False
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request; where the rest of this one is not there yet nobody waits for it."""
        super().on_response_complete()
        self._expect_taking()
        if self._in_body and not self._is_answering:
            self._leave()
        elif not self._is_answering and not self.transport.is_closing():
            self._all.waiting[self] = None

    def pause_writing(self) -> None:
        """The answer is not taken as fast as it is given."""
        super().pause_writing()
        self._all.untaken[self] = None
        self._expect_taking()

    def resume_writing(self) -> None:
        """Most of the answer was taken."""
        super().resume_writing()
        self._all.untaken.pop(self, None)
        self._untaken = _cancel(self._untaken)
        self._expect_taking()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._late, self._untaken = _cancel(self._late), _cancel(self._untaken)
        self._all.waiting.pop(self, None)
        self._all.untaken.pop(self, None)
        self._all.leaving -= self._leaving
        self._leaving = False
        super().connection_lost(exc)

    @property
    def _is_answering(self) -> bool:
        """Whether a request of this connection is being answered."""
        return bool(self.pipeline) or (self.cycle is not None and not self.cycle.response_complete)

    def _expect_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self._settings.head_timeout, self._give_up)

    def _give_up(self) -> None:
        self._late = None
        if self._is_answering:
            self._expect_head()
        elif self._in_head:
            self._refuse(SlowError(f"The request headers did not arrive within {self._settings.head_timeout:g} s."))
        else:
            self._leave()

    def _expect_taking(self) -> None:
        if self._untaken is None and self.transport.get_write_buffer_size():
            self._untaken = self.loop.call_later(self._settings.write_timeout, self._cut_off)

    def _cut_off(self) -> None:
        self._untaken = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _too_large_error(self) -> HeadError:
        return HeadError(f"The request headers have more than {self._settings.max_head} bytes.")

    def _raise_later(self, error: VpceGuardError) -> VpceGuardError:
        """To be raised in a callback of the parser, which hides what was raised."""
        self._refusal = error
        return error

    def _refuse(self, error: VpceGuardError) -> None:
        """Answer with an error and leave; cut the connection where it would pass for the answer to another request."""
        if self._in_body and not self.pipeline and not self.cycle.response_started:
            self.cycle.disconnected = True  # for the application the request ends here
            self.cycle.message_event.set()
        elif self._is_answering:
            self.transport.abort()
            return
        request_id = str(uuid.uuid4())
        body = to_json(problem(error, instance="/", request_id=request_id))
        fields = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), "connection": "close"}
        fields[HEADER.decode()] = request_id
        if self._settings.access_log != "off":
            log.info("connection_refused", request_id=request_id, status=error.status, reason=error.code)
        head = "".join(f"{name}: {value}\r\n" for name, value in {**fields, **headers_of(error)}.items())
        self.transport.write(STATUS_LINE[error.status] + head.encode() + b"\r\n" + body)
        self._leave()

    def _leave(self) -> None:
        """Close the connection so that what was written to it arrives: hear the other side out for a moment."""
        if self._leaving or self.transport.is_closing():
            return
        if self._all.leaving >= _LEAVING:
            self.transport.abort()
            return
        self._leaving = True
        self._all.leaving += 1
        self._all.waiting.pop(self, None)
        self._late = _cancel(self._late)
        self._unset_keepalive_if_required()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._late = self.loop.call_later(_LINGER, self.transport.abort)

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for a while; an answer that is still being taken has a limit of its own."""
        if not self.transport.get_write_buffer_size():
            self._leave()


def plain_http(settings: Settings) -> dict[str, Any]:
    """The options of uvicorn's Config under which a server keeps the limits and believes no proxy's headers."""
    return {
        "http": Connections(settings),
        "ws": "none",
        "timeout_keep_alive": settings.keep_alive,
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
        "log_config": None,
    }


def _find_ambiguity(method: bytes, version: str, fields: list[tuple[bytes, bytes]]) -> str | None:
    """Why a head could mean one thing to a proxy and another to us; None if it cannot."""
    names = [name for name, _ in fields]
    encodings = [value for name, value in fields if name == b"transfer-encoding"]
    if method == b"CONNECT":
        return "This service is not a proxy."
    if version not in ("1.0", "1.1"):
        return f"HTTP/{version} is not supported."
    if names.count(b"host") > 1 or (version == "1.1" and b"host" not in names):
        return "A request has exactly one Host header."
    if encodings and (version == "1.0" or encodings != [b"chunked"]):
        return "The only Transfer-Encoding supported is chunked, in HTTP/1.1."
    twice = next((name for name in _SINGLE if names.count(name) > 1), None)
    return f"A request has at most one {twice.decode().title()} header." if twice is not None else None


def _cancel(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """None, in place of a timer that does not ring."""
    if timer is not None:
        timer.cancel()
    return None
