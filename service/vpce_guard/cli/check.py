"""`vpce-guard check`: judge documents and exit with the answer."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path
from typing import Any

import click

from vpce_guard import logs
from vpce_guard.decide import Question
from vpce_guard.errors import UnreadableError, VpceGuardError
from vpce_guard.formats.text import parse
from vpce_guard.model import Decision
from vpce_guard.reports import Report
from vpce_guard.settings import Settings, load_settings
from vpce_guard.wiring import Guard, make_guard


@click.command("check")
@click.argument("files", metavar="[FILE|-]...", nargs=-1)
@click.option(
    "--format", "format_name", default="auto", show_default=True, help="proposal, aws_api, terraform_plan or auto."
)
@click.option(
    "--context", "context_file", metavar="FILE", help="JSON context for every proposal; what a document says wins."
)
@click.option(
    "--data", "org_data", metavar="FILE", multiple=True, help="Org data, YAML or JSON; may be given more than once."
)
@click.option("--bundle", metavar="PATH", help="Directory of a built bundle instead of the packaged one.")
@click.option("--profile", type=click.Choice(["aws-current", "aws-2023"]), help="Which state of AWS to judge by.")
@click.option("--engine", type=click.Choice(["embedded", "opa"]), help="Where policies run.")
@click.option("--opa-url", metavar="URL", help="The OPA sidecar, with --engine opa.")
@click.option("--strict", is_flag=True, default=None, help="Refuse what could not be told.")
@click.option(
    "--fail-on",
    type=click.Choice(["deny", "warn"]),
    default="deny",
    show_default=True,
    help="What makes the exit code 1.",
)
@click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output format."
)
def command(
    files: tuple[str, ...], format_name: str, context_file: str | None, fail_on: str, output: str, **flags: Any
) -> int:
    """Judge the VPC endpoints in FILEs (- or none for standard input).

    Exit codes: 0 allowed, 1 denied, 2 wrong usage or unreadable input, 3 could not decide.
    """
    settings = load_settings(flags=flags)
    logs.configure("error")
    guard = make_guard(settings)
    for warning in guard.org.current.warnings:
        click.echo(f"vpce-guard: warning: {warning}", err=True)
    request_id = str(uuid.uuid4())
    context = _read(context_file, settings) if context_file else None
    if context is not None and not isinstance(context, dict):
        raise UnreadableError(
            f"{context_file} holds no JSON object.", advice="A context is an object; see docs/formats.md."
        )
    questions = []
    for file in files or ("-",):
        try:
            document = _read(file, settings)
            question = guard.question(document, format_name=format_name, context=context, request_id=request_id)
        except VpceGuardError as error:
            error.detail = f"{_name(file)}: {error.detail}"
            raise
        questions.append(question)
    report = Report(request_id=request_id, decisions=asyncio.run(_decide(guard, questions)))
    click.echo(_render(report, output))
    if report.failed:
        return 3
    warned = any(v.enforcement_action == "warn" for d in report.decisions for v in d.violations)
    return 1 if not report.allowed or (fail_on == "warn" and warned) else 0


async def _decide(guard: Guard, questions: list[Question]) -> tuple[Decision, ...]:
    try:
        return tuple(decision for decisions in await guard.decide(questions) for decision in decisions)
    finally:
        await guard.engine.close()


def _render(report: Report, output: str) -> str:
    if output == "json":
        from vpce_guard.reports import json as chosen
    else:
        from vpce_guard.reports import text as chosen  # type: ignore[no-redef]
    return chosen.render(report, color=sys.stdout.isatty())


def _read(file: str, settings: Settings) -> Any:
    try:
        data = sys.stdin.buffer.read(settings.max_body + 1) if file == "-" else _bytes(Path(file), settings.max_body)
    except OSError as error:
        raise UnreadableError(f"{file} cannot be read: {error.strerror}.", advice="Check the path.") from None
    return parse(data, limit=settings.max_body, what=_name(file))


def _bytes(path: Path, limit: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(limit + 1)


def _name(file: str) -> str:
    return "standard input" if file == "-" else file
