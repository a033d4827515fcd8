"""`vpce-guard check`: judge documents and exit with the answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from vpce_guard import logs
from vpce_guard.bundle.frameworks import FRAMEWORKS, FrameworkId
from vpce_guard.errors import SettingsError
from vpce_guard.formats import FORMATS
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.instants import instant
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.cli.documents import NamedDocument, Reader
from vpce_guard.surfaces.cli.judging import CheckRequest, CheckResult, judge_locally, judge_remotely
from vpce_guard.surfaces.cli.outputs import (
    exit_code,
    fail_on_option,
    output_option,
    read_context,
    read_targets,
    write_reports,
)
from vpce_guard.surfaces.cli.parameters import read_parameters
from vpce_guard.surfaces.cli.policy_options import inventory_options, policy_options
from vpce_guard.surfaces.reports import Report, add_locations, report_names
from vpce_guard.surfaces.visible import visible

_REPORTS = report_names()
_HERE = ("bundle", "profile", "engine", "opa_url", "org_data", "inventory")


@click.command("check")
@click.argument("files", metavar="[FILE|DIRECTORY|-]...", nargs=-1)
@click.option(
    "--format",
    "format_name",
    default="auto",
    show_default=True,
    help=f"{', '.join(FORMATS)} or auto.",
)
@click.option(
    "--context",
    "context_files",
    metavar="FILE",
    multiple=True,
    help="Context for every proposal, or an answer of AWS's own command; the document's own values win. May be given "
    "more than once.",
)
@click.option("--label", "labels", metavar="NAME=VALUE", multiple=True, help="Label for every proposal.")
@click.option(
    "--parameters",
    metavar="FILE|NAME=VALUE",
    multiple=True,
    help="Parameters of CloudFormation templates, also AWS::Region and AWS::AccountId.",
)
@click.option(
    "--source",
    metavar="DIR",
    help="Directory of the plan's Terraform source: adds file and line, and resolves expressions.",
)
@click.option(
    "--at",
    metavar="TIME|document",
    callback=lambda _context, _parameter, value: _check_time(value),
    help="Decide at this time (RFC 3339), or at the one the document states, and not at the clock's.",
)
@click.option("--combine", is_flag=True, help="Judge the endpoints of all files together.")
@click.option("--skip-others", is_flag=True, help="Skip files that are not about VPC endpoints.")
@policy_options
@click.option("--remote", metavar="URL", help="Ask a running service, with its policies and org data.")
@inventory_options
@click.option("--strict", is_flag=True, default=None, help="Deny what could not be judged.")
@fail_on_option
@click.option(
    "--framework",
    type=click.Choice(list(FRAMEWORKS)),
    help="Tell the findings by the controls of a framework too, in the reports text, markdown and json.",
)
@output_option
def command(
    files: tuple[str, ...],
    format_name: str,
    context_files: tuple[str, ...],
    labels: tuple[str, ...],
    parameters: tuple[str, ...],
    source: str | None,
    at: str | None,
    combine: bool,
    skip_others: bool,
    remote: str | None,
    fail_on: str,
    framework: FrameworkId | None,
    outputs: tuple[str, ...],
    **flags: Any,
) -> int:
    """Judge the VPC endpoints in FILEs and DIRECTORYs (- or none for standard input).

    Exit codes: 0 allowed, 1 denied, 2 wrong usage or unreadable input, 3 could not decide.
    """
    if remote:
        _check_remote(at, flags)
    settings = load_settings(flags=flags)
    logs.configure_later("error")
    targets = read_targets(outputs, framework=framework)
    context = read_context(context_files, settings)
    given = Extras(
        parameters=read_parameters(parameters, settings), context=context, configuration=_configuration(source)
    )
    reader = Reader(settings, format_name=format_name, given=given, skip_others=skip_others, combine=combine)
    found = reader.read(files or ("-",))
    _tell_unread(reader)
    if reader.problems and not found:
        return 2
    asked = CheckRequest(
        documents=[_combine(found)] if combine else [one.document for one in found],
        context=context,
        labels=_labels(labels),
        request_id=str(uuid.uuid4()),
        settings=settings,
        at=at,
    )
    sarif = any(name == "sarif" for name, _ in targets)
    with_rules = sarif or framework is not None
    judged = judge_remotely(asked, remote, with_rules=with_rules) if remote else judge_locally(asked)
    report = _make_report(asked, judged, with_edits=sarif, unread=len(reader.problems) + len(reader.notes))
    write_reports(replace(report, framework=framework), targets)
    if code := exit_code(report, fail_on):
        return code
    return 2 if reader.problems or (reader.notes and settings.strict) else 0


def _check_remote(at: str | None, flags: Mapping[str, Any]) -> None:
    """Raises SettingsError for what a service decides by itself."""
    if at:
        raise SettingsError("--remote and --at cannot be used together: a service decides at its clock's time.")
    if here := [name for name in _HERE if flags[name]]:
        raise SettingsError(
            f"--remote and --{here[0].replace('_', '-')} cannot be used together: the service has its own."
        )


def _make_report(asked: CheckRequest, judged: CheckResult, *, with_edits: bool, unread: int) -> Report:
    """The decisions, each with its places in the documents; edits that carry out their fixes only `with_edits`."""
    pairs = list(zip(judged.decisions, [d for document in asked.documents for d in document.drafts], strict=True))
    edits = {
        (decision.decision_id, number): found
        for decision, draft in (pairs if with_edits else ())
        for number, violation in enumerate(decision.violations)
        if violation.fix and draft.locations and (found := draft.locations.find_edits(violation.fix))
    }
    return Report(
        request_id=asked.request_id,
        decisions=tuple(add_locations(decision, draft) for decision, draft in pairs),
        edits=edits,
        rules=judged.rules,
        docs_url=asked.settings.docs_url,
        drafts={decision.decision_id: draft for decision, draft in pairs},
        proposals=judged.proposals,
        path_terms=judged.path_terms,
        unread=unread,
    )


def _tell_unread(reader: Reader) -> None:
    """What was not read, on stderr: each file with its reason."""
    for error in reader.problems:
        click.echo(f"vpce-guard: {visible(str(error))}", err=True)
    for note in reader.notes:
        click.echo(f"vpce-guard: {visible(note)}.", err=True)
    for warning in reader.warnings:
        click.echo(f"vpce-guard: warning: {visible(warning)}.", err=True)
    if reader.skipped:
        names = ", ".join(map(visible, reader.skipped))
        click.echo(f"vpce-guard: skipped, not about VPC endpoints: {names}.", err=True)


def _combine(found: Sequence[NamedDocument]) -> Document:
    drafts: list[Draft] = []
    for name, document in found:
        prefix = f"{name}: " if len(found) > 1 else ""
        drafts += [_rename(draft, prefix) if draft.address and prefix else draft for draft in document.drafts]
    return Document(drafts=tuple(drafts), neighbours=tuple(n for one in found for n in one.document.neighbours))


def _rename(draft: Draft, prefix: str) -> Draft:
    """The draft with its own address, and those that it names, in a document of several files."""
    return replace(
        draft,
        address=f"{prefix}{draft.address}",
        depends_on=tuple(prefix + name for name in draft.depends_on),
        apart=tuple(prefix + name for name in draft.apart),
    )


def _configuration(directory: str | None) -> Any:
    if directory is None:
        return None
    from vpce_guard.formats.terraform.hcl import Configuration

    return Configuration(Path(directory))


def _labels(labels: Sequence[str]) -> dict[str, str]:
    found = {}
    for label in labels:
        name, equals, value = label.partition("=")
        if not name or not equals:
            raise click.UsageError(f"--label {label} is not NAME=VALUE.")
        found[name] = value
    return found


def _check_time(value: str | None) -> str | None:
    if value not in (None, DOCUMENT_TIME) and instant(value) is None:
        raise click.BadParameter(f"{value!r} is neither `document` nor a time such as 2026-12-31T18:00:00Z.")
    return value
