"""YAML with JSON's types: the values of a text and the line of each.

Dates stay text, only true and false are booleans, keys are text, and CloudFormation's short forms (`!Ref x`) become
its long ones (`{"Ref": "x"}`). Any other tag, a merge key and a key given twice are refused, and so is nesting or
expansion of aliases past a limit, before any of it is built. The files of policy authors are read the same way, with
merge keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

MAX_DEPTH = 100
MAX_NODES = 200_000

_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_FUNCTIONS = frozenset(
    [
        "And",
        "Base64",
        "Cidr",
        "Contains",
        "EachMemberEquals",
        "EachMemberIn",
        "Equals",
        "FindInMap",
        "ForEach",
        "GetAZs",
        "GetAtt",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "RefAll",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
        "ValueOf",
        "ValueOfAll",
    ]
)


class YamlError(ValueError):
    """What is wrong, on which line (from 1, None if unknown) and, where that is known, at which JSON Pointer."""

    def __init__(self, problem: str, *, line: int | None, pointer: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.pointer = pointer


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader with JSON's scalars."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag.endswith(":null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _kind, _pattern, _first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), list(_first))


def compose(text: str) -> list[yaml.Node]:
    """The documents of a text as node trees. Raises YamlError."""
    try:
        _check_depth(text)
        return [node for node in yaml.compose_all(text, Loader=_Loader) if node is not None]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise YamlError(problem, line=mark.line + 1 if mark else None) from None


def sequence(nodes: list[yaml.Node]) -> yaml.Node:
    """Several documents as one list."""
    return yaml.SequenceNode(_COLLECTIONS[1], nodes, nodes[0].start_mark, nodes[-1].end_mark)


def value(
    node: yaml.Node,
    *,
    lines: dict[str, int] | None = None,
    aliases: bool = True,
    merge_keys: bool = False,
    twice: dict[str, int] | None = None,
) -> Any:
    """The JSON value of a node; fills `lines` with the line of each pointer. Raises YamlError.

    With `twice`, the last of two keys counts, and it is filled with the pointers of such keys and their lines. With
    `merge_keys`, `<<: *defaults` adds the members of a mapping that are not given beside it.
    """
    return _Builder(lines, aliases=aliases, merge_keys=merge_keys, twice=twice).build(node, "")


def line(node: yaml.Node, pointer: str) -> int:
    """The line of the value a JSON Pointer names, or of the nearest one around it; of its key where it has one."""
    found = _line(node)
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        child = _child(node, name)
        if child is None:
            break
        start, node = child
        found = _line(start)
    return found


def _child(node: yaml.Node, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == name), None)
    if isinstance(node, yaml.SequenceNode) and name.isdecimal() and int(name) < len(node.value):
        item = node.value[int(name)]
        return item, item
    return None


def _line(thing: Any) -> int:
    return int(thing.start_mark.line) + 1


def _check_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise YamlError("is nested too deeply", line=_line(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    def __init__(
        self, lines: dict[str, int] | None, *, aliases: bool, merge_keys: bool, twice: dict[str, int] | None
    ) -> None:
        self._twice = twice
        self._lines = lines
        self._aliases = aliases
        self._merge_keys = merge_keys
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._count = 0

    def build(self, node: yaml.Node, pointer: str) -> Any:
        at = _line(node)
        if self._lines is not None:
            at = self._lines.setdefault(pointer, at)
        self._count += 1
        if self._count > MAX_NODES:
            raise YamlError(f"has more than {MAX_NODES} values once its aliases are expanded", line=at, pointer=pointer)
        if not self._aliases and id(node) in self._seen:
            raise YamlError("is an alias, which is not supported here", line=at, pointer=pointer)
        if id(node) in self._open:
            raise YamlError("contains itself", line=at, pointer=pointer)
        self._seen.add(id(node))
        self._open.add(id(node))
        function = _function(node, pointer)
        built = self._build_value(node, pointer)
        self._open.discard(id(node))
        if function is None:
            return built
        if function == "Fn::GetAtt" and isinstance(built, str):
            built = built.split(".", 1)
        return {function: built}

    def _build_value(self, node: yaml.Node, pointer: str) -> Any:
        if isinstance(node, yaml.MappingNode):
            merged = self._merge_members(node, pointer) if self._merge_keys else {}
            return {**merged, **dict(self._members(node, pointer))}
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, f"{pointer}/{index}") for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - there is no fourth kind of node
        return _scalar(node, pointer)

    def _merge_members(self, node: yaml.MappingNode, pointer: str) -> dict[str, Any]:
        """What merge keys add to a mapping; of several mappings the first one wins."""
        merged: dict[str, Any] = {}
        for key, child in node.value:
            if not _is_merge(key):
                continue
            for one in child.value if isinstance(child, yaml.SequenceNode) else [child]:
                if not isinstance(one, yaml.MappingNode):
                    raise YamlError("merges what is no mapping", line=_line(key), pointer=pointer)
                merged = {**self.build(one, f"{pointer}/<<"), **merged}
        return merged

    def _members(self, node: yaml.MappingNode, pointer: str) -> Iterator[tuple[str, Any]]:
        given: set[str] = set()
        for key, child in node.value:
            at = _line(key)
            if not isinstance(key, yaml.ScalarNode):
                raise YamlError("has a key that is not a string", line=at, pointer=pointer)
            name = str(key.value)
            place = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in given:
                if self._twice is None:
                    raise YamlError("is given twice", line=at, pointer=place)
                self._twice[place] = at
            if _is_merge(key):
                if self._merge_keys:
                    continue
                raise YamlError("is a merge key, which is not supported: write its members out", line=at, pointer=place)
            given.add(name)
            if self._lines is not None:
                self._lines[place] = at
            yield name, self.build(child, place)


def _is_merge(key: yaml.Node) -> bool:
    """Whether a key is a bare `<<`; quoted it is a key like any other."""
    return isinstance(key, yaml.ScalarNode) and key.value == "<<" and not key.style


def _function(node: yaml.Node, pointer: str) -> str | None:
    """CloudFormation's function for a tag; None for JSON's own types."""
    if not node.tag.startswith("!"):
        if isinstance(node, yaml.CollectionNode) and node.tag not in _COLLECTIONS:
            raise _type_error(node, pointer)
        return None
    name = node.tag[1:]
    if name in ("Ref", "Condition"):
        return str(name)
    if name in _FUNCTIONS:
        return f"Fn::{name}"
    raise _type_error(node, pointer)


def _scalar(node: yaml.ScalarNode, pointer: str) -> Any:
    if node.tag.startswith("!"):
        return node.value
    try:
        built = _construct(node)
    except (yaml.YAMLError, ValueError):
        raise _type_error(node, pointer) from None
    if isinstance(built, float) and (built != built or built in (float("inf"), float("-inf"))):
        raise YamlError("is not a JSON number", line=_line(node), pointer=pointer)
    if not isinstance(built, str | int | float | None):
        raise _type_error(node, pointer)
    return built


def _construct(node: yaml.ScalarNode) -> Any:
    kind = node.tag.rpartition(":")[2]
    if kind in ("str", "null"):
        return node.value if kind == "str" else None
    if kind == "bool" and node.value.lower() in ("true", "false"):
        return node.value.lower() == "true"
    if kind == "int":
        return int(node.value)
    if kind == "float":  # the library wants a sign in the exponent
        return float(node.value)
    return yaml.SafeLoader("").construct_object(node)


def _type_error(node: yaml.Node, pointer: str) -> YamlError:
    return YamlError(f"{node.tag} is not a JSON type", line=_line(node), pointer=pointer)
