"""`vpce-guard mcp`: tools for agents, over standard input and output or over HTTP."""

from __future__ import annotations

import asyncio
from importlib import resources
from typing import Any

import click

from vpce_guard import logs
from vpce_guard.settings import Settings, load_settings


@click.command("mcp")
@click.option("--http", "address", metavar="HOST:PORT", help="Answer at http://HOST:PORT/mcp, beside the API.")
@click.option("--skill", is_flag=True, help="Print what tells an agent how to work with the tools, and end.")
@click.option("--engine", type=click.Choice(["embedded", "opa"]), help="Where policies run. [default: embedded]")
@click.option("--opa-url", metavar="URL", help="The OPA sidecar, with --engine opa.")
@click.option("--data", "org_data", metavar="FILE", multiple=True, help="Org data, YAML or JSON.")
def command(*, address: str | None, skill: bool, **flags: Any) -> int:
    """Give agents tools: check, advise, explain, rules, services and reach, by the Model Context Protocol.

    Without --http a client starts this command and speaks to its standard input and output. With it, callers need the
    keys and scopes of the API. Decisions are recorded as those of `serve` are. Needs the extra `mcp`.
    """
    if skill:
        click.echo(resources.files("vpce_guard.surfaces.mcp").joinpath("skill.md").read_text("utf-8"), nl=False)
        return 0
    settings = load_settings(flags=flags | (_split(address) if address is not None else {}))
    from vpce_guard.surfaces.mcp import Agents, check_installed

    check_installed()
    if address is not None:
        from vpce_guard.surfaces.cli.serve import run_service

        return run_service(settings, make_pages=lambda _: Agents())
    logs.configure(settings.log_level)
    asyncio.run(_serve_input(settings.model_copy(update={"replicas": False})))  # one process of one client
    return 0


def _split(address: str) -> dict[str, Any]:
    """The settings that an address means. Raises UsageError."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise click.UsageError(f"--http takes HOST:PORT, such as 127.0.0.1:8080, not {address!r}.")
    return {"host": host.strip("[]"), "port": int(port)}


async def _serve_input(settings: Settings) -> None:
    """Answer the client on standard input until it ends. Its caller is this machine, whatever keys are set."""
    from mcp.server.stdio import stdio_server

    from vpce_guard.runtime.wiring import keep_log, make_guard
    from vpce_guard.surfaces.api import make_app
    from vpce_guard.surfaces.mcp import Agents
    from vpce_guard.surfaces.mcp.inside import make_ask
    from vpce_guard.surfaces.mcp.protocol import make_server

    app = make_app(keep_log(make_guard(settings)), callers=(), pages=Agents())
    server = make_server(make_ask(app))
    async with app.router.lifespan_context(app), stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
