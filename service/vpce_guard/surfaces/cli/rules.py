"""`vpce-guard rules`: the rule catalogue."""

from __future__ import annotations

import textwrap

import click
from pydantic_core import to_json

from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.reports.coverage import render


@click.command("rules")
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--coverage", is_flag=True, help="Each sentence of the source documents with the rules that cover it.")
@click.option(
    "-o",
    "output",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Output format; markdown with --coverage only.",
)
def command(rule_id: str | None, coverage: bool, output: str) -> int:
    """List the rules, or show one with its sources and examples."""
    bundle = open_bundle(load_settings().bundle)
    if coverage:
        click.echo(render(bundle, output).rstrip("\n"))
        return 0
    if output == "markdown":
        raise click.UsageError("-o markdown goes with --coverage only.")
    if rule_id is None:
        rules = bundle.catalogue.rules
        click.echo(to_json(rules, indent=2).decode() if output == "json" else "\n".join(_line(r) for r in rules))
        return 0
    rule = bundle.rule(rule_id.upper())
    if output == "json":
        click.echo(to_json({**rule.model_dump(), "examples": bundle.examples.get(rule.id, {})}, indent=2).decode())
    else:
        click.echo(_page(rule, bundle))
    return 0


def _line(rule: Rule) -> str:
    return f"{rule.id:<16} {rule.severity:<8} {rule.enforcement_action:<7} {rule.title}"


def _page(rule: Rule, bundle: Bundle) -> str:
    lines = [
        f"{rule.id}  {rule.title}",
        f"severity {rule.severity}, enforcement {rule.enforcement_action}"
        + "".join(f", {action} under {profile}" for profile, action in rule.profiles.items()),
        "",
        *textwrap.wrap(rule.description, 100),
        "",
        f"do: {rule.remediation}",
        *(f"source: {s.file}, {s.pointer}: {s.paraphrase}" for s in rule.sources),
        *(f"aws: {fact.text} ({fact.doc}; {fact.status})" for fact in rule.aws),
        *(f"see: {r.ref}" for r in rule.related_resources),
    ]
    for kind, examples in bundle.examples.get(rule.id, {}).items():
        lines += ["", f"{kind}:", *(f"  - {example['name']}" for example in examples)]
    return "\n".join(lines)
