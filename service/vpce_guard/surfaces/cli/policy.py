"""`vpce-guard policy`: what policy authors do."""

from __future__ import annotations

from pathlib import Path

import click

from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.model import Severity
from vpce_guard.surfaces.cli import org_data
from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.policy_coverage import coverage_command
from vpce_guard.surfaces.cli.policy_lint import lint_command
from vpce_guard.surfaces.cli.policy_sign import sign_command
from vpce_guard.surfaces.cli.policy_template import template_command
from vpce_guard.surfaces.cli.policy_test import source_option, test_command


@click.group("policy")
def command() -> None:
    """Write and build policies."""


@command.command("build")
@source_option
@click.option(
    "--target", type=click.Path(path_type=Path), default=PACKAGED, help="Where to. [default: inside the package]"
)
@opa_option()
@click.option("--check", is_flag=True, help="Build nothing; exit 1 if the target is stale.")
def build_command(source: Path, target: Path, opa: str, check: bool) -> int:
    """Build the OPA bundle, policy.wasm and the rule catalogue under one revision."""
    from vpce_guard.authoring.rego.build import build, find_stale

    if not check:
        click.echo(build(source, target, opa=opa))
        return 0
    changed = find_stale(source, target, opa=opa)
    for name in changed:
        click.echo(f"{target / name} is stale: run `make bundle` and commit the result.", err=True)
    return 1 if changed else 0


@command.command("new")
@click.argument("family", type=click.Choice(["common", "eni", "iface", "gw", "gwlb", "org"]))
@click.argument("name")
@click.option("--title", help="What the rule wants, in a few words.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), default="warning", show_default=True)
@click.option("--reads", metavar="POINTER", multiple=True, help="What the rule needs, e.g. /context/Subnets.")
@click.option("--id", "rule_id", metavar="ID", help="Its id; the next free one of the family if not given.")
@source_option
def new_command(
    family: str,
    name: str,
    title: str | None,
    severity: Severity,
    reads: tuple[str, ...],
    rule_id: str | None,
    source: Path,
) -> int:
    """Scaffold a rule folder whose tests already run; lint names what is still to be written."""
    from vpce_guard.authoring.new import NewRule, scaffold

    written = scaffold(source, family, name, NewRule(title=title, severity=severity, reads=reads, rule_id=rule_id))
    for path in written.files:
        click.echo(str(path))
    given = "" if source == Path("rego") else f" --source {source}"
    click.echo(
        f"The new rule is {written.rule_id}.\n"
        f"Write its condition and its examples in place of each TODO, while this runs:\n"
        f"  vpce-guard policy test {family}.{name} --watch{given}\n"
        f"Then:\n"
        f"  vpce-guard policy lint{given}\n"
        f"  vpce-guard policy build{given}",
        err=True,
    )
    return 0


for more in (
    test_command,
    lint_command,
    coverage_command,
    sign_command,
    template_command,
    org_data.show_command,
    org_data.schema_command,
    org_data.waivers_command,
):
    command.add_command(more)
