"""`vpce-guard inventory link`: what came to be of recorded decisions."""

from __future__ import annotations

import click
from pydantic_core import to_json

from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.queries import Query, parse_time, read_all
from vpce_guard.errors import UnreadableError
from vpce_guard.instants import now
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.visible import visible


@click.command("link")
@click.option("--since", metavar="TIME", help="Decisions from this time on (RFC 3339). [default: all]")
@click.option(
    "--days", type=click.IntRange(1), default=14, show_default=True, help="How long an endpoint may be waited for."
)
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--database-url", metavar="URL", help="Where log and inventory are kept. [default: as for serve]")
def command(since: str | None, days: int, output: str, database_url: str | None) -> int:
    """Say what came to be of allowed creates in the log, as the inventory has it.

    It tells which endpoint is as decided, which differs and in what, what was never made, and which endpoints
    nobody asked for since the log began. Nothing is changed.

    Exit codes: 0, or 2 where there is no log or no inventory.
    """
    from vpce_guard.whatif.audit.kept import ask_kept
    from vpce_guard.whatif.links import link_decisions

    settings = load_settings(flags={"database_url": database_url})
    database = open_database(settings.database_url, create=False)
    at = now()
    try:
        events = read_all(database, Query(since=parse_time(since, "since"), allowed=True))
        parts = ask_kept(database, [], at=at).parts
        found = link_decisions(events, (draft for part in parts for draft in part.document.drafts), days=days, at=at)
    finally:
        database.dispose()
    if output == "json":
        click.echo(to_json(found, indent=2).decode())
        return 0
    if not found.links:
        raise UnreadableError("The log has no allowed create.", advice="See `vpce-guard log list`.")
    for one in found.links:
        what = f"{one.service or 'an endpoint'} in {one.vpc_id or 'a VPC that is not told'}"
        ids = f": {', '.join(one.endpoint_ids)}" if one.endpoint_ids else ""
        sure = " (by its tag)" if one.certainty == "tag" else ""
        otherwise = f", otherwise: {', '.join(one.differs)}" if one.differs else ""
        click.echo(visible(f"{one.outcome:<16} {one.decision_id} {one.decided[:10]} {what}{ids}{sure}{otherwise}"))
    for endpoint in found.undecided:
        place = " ".join(part for part in (endpoint.account, endpoint.region, endpoint.vpc_id) if part)
        told = f"{endpoint.endpoint_id} {endpoint.created[:10]} {endpoint.service} in {place}"
        click.echo(visible(f"{'not asked for':<16} {told}"))
    return 0
