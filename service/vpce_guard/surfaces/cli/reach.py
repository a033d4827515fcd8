"""`vpce-guard reach`: what an endpoint policy lets through."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from pydantic_core import to_json

from vpce_guard import logs
from vpce_guard.bundle.open_any import open_any
from vpce_guard.decisions.reach import ReachAnswer
from vpce_guard.errors import UnreadableError
from vpce_guard.formats.text import read_text
from vpce_guard.org.data import no_org_data
from vpce_guard.org.load import load
from vpce_guard.settings import Settings, load_settings
from vpce_guard.surfaces.visible import visible
from vpce_guard.whatif.reach import answer_reach

_BUDGET = 5.0  # seconds for each question
_EXITS = {"proved": 0, "undecided": 3, "refuted": 1}
_COLOURS = {"proved": "green", "undecided": "yellow", "refuted": "red"}


@click.command("reach")
@click.argument("policy")
@click.option("--data", "org_data", metavar="FILE", multiple=True, help="Org data; VPCE_GUARD_ORG_DATA if not given.")
@click.option("--against", metavar="OLD", help="The policy that it replaces: is anything newly allowed?")
@click.option("--can", nargs=3, metavar="PRINCIPAL ACTION RESOURCE", help="Is this request allowed?")
@click.option("--service", metavar="NAME", help="Service of the endpoint (s3, ecr.api): only its actions are asked of.")
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    policy: str,
    org_data: tuple[str, ...],
    against: str | None,
    can: tuple[str, str, str] | None,
    service: str | None,
    output: str,
) -> int:
    """Prove what an endpoint policy lets through, or show a request that passes.

    POLICY is a file with a policy document, or with an object that has it as PolicyDocument; - is standard input. Who
    and what is outside is asked where there are org data. Exit codes: 0 all proved, 1 something refuted, 2 unreadable,
    3 something undecided.
    """
    settings = load_settings(flags={"org_data": org_data})
    logs.configure("error")
    bundle = open_any(settings.bundle, settings.bundle_keys_file)
    org = no_org_data(bundle.rules)
    if settings.org_data:
        org = load(settings.org_data, bundle.rules, bundle.catalogue.sections)
    report = answer_reach(
        _read(policy, settings),
        org=org,
        services=bundle.data["services"],
        against=_read(against, settings) if against is not None else None,
        can=can,
        service=service,
        budget=_BUDGET,
    )
    text = to_json(report, indent=2).decode() if output == "json" else "\n".join(_lines(report.answers))
    click.echo(text)
    for note in report.notes:
        click.echo(f"vpce-guard: {visible(note)}", err=True)
    found = {answer.answer for answer in report.answers}
    return next(_EXITS[answer] for answer in ("refuted", "undecided", "proved") if answer in found)


def _read(name: str, settings: Settings) -> Any:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UnreadableError(f"{name} cannot be read: {error.strerror}.", advice="Give the path of a file.") from None
    shown = "standard input" if name == "-" else name
    return read_text(data, file=shown, limit=settings.max_body, yaml_limit=settings.max_yaml).value


def _lines(answers: list[ReachAnswer]) -> Iterator[str]:
    for answer in answers:
        said = click.style(answer.answer, fg=_COLOURS[answer.answer], bold=True)
        yield f"{answer.question}: {said}. {visible(answer.why)}"
        if (request := answer.request) is not None:
            told = {"principal": request.principal, "action": request.action, "resource": request.resource}
            for key, value in {**told, **request.context}.items():
                yield visible(f"    {key}: {value if isinstance(value, str) else ', '.join(value)}")
