"""`vpce-guard audit`: judge endpoints that already exist, and say what changed since the last time."""

from __future__ import annotations

import asyncio
import gc
import gzip
import uuid
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from vpce_guard import logs
from vpce_guard.bundle.frameworks import FRAMEWORKS, FrameworkId
from vpce_guard.errors import MalformedError, UnreadableError
from vpce_guard.formats.documents_of_file import read_documents
from vpce_guard.formats.text import Text, read_text
from vpce_guard.instants import instant, now
from vpce_guard.settings import Settings, load_settings
from vpce_guard.surfaces.cli.outputs import (
    exit_code,
    fail_on_option,
    output_option,
    read_contexts,
    read_targets,
    write_reports,
)
from vpce_guard.surfaces.cli.policy_options import inventory_options, policy_options
from vpce_guard.surfaces.cli.progress import show_progress
from vpce_guard.surfaces.reports import Report
from vpce_guard.surfaces.visible import visible

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from vpce_guard.formats.existing.inventory import Inventory
    from vpce_guard.model import Json
    from vpce_guard.runtime.guard import Guard
    from vpce_guard.whatif.audit.asking import AskedAudit, AuditGroup, DecidedGroups
    from vpce_guard.whatif.audit.types import Audit
    from vpce_guard.whatif.consolidation.moves import Centre


@click.command("audit")
@click.argument("files", metavar="[FILE|-]...", nargs=-1)
@click.option(
    "--context",
    "context_files",
    metavar="FILE",
    multiple=True,
    help="What is known around the endpoints, such as an answer of AWS's own command. May be given more than once.",
)
@policy_options
@inventory_options
@click.option("--since", metavar="REPORT", help="JSON report of an earlier audit: say what is new, resolved and gone.")
@click.option(
    "--at",
    metavar="TIME",
    callback=lambda _context, _parameter, value: _check_time(value),
    help="Audit as of this time (RFC 3339), and not the clock's.",
)
@click.option(
    "--consolidate",
    "centre",
    metavar="VPC",
    help="Work out what it means to put endpoints of all VPCs together in one.",
)
@click.option("--gb", type=click.FloatRange(0), help="GB a month through each endpoint whose data are not told.")
@click.option("--attached", is_flag=True, help="All VPCs hang on a transit gateway already.")
@click.option("--tag", "tags", metavar="KEY=VALUE", multiple=True, help="A tag of central endpoints; may be repeated.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes that judge. [default: this one]")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler whose workers do it, such as tcp://10.0.0.1:8786.")
@fail_on_option
@click.option(
    "--framework",
    type=click.Choice(list(FRAMEWORKS)),
    help="Tell the violations by the controls of a framework too, in the reports text, markdown and json.",
)
@output_option
def command(
    files: tuple[str, ...],
    context_files: tuple[str, ...],
    since: str | None,
    at: str | None,
    fail_on: str,
    framework: FrameworkId | None,
    outputs: tuple[str, ...],
    centre: str | None,
    gb: float | None,
    attached: bool,
    tags: tuple[str, ...],
    workers: int | None,
    cluster: str | None,
    **flags: Any,
) -> int:
    """Judge the VPC endpoints that exist, as FILEs (- or none for standard input) tell of them.

    FILEs are answers of `aws ec2 describe-*`, configuration items of AWS Config, Terraform states, or metrics of
    CloudWatch. With --inventory there are none, and what the inventory holds is judged.

    Exit codes: 0 in order, 1 in violation, 2 wrong usage or unreadable input, 3 could not decide.
    """
    if flags["inventory"] and files:
        raise click.UsageError("--inventory judges what the inventory holds: give no FILE.")
    settings = load_settings(flags=flags)
    if cluster is not None and workers is not None:
        raise click.UsageError("Give --workers or --cluster, not both: a cluster has workers of its own.")
    if (cluster is not None or workers is not None) and settings.engine != "embedded":
        raise click.UsageError("Workers judge with the embedded engine: leave out --engine opa.")
    logs.configure_later("error")
    targets = read_targets(outputs, framework=framework)
    contexts = read_contexts(context_files, settings)
    earlier = _read_earlier(since, settings) if since else None
    wanted = _read_centre(centre, gb=gb, attached=attached, tags=tags)
    with ExitStack() as stack:
        kept = _open_inventory(settings, stack) if flags["inventory"] else None
        asked = _ask(files, contexts, settings, at=at or now(), earlier=earlier, kept=kept)
        for note in asked.notes:
            click.echo(f"vpce-guard: {visible(note)}.", err=True)
        report = _judge(asked, settings, wanted, workers=workers or 1, cluster=cluster)
    write_reports(replace(report, framework=framework), targets)
    return exit_code(report, fail_on)


def _open_inventory(settings: Settings, stack: ExitStack) -> Database:
    from vpce_guard.decision_log.database import open_database

    database = open_database(settings.database_url, create=False)
    stack.callback(database.dispose)
    return database


def _ask(
    files: Sequence[str],
    contexts: Sequence[Json],
    settings: Settings,
    *,
    at: str,
    earlier: Audit | None,
    kept: Database | None,
) -> AskedAudit:
    """What the files ask, or what is kept in the inventory. Raises VpceGuardError."""
    if kept is None:
        from vpce_guard.whatif.audit.asking import ask_audit

        inventory = _read_inventory(files or ("-",), settings)
        return ask_audit(inventory, contexts, at=at, strict=settings.strict, earlier=earlier)
    from vpce_guard.whatif.audit.kept import ask_kept

    return ask_kept(kept, contexts, at=at, strict=settings.strict, earlier=earlier)


