"""The server: its sockets, and how it begins and stops. What it answers is the app's."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from types import FrameType
from typing import Any, NamedTuple

import uvicorn
from fastapi import FastAPI

from vpce_guard import tls
from vpce_guard.errors import SettingsError, VpceGuardError
from vpce_guard.logs import Logger
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.runtime.workers.places import LEAVE, Place
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.routes.health import check_ready

log = Logger("vpce_guard.server")
_CLOSE = (b"connection", b"close")
_SWITCH = 0.0005  # seconds after which a thread that reads a large document lets the event loop go on
_LEAVING = 1.0  # seconds in which a worker that was replaced closes connections with an answer
_FOR_REQUESTS = 0.75  # of the time for stopping; the rest is for the decision log


def bind_for_workers(host: str, port: int, *, count: int, settings: str = "") -> list[list[socket.socket]]:
    """Sockets for each of so many workers, which share an address: the kernel gives each connection to one of them.

    None listens before its worker does. Raises SettingsError as listen() does, also where somebody else shares already.
    """
    alone = listen(host, port, settings=settings)
    addresses = [(bound.family, bound.getsockname()) for bound in alone]
    for bound in alone:
        bound.close()
    return [[_bind(family, address, is_shared=True) for family, address in addresses] for _ in range(count)]


def listen(host: str, port: int, *, settings: str = "") -> list[socket.socket]:
    """A socket for each address of the host. Raises SettingsError where one is taken or not of this machine.

    `settings` is what the names of the two settings begin with.
    """
    opened: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((entry[0], entry[4]) for entry in found):
            opened.append(_bind(family, address))
            opened[-1].listen()  # only this tells that nobody else does
    except OSError as error:
        for bound in opened:
            bound.close()
        raise SettingsError(
            f"{settings}host, {settings}port: {host}:{port} cannot be bound: {error.strerror}.",
            advice=f"Set VPCE_GUARD_{settings.upper()}HOST to an address of this machine and "
            f"VPCE_GUARD_{settings.upper()}PORT to a port that is free.",
        ) from None
    return opened


def _bind(family: int, address: Any, *, is_shared: bool = False) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def server_tls(settings: Settings, *, prefix: str = "") -> dict[str, Any]:
    """What uvicorn is told of TLS; nothing where there is none. Raises SettingsError for files that cannot be used.

    `prefix` is what the names of the settings begin with.
    """
    certificate = tls.pem(settings, f"{prefix}tls_cert_file")
    if certificate is None:
        return {}
    key, client_ca = tls.pem(settings, f"{prefix}tls_key_file"), tls.pem(settings, f"{prefix}tls_client_ca_file")
    context = tls.server(certificate=certificate, key=key, client_ca=client_ca)
    return {"ssl_context_factory": lambda _config, _default: context}


class Beside(NamedTuple):
    """A server that begins and stops with another one, and the sockets it answers on."""

    server: uvicorn.Server
    sockets: list[socket.socket]


class Server(uvicorn.Server):
    """uvicorn's, which stops in order when it is told to by SIGTERM or SIGINT, and at once when it is told again.

    For `drain_seconds` it answers as before, closes each connection with its answer and is not ready. Then it takes no
    more connections, finishes what it accepted and the decision log, in `shutdown_seconds` at most.
    """

    def __init__(
        self, app: FastAPI, *, beside: Beside | None = None, place: Place | None = None, **options: Any
    ) -> None:
        """`options` are uvicorn's; `beside` is a server that begins and stops with this one.

        A worker has a `place`: it stops also when its parent says so, or is gone.
        """
        guard: Guard = app.state.guard
        life: Rollout | None = app.state.life
        limit: Any = guard.settings.shutdown_seconds * _FOR_REQUESTS
        super().__init__(uvicorn.Config(app, timeout_graceful_shutdown=limit, **options))
        self._guard = guard
        self._life = life
        self._told = False
        self._until: float | None = None
        self._end: threading.Timer | None = None
        self._beside = beside
        self._other: asyncio.Task[None] | None = None
        self._place = place

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        try:
            super().run(sockets)
        finally:
            if self._end is not None:
                self._end.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        sys.setswitchinterval(_SWITCH)
        await super().startup(sockets)
        for bound in sockets or ():
            log.info("serving", address=bound.getsockname()[:2], tls=self.config.is_ssl)
        self._begun = asyncio.create_task(self._begin())
        if self._beside is not None and self.started:
            self._other = asyncio.create_task(self._beside.server.serve(self._beside.sockets))
            for bound in self._beside.sockets:
                log.info("serving_admission", address=bound.getsockname()[:2], tls=self._beside.server.config.is_ssl)
        if self._place is not None and self.started:
            asyncio.get_running_loop().add_reader(self._place.hears, self._hear, self._place)
            self._place.tell_started()

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop; called ten times a second."""
        if self._told and self._until is None:
            self._drain()
        if self._until is not None and time.monotonic() >= self._until:
            self.should_exit = True
        if self._other is not None and self._other.done() and not self.should_exit:
            log.error("admission_listener_stopped")
            self.should_exit = True
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - how signals call
        """Note that it was told to stop. Nothing that waits for a lock may be done here."""
        if self._told:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        self._told = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what was accepted, or end without."""
        seconds = self._guard.settings.shutdown_seconds
        self._end = threading.Timer(seconds, _give_up, [seconds])
        self._end.daemon = True
        self._end.start()
        if self._life is not None:
            self._life.changed.set()  # an OPA that waits for another bundle is answered
        if self._beside is not None and self._other is not None:
            self._beside.server.should_exit = True
            await asyncio.wait([self._other])
        await super().shutdown(sockets)
        log.info("stopped")

    async def _begin(self) -> None:
        await self._guard.engine.warm()
        try:
            await check_ready(self._guard)
        except VpceGuardError as error:
            log.warning("not_ready", error=str(error))

    def _hear(self, place: Place) -> None:
        """Do what the parent says."""
        if os.read(place.hears, 1) == LEAVE:
            self._leave(_LEAVING)
        else:
            asyncio.get_running_loop().remove_reader(place.hears)
            self._told = True

    def _drain(self) -> None:
        drain = self._guard.settings.drain_seconds
        log.info("stopping", drain_seconds=drain)
        self._guard.stopping = True
        self._leave(drain)

    def _leave(self, seconds: float) -> None:
        """Stop in so many seconds, and close each connection with its next answer."""
        self._until = time.monotonic() + seconds
        for server in (self, self._beside.server) if self._beside is not None else (self,):
            server.config.encoded_headers.append(_CLOSE)  # what uvicorn sends with every answer
            server.server_state.default_headers = [*server.server_state.default_headers, _CLOSE]


def _give_up(seconds: float) -> None:
    """End a process that does not stop by itself, from a thread of its own and without waiting for any lock."""
    os.write(2, f"vpce-guard: not everything was finished within the {seconds:g} s of shutdown_seconds.\n".encode())
    os._exit(3)
