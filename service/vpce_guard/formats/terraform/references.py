"""What the references between the resources of a Terraform plan stand for, when the plan does not know their values.

A resource that is still to be created goes by its address. The plan's configuration names what an expression refers
to and not what it does with it: from that alone one id is certain, while a list may hold less or more. With the source
given, the expression itself is followed, and a list is certain too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.scope import FoundIds, ModuleScope
from vpce_guard.model import Json

if TYPE_CHECKING:
    from vpce_guard.formats.terraform.hcl import Configuration

_RESOURCE = re.compile(r'^((?:data\.)?[a-z]\w*\.[\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.(\w+))?$')
_CALLED = re.compile(r'^module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.([\w-]+)$')
_OWN = ("each.key", "count.index")
_MAX_DEPTH = 20


class References:
    """The resources of a plan and what its configuration says about how they depend on each other."""

    def __init__(self, plan: Json, configuration: Configuration | None = None) -> None:
        self._root = (plan.get("configuration") or {}).get("root_module") or {}
        self._variables = plan.get("variables") or {}
        self._configuration = configuration
        self._instances: dict[str, dict[str | int | None, str]] = {}
        self._ids: dict[str, str] = {}
        self.default_groups: set[str] = set()  # of the VPCs, where the plan tells them
        for address, key, values in _resources(plan):
            instances = self._instances.setdefault(address.removesuffix(_index(key)), {})
            self._ids.pop(address, None)
            if not isinstance(values, dict):
                instances.pop(key, None)
                continue
            instances[key] = address
            if isinstance(values.get("default_security_group_id"), str):
                self.default_groups.add(values["default_security_group_id"])
            if isinstance(values.get("id"), str):
                self._ids[address] = values["id"]

    def id_of(self, address: str) -> str:
        """The id of a resource, or its address while there is none."""
        return self._ids.get(address, address)

    def instances(self, address: str) -> dict[str | int | None, str]:
        """The addresses of a resource's instances by key; the key is None where there is neither count nor for_each."""
        return self._instances.get(address, {})

    def resource(self, change: ResourceChange) -> Json | None:
        """The block of the configuration that a resource comes from; None when the plan does not hold it."""
        wanted = (change.kind, change.name, "managed")
        resources: list[Json] = self._module(change.scope.names).get("resources", [])
        return next((r for r in resources if (r.get("type"), r.get("name"), r.get("mode")) == wanted), None)

    def expression(self, change: ResourceChange, attribute: str) -> Any:
        """The expression of an attribute; None when it has none."""
        return ((self.resource(change) or {}).get("expressions") or {}).get(attribute)

    def dependencies(self, change: ResourceChange) -> tuple[str, ...]:
        """The addresses of endpoints that the configuration says are there before a resource.

        That is what depends_on names and what expressions refer to, its own and those of the modules around it; a
        module that is named stands for every endpoint in it.
        """
        found: dict[str, None] = {}
        for depth in range(len(change.scope.modules) + 1):
            block = self.resource(change) if depth == len(change.scope.modules) else self._call_at(change, depth)
            scope = ModuleScope(change.scope.modules[:depth])
            block = block or {}
            for name in [*(block.get("depends_on") or []), *_references_in(block.get("expressions"))]:
                if "aws_vpc_endpoint." in name or name.startswith("module."):
                    found |= dict.fromkeys(self._endpoints_named(scope.address(name)))
        return tuple(found)

    def _call_at(self, change: ResourceChange, depth: int) -> Json:
        return self._call(ModuleScope(change.scope.modules[: depth + 1]))

    def _endpoints_named(self, name: str) -> Iterator[str]:
        """The instances of the endpoint that a name is, leads into or, where it is a module, holds."""
        if "aws_vpc_endpoint." in name:
            head, _, rest = name.rpartition("aws_vpc_endpoint.")
            yield from self.instances(f"{head}aws_vpc_endpoint.{re.split(r'[.[]', rest)[0]}").values()
            return
        inside = f"{name}."
        for own, instances in self._instances.items():
            if own.startswith((inside, f"{name}[")) and "aws_vpc_endpoint." in own:
                yield from instances.values()

    def resolve_one(self, change: ResourceChange, attribute: str) -> str | None:
        """The id an attribute stands for; None when that is not certain."""
        found = self._from_source(change, attribute)
        if found is None:
            return self.resolve_expression(change, self.expression(change, attribute), _kind(attribute))
        return found.ids[0] if len(found.ids) == 1 else None

    def resolve_expression(self, change: ResourceChange, expression: Any, kind: str) -> str | None:
        """The id an expression of a resource's configuration stands for; None when that is not certain."""
        found = self.resolve(change.scope, expression, kind)
        return found.ids[0] if found is not None and found.certain and len(found.ids) == 1 else None

    def resolve_list(self, change: ResourceChange, attribute: str) -> FoundIds | None:
        """The ids a list stands for; None when nothing can be said."""
        found = self._from_source(change, attribute)
        if found is None:
            found = self.resolve(change.scope, self.expression(change, attribute), _kind(attribute))
            return found and found._replace(certain=False)  # a literal beside the references is not printed
        return found

    def resolve(self, scope: ModuleScope, expression: Any, kind: str, depth: int = 0) -> FoundIds | None:
        """What the references of an expression stand for; None when one of them is beyond knowing.

        `kind` is what it must be (subnet, vpc ...): a resource named as a whole counts only if it is one.
        """
        references = expression.get("references") if isinstance(expression, dict) else None
        if not isinstance(references, list) or depth > _MAX_DEPTH:
            return None
        kept: list[str] = []
        for reference in references:  # the longest comes first, then what it passes through
            if not any(k == reference or k.startswith((f"{reference}.", f"{reference}[")) for k in kept):
                kept.append(reference)
        own = any(reference in _OWN for reference in kept)
        found = [self._reference(scope, r, kind, own=own, depth=depth) for r in kept if r not in _OWN]
        if not found or any(one is None for one in found):
            return None
        ids = [i for one in found if one is not None for i in one.ids]
        certain = all(one.certain for one in found if one is not None) and len(found) == 1
        return FoundIds(list(dict.fromkeys(ids)), certain)

    def constant(self, scope: ModuleScope, expression: Any, depth: int = 0) -> Any:
        """The value of an expression that is constant or comes from a variable; None when it is neither."""
        if not isinstance(expression, dict) or depth > _MAX_DEPTH:
            return None
        if expression.get("constant_value") is not None:
            return expression["constant_value"]
        name = next((r[4:] for r in expression.get("references", []) if r.startswith("var.")), None)
        if name is None:
            return None
        if not scope.modules:
            return (self._variables.get(name) or {}).get("value")
        outer = ModuleScope(scope.modules[:-1])
        return self.constant(outer, (self._call(scope).get("expressions") or {}).get(name), depth + 1)

    def _reference(self, scope: ModuleScope, reference: str, kind: str, *, own: bool, depth: int) -> FoundIds | None:
        if reference.startswith("var."):
            if not scope.modules or not re.fullmatch(r"var\.[\w-]+", reference):
                return None
            outer = ModuleScope(scope.modules[:-1])
            return self.resolve(outer, (self._call(scope).get("expressions") or {}).get(reference[4:]), kind, depth + 1)
        if called := _CALLED.match(reference):
            inner = ModuleScope((*scope.modules, f"module.{called[1]}{called[2] or ''}"))
            outputs = self._module(inner.names).get("outputs") or {}
            return self.resolve(inner, (outputs.get(called[3]) or {}).get("expression"), kind, depth + 1)
        named = _RESOURCE.match(reference)
        if named is None or not re.search(rf"\baws_(?:\w+_)?{kind}\.", named[1]):
            return None
        instances = self.instances(scope.address(named[1]))
        if named[3] is not None:
            address = scope.address(named[1] + (named[2] or ""))
            known = named[3] == "id" and address in instances.values()
            return FoundIds([self.id_of(address)], certain=True) if known else None
        if named[2] or not instances:
            return None
        if own:
            mine = instances.get(scope.key)
            return FoundIds([self.id_of(mine)], certain=True) if mine else None
        return FoundIds([self.id_of(address) for address in instances.values()], certain=False)

    def _from_source(self, change: ResourceChange, attribute: str) -> FoundIds | None:
        if self._configuration is None:
            return None
        from vpce_guard.formats.terraform.expressions import UnresolvedError, values_of

        scope = change.scope
        block = self._configuration.resource(scope.names, change.kind, change.name)
        if block is None or attribute not in block.arguments:
            return None
        try:
            found = values_of(block.arguments[attribute], scope, self, self._configuration)
        except UnresolvedError:
            return None
        return FoundIds(found, certain=True)

    def variable(self, name: str) -> Any:
        """The value of a root variable; None when it has none."""
        return (self._variables.get(name) or {}).get("value")

    def _module(self, names: tuple[str, ...]) -> Json:
        module: Any = self._root
        for name in names:
            module = ((module.get("module_calls") or {}).get(name) or {}).get("module") or {}
        return module if isinstance(module, dict) else {}

    def _call(self, scope: ModuleScope) -> Json:
        calls = self._module(scope.names[:-1]).get("module_calls") or {}
        call = calls.get(scope.names[-1])
        return call if isinstance(call, dict) else {}


def _references_in(expressions: Any) -> Iterator[str]:
    """What expressions of the configuration refer to, however deep."""
    if isinstance(expressions, list):
        for each in expressions:
            yield from _references_in(each)
    elif isinstance(expressions, dict):
        for name, value in expressions.items():
            if name == "references" and isinstance(value, list):
                yield from (reference for reference in value if isinstance(reference, str))
            else:
                yield from _references_in(value)


def _kind(attribute: str) -> str:
    """What the ids of an attribute are those of."""
    return attribute.removesuffix("s").removesuffix("_id")


def _resources(plan: Json) -> Iterator[tuple[str, str | int | None, Any]]:
    """Address, key and values of each resource and data source, later ones winning; values are None where it goes."""
    state = (plan.get("prior_state") or {}).get("values") or {}
    for resource in walk(state.get("root_module") or {}):
        yield resource.get("address", ""), resource.get("index"), resource.get("values")
    for change in plan.get("resource_changes", []):
        yield change.get("address", ""), change.get("index"), (change.get("change") or {}).get("after")


def walk(module: Json) -> Iterator[Json]:
    """The resources of a module of a state and of the modules in it."""
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from walk(child)


def _index(key: str | int | None) -> str:
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{quoted}"]'
