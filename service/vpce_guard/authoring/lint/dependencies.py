"""What a rule reads of the proposal and of org data, by itself and through the libraries it calls.

Worked out from the syntax trees, rule by rule: a rule reads what its refs into `input` and `data.org` name and what the
rules it refers to read. Members are told to the second level (`/request/SubnetIds`, `/org/quotas`). Approximate in two
ways: what a function reads of its arguments is not seen, and a member whose name is computed counts only where the
names stand in a list beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from vpce_guard.authoring.lint.sources import RegoFile, walk
from vpce_guard.model import Json

Name = tuple[str, ...]  # package and rule


class RuleReads:
    """What each rule of the sources reads."""

    def __init__(self, modules: Iterable[RegoFile]) -> None:
        self._own: dict[Name, set[str]] = defaultdict(set)
        self._uses: dict[Name, set[Name]] = defaultdict(set)
        modules = [module for module in modules if not module.is_test]
        names: dict[Name, set[str]] = defaultdict(set)
        for module in modules:
            for rule in module.tree.get("rules") or []:
                names[module.package].add(_rule_name(rule))
        for module in modules:
            for rule in module.tree.get("rules") or []:
                self._look(module, rule, names[module.package])

    def members_read_by(self, package: Name) -> set[str]:
        """The members that the rules of a package read."""
        todo = [name for name in {*self._own, *self._uses} if name[:-1] == package]
        seen, found = set(todo), set()
        while todo:
            name = todo.pop()
            found |= self._own.get(name, set())
            for used in self._uses.get(name, set()) - seen:
                seen.add(used)
                todo.append(used)
        return found

    def _look(self, module: RegoFile, rule: Json, siblings: set[str]) -> None:
        name = (*module.package, _rule_name(rule))
        listed = _listed_texts(rule)
        for node in walk(rule):
            if (path := _path(node, listed)) is not None:
                self._own[name] |= set(path)
            for used in _used_rules(node, module, siblings):
                self._uses[name].add(used)


def _rule_name(rule: Json) -> str:
    ref = rule["head"].get("ref")
    return str(ref[0]["value"] if ref else rule["head"]["name"])


def _used_rules(node: Json, module: RegoFile, siblings: set[str]) -> Iterator[Name]:
    """The rules a node refers to: of an imported package, of the same one, or by a whole path."""
    if node.get("type") == "var" and node.get("value") in siblings:
        yield (*module.package, node["value"])
    if node.get("type") != "ref":
        return
    head, *rest = node["value"]
    if head["type"] != "var":
        return
    names = [part["value"] for part in rest if part["type"] == "string"]
    if head["value"] in module.imports and rest:
        path = module.imports[head["value"]]
        yield (*path, names[0]) if names else path
    elif head["value"] == "data" and len(names) > 3:
        yield tuple(names[:4])


def _path(node: Json, listed: dict[str, list[str]]) -> list[str] | None:
    """The members that a ref or an object.get names, as pointers of two levels; None where it is neither."""
    found = _path_parts(node, listed)
    if found is None:
        return None
    root, *rest = found
    if root == "data":
        if not rest or rest[0] != ["org"]:
            return None
        return [f"/org/{name}" for name in rest[1]] if len(rest) > 1 else ["/org"]
    if not rest:
        return None
    return [f"/{top}/{name}" if name else f"/{top}" for top in rest[0] for name in (rest[1] if len(rest) > 1 else [""])]


def _path_parts(node: Json, listed: dict[str, list[str]]) -> list[Any] | None:
    """The root (`input` or `data`) and then for each level the names it can have."""
    if node.get("type") == "ref":
        head, *rest = node["value"]
        if head.get("value") not in ("input", "data"):
            return None
        parts: list[Any] = [head["value"]]
        for part in rest:
            names = _names(part, listed)
            if names is None:
                break
            parts.append(names)
        return parts
    if node.get("type") == "var" and node.get("value") == "input":
        return ["input"]
    if node.get("type") == "call" and _called_name(node) == "object.get":
        inside = _path_parts(node["value"][1], listed)
        key = node["value"][2]
        if inside is None:
            return None
        steps = key["value"] if key["type"] == "array" else [key]
        for names in (_names(step, listed) for step in steps):
            if names is None:
                break
            inside.append(names)
        return inside
    return None


def _called_name(node: Json) -> str:
    return ".".join(str(part["value"]) for part in node["value"][0]["value"])


def _names(part: Json, listed: dict[str, list[str]]) -> list[str] | None:
    if part["type"] == "string":
        return [str(part["value"])]
    return listed.get(str(part["value"])) if part["type"] == "var" else None


def _listed_texts(rule: Json) -> dict[str, list[str]]:
    """The variables that run over a list of texts (`some member in ["SubnetIds", "AddSubnetIds"]`), with the texts."""
    found = {}
    for node in walk(rule):
        for symbol in node.get("symbols") or []:
            if symbol.get("type") == "call" and _called_name(symbol).startswith("internal.member"):
                variable, among = symbol["value"][-2:]
                if among["type"] in ("array", "set") and all(item["type"] == "string" for item in among["value"]):
                    found[str(variable["value"])] = [str(item["value"]) for item in among["value"]]
    return found
