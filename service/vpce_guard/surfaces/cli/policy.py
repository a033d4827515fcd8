"""`vpce-guard policy`: what policy authors do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.model import Severity
from vpce_guard.surfaces.cli import org_data
from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.policy_coverage import coverage_command
from vpce_guard.surfaces.cli.policy_diff import diff_command
from vpce_guard.surfaces.cli.policy_lint import lint_command
from vpce_guard.surfaces.cli.policy_score import score_command
from vpce_guard.surfaces.cli.policy_sign import sign_command
from vpce_guard.surfaces.cli.policy_template import template_command
from vpce_guard.surfaces.cli.policy_test import test_command
from vpce_guard.surfaces.cli.source_option import source_option

if TYPE_CHECKING:
    from vpce_guard.bundle.source_folders import Sources


@click.group("policy")
def command() -> None:
    """Write and build policies."""


@command.command("build")
@source_option()
@click.option(
    "--target",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where to. [default: build/bundle; in a checkout of the product, inside the package]",
)
@opa_option()
@click.option("--check", is_flag=True, help="Build nothing; exit 1 if the target is stale.")
def build_command(source: tuple[Path, ...], target: Path | None, opa: str, check: bool) -> int:
    """Build the OPA bundle, policy.wasm and the rule catalogue under one revision."""
    from vpce_guard.authoring.rego.build import build, find_stale
    from vpce_guard.bundle.source_folders import open_sources

    sources = open_sources(source)
    where = target or _default_target(sources)
    if not check:
        click.echo(build(sources, where, opa=opa))
        return 0
    changed = find_stale(sources, where, opa=opa)
    for name in changed:
        click.echo(f"{where / name} is stale: run `make bundle` and commit the result.", err=True)
    return 1 if changed else 0


def _default_target(sources: Sources) -> Path:
    """Where build results go: into the package for the rules of the product's own checkout."""
    from vpce_guard.bundle.derived import in_checkout
    from vpce_guard.bundle.source_folders import CHECKOUT

    of_product = not sources.own and sources.built_in.resolve() == CHECKOUT.resolve() and in_checkout(PACKAGED)
    return PACKAGED if of_product else Path("build/bundle")


@command.command("init")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--root", metavar="NAME", required=True, help="What packages and org data are called.")
@click.option("--prefix", metavar="PREFIX", help="What your ids begin with. [default: the root in capitals]")
def init_command(folder: Path, root: str, prefix: str | None) -> int:
    """Make a repository for your own rules over the built-in ones: rules, org data, tests, CI and editor settings."""
    from vpce_guard.authoring.init import read_names, write_repository
    from vpce_guard.authoring.link import link_built_in

    for path in [*write_repository(folder, read_names(root, prefix)), link_built_in(folder / "rego")]:
        click.echo(str(path))
    click.echo(
        f"Go on in {folder}:\n"
        "  vpce-guard policy new general my_rule\n"
        "  vpce-guard policy test\n"
        "  vpce-guard policy lint --data org-data.yaml\n"
        "  vpce-guard policy build",
        err=True,
    )
    return 0


@command.command("link")
@source_option()
def link_command(source: tuple[Path, ...]) -> int:
    """Link your rules to the built-in ones that are installed, so that opa and editors find these."""
    from vpce_guard.authoring.link import link_built_in
    from vpce_guard.bundle.source_folders import open_sources

    own = open_sources(source).own
    if not own:
        raise click.UsageError("Only rules of your own are linked to the built-in ones: give their folder.")
    for one in own:
        click.echo(str(link_built_in(one.folder)))
    return 0


@command.command("new")
@click.argument("family")
@click.argument("name")
@click.option("--title", help="What the rule wants, in a few words.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), default="warning", show_default=True)
@click.option("--reads", metavar="POINTER", multiple=True, help="What the rule needs, e.g. /context/Subnets.")
@click.option("--id", "rule_id", metavar="ID", help="Its id; the next free one of the family if not given.")
@source_option()
def new_command(
    family: str,
    name: str,
    title: str | None,
    severity: Severity,
    reads: tuple[str, ...],
    rule_id: str | None,
    source: tuple[Path, ...],
) -> int:
    """Scaffold a rule folder whose tests already run; lint names what is still to be written.

    FAMILY is one of your own, which source.yaml names; of the built-in rules common, eni, iface, gw, gwlb or org.
    """
    from vpce_guard.authoring.new import NewRule, scaffold
    from vpce_guard.bundle.source_folders import open_sources

    new = NewRule(title=title, severity=severity, reads=reads, rule_id=rule_id)
    written = scaffold(open_sources(source), family, name, new)
    for path in written.files:
        click.echo(str(path))
    given = "" if source == (Path("rego"),) else "".join(f" --source {folder}" for folder in source)
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
    diff_command,
    score_command,
    sign_command,
    template_command,
    org_data.show_command,
    org_data.schema_command,
    org_data.waivers_command,
):
    command.add_command(more)
