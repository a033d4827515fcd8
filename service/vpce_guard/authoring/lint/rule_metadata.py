"""METADATA: its closed schema, and words that do not repeat each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vpce_guard.authoring.lint import references
from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.messages import templates
from vpce_guard.authoring.lint.sources import RegoFile
from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.yields import find_wrong_heads
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.errors import SourceError

CHECKS = {
    "metadata": "a rule begins with METADATA of the closed schema: no key too many, none missing, each of its kind",
    "ids": "no two rules have one id, and none has that of a rule that is gone (retired.yaml)",
    "yields": "a rule yields sets of objects: deny with message and path, undetermined with reason and missing, and "
    "nothing that is almost called so",
    "words": "title, description, remediation and messages say different things",
}


def check(modules: Iterable[RegoFile], retired: Mapping[str, str], sources: Sources) -> Iterator[Finding]:
    """The findings in the METADATA of the rules that are edited."""
    modules = list(modules)
    edited = {module.rule for module in modules}
    owner = {rule.id: rule.name for rule in metadata.rules(sources) if rule.name not in edited}
    for module in modules:
        if (broken := module.metadata_error) is not None:
            said = f"METADATA is no YAML: {broken.problem}; each level is indented two spaces more than the one above"
            yield Finding("metadata", module.path, broken.line or 1, said)
            continue
        try:
            own = sources.own_source(str(module.rule))
            rule = metadata.rule(module.annotations, name=str(module.rule), place="", own=own)
        except SourceError as error:
            said = str(error).removeprefix(": ")
            yield Finding("metadata", module.path, 1, said if module.annotations else "the package has no METADATA")
            continue
        line = module.line_of("#   id:")
        if rule.id in owner:
            yield Finding("ids", module.path, line, f"{rule.id} is also the id of {owner[rule.id]}")
        owner[rule.id] = rule.name
        if rule.id in retired:
            yield Finding("ids", module.path, line, f"{rule.id} was the id of a rule that is gone: {retired[rule.id]}")
        yield from references.check(module, rule, own)
        yield from (Finding("yields", module.path, wrong.line, wrong.says) for wrong in find_wrong_heads(module.text))
        yield from _words(module, title=rule.title, description=rule.description, remediation=rule.remediation)


def _words(module: RegoFile, **said: str) -> Iterator[Finding]:
    places = {"title": "# title:", "description": "# description:", "remediation": "#   remediation:"}
    seen: dict[str, str] = {}
    for what, text in said.items():
        line = module.line_of(places[what])
        if not text.strip():
            yield Finding("words", module.path, line, f"there is no {what}")
        elif (same := _plain_text(text)) in seen:
            yield Finding("words", module.path, line, f"the {what} says the same as the {seen[same]}")
        seen.setdefault(_plain_text(text), what)
    for template in templates(module):
        if (same := _plain_text(template)) in seen:
            yield Finding(
                "words", module.path, module.line_of(template), f"a message says the same as the {seen[same]}"
            )


def _plain_text(text: str) -> str:
    return " ".join(text.split()).rstrip(".").lower()
