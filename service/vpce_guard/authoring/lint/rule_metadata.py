"""METADATA: its closed schema, and words that do not repeat each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import yaml

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.messages import templates
from vpce_guard.authoring.lint.sources import Module
from vpce_guard.authoring.rego import metadata
from vpce_guard.errors import SourceError

CHECKS = {
    "metadata": "a rule begins with METADATA of the closed schema: no key too many, none missing, each of its kind",
    "ids": "no two rules have one id",
    "words": "title, description, remediation and messages say different things, and none is still a TODO",
}


def check(modules: Iterable[Module]) -> Iterator[Finding]:
    """The findings in the METADATA of all rules."""
    owner: dict[str, str] = {}
    for module in modules:
        try:
            rule = metadata.rule(module.annotations, name=str(module.rule), place="")
        except (SourceError, yaml.YAMLError) as error:
            said = str(error).removeprefix(": ")
            yield Finding("metadata", module.path, 1, said if module.annotations else "the package has no METADATA")
            continue
        line = module.line_of("#   id:")
        if rule.id in owner:
            yield Finding("ids", module.path, line, f"{rule.id} is also the id of {owner[rule.id]}")
        owner[rule.id] = rule.name
        yield from _words(module, title=rule.title, description=rule.description, remediation=rule.remediation)


def _words(module: Module, **said: str) -> Iterator[Finding]:
    places = {"title": "# title:", "description": "# description:", "remediation": "#   remediation:"}
    seen: dict[str, str] = {}
    for what, text in said.items():
        line = module.line_of(places[what])
        if not text.strip():
            yield Finding("words", module.path, line, f"there is no {what}")
        elif "TODO" in text:
            yield Finding("words", module.path, line, f"the {what} is still to be written")
        elif (same := _plain(text)) in seen:
            yield Finding("words", module.path, line, f"the {what} says the same as the {seen[same]}")
        seen.setdefault(_plain(text), what)
    for template in templates(module):
        if (same := _plain(template)) in seen:
            yield Finding(
                "words", module.path, module.line_of(template), f"a message says the same as the {seen[same]}"
            )


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").lower()
