"""`vpce-guard policy`: what policy authors do."""

from __future__ import annotations

from pathlib import Path

import click

from vpce_guard.bundle import PACKAGED
from vpce_guard.cli import org_data


@click.group("policy")
def command() -> None:
    """Write and build policies."""


@command.command("build")
@click.option(
    "--source", type=click.Path(path_type=Path), default=Path("rego"), show_default=True, help="The rego folder."
)
@click.option(
    "--target", type=click.Path(path_type=Path), default=PACKAGED, help="Where to. [default: inside the package]"
)
@click.option("--opa", default="opa", show_default=True, help="The opa binary, of the pinned version.")
@click.option("--check", is_flag=True, help="Build nothing; exit 1 if the target is stale.")
def build_command(source: Path, target: Path, opa: str, check: bool) -> int:
    """Build the OPA bundle, policy.wasm and the rule catalogue under one revision."""
    from vpce_guard.authoring.build import build, stale

    if not check:
        click.echo(build(source, target, opa=opa))
        return 0
    changed = stale(source, target, opa=opa)
    for name in changed:
        click.echo(f"{target / name} is stale: run `make bundle` and commit the result.", err=True)
    return 1 if changed else 0


@command.command("new")
@click.argument("family", type=click.Choice(["common", "iface", "gw", "gwlb", "org"]))
@click.argument("name")
@click.option(
    "--source", type=click.Path(path_type=Path), default=Path("rego"), show_default=True, help="The rego folder."
)
def new_command(family: str, name: str, source: Path) -> int:
    """Scaffold a rule folder whose tests already run."""
    from vpce_guard.authoring.new import scaffold

    for path in scaffold(source, family, name):
        click.echo(str(path))
    return 0


for more in (org_data.show_command, org_data.schema_command, org_data.waivers_command):
    command.add_command(more)
