"""`vpce-guard serve`: the REST service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
import structlog

from vpce_guard import logs
from vpce_guard.settings import load_settings

log = structlog.get_logger("vpce_guard.serve")


@click.command("serve")
@click.option("--host", metavar="ADDRESS", help="Address to bind to. [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to bind to. [default: 8080]")
@click.option("--engine", type=click.Choice(["embedded", "opa"]), help="Where policies run. [default: embedded]")
@click.option("--opa-url", metavar="URL", help="The OPA sidecar, with --engine opa.")
@click.option(
    "--data", "org_data", metavar="FILE", multiple=True, help="Org data, YAML or JSON; taken up anew when it changes."
)
def command(**flags: Any) -> int:
    """Answer decisions over REST until stopped."""
    settings = load_settings(flags=flags)
    logs.configure(settings.log_level)
    import uvicorn

    from vpce_guard.api import make_app
    from vpce_guard.api.access import check_exposure
    from vpce_guard.wiring import make_guard, open_log

    check_exposure(settings)
    guard = make_guard(settings)
    guard = replace(guard, decision_log=open_log(settings))
    for warning in guard.org.current.warnings:
        log.warning("org_data", warning=warning)
    app = make_app(guard)
    server = uvicorn.Server(
        uvicorn.Config(
            app, host=settings.host, port=settings.port, log_config=None, access_log=False, server_header=False
        )
    )
    server.run()
    return 0 if server.started else 3
