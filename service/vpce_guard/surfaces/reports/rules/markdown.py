"""One rule as a page of Markdown, for the documentation, and the index of all pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from vpce_guard.bundle.frameworks import FRAMEWORKS, FrameworkId, FrameworkMapping
from vpce_guard.bundle.rules import AwsFact, Rule, package_of
from vpce_guard.surfaces.frameworks import controls_of
from vpce_guard.surfaces.reports.rules import (
    DOCUMENTS,
    EFFECTS,
    FAMILIES,
    KINDS,
    RuleReport,
    default_enforcement,
    document_of,
    history,
)

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def render(report: RuleReport) -> str:
    """The page of one rule."""
    rule = report.rule
    lines = [f"# {rule.id}: {escape(rule.title)}", "", escape(rule.description), "", *_facts(rule)]
    lines += ["", "## Why", "", EFFECTS[rule.effect], "", *map(_fact, rule.aws)]
    lines += ["", "## What to do", "", escape(rule.remediation)]
    if rule.org_sections:
        sections = ", ".join(f"`{section}`" for section in rule.org_sections)
        lines += [
            "",
            "## Parameters",
            "",
            f"Org data, section {sections}: `vpce-guard policy schema` says what it holds.",
        ]
    lines += ["", "## Examples", "", "Each is judged over the context of `rego/vpce/testing/context.yaml`."]
    for kind, title in KINDS.items():
        if examples := report.examples.get(kind):
            lines += ["", f"### {title}"]
            for example in examples:
                lines += ["", f"{escape(example['name'])}:", "", "```yaml", _yaml(document_of(example)), "```"]
    if rule.frameworks:
        lines += ["", "## Frameworks", "", *map(_mapping, rule.frameworks)]
    if rule.assumptions:
        lines += ["", "## Assumed", "", *(f"- {escape(text)}" for text in rule.assumptions)]
    lines += ["", "## Sources", "", *_sources(rule)]
    lines += ["", "## History", "", *(f"- {escape(text)}" for text in history(rule))]
    text = "\n".join(lines) + "\n"
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


def index(rules: Sequence[Rule]) -> str:
    """The page that links to all others, a table for each family."""
    lines = ["# Rules", "", f"{len(rules)} rules. `vpce-guard rules ID` prints one with its sources and examples."]
    lines += ["", "[Frameworks](frameworks.md) lists the controls of PCI DSS and others that rules have to do with."]
    built_in = {f"VPCE-{family}": title for family, title in FAMILIES.items()}
    own = {rule.id[:-4]: rule.id[:-4] for rule in rules if rule.id[:-4] not in built_in}
    for start, title in {**built_in, **own}.items():
        of_family = [rule for rule in rules if rule.id[:-4] == start]
        lines += ["", f"## {title}", "", "| Rule | What it wants | Severity | Enforcement |", "|---|---|---|---|"]
        lines += [
            f"| [{rule.id}]({rule.id}.md) | {escape(rule.title)} | {rule.severity} | {default_enforcement(rule)} |"
            for rule in of_family
        ]
    return "\n".join(lines) + "\n"


def frameworks(rules: Sequence[Rule]) -> str:
    """The page of all controls that rules have to do with, a table for each framework."""
    lines = ["# Frameworks", "", "Controls that rules have to do with; the page of a rule says how, with the source."]
    lines += ["", "A rule looks at the endpoints of a change only, so it never proves that a control holds."]
    for framework, title in FRAMEWORKS.items():
        lines += ["", f"## {title}", "", framework_table(framework, rules)]
    return "\n".join(lines) + "\n"


def framework_table(framework: FrameworkId, rules: Sequence[Rule]) -> str:
    """The controls of a framework with the rules that have to do with each."""
    rows = [
        f"| {escape(control)} | {', '.join(f'[{rule}]({rule}.md)' for rule in ids)} |"
        for control, ids in controls_of(framework, rules).items()
    ]
    return "\n".join(["| Control | Rules |", "|---|---|", *rows])


def _mapping(mapping: FrameworkMapping) -> str:
    how = "looks for the same" if mapping.relation == "same" else "holds a part"
    controls = escape(", ".join(mapping.controls))
    return f"- [{FRAMEWORKS[mapping.framework]}]({mapping.doc}): {controls} ({how})"


def escape(text: str) -> str:
    """Text as Markdown that shows it as it is, in one line."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    for character in "\\*_`[]|":
        text = text.replace(character, f"\\{character}")
    return text


def _facts(rule: Rule) -> Iterator[str]:
    yield "| Severity | Enforcement | Asked on | Folder |"
    yield "|---|---|---|---|"
    folder = package_of(rule.name).replace(".", "/")
    yield f"| {rule.severity} | {default_enforcement(rule)} | {', '.join(rule.operations)} | `rego/{folder}` |"


def _fact(fact: AwsFact) -> str:
    how = f"observed: {fact.evidence}" if fact.evidence else "AWS documentation"
    return f"- {escape(fact.text)} ([{how}]({fact.doc}))"


def _sources(rule: Rule) -> Iterator[str]:
    for page in rule.pages:
        said = next((one.description for one in rule.related_resources if one.ref == page), None)
        yield f"- <{page}>" + (f": {escape(said)}" if said else "")
    for cited in rule.sources:
        yield f"- {escape(DOCUMENTS[cited.file])}, {escape(cited.pointer)}: {escape(cited.paraphrase)}"


def _yaml(value: object) -> str:
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None
    )
    return text.rstrip()
