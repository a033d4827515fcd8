"""`vpce-guard policy test`: Rego tests and examples, once or with every edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.source_option import source_option
from vpce_guard.surfaces.reports import renderer, report_names

if TYPE_CHECKING:
    from vpce_guard.authoring.testing.checks import Result
    from vpce_guard.errors import VpceGuardError


@click.command("test")
@click.argument("rules", metavar="[RULE]...", nargs=-1)
@source_option()
@click.option("--engine", type=click.Choice(["embedded", "opa", "both"]), default="embedded", show_default=True)
@opa_option()
@click.option("-o", "output", type=click.Choice(report_names("policy_tests")), default="text", show_default=True)
@click.option("--watch", is_flag=True, help="Keep running, and test what each edit affects.")
@click.option("--fail-fast", is_flag=True, help="Stop at the first failure.")
def test_command(
    rules: tuple[str, ...], source: tuple[Path, ...], engine: str, opa: str, output: str, watch: bool, fail_fast: bool
) -> int:
    """Run the Rego tests and the examples of rules.

    RULE is an id, family.name, a family or the folder of a rule. If none is given all rules are tested; of your own and
    the built-in rules, your own. Exit code 1 if something
    fails, 2 if the sources do not compile.
    """
    from vpce_guard.authoring.testing.bench import choose_rules
    from vpce_guard.authoring.testing.test import RuleTestOptions, run_tests
    from vpce_guard.bundle.source_folders import open_sources

    sources = open_sources(source)
    asked = RuleTestOptions(
        source=sources,
        names=choose_rules(sources, rules),
        engines=("embedded", "opa") if engine == "both" else (engine,),  # type: ignore[arg-type] # click checked it
        opa=opa,
        fail_fast=fail_fast,
    )
    if watch:
        from vpce_guard.authoring.testing.watch import watch_folder as watch_folder

        if output != "text":
            raise click.UsageError("--watch prints text only.")
        click.echo(f"watching {sources.listing}, Ctrl-C ends it", err=True)
        watch_folder(asked, _print_results)
        return 0
    results = run_tests(asked)
    click.echo(renderer(output, "policy_tests")(results))
    return int(any(not result.has_passed for result in results))


def _print_results(told: list[Result] | VpceGuardError, names: frozenset[str] | None, seconds: float) -> None:
    what = ", ".join(sorted(names)) if names else "all rules"
    click.echo(f"--- {what}, {seconds:.1f} s")
    click.echo(renderer("text", "policy_tests")(told) if isinstance(told, list) else f"BROKEN {told}")
