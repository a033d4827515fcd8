"""That a message says something about this endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.sources import RegoFile, walk
from vpce_guard.model import Json

CHECKS = {
    "message": "the message of a deny holds a value of the proposal or of org data, as the same words for every "
    "endpoint do not say what is wrong with this one; not where something absent or a switch (true, false) is denied",
}


def check(module: RegoFile) -> Iterator[Finding]:
    """The findings in the file of one rule."""
    for rule in module.tree.get("rules") or []:
        for text in _constant_texts(rule) if not _has_nothing_to_name(rule) else ():
            line = module.line_of(text)
            yield Finding("message", module.path, line, f"the message {text!r} says nothing about this endpoint")


def _has_nothing_to_name(rule: Json) -> bool:
    """Whether a rule denies what is absent or empty, or a switch."""
    for expression in rule.get("body") or []:
        terms = expression.get("terms")
        if expression.get("negated"):
            return True
        if isinstance(terms, list) and any(t["type"] in ("boolean", "null") or _is_empty(t) for t in terms[1:]):
            return True
    return False


def _is_empty(term: Json) -> bool:
    return (term["type"] == "number" and term["value"] == 0) or (term["type"] == "set" and not term["value"])


def templates(module: RegoFile) -> Iterator[str]:
    """The messages of a rule that are the same for every endpoint."""
    for rule in module.tree.get("rules") or []:
        yield from _constant_texts(rule)


def _constant_texts(rule: Json) -> Iterator[str]:
    """The constant texts that a deny has for its message, directly or through a variable of its body."""
    if rule["head"].get("name") != "deny":
        return
    bound = {
        node["terms"][1]["value"]: node["terms"][2]
        for node in walk(rule.get("body") or [])
        if isinstance(node.get("terms"), list)
        and node["terms"][0]["type"] == "ref"
        and node["terms"][0]["value"][0].get("value") in ("assign", "eq")
        and node["terms"][1]["type"] == "var"
    }
    for node in walk(rule["head"]):
        for key, value in node["value"] if node.get("type") == "object" else []:
            if key.get("value") == "message":
                said: Any = bound.get(value["value"], value) if value["type"] == "var" else value
                if said["type"] == "string":
                    yield str(said["value"])
                elif said["type"] == "templatestring" and not any("terms" in p for p in said["value"]["parts"]):
                    yield str(said["value"]["parts"][0]["value"])
