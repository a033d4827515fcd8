"""`vpce-guard serve`: the REST service."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vpce_guard import logs
from vpce_guard.errors import SettingsError, VpceGuardError
from vpce_guard.logs import Logger
from vpce_guard.settings import Settings, load_settings
from vpce_guard.surfaces.cli.opa_option import opa_option

if TYPE_CHECKING:
    from fastapi import FastAPI

    from vpce_guard.authoring.rego.edited import EditedFolder
    from vpce_guard.runtime.guard import Guard
    from vpce_guard.surfaces.api.http.server import Beside

log = Logger("vpce_guard.serve")


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to bind to. [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to bind to. [default: 8080]")
@click.option("--engine", type=click.Choice(["embedded", "opa"]), help="Where policies run. [default: embedded]")
@click.option("--opa-url", metavar="URL", help="The OPA sidecar, with --engine opa.")
@click.option(
    "--data", "org_data", metavar="FILE", multiple=True, help="Org data, YAML or JSON; read again when it changes."
)
@click.option("--watch", is_flag=True, help="Put each edit of --source in force while running.")
@click.option(
    "--source",
    metavar="FOLDER",
    multiple=True,
    type=click.Path(path_type=Path),
    default=[Path("rego")],
    help="With --watch, once for each; own ones lie over the built-in rules. [default: rego]",
)
@opa_option("With --watch: the opa binary, of the pinned version.")
def command(*, watch: bool, source: tuple[Path, ...], opa: str, **flags: Any) -> int:
    """Answer decisions over REST until stopped."""
    settings = load_settings(flags=flags)
    logs.configure(settings.log_level)
    from vpce_guard.authoring.rego.edited import EditedFolder
    from vpce_guard.bundle.standing import why_outdated
    from vpce_guard.runtime.rollout.in_force import Rollout
    from vpce_guard.runtime.rollout.source_reload import FolderWatch
    from vpce_guard.runtime.wiring import make_guard, open_anchors, open_forwarder, open_log
    from vpce_guard.surfaces.api import make_app
    from vpce_guard.surfaces.api.admission_door import check_door
    from vpce_guard.surfaces.api.http.access import check_exposure
    from vpce_guard.surfaces.api.http.connection import plain_http
    from vpce_guard.surfaces.api.http.server import Server, listen, server_tls

    try:
        check_exposure(settings)
        check_door(settings)
        tls = server_tls(settings)
        folder = EditedFolder(*source, opa=opa) if watch else None
        guard = _make_guard_on_source(settings, folder) if folder else make_guard(settings)
        decision_log = open_log(settings)
        guard = replace(
            guard,
            decision_log=decision_log,
            forwarder=open_forwarder(settings, decision_log),
            anchoring=open_anchors(settings, decision_log),
        )
        if guard.decision_log is not None and not watch:  # refused here, before anything listens
            asyncio.run(Rollout(guard, guard.decision_log.database).start())
        app = make_app(
            guard, following=FolderWatch(guard, folder) if folder else None, worker=settings.worker and folder is None
        )
        sockets = listen(settings.host, settings.port)
        beside = _admission_door(settings, app)
    except VpceGuardError as error:  # whatever it is, something that is set cannot be used
        raise SettingsError(error.detail, advice=error.advice) from None
    if (outdated := why_outdated(guard.bundle)) is not None:
        log.warning("bundle_outdated", revision=guard.bundle.revision, detail=outdated)
    for warning in guard.org.current.warnings:
        log.warning("org_data", warning=warning)
    server = Server(app, beside=beside, **plain_http(settings), **tls)
    server.run(sockets)
    return 0 if server.started else 3


def _admission_door(settings: Settings, app: FastAPI) -> Beside | None:
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
    return Beside(DoorServer(config), listen(settings.admission_host, settings.admission_port, settings="admission_"))


def _make_guard_on_source(settings: Settings, folder: EditedFolder) -> Guard:
    """A guard on what a rego folder holds now. Raises VpceGuardError where that cannot be built."""
    from vpce_guard.runtime.guard import Guard
    from vpce_guard.runtime.rollout.source_reload import check_watchable
    from vpce_guard.runtime.wiring import make_policy

    check_watchable(settings)
    return Guard(settings=settings, policy=make_policy(settings, folder.build()))
