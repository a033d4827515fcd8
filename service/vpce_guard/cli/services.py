"""`vpce-guard services`: the dated catalogue of AWS services that have VPC endpoints."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import click
from pydantic_core import to_json

from vpce_guard.bundle import open_bundle
from vpce_guard.errors import NotFoundError
from vpce_guard.model import Json
from vpce_guard.settings import load_settings


@click.command("services")
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output format."
)
def command(name: str | None, output: str) -> int:
    """Say how old the service catalogue is and what it knows; NAME is e.g. sqs or ecr.api.

    ServiceDetails in the context of a proposal win over the catalogue.
    """
    catalogue: Json = open_bundle(load_settings().bundle).data["services"]
    services: Json = catalogue["services"]
    if name is not None and name not in services:
        raise NotFoundError(
            f"The service catalogue of {catalogue['date']} does not know {name!r}.",
            advice="`vpce-guard services` lists the names; give ServiceDetails in the context for others.",
        )
    age = (datetime.now(UTC).date() - date.fromisoformat(catalogue["date"])).days
    if output == "json":
        shown = {**catalogue, "services": {name: services[name]} if name else services}
        click.echo(to_json({"age_days": age, **shown}, indent=2).decode())
        return 0
    click.echo(f"Service catalogue of {catalogue['date']} ({age} days old), {len(services)} services.")
    for known in [name] if name else sorted(services):
        click.echo(f"{known:<36} " + "; ".join(f"{fact}: {_words(value)}" for fact, value in services[known].items()))
    if name:
        for source, about in catalogue.get("sources", {}).items():
            click.echo(f"  source {source}: {_words(about)}")
    return 0


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
