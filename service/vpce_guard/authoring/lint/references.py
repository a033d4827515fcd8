"""What a rule rests on: public pages that say it, sections of org data that exist, and no text of the scaffold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.sources import RegoFile
from vpce_guard.authoring.new import PLACEHOLDER
from vpce_guard.bundle import example_files
from vpce_guard.bundle.rules import Rule
from vpce_guard.bundle.source_folders import OwnSource
from vpce_guard.org.shape import OrgDocument

CHECKS = {
    "references": "a rule rests on public pages: what is `documented` is on a page of AWS, and nothing is said from "
    "memory; a built-in rule of the kind org reads at least one section of org data, and each section a rule names "
    "exists",
    "scaffold": f"no text of the scaffold is left: each holds the word {PLACEHOLDER}",
}

_OF_AWS = re.compile(r"(^|\.)(aws\.amazon\.com|amazonaws\.cn)$")
_GUESSED = re.compile(r"\b(from memory|secondary sources?|as far as (I|we) know)\b", re.IGNORECASE)


def check(module: RegoFile, rule: Rule, own: OwnSource | None) -> Iterator[Finding]:
    """The findings in the METADATA of one rule, which `own` holds if it is not built in."""
    for fact in rule.aws:
        if fact.status == "documented" and not _OF_AWS.search(urlsplit(fact.doc).hostname or ""):
            said = f"{fact.doc} is no page of AWS: such a fact is `observed`, with its evidence"
            yield Finding("references", module.path, module.line_of(fact.doc), said)
    for text in _texts(module.annotations):
        if guess := _GUESSED.search(text):
            said = f'"{guess[0]}" is no source: name the page that says it, or leave it out'
            yield Finding("references", module.path, module.line_of(guess[0]), said)
    for section in rule.org_sections:
        if section not in OrgDocument.model_fields and (own is None or section != own.section):
            said = f"org data have no section {section!r}: see `vpce-guard policy schema`"
            yield Finding("references", module.path, module.line_of(f"/org/{section}"), said)
    if rule.kind == "org" and not rule.org_sections and own is None:
        said = "a rule of the organisation reads a section of org data: name it in `reads`, as /org/SECTION"
        yield Finding("references", module.path, module.line_of("#   reads:"), said)


def check_scaffold(module: RegoFile) -> Iterator[Finding]:
    """The texts of the scaffold that are left in a rule, its test and its examples."""
    folder = module.path.parent
    for path in (module.path, folder / f"{folder.name}_test.rego", folder / example_files.FILE):
        if not path.is_file():
            continue  # told by layout
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(rf"\b{PLACEHOLDER}\b", line):
                said = f"this is still the scaffold's, put the rule's own in its place: {line.strip(' #')}"
                yield Finding("scaffold", path, number, said)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
