"""`vpce-guard log`: what was decided, and whether it is still what was written."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from pydantic_core import to_json
from sqlalchemy import Engine as Database

from vpce_guard.decision_log import chain, export, partitions, queries, retention
from vpce_guard.decision_log.anchor import AnchoredState, fetch_anchor, read_anchor
from vpce_guard.decision_log.backup import copy_log
from vpce_guard.decision_log.database import open_database, sqlite_path
from vpce_guard.decision_log.keys import LogKeys, describe_missing
from vpce_guard.decision_log.links import find_links
from vpce_guard.decision_log.timestamps import Certificates, read_timestamps
from vpce_guard.errors import NotFoundError
from vpce_guard.instants import format_milliseconds
from vpce_guard.settings import Settings, load_settings


@click.group("log")
def command() -> None:
    """Read, verify and prune the decision log."""


_URL = click.option("--database-url", metavar="URL", help="Where decisions are kept. [default: as for serve]")


@command.command("verify")
@_URL
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of seals. [default: those of VPCE_GUARD_LOG_ANCHOR_FILE and VPCE_GUARD_LOG_ANCHOR_URL]",
)
@click.option("--allow-empty", is_flag=True, help="Take a log without records for whole.")
def verify_command(anchor_file: Path | None, *, allow_empty: bool, database_url: str | None) -> int:
    """See that nothing in the log was changed, left out or moved.

    Exit codes: 0 whole, 1 not intact, or without records, 2 wrong usage, no such log or anchor file,
    3 could not be read, or a key, an anchor or a certificate is missing.
    """
    settings, database = _open_log({"database_url": database_url})
    keys = LogKeys.read_settings(settings)
    # Read before the log is: what is written meanwhile is further than what they tell, never behind it.
    anchored = _read_anchors(settings, anchor_file, keys)
    timestamps = read_timestamps(database, _certificates(settings))
    found = chain.verify(database, keys, *anchored, timestamps)
    _print_faults(found)
    if timestamps.unverified:
        click.echo(f"{timestamps.unverified} timestamps were not verified. Set VPCE_GUARD_LOG_TIMESTAMP_CA_FILE.")
    could_not_tell = bool(found.missing or timestamps.unverified)
    if found.findings:
        verdict = f"not intact: {len(found.findings)} findings"
    elif could_not_tell:
        verdict = "could not tell"
    elif not found.records and not allow_empty:
        verdict = "nothing to verify; --allow-empty takes that for whole"
    else:
        verdict = "whole"
    compared = f", compared with {sum(state.seals for state in anchored)} seals of the anchor" if anchored else ""
    if timestamps.seals:
        compared += f", {timestamps.seals} timestamps from {timestamps.first} to {timestamps.latest}"
    click.echo(f"{found.records} records in {found.chains} chains{compared}: {verdict}.")
    return 0 if verdict == "whole" else 3 if could_not_tell and not found.findings else 1


def _read_anchors(settings: Settings, given: Path | None, keys: LogKeys) -> list[AnchoredState]:
    """What the anchor tells that is given, or else those that are set. Raises NotFoundError and LogError."""
    if given is not None:
        return [read_anchor(given, keys)]
    found = [read_anchor(settings.log_anchor_file, keys)] if settings.log_anchor_file else []
    if settings.log_anchor_url:
        found.append(fetch_anchor(settings.log_anchor_url, settings.log_anchor_token, keys))
    return found


def _certificates(settings: Settings) -> Certificates | None:
    return Certificates(settings.log_timestamp_ca_file) if settings.log_timestamp_ca_file else None


def _print_faults(found: chain.Verification) -> None:
    for fault in found.findings:
        click.echo(f"{fault.place}: {fault.problem}")
    for sentence in describe_missing(found.missing):
        click.echo(sentence)


@command.command("show")
@click.argument("decision_id")
@_URL
def show_command(decision_id: str, **flags: Any) -> int:
    """Print one decision with its input, and what came to be of it."""
    _, database = _open_log(flags)
    event = queries.find_event(database, decision_id)
    if event is None:
        raise NotFoundError(f"There is no decision {decision_id}.")
    became = find_links(database, [decision_id]).get(decision_id)
    click.echo(to_json({**event, "became": became}, indent=2))
    return 0


@command.command("export")
@_URL
@click.option("--since", metavar="TIME", help="RFC 3339, inclusive.")
@click.option("--until", metavar="TIME", help="RFC 3339, exclusive.")
@click.option("--rule", "rule_id", metavar="ID", help="Only decisions that mention a rule.")
@click.option("--label", metavar="NAME:VALUE", help="Only decisions with a label.")
@click.option("--account", "account_id", metavar="ID", help="Only decisions in an account.")
@click.option("--vpc", "vpc_id", metavar="ID", help="Only decisions in a VPC.")
@click.option("--service", "service_name", metavar="NAME", help="Only decisions on endpoints of a service.")
@click.option("--denied", is_flag=True, help="Only decisions that are not allowed.")
@click.option("-o", "form", type=click.Choice(["jsonl", "parquet"]), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output.")
def export_command(form: str, output: Path | None, denied: bool, database_url: str | None, **filters: Any) -> int:
    """Write decisions as decision events, oldest first: a JSON object on each line, or a Parquet file."""
    query = _query(filters, denied=denied)
    if form == "parquet" and output is None:
        raise click.UsageError("Parquet is written to a file: give --output FILE.")
    _, database = _open_log({"database_url": database_url})
    write, events = export.FORMATS[form], queries.read_all(database, query)
    if output is None:
        write(events, sys.stdout.buffer)
        return 0
    try:
        with export.whole_file(output) as file:
            count = write(events, file)
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from None
    click.echo(f"{count} decisions written to {output}.", err=True)
    return 0


def _query(filters: dict[str, str | None], *, denied: bool) -> queries.Query:
    """Filters as for GET /v1/decisions. Raises MalformedError for a time or label that is none."""
    times = {name: queries.parse_time(filters.pop(name), name) for name in ("since", "until")}
    label = queries.parse_label(filters.pop("label"))
    return queries.Query(**times, **filters, label=label, allowed=False if denied else None)


@command.command("prune")
@_URL
@click.option("--days", type=click.IntRange(1), required=True, help="Delete decisions older than this.")
def prune_command(days: int, database_url: str | None) -> int:
    """Take old decisions away; what is left stays verifiable. What log_sink_url has not got yet is left."""
    settings, database = _open_log({"database_url": database_url})
    before = format_milliseconds(datetime.now(UTC) - timedelta(days=days))
    gone = retention.prune(database, before, LogKeys.read_settings(settings), sink=settings.log_sink_url)
    click.echo(f"{gone} decisions before {before} deleted.")
    return 0


@command.command("partition")
@_URL
def partition_command(database_url: str | None) -> int:
    """Keep the log in PostgreSQL by weeks, so that old ones are dropped whole; make the weeks that come.

    Decisions wait while it is done the first time: two indexes are made anew over all there is. From then on
    log_days and `log prune` make the weeks that come, and drop those of which all is old.
    """
    _, database = _open_log({"database_url": database_url})
    is_new = partitions.partition(database)
    weeks = partitions.add_weeks(database)
    click.echo(f"{'Partitioned' if is_new else 'It is partitioned already'}; {weeks} weeks were made.")
    return 0


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@_URL
def backup_command(file: Path, database_url: str | None) -> int:
    """Copy the log in SQLite to a new FILE, and verify the copy; the service may go on writing.

    Exit codes: 0 written, 1 not intact, or without records: nothing is written, 2 wrong usage, no such log, or
    FILE is there, 3 could not be read or written.
    """
    settings = load_settings(flags={"database_url": database_url})
    return _copy(sqlite_path(settings.database_url), file, settings)


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@_URL
def restore_command(file: Path, database_url: str | None) -> int:
    """Verify the backup FILE and copy it to where decisions are kept, which must hold no database yet.

    Stop the service before, and start it after: one that still runs decides nothing, as its database is gone.

    Exit codes: 0 restored, 1 not intact, or without records: nothing is written, 2 wrong usage, no such backup, or
    a database is there, 3 could not be read or written.
    """
    settings = load_settings(flags={"database_url": database_url})
    return _copy(file, sqlite_path(settings.database_url), settings)


def _copy(source: Path, target: Path, settings: Settings) -> int:
    found = copy_log(source, target, LogKeys.read_settings(settings))
    _print_faults(found)
    if found.findings or not found.records:
        problem = f"not intact: {len(found.findings)} findings" if found.findings else "without records"
        click.echo(f"{source} is {problem}; {target} is not written.")
        return 1
    if found.missing:
        click.echo(f"{source} could not be verified; {target} is not written.")
        return 3
    click.echo(f"{found.records} records in {found.chains} chains copied to {target}: whole.")
    return 0


def _open_log(flags: dict[str, Any]) -> tuple[Settings, Database]:
    settings = load_settings(flags=flags)
    return settings, open_database(settings.database_url, create=False)
