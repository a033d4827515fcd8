"""`vpce-guard serve`: the REST service."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vpce_guard import logs
from vpce_guard.errors import SettingsError, VpceGuardError
from vpce_guard.logs import Logger
from vpce_guard.settings import Settings, load_settings
from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.source_option import source_option

if TYPE_CHECKING:
    from fastapi import FastAPI

    from vpce_guard.authoring.rego.edited import EditedFolder
    from vpce_guard.runtime.guard import Guard
    from vpce_guard.surfaces.api import Pages
    from vpce_guard.surfaces.api.http.server import Beside
    from vpce_guard.surfaces.api.workers import Worker

    MakePages = Callable[[Settings], Pages | None]

log = Logger("vpce_guard.serve")
_SHARED = (
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
    "uvicorn.lifespan.on",
    "vpce_guard.decision_log.writer",
    "vpce_guard.engines.embedded",
    "vpce_guard.surfaces.api.admission_door",
    "vpce_guard.surfaces.console",
)


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to bind to. [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to bind to. [default: 8080]")
@click.option("--workers", type=int, metavar="N", help="Processes that answer requests. [default: 1]")
@click.option("--engine", type=click.Choice(["embedded", "opa"]), help="Where policies run. [default: embedded]")
@click.option("--opa-url", metavar="URL", help="The OPA sidecar, with --engine opa.")
@click.option(
    "--data", "org_data", metavar="FILE", multiple=True, help="Org data, YAML or JSON; read again when it changes."
)
@click.option("--watch", is_flag=True, help="Put each edit of --source in force while running.")
@source_option("With --watch, once for each; own ones lie over the built-in rules. [default: rego]")
@opa_option("With --watch: the opa binary, of the pinned version.")
def command(*, watch: bool, source: tuple[Path, ...], opa: str, **flags: Any) -> int:
    """Answer decisions over REST until stopped."""
    console_key = secrets.token_bytes(32)  # of all workers, which are copies of this process

    def make_pages(settings: Settings) -> Pages | None:
        from vpce_guard.surfaces.console import make_console

        return make_console(settings, key=console_key)

    return run_service(load_settings(flags=flags), make_pages=make_pages, sources=source if watch else (), opa=opa)


def run_service(settings: Settings, *, make_pages: MakePages, sources: tuple[Path, ...] = (), opa: str = "") -> int:
    """Serve the API, and pages beside it, until stopped; edits of `sources` are built with `opa` and put in force.

    Gives the exit code. Raises SettingsError.
    """
    logs.configure(settings.log_level)
    from vpce_guard.authoring.rego.edited import EditedFolder
    from vpce_guard.surfaces.api.admission_door import check_door
    from vpce_guard.surfaces.api.http.access import check_exposure
    from vpce_guard.surfaces.api.http.server import listen, server_tls
    from vpce_guard.surfaces.api.workers import settings_of, start_workers

    try:
        check_exposure(settings)
        check_door(settings)
        tls = server_tls(settings)
        worker = None
        if settings.workers > 1:
            _import_shared()
            outcome = start_workers(settings)
            if isinstance(outcome, int):
                return outcome
            worker, settings = outcome, settings_of(settings, outcome)
        folder = EditedFolder(*sources, opa=opa) if sources else None
        app = _make_app(settings, folder, worker, make_pages)
        sockets = worker.listening if worker is not None else listen(settings.host, settings.port)
        beside = _admission_door(settings, app, worker)
    except VpceGuardError as error:  # whatever it is, something that is set cannot be used
        raise SettingsError(error.detail, advice=error.advice) from None
    return _run(app, sockets, tls, beside, worker)


def _import_shared() -> None:
    """Import what every worker needs, once and before they are forked: they share its memory."""
    for name in _SHARED:
        import_module(name)


def _make_app(settings: Settings, folder: EditedFolder | None, worker: Worker | None, make_pages: MakePages) -> FastAPI:
    """The application. Raises VpceGuardError for what cannot be: refused here, before anything listens."""
    from vpce_guard.runtime.rollout.in_force import Rollout
    from vpce_guard.runtime.rollout.source_reload import FolderWatch
    from vpce_guard.runtime.wiring import keep_log, make_guard
    from vpce_guard.surfaces.api import make_app

    guard = _make_guard_on_source(settings, folder) if folder else make_guard(settings)
    guard = keep_log(guard, turn=worker.turn if worker is not None else None)
    if guard.decision_log is not None and folder is None:
        asyncio.run(Rollout(guard, guard.decision_log.database).start())
    return make_app(
        guard,
        following=FolderWatch(guard, folder) if folder else None,
        large=settings.large_process and folder is None,
        siblings=worker.siblings if worker is not None else None,
        pages=make_pages(settings),
    )


def _run(
    app: FastAPI, sockets: list[socket.socket], tls: Mapping[str, Any], beside: Beside | None, worker: Worker | None
) -> int:
    from vpce_guard.bundle.standing import why_outdated
    from vpce_guard.surfaces.api.http.connection import plain_http
    from vpce_guard.surfaces.api.http.server import Server

    guard: Guard = app.state.guard
    if (outdated := why_outdated(guard.bundle)) is not None and (worker is None or worker.place.number == 0):
        log.warning("bundle_outdated", revision=guard.bundle.revision, detail=outdated)
    for warning in guard.org.current.warnings if worker is None or worker.place.number == 0 else ():
        log.warning("org_data", warning=warning)
    place = worker.place if worker is not None else None
    server = Server(app, beside=beside, place=place, **plain_http(guard.settings), **tls)
    server.run(sockets)
    return 0 if server.started else 3


def _admission_door(settings: Settings, app: FastAPI, worker: Worker | None) -> Beside | None:
    """The listener for API servers, where there is one. Raises SettingsError."""
    if settings.admission_port is None:
        return None
    from uvicorn import Config

    from vpce_guard.surfaces.api.admission_door import DoorServer, make_admission_app
    from vpce_guard.surfaces.api.http.connection import plain_http
    from vpce_guard.surfaces.api.http.server import Beside, listen, server_tls

    options = {**plain_http(settings), **server_tls(settings, prefix="admission_")}
    seconds = int(settings.shutdown_seconds) or 1
    config = Config(make_admission_app(app), lifespan="off", timeout_graceful_shutdown=seconds, **options)
    door = DoorServer(config)
    if worker is not None:
        return Beside(door, worker.admission)
    return Beside(door, listen(settings.admission_host, settings.admission_port, settings="admission_"))


def _make_guard_on_source(settings: Settings, folder: EditedFolder) -> Guard:
    """A guard on what a rego folder holds now. Raises VpceGuardError where that cannot be built."""
    from vpce_guard.runtime.guard import Guard
    from vpce_guard.runtime.rollout.source_reload import check_watchable
    from vpce_guard.runtime.wiring import make_policy

    check_watchable(settings)
    return Guard(settings=settings, policy=make_policy(settings, folder.build()))
