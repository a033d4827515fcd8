"""`vpce-guard rules`: the rule catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from pydantic_core import to_json

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.bundle.frameworks import FRAMEWORKS, FrameworkId
from vpce_guard.bundle.open_any import open_any
from vpce_guard.bundle.rules import Rule
from vpce_guard.errors import SettingsError
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.frameworks import controls_of
from vpce_guard.surfaces.reports import coverage as coverage_report
from vpce_guard.surfaces.reports import renderer
from vpce_guard.surfaces.reports.rules import RuleReport, markdown


@click.command("rules")
@click.argument("rule_id", metavar="[ID]", required=False)
@click.option("--coverage", is_flag=True, help="Each sentence of the source documents with the rules that cover it.")
@click.option(
    "--pages",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a page of Markdown for each rule, and an index, into a folder.",
)
@click.option("--framework", type=click.Choice(list(FRAMEWORKS)), help="The controls of a framework with their rules.")
@click.option(
    "-o",
    "output",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Output format.",
)
def command(
    rule_id: str | None, coverage: bool, folder: Path | None, framework: FrameworkId | None, output: str
) -> int:
    """List the rules, or show one with its sources and examples."""
    settings = load_settings()
    bundle = open_any(settings.bundle, settings.bundle_keys_file)
    rules = bundle.catalogue.rules
    if coverage:
        click.echo(coverage_report.render(bundle, output).rstrip("\n"))
    elif framework is not None:
        click.echo(_controls(rules, framework, output))
    elif folder is not None:
        _write_pages(bundle, folder, settings.docs_url)
    elif rule_id is not None:
        report = _report(bundle, bundle.rule(rule_id.upper()), settings.docs_url)
        click.echo(renderer(output, "rules")(report).rstrip("\n"))
    elif output == "json":
        click.echo(to_json(rules, indent=2).decode())
    elif output == "markdown":
        click.echo(markdown.index(rules).rstrip("\n"))
    else:
        click.echo("\n".join(map(_line, rules)))
    return 0


def _controls(rules: Sequence[Rule], framework: FrameworkId, output: str) -> str:
    found = controls_of(framework, rules)
    if output == "json":
        return to_json(found, indent=2).decode()
    if output == "markdown":
        return markdown.framework_table(framework, rules)
    width = max(map(len, found))
    return "\n".join(f"{control:<{width}}  {', '.join(ids)}" for control, ids in found.items())


def _report(bundle: Bundle, rule: Rule, docs_url: str) -> RuleReport:
    return RuleReport(rule=rule, examples=bundle.examples.get(rule.id, {}), docs_url=docs_url)


def _write_pages(bundle: Bundle, folder: Path, docs_url: str) -> None:
    """ID.md for each rule, index.md and frameworks.md; the address of a page is its name."""
    pages = {f"{rule.id}.md": markdown.render(_report(bundle, rule, docs_url)) for rule in bundle.catalogue.rules}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        pages |= {"index.md": markdown.index(bundle.catalogue.rules)}
        pages |= {"frameworks.md": markdown.frameworks(bundle.catalogue.rules)}
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{folder} cannot be written: {error.strerror}.", advice="Check the path.") from None


def _line(rule: Rule) -> str:
    return f"{rule.id:<16} {rule.severity:<8} {rule.enforcement_action:<7} {rule.title}"
