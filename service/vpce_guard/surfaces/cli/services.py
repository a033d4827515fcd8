"""`vpce-guard services`: the dated catalogue of AWS services that have VPC endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from pydantic_core import to_json

from vpce_guard.bundle.open_any import open_any
from vpce_guard.model import Json
from vpce_guard.settings import load_settings
from vpce_guard.whatif.advice.catalogue import age_in_days, find_service


@click.command("services")
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output format."
)
def command(name: str | None, output: str) -> int:
    """Say how old the service catalogue is and what it knows; NAME is e.g. sqs or ecr.api.

    ServiceDetails in the context of a proposal win over the catalogue.
    """
    settings = load_settings()
    catalogue: Json = open_any(settings.bundle, settings.bundle_keys_file).data["services"]
    services: Json = catalogue["services"]
    facts = find_service(name, catalogue) if name is not None else None
    age = age_in_days(catalogue)
    if output == "json":
        shown = {**catalogue, "services": {name: facts} if name else services}
        click.echo(to_json({"age_days": age, **shown}, indent=2).decode())
        return 0
    click.echo(f"Service catalogue of {catalogue['date']} ({age} days old), {len(services)} services.")
    if facts is None:
        click.echo("\n".join(_line(known, services[known]) for known in sorted(services)))
    else:
        click.echo("\n".join(_page(facts, catalogue)))
    return 0


def _line(name: str, facts: Json) -> str:
    told = (f"{fact}: {_words(value)}" for fact, value in facts.items() if fact != "from")
    return f"{name:<36} " + "; ".join(told)


def _page(facts: Json, catalogue: Json) -> Iterator[str]:
    """Each fact with the sources that tell it."""
    used = []
    for fact, value in facts.items():
        if fact != "from":
            told_by = facts.get("from", {}).get(fact, catalogue["facts"][fact])
            sources = told_by if isinstance(told_by, list) else [told_by]
            used += [source for source in sources if source not in used]
            yield f"  {fact:<14}{_words(value)}  [{', '.join(sources)}]"
    for source in used:
        about = catalogue["sources"][source]
        yield f"  [{source}] {about['title']}, read {about['read']}" + (f", {about['url']}" if "url" in about else "")


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