def _read_centre(vpc_id: str | None, *, gb: float | None, attached: bool, tags: Sequence[str]) -> Centre | None:
    from vpce_guard.whatif.consolidation.moves import Centre

    if vpc_id is None:
        if gb is not None or attached or tags:
            raise click.UsageError("--gb, --attached and --tag go with --consolidate.")
        return None
    if wrong := next((tag for tag in tags if not tag.partition("=")[1] or tag.startswith("=")), None):
        raise click.UsageError(f"--tag {wrong}: write KEY=VALUE.")
    named = {key: value for key, _, value in (tag.partition("=") for tag in tags)}
    return Centre(vpc_id=vpc_id, gb_per_month=gb, attached=attached, tags=named or None)


def _judge(
    asked: AskedAudit, settings: Settings, centre: Centre | None, *, workers: int, cluster: str | None
) -> Report:
    """The report on what is there, in the order of what to do. Raises VpceGuardError where policies cannot be used."""
    from vpce_guard.runtime.wiring import make_guard
    from vpce_guard.whatif.paths.types import path_terms

    guard = make_guard(settings)
    if centre is not None:
        asked = asked.consolidate(centre, guard.bundle.data["services"])
    for warning in guard.org.current.warnings:
        click.echo(f"vpce-guard: warning: {warning}", err=True)
    request_id = str(uuid.uuid4())
    gc.freeze()  # what was loaded stays; what is made from now on has to go, however many endpoints there are
    gc.enable()

    with show_progress("judged") as progress:
        found = asked.judge(
            lambda groups: _decide_each(groups, guard, workers=workers, cluster=cluster),
            request_id=request_id,
            org_data=guard.org.current.document,
            services=guard.bundle.data["services"],
            progress=progress,
        )
    return Report(
        request_id=request_id,
        decisions=found.decisions,
        rules={rule.id: rule for rule in guard.bundle.catalogue.rules},
        docs_url=settings.docs_url,
        drafts=found.drafts,
        find_proposals=asked.find_proposals,
        path_terms=path_terms(guard.bundle.catalogue.rules, guard.bundle.data["services"], guard.org.current.document),
        audit=found.audit,
        audited=found.audited,
    )


def _decide_each(groups: Iterable[AuditGroup], guard: Guard, *, workers: int, cluster: str | None) -> DecidedGroups:
    """Groups with the decisions on them, made here, in processes, or on a cluster. Raises EngineError."""
    from vpce_guard.whatif.audit.workers import AuditJob, decide_in_workers

    settings = guard.settings
    job = AuditJob(bundle=guard.bundle, terms=guard.terms, timeout=settings.timeout, memory_limit=settings.memory_limit)
    if cluster is not None:
        from vpce_guard.whatif.audit.cluster import decide_on_cluster

        yield from decide_on_cluster(groups, job, cluster)
        return
    if workers > 1:
        yield from decide_in_workers(groups, job, workers)
        return
    with asyncio.Runner() as runner:
        try:
            for group in groups:
                yield group, runner.run(guard.decide(group.questions)) if group.questions else []
        finally:
            runner.run(guard.engine.close())


def _read_inventory(files: Sequence[str], settings: Settings) -> Inventory:
    """What all files tell together. Raises VpceGuardError naming the file that cannot be read."""
    from vpce_guard.formats.existing import SEND, read_existing
    from vpce_guard.formats.existing.inventory import Inventory

    inventory = Inventory()
    for file in files:
        for text in _read_texts(file, settings):
            inventory.file = "standard input" if file == "-" else file
            try:
                read_existing(text.value, inventory)
            except MalformedError as error:
                error.detail = f"{text.file}: {error.detail}"
                raise
    if not inventory.tells_endpoints:
        raise UnreadableError("No file tells which endpoints there are.", advice=SEND)
    return inventory


def _read_texts(file: str, settings: Settings) -> Iterator[Text]:
    """The documents of a file, one after the other. Raises UnreadableError, TooLargeError."""
    name = "standard input" if file == "-" else file
    try:
        for line, data in read_documents(file, limit=settings.max_body, told=name):
            place = name if line in (None, 1) else f"{name}, line {line}"
            if data.strip() or line is None:
                yield read_text(data, file=place, limit=settings.max_body, yaml_limit=settings.max_yaml)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableError(f"{name} is not a whole gzip file.", advice="Fetch it again.") from None
    except OSError as error:
        raise UnreadableError(f"{file} cannot be read: {error.strerror}.", advice="Check the path.") from None


def _read_earlier(file: str, settings: Settings) -> Audit:
    from vpce_guard.whatif.audit.drift import read_earlier

    documents = [text.value for text in _read_texts(file, settings)]
    return read_earlier(documents[0] if len(documents) == 1 else None, name=file)


def _check_time(value: str | None) -> str | None:
    if value is not None and instant(value) is None:
        raise click.BadParameter(f"{value!r} is no time such as 2026-12-31T18:00:00Z.")
    return value
