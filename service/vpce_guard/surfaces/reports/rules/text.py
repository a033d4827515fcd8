"""One rule as text for a terminal."""

from __future__ import annotations

import textwrap

from vpce_guard.bundle.frameworks import FRAMEWORKS
from vpce_guard.surfaces.reports.rules import RuleReport, default_enforcement

_WIDTH = 100


def render(report: RuleReport) -> str:
    """What the rule wants, what to do, what it rests on, and the names of its examples."""
    rule = report.rule
    lines = [
        f"{rule.id}  {rule.title}",
        f"severity {rule.severity}, enforcement {default_enforcement(rule)}",
        "",
        *textwrap.wrap(rule.description, _WIDTH),
        "",
        f"do: {rule.remediation}",
        *(f"source: {s.file}, {s.pointer}: {s.paraphrase}" for s in rule.sources),
        *(f"aws: {fact.text} ({fact.doc}; {fact.evidence or fact.status})" for fact in rule.aws),
        *(f"see: {page.ref}" for page in rule.related_resources),
        *(
            f"{FRAMEWORKS[one.framework]}: {', '.join(one.controls)} ({one.relation}; {one.doc})"
            for one in rule.frameworks
        ),
        *(["org data: " + ", ".join(rule.org_sections)] if rule.org_sections else []),
        f"help: {report.help_url}",
    ]
    for kind, examples in report.examples.items():
        lines += ["", f"{kind}:", *(f"  - {example['name']}" for example in examples)]
    return "\n".join(lines)
