"""Modules of a template, put in place of the resource that uses them, as CloudFormation does.

A resource `Net` of a module that has the resource `Vpc` makes `NetVpc`; the template calls it `NetVpc` or `Net.Vpc`.
Source: the AWS CloudFormation user guide, modules, and the CLI's user guide, module structure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vpce_guard.formats.cloudformation.words import escape, objects, template_error
from vpce_guard.model import Json

SUFFIX = "::MODULE"
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_MOST_DEPTH = 3  # modules in modules, as CloudFormation allows
_MOST_RESOURCES = 5_000


@dataclass
class InlinedTemplate:
    """A template with its modules in place; `origin` tells where what a module makes stands, by logical id."""

    body: Json
    origin: dict[str, str] = field(default_factory=dict)


def put_in_place(document: Json, find: Callable[[str], Json | None], *, depth: int = 0) -> InlinedTemplate:
    """The template with those modules in place that `find` knows by their type; others stay as they are.

    Raises MalformedError for modules within each other that make too much.
    """
    uses = {name: body for name, body in document["Resources"].items() if _is_module(body)}
    found = {name: fragment for name, body in uses.items() if (fragment := find(body["Type"])) is not None}
    if not found or depth >= _MOST_DEPTH:
        return InlinedTemplate(document)
    sections = {s: dict(objects(document.get(s), f"/{s}")) for s in ("Parameters", "Mappings", "Conditions")}
    sections["Resources"] = {n: b for n, b in document["Resources"].items() if n not in found}
    inlined = InlinedTemplate({**document, **sections})
    renamed: dict[str, list[str]] = {}
    for name, fragment in found.items():
        whole = put_in_place({**fragment, "Resources": objects(fragment.get("Resources"), "/Resources")}, find,
                             depth=depth + 1).body  # fmt: skip
        parts = _Fragment(name, whole, uses[name]).parts()
        renamed[name] = [f"{name}{inner}" for inner in whole["Resources"]]
        for section, members in parts.items():
            sections[section].update(members)
        inlined.origin |= dict.fromkeys(renamed[name], f"/Resources/{escape(name)}")
    if len(sections["Resources"]) > _MOST_RESOURCES:
        raise template_error("/Resources", f"makes more than {_MOST_RESOURCES} resources of its modules")
    for section in ("Resources", "Conditions", "Outputs"):
        inlined.body[section] = _rename(objects(inlined.body.get(section), f"/{section}"), renamed)
    return inlined


def _is_module(body: Any) -> bool:
    return isinstance(body, dict) and str(body.get("Type")).endswith(SUFFIX)


class _Fragment:
    """The template of one module, as one resource uses it."""

    def __init__(self, name: str, fragment: Json, use: Json) -> None:
        self._name = name
        self._fragment = fragment
        self._condition = use.get("Condition")
        given = use.get("Properties")
        self._given: Json = given if isinstance(given, dict) else {}
        self._names = {section: objects(fragment.get(section), f"/{section}") for section in _SECTIONS}

    def parts(self) -> dict[str, Json]:
        """What the module adds to each section of the template."""
        added: dict[str, Json] = {}
        for section in _SECTIONS:
            members = {n: self._rewrite(body) for n, body in self._names[section].items()}
            if section == "Parameters":
                members = {n: body for n, body in self._names[section].items() if n not in self._given}
            added[section] = {f"{self._name}{n}": body for n, body in members.items()}
        if isinstance(self._condition, str):
            for name, body in added["Resources"].items():
                own = body.get("Condition") if isinstance(body, dict) else None
                if isinstance(own, str):
                    both = f"{name}And{self._condition}"
                    added["Conditions"][both] = {"Fn::And": [{"Condition": own}, {"Condition": self._condition}]}
                if isinstance(body, dict):
                    body["Condition"] = both if isinstance(own, str) else self._condition
        return added

    def _rewrite(self, value: Any) -> Any:
        """A value of the module with its names as the template has them, and what is given for its parameters."""
        if isinstance(value, list):
            return [self._rewrite(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref" and isinstance(argument, str):
                return self._reference(argument)
            if function == "Fn::Sub":
                return {function: self._text(argument)}
        found = {name: self._rewrite(item) for name, item in value.items()}
        for member, section in _NAMING.items():
            if member in found:
                found[member] = self._name_in(found[member], section)
        return found

    def _name_in(self, named: Any, section: str) -> Any:
        """What names a thing of the module: a name, or a list that has it first or, of DependsOn, several."""
        if isinstance(named, list):
            count = len(named) if section == "DependsOn" else 1
            return [self._name_in(item, section) for item in named[:count]] + named[count:]
        within = self._names["Resources" if section == "DependsOn" else section]
        first = named.split(".", 1)[0] if isinstance(named, str) else None
        return f"{self._name}{named}" if first in within else named

    def _reference(self, name: str) -> Any:
        if name in self._names["Parameters"]:
            return self._given.get(name, {"Ref": f"{self._name}{name}"})
        return {"Ref": self._name_in(name, "Resources")}

    def _text(self, argument: Any) -> Any:
        """The argument of Fn::Sub; what is given for parameters becomes variables of its own."""
        text, own = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        if not isinstance(text, str) or not isinstance(own, dict):
            return argument
        variables = {name: self._rewrite(value) for name, value in own.items()}

        def name_anew(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name in own:
                return match[0]
            if name in self._names["Parameters"]:
                variables[f"{self._name}{name}"] = self._reference(name)
                return "${" + self._name + name + "}"
            return "${" + str(self._name_in(name, "Resources")) + "}"

        text = _VARIABLE.sub(name_anew, text)
        return [text, variables] if variables else text


_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources")
_NAMING = {
    "Fn::GetAtt": "Resources",
    "Fn::FindInMap": "Mappings",
    "Fn::If": "Conditions",
    "Condition": "Conditions",
    "DependsOn": "DependsOn",
}


def _rename(value: Any, modules: Mapping[str, list[str]]) -> Any:
    """A value of the template with `Net.Vpc` as `NetVpc`, and all that a module makes where something depends on it."""
    if isinstance(value, list):
        return [_rename(item, modules) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _rename(item, modules) for name, item in value.items()}
    for member in ("Ref", "Fn::GetAtt", "Fn::Sub"):
        named = found.get(member)
        first = named[0] if isinstance(named, list) and named else named
        if isinstance(first, str):
            joined = _join_names(first, modules, in_text=member == "Fn::Sub")
            found[member] = [joined, *named[1:]] if isinstance(named, list) else joined
    if (depends := found.get("DependsOn")) is not None:
        names = depends if isinstance(depends, list) else [depends]
        found["DependsOn"] = [n for name in names for n in (modules.get(name, [name]) if isinstance(name, str) else [])]
    return found


def _join_names(text: str, modules: Mapping[str, list[str]], *, in_text: bool) -> str:
    for module, inner in modules.items():
        for name in inner:
            dotted, start = f"{module}.{name.removeprefix(module)}", "${" if in_text else ""
            text = re.sub(rf"{'' if in_text else '^'}{re.escape(start + dotted)}(?=[.}}]|$)", start + name, text)
    return text
