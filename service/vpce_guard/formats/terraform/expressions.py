"""The ids that a Terraform expression gives, followed through its source as far as resources, variables and modules go.

Knows the forms in which ids are passed on: traversals, splats, `for` without a condition, lists and the functions
that only collect. Anything else is UnresolvedError, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tree_sitter import Node

from vpce_guard.formats.terraform.hcl import Configuration, Module, text_of

if TYPE_CHECKING:
    from vpce_guard.formats.terraform.scope import ModuleScope, Resources

_MAX_DEPTH = 40
_STEPS = {"get_attr", "index", "splat"}


class UnresolvedError(Exception):
    """An expression whose value only Terraform can tell."""


class _Resource(NamedTuple):
    """One instance of a resource."""

    address: str


class _ModuleInstance(NamedTuple):
    """One instance of a module."""

    scope: ModuleScope


def values_of(node: Node, scope: ModuleScope, references: Resources, configuration: Configuration) -> list[str]:
    """The ids an expression gives, one or a list. Raises UnresolvedError."""
    found = _Evaluation(references, configuration).evaluate(node, scope, {}, 0)
    ids = found if isinstance(found, list) else [found]
    if not all(isinstance(i, str) for i in ids):
        raise UnresolvedError
    return list(dict.fromkeys(ids))


class _Evaluation:
    def __init__(self, references: Resources, configuration: Configuration) -> None:
        self._references = references
        self._configuration = configuration

    def evaluate(self, node: Node, scope: ModuleScope, names: dict[str, Any], depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise UnresolvedError

        def inner(child: Node) -> Any:
            return self.evaluate(child, scope, names, depth + 1)

        children = node.named_children
        if node.type == "expression" and children and children[0].type == "variable_expr":
            return self._traversal(children, scope, names, depth)
        if node.type in ("collection_value", "for_expr") and len(children) == 1:
            return inner(children[0])
        if node.type == "expression" and children and {child.type for child in children[1:]} <= _STEPS:
            value = inner(children[0])
            for step in children[1:]:
                value = self._step(value, step, scope, names, depth)
            return value
        if node.type == "literal_value":
            return self._literal(node)
        if node.type == "tuple":
            return [inner(child) for child in children if child.type == "expression"]
        if node.type == "function_call":
            return _call(children, inner)
        if node.type == "for_tuple_expr":
            return self._for(node, scope, names, depth)
        raise UnresolvedError

    def _literal(self, node: Node) -> Any:
        text = text_of(node)
        if text is not None:
            return text
        number = (node.text or b"").decode()
        if number.isdecimal():
            return int(number)
        raise UnresolvedError

    def _traversal(self, parts: Sequence[Node], scope: ModuleScope, names: dict[str, Any], depth: int) -> Any:
        steps = list(parts[1:])
        root = _name(parts[0])
        if root in names:
            value = names[root]
        elif steps and (root, _name(steps[0])) in (("each", "key"), ("count", "index")):
            value, steps = scope.key, steps[1:]
        elif root in ("var", "local", "module") and steps and steps[0].type == "get_attr":
            follow = {"var": self._variable, "local": self._local_value, "module": self._module}[root]
            value, steps = follow(_name(steps[0]), scope, depth), steps[1:]
        else:
            prefix = [root] if root != "data" else ["data", *(_name(s) for s in steps[:1])]
            steps = steps if root != "data" else steps[1:]
            if not steps or steps[0].type != "get_attr":
                raise UnresolvedError
            value, steps = self._instances(scope.address(".".join([*prefix, _name(steps[0])]))), steps[1:]
        for step in steps:
            value = self._step(value, step, scope, names, depth)
        return value

    def _step(self, value: Any, step: Node, scope: ModuleScope, names: dict[str, Any], depth: int) -> Any:
        if step.type == "get_attr":
            return self._attribute(value, _name(step), depth)
        if step.type == "splat":
            items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
            for inner in step.named_children[0].named_children:
                items = [self._step(item, inner, scope, names, depth) for item in items]
            return items
        if step.type == "index":
            (index,) = step.named_children
            key = self.evaluate(index.named_children[0], scope, names, depth + 1) if index.named_children else None
            try:
                return value[key]
            except (KeyError, IndexError, TypeError):
                raise UnresolvedError from None
        raise UnresolvedError

    def _attribute(self, value: Any, name: str, depth: int) -> Any:
        if isinstance(value, _Resource) and name == "id":
            return self._references.id_of(value.address)
        if isinstance(value, _ModuleInstance):
            module = self._source(value.scope)
            output = module.blocks.get(("output", name))
            if output is not None and "value" in output.arguments:
                return self.evaluate(output.arguments["value"], value.scope, {}, depth + 1)
        raise UnresolvedError

    def _instances(self, address: str) -> Any:
        instances = self._references.instances(address)
        if not instances:
            raise UnresolvedError
        if None in instances:
            return _Resource(instances[None])
        return {key: _Resource(found) for key, found in instances.items()}

    def _variable(self, name: str, scope: ModuleScope, depth: int) -> Any:
        if not scope.modules:
            value = self._references.variable(name)
            if isinstance(value, str | list):
                return value
            raise UnresolvedError
        outer = scope._replace(modules=scope.modules[:-1], key=_key(scope.modules[-1]))
        call = self._source(outer).blocks.get(("module", scope.names[-1]))
        if call is None or name not in call.arguments:
            raise UnresolvedError
        return self.evaluate(call.arguments[name], outer, {}, depth + 1)

    def _local_value(self, name: str, scope: ModuleScope, depth: int) -> Any:
        expression = self._source(scope).locals.get(name)
        if expression is None:
            raise UnresolvedError
        return self.evaluate(expression, scope._replace(key=None), {}, depth + 1)

    def _module(self, name: str, scope: ModuleScope, _: int) -> Any:
        call = self._source(scope).blocks.get(("module", name))
        if call is None or {"count", "for_each"} & call.arguments.keys():
            raise UnresolvedError
        return _ModuleInstance(scope._replace(modules=(*scope.modules, f"module.{name}"), key=None))

    def _source(self, scope: ModuleScope) -> Module:
        module = self._configuration.module(scope.names)
        if module is None:
            raise UnresolvedError
        return module

    def _for(self, node: Node, scope: ModuleScope, names: dict[str, Any], depth: int) -> list[Any]:
        parts = {child.type: child for child in node.named_children}
        if "for_cond" in parts or "ellipsis" in parts:
            raise UnresolvedError
        *variables, source = parts["for_intro"].named_children
        items = self.evaluate(source, scope, names, depth + 1)
        pairs = list(items.items() if isinstance(items, dict) else enumerate(items) if isinstance(items, list) else ())
        if not pairs:
            raise UnresolvedError
        *key_name, item_name = (_name(variable) for variable in variables)  # `for item in` or `for key, item in`
        return [
            self.evaluate(
                parts["expression"], scope, {**names, **dict.fromkeys(key_name, key), item_name: item}, depth + 1
            )
            for key, item in pairs
        ]


def _call(children: Sequence[Node], inner: Callable[[Node], Any]) -> Any:
    """The functions that only collect."""
    name = _name(children[0])
    arguments = [inner(child) for child in (children[1].named_children if len(children) > 1 else ())]
    if name in ("toset", "tolist", "distinct", "sort") and len(arguments) == 1 and isinstance(arguments[0], list):
        return arguments[0]
    if name == "values" and len(arguments) == 1 and isinstance(arguments[0], dict):
        return list(arguments[0].values())
    if name in ("concat", "setunion") and all(isinstance(argument, list) for argument in arguments):
        return [item for argument in arguments for item in argument]
    if name == "flatten" and len(arguments) == 1 and isinstance(arguments[0], list):
        return [i for item in arguments[0] for i in (item if isinstance(item, list) else [item])]
    if name == "slice" and len(arguments) == 3 and isinstance(arguments[0], list):
        _, start, end = arguments
        if isinstance(start, int) and isinstance(end, int) and end <= len(arguments[0]):
            return arguments[0][start:end]
    raise UnresolvedError


def _name(node: Node) -> str:
    """The identifier of a variable, of an attribute step or of a function."""
    if node.type != "identifier":
        node = next((child for child in node.named_children if child.type == "identifier"), node)
    return (node.text or b"").decode(errors="replace")


def _key(module: str) -> str | int | None:
    """The key of a module instance: module.a["x"] has x."""
    index = module.partition("[")[2].removesuffix("]")
    if not index:
        return None
    return int(index) if index.isdecimal() else index.strip('"')
