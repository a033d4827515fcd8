"""`vpce-guard inventory link`: what came to be of recorded decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click
from pydantic_core import to_json
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.links import keep_links
from vpce_guard.decision_log.queries import Query, parse_time, read_all
from vpce_guard.errors import UnreadableError
from vpce_guard.instants import format_milliseconds, now
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.visible import visible

if TYPE_CHECKING:
    from vpce_guard.formats.document import Draft
    from vpce_guard.whatif.links import LinkReport

_HOW = {"tag": " (by its tag)", "request": " (as CloudTrail recorded)"}


@click.command("link")
@click.option(
    "--events",
    metavar="PATH",
    multiple=True,
    help="Files, folders or patterns of CloudTrail events, as `policy score`.",
)
@click.option("--since", metavar="TIME", help="Decisions from this time on (RFC 3339). [default: all]")
@click.option(
    "--days", type=click.IntRange(1), default=14, show_default=True, help="How long an endpoint may be waited for."
)
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--database-url", metavar="URL", help="Where log and inventory are kept. [default: as for serve]")
def command(events: tuple[str, ...], since: str | None, days: int, output: str, database_url: str | None) -> int:
    """Say what came to be of allowed creates in the log, as inventory and CloudTrail have it, and keep it beside them.

    It tells which endpoint is as decided, which differs and in what, what was never made, and which endpoints
    nobody asked for since the log began. The decision then shows it, too.

    Exit codes: 0, or 2 where there is no log, neither inventory nor events, or something unreadable.
    """
    from vpce_guard.whatif.creations import read_creations
    from vpce_guard.whatif.links import link_decisions
    from vpce_guard.whatif.score.files import EventFiles

    settings = load_settings(flags={"database_url": database_url})
    database = open_database(settings.database_url, create=False)
    at, told_from = now(), parse_time(since, "since")
    read_from = told_from and format_milliseconds(datetime.fromisoformat(told_from) - timedelta(days=days))
    files = EventFiles(events, settings.max_body)
    try:
        decided = read_all(database, Query(since=read_from, allowed=True))
        drafts = _drafts(database, at, needed=not events)
        found = link_decisions(decided, drafts, read_creations(files), days=days, at=at, since=told_from)
        keep_links(database, [link for link in found.links if link.outcome != "no VPC"])
    finally:
        database.dispose()
    for problem in files.problems.listed:
        click.echo(f"vpce-guard: {problem}", err=True)
    if output == "json":
        click.echo(to_json(found, indent=2).decode())
    elif found.links:
        _print(found)
    else:
        raise UnreadableError("The log has no allowed create.", advice="Ask without --since, or of another log.")
    return 2 if files.problems.count else 0


def _drafts(database: Database, at: str, *, needed: bool) -> Iterator[Draft]:
    """The endpoints of the inventory. Raises UnreadableError where it holds none and they are needed."""
    from vpce_guard.whatif.audit.kept import ask_kept

    try:
        parts = ask_kept(database, [], at=at).parts
    except UnreadableError:
        if needed:
            raise
        return
    for part in parts:
        yield from part.document.drafts


def _print(found: LinkReport) -> None:
    for one in found.links:
        what = f"{one.service or 'an endpoint'} in {one.vpc_id or 'a VPC that is not told'}"
        ids = f": {', '.join(one.endpoint_ids)}" if one.endpoint_ids else ""
        sure = _HOW.get(one.certainty or "", "")
        otherwise = f", otherwise: {', '.join(one.differs)}" if one.differs else ""
        click.echo(visible(f"{one.outcome:<16} {one.decision_id} {one.decided[:10]} {what}{ids}{sure}{otherwise}"))
    for endpoint in found.undecided:
        place = " ".join(part for part in (endpoint.account, endpoint.region, endpoint.vpc_id) if part)
        told = f"{endpoint.endpoint_id} {endpoint.created[:10]} {endpoint.service} in {place}"
        click.echo(visible(f"{'not asked for':<16} {told}"))
