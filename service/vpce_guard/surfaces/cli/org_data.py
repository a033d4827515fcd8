"""`vpce-guard policy show|schema|waivers`: org data for those who write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic_core import from_json, to_json

from vpce_guard.bundle.open_any import open_any
from vpce_guard.errors import SettingsError, UnreadableError
from vpce_guard.org.data import OrgData
from vpce_guard.settings import load_settings

_data = click.option(
    "--data", "org_data", metavar="FILE", multiple=True, help="Org data; VPCE_GUARD_ORG_DATA if not given."
)
_output = click.option("-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)


@click.command("show")
@click.option(
    "--for", "whom", metavar="account=…,environment=…", default="", help="Account and environment to show it for."
)
@click.option("--bundle", metavar="PATH", type=click.Path(path_type=Path), help="Show this bundle instead.")
@click.option(
    "--keys", metavar="FILE", type=click.Path(path_type=Path), help="Public keys; VPCE_GUARD_BUNDLE_KEYS_FILE."
)
@_data
@_output
def show_command(whom: str, bundle: Path | None, keys: Path | None, org_data: tuple[str, ...], output: str) -> int:
    """Show the org data in force for an account and environment, and which layer each value comes from.

    With --bundle, show the revision, version, key id and number of rules of a bundle, and whether its signature holds:
    exit code 1 if it does not.
    """
    if bundle is not None:
        return _show_bundle(bundle, keys, output)
    org = _load(org_data)
    asked = _read_whom(whom)
    account = asked.get("account")
    environment = asked.get("environment") or (
        org.effective_for({"AccountId": account}).environment if account else None
    )
    effective = org.effective(account, environment)
    if output == "json":
        click.echo(to_json(effective.as_json(org.revision), indent=2).decode())
        return 0
    click.echo(
        f"# revision {org.revision[:12]}, account {account or 'not known'}, environment {environment or 'not known'}"
    )
    click.echo(f"# layers: {', '.join(effective.layers)}")
    for pointer, value, layers in effective.values():
        click.echo(f"{pointer}: {to_json(value).decode()}  # {', '.join(layers)}")
    for pointer, missing in effective.undecided.items():
        click.echo(f"# {pointer}: a layer may set it; {missing} would tell")
    return 0


def _show_bundle(bundle: Path, keys: Path | None, output: str) -> int:
    from vpce_guard.surfaces.cli.policy_sign import describe_bundle

    shown, trusted = describe_bundle(bundle, load_settings(flags={"bundle_keys_file": keys}).bundle_keys_file)
    if output == "json":
        click.echo(to_json(shown, indent=2).decode())
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in shown.items()))
    return 0 if trusted else 1


@click.command("schema")
@click.option("--of", "what", type=click.Choice(["org-data", "input"]), default="org-data", show_default=True)
@click.option("--bundle", metavar="PATH", type=click.Path(path_type=Path), help="With the sections that its rules add.")
def schema_command(what: str, bundle: Path | None) -> int:
    """Print a JSON Schema for editors and checks: of org data, or of the input of rules."""
    from vpce_guard.bundle.open_any import open_any
    from vpce_guard.formats.aws.input_schema import input_schema
    from vpce_guard.org.load import schema

    if what == "input":
        printed = input_schema()
    else:
        printed = schema(open_any(bundle, None).catalogue.sections if bundle is not None else None)
    click.echo(to_json(printed, indent=2).decode())
    return 0


@click.command("waivers")
@click.argument("decisions", metavar="[DECISIONS]...", nargs=-1, type=click.Path(path_type=Path, exists=True))
@_data
@_output
def waivers_command(decisions: tuple[Path, ...], org_data: tuple[str, ...], output: str) -> int:
    """Say which waivers never count, end soon, have ended, name no rule, or matched nothing in DECISIONS.

    DECISIONS are files of what `check -o json` or the REST service answered, or of one decision a line.
    """
    from vpce_guard.org import waivers

    last, first = waivers.last_uses(one for path in decisions for one in _decisions(path))
    found = list(waivers.review(_load(org_data), datetime.now(UTC), last, first))
    if output == "json":
        click.echo(to_json([finding._asdict() for finding in found], indent=2).decode())
    else:
        click.echo("\n".join(f"{f.waiver_id:<12} {f.state:<13} {f.says}" for f in found) or "All waivers are in order.")
    return 0


def _load(paths: tuple[str, ...]) -> OrgData:
    settings = load_settings(flags={"org_data": paths})
    if not settings.org_data:
        raise SettingsError("No org data is configured.", advice="Give --data FILE or set VPCE_GUARD_ORG_DATA.")
    from vpce_guard.org.load import load

    bundle = open_any(settings.bundle, settings.bundle_keys_file)
    org = load(settings.org_data, bundle.rules, bundle.catalogue.sections)
    for warning in org.warnings:
        click.echo(f"vpce-guard: warning: {warning}", err=True)
    return org


def _read_whom(whom: str) -> dict[str, str]:
    asked = {}
    for part in filter(None, whom.split(",")):
        name, equals, value = part.partition("=")
        if name.strip() not in ("account", "environment") or not equals:
            raise click.UsageError(f"--for takes account=… and environment=…, not {part!r}.")
        asked[name.strip()] = value.strip()
    return asked


def _decisions(path: Path) -> Iterator[dict[str, Any]]:
    text = path.read_bytes()
    try:
        try:
            documents = [from_json(text)]
        except ValueError:
            documents = [from_json(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise UnreadableError(
            f"{path} does not hold decisions: {error}.", advice="Give what `check -o json` printed."
        ) from None
    for document in documents:
        for one in document if isinstance(document, list) else document.get("decisions", [document]):
            if isinstance(one, dict):
                yield one
