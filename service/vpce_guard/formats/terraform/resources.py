"""The resources of a Terraform plan by address, with what is known of their values, and the blocks they come from.

Everything is indexed once; nothing here goes through all resources for one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vpce_guard.formats.terraform.scope import ModuleScope, scope_at
from vpce_guard.formats.terraform.shape import all_changes
from vpce_guard.formats.terraform.values import StandIns
from vpce_guard.model import Json


@dataclass(frozen=True)
class Instance:
    """One instance of a resource or data source that is there after the plan: its values, and after_unknown.

    `created` is true when the plan creates it: then the plan says all there is to say of it. `before` is what the
    values were, where the plan says.
    """

    address: str
    kind: str
    name: str
    scope: ModuleScope
    values: Json
    unknown: Json
    is_data: bool
    created: bool = False
    before: Json | None = None


class PlanResources:
    """The resources and data sources of a plan, those of its prior state included, and the plan's configuration."""

    def __init__(self, plan: Json) -> None:
        self._root = (plan.get("configuration") or {}).get("root_module") or {}
        self._variables = plan.get("variables") or {}
        self._modules: dict[tuple[str, ...], Json] = {(): self._root if isinstance(self._root, dict) else {}}
        self._blocks: dict[tuple[str, ...], dict[tuple[Any, Any, Any], Json]] = {}
        self._instances: dict[str, dict[str | int | None, Instance]] = {}
        self._by_address: dict[str, Instance] = {}
        self._kinds: defaultdict[str, dict[str, Instance]] = defaultdict(dict)
        self.stand_ins = StandIns()
        self.default_groups: set[str] = set()  # of the VPCs, where the plan tells them
        self.endpoints: list[str] = []  # the addresses of endpoint resources, without keys
        for entry, values, unknown in _entries(plan):
            self._add(entry, values, unknown)

    def _add(self, entry: Json, values: Any, unknown: Json) -> None:
        address, key, kind = str(entry.get("address") or ""), entry.get("index"), str(entry.get("type"))
        change = entry.get("change") or {}
        own = address.removesuffix(_index(key))
        if own not in self._instances and kind == "aws_vpc_endpoint" and entry.get("mode") != "data":
            self.endpoints.append(own)
        instances = self._instances.setdefault(own, {})
        self._by_address.pop(address, None)
        if not isinstance(values, dict):
            instances.pop(key, None)
            return
        instances[key] = self._by_address[address] = self._kinds[kind][address] = Instance(
            address=address,
            kind=kind,
            name=str(entry.get("name")),
            scope=scope_at(address, key),
            values=values,
            unknown=unknown,
            is_data=entry.get("mode") == "data",
            created=entry.get("mode") != "data" and "create" in (change.get("actions") or ()),
            before=before if isinstance(before := change.get("before"), dict) else None,
        )
        if isinstance(values.get("default_security_group_id"), str):
            self.default_groups.add(values["default_security_group_id"])

    def find(self, address: str) -> Instance | None:
        """The instance at an address."""
        return self._by_address.get(address)

    def __iter__(self) -> Iterator[Instance]:
        """All of them: what the plan leaves alone, then what it changes."""
        return iter(self._by_address.values())

    def of_kind(self, kind: str) -> list[Instance]:
        """The instances of a type, data sources included, in the order of the plan."""
        return [i for i in self._kinds.get(kind, {}).values() if self._by_address.get(i.address) is i]

    def id_of(self, address: str) -> str:
        """The id of a resource, or its address while there is none."""
        found = self._by_address.get(address)
        identity = found.values.get("id") if found else None
        return identity if isinstance(identity, str) else address

    def instances(self, address: str) -> dict[str | int | None, Instance]:
        """A resource's instances by key; the key is None where there is neither count nor for_each."""
        return self._instances.get(address, {})

    def variable(self, name: str) -> Any:
        """The value of a root variable; None when it has none."""
        return (self._variables.get(name) or {}).get("value")

    def has_variable(self, name: str) -> bool:
        """Whether the plan tells the value of a root variable."""
        return "value" in (self._variables.get(name) or {})

    def module(self, names: tuple[str, ...]) -> Json:
        """The configuration of the module called by these names from the root; empty where there is none."""
        if names not in self._modules:
            call = (self.module(names[:-1]).get("module_calls") or {}).get(names[-1]) or {}
            module = call.get("module") or {}
            self._modules[names] = module if isinstance(module, dict) else {}
        return self._modules[names]

    def call(self, scope: ModuleScope) -> Json:
        """The module block that a scope is inside of."""
        call = (self.module(scope.names[:-1]).get("module_calls") or {}).get(scope.names[-1])
        return call if isinstance(call, dict) else {}

    def block(self, names: tuple[str, ...], kind: str, name: str, mode: str = "managed") -> Json | None:
        """The block of the configuration that a resource comes from; None when the plan does not hold it."""
        if names not in self._blocks:
            resources: list[Json] = self.module(names).get("resources", [])
            self._blocks[names] = {(r.get("type"), r.get("name"), r.get("mode")): r for r in reversed(resources)}
        return self._blocks[names].get((kind, name, mode))


def _entries(plan: Json) -> Iterator[tuple[Json, Any, Json]]:
    """Each resource and data source with its values and what of them is not known, later ones winning.

    The values are None where it goes. An object that was left behind by a replacement (`deposed`) is not the resource.
    """
    state = (plan.get("prior_state") or {}).get("values") or {}
    for resource in walk(state.get("root_module") or {}):
        yield resource, resource.get("values"), {}
    for change in all_changes(plan):
        if "deposed" not in change:
            body = change.get("change") or {}
            unknown = body.get("after_unknown")
            yield change, body.get("after"), unknown if isinstance(unknown, dict) else {}


def walk(module: Json) -> Iterator[Json]:
    """The resources of a module of a state and of the modules in it."""
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from walk(child)


def references_of(expression: Any) -> list[str]:
    """The references of an expression, without what they pass through; the longest comes first."""
    references = expression.get("references") if isinstance(expression, dict) else None
    kept: list[str] = []
    for name in references if isinstance(references, list) else ():
        if not any(k == name or k.startswith((f"{name}.", f"{name}[")) for k in kept):
            kept.append(name)
    return kept


def group_by_module(addresses: list[str]) -> dict[str, list[str]]:
    """Addresses by the path of each module around them, keys left out."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for address in addresses:
        modules = scope_at(address, None).modules
        for depth in range(len(modules)):
            found[".".join(modules[: depth + 1])].append(address)
            last = modules[depth].partition("[")[0]
            if last != modules[depth]:
                found[".".join([*modules[:depth], last])].append(address)
    return found


def _index(key: str | int | None) -> str:
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{quoted}"]'
