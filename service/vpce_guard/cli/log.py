"""`vpce-guard log`: what was decided, and whether it is still what was written."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from pydantic_core import to_json
from sqlalchemy import Engine

from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.errors import NotFoundError
from vpce_guard.settings import Settings, load_settings


@click.group("log")
def command() -> None:
    """Read, verify and prune the decision log."""


_URL = click.option("--database-url", metavar="URL", help="Where decisions are kept. [default: as for serve]")


@command.command("verify")
@_URL
def verify_command(**flags: Any) -> int:
    """See that no record was changed, left out or moved; exit code 1 if one was."""
    settings, engine = _opened(flags)
    found = chain.verify(engine, _key(settings))
    for finding in found.findings:
        place = f"record {finding.number} of " if finding.number is not None else ""
        click.echo(f"{place}chain {finding.chain}: {finding.problem}")
    verdict = "whole" if not found.findings else f"not whole: {len(found.findings)} findings"
    click.echo(f"{found.records} records in {found.chains} chains: {verdict}.")
    return 1 if found.findings else 0


@command.command("show")
@click.argument("decision_id")
@_URL
def show_command(decision_id: str, **flags: Any) -> int:
    """Print one decision with its input."""
    _, engine = _opened(flags)
    event = queries.one(engine, decision_id)
    if event is None:
        raise NotFoundError(f"There is no decision {decision_id}.")
    click.echo(to_json(event, indent=2))
    return 0


@command.command("export")
@_URL
@click.option("--since", metavar="TIME", help="RFC 3339, inclusive.")
@click.option("--until", metavar="TIME", help="RFC 3339, exclusive.")
@click.option("--rule", "rule_id", metavar="ID", help="Only decisions that speak of a rule.")
@click.option("--denied", is_flag=True, help="Only decisions that are not allowed.")
def export_command(since: str | None, until: str | None, rule_id: str | None, denied: bool, **flags: Any) -> int:
    """Print decisions as OPA's decision events, a JSON object on each line, oldest first."""
    _, engine = _opened(flags)
    query = queries.Query(since=since, until=until, rule_id=rule_id, allowed=False if denied else None)
    for event in queries.every(engine, query):
        sys.stdout.buffer.write(to_json(event) + b"\n")
    return 0


@command.command("prune")
@_URL
@click.option("--days", type=click.IntRange(1), required=True, help="Take away what is older.")
def prune_command(days: int, **flags: Any) -> int:
    """Take old decisions away; what is left stays verifiable."""
    settings, engine = _opened(flags)
    before = datetime.now(UTC) - timedelta(days=days)
    told = before.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    click.echo(f"{queries.prune(engine, told, _key(settings))} decisions before {told} taken away.")
    return 0


def _opened(flags: dict[str, Any]) -> tuple[Settings, Engine]:
    settings = load_settings(flags=flags)
    return settings, open_database(settings.database_url)


def _key(settings: Settings) -> bytes | None:
    return settings.log_key.encode() if settings.log_key else None
