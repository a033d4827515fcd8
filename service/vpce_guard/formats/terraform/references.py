"""What the expressions of a Terraform plan stand for, when the plan does not know their values.

A resource that is still to be created goes by its address. The plan's configuration names what an expression refers
to and not what it does with it: from that alone one id is certain, and a list is not known at all, as it may hold less
or more. With the source given, the expression itself is worked out (expressions.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.kin import own_attribute
from vpce_guard.formats.terraform.policies import policy_of
from vpce_guard.formats.terraform.possibilities import Outcome, explore
from vpce_guard.formats.terraform.providers import Providers
from vpce_guard.formats.terraform.resources import Instance, PlanResources, group_by_module, references_of
from vpce_guard.formats.terraform.scope import ModuleScope, outside
from vpce_guard.formats.terraform.services import name_to_come, service_name
from vpce_guard.formats.terraform.values import UNKNOWN, AtLeast, EvaluationError, LazyObject
from vpce_guard.model import Json

if TYPE_CHECKING:
    from vpce_guard.formats.terraform.hcl import Block, Configuration
    from vpce_guard.formats.terraform.symbols import PlanSymbols

_RESOURCE = re.compile(r'^((?:data\.)?[a-z]\w*\.[\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.(\w+))?$')
_CALLED = re.compile(r'^module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.([\w-]+)$')
_OWN = ("each.key", "count.index")
_TARGETS = {
    "service_network_arn": "vpclattice_service_network",
    "resource_configuration_arn": "vpclattice_resource_configuration",
}
_SERVICE = "data.aws_vpc_endpoint_service"
_POLICY = "data.aws_iam_policy_document"
_MAX_DEPTH = 20


class References:
    """The resources of a plan and what its configuration says about how they depend on each other."""

    def __init__(self, plan: Json, configuration: Configuration | None = None) -> None:
        self.resources = PlanResources(plan)
        self.providers = Providers(plan, self.resources)
        self.default_groups = self.resources.default_groups
        self._configuration = configuration
        self._symbols = self._read_source(configuration)
        self.endpoints_in = group_by_module(self.resources.endpoints)  # addresses of endpoints by module

    def _read_source(self, configuration: Configuration | None) -> PlanSymbols | None:
        if configuration is None:
            return None
        from vpce_guard.formats.terraform.symbols import PlanSymbols

        symbols = PlanSymbols(
            self.resources, configuration, region_of=self.providers.region_of_instance, output_of=self._output
        )
        self.providers.source_region = symbols.provider_region()
        return symbols

    def id_of(self, address: str) -> str:
        """The id of a resource, or its address while there is none."""
        return self.resources.id_of(address)

    def resource(self, change: ResourceChange | Instance) -> Json | None:
        """The block of the configuration that a resource comes from; None when the plan does not hold it."""
        return self.resources.block(change.scope.names, change.kind, change.name, _mode(change))

    def expression(self, change: ResourceChange | Instance, attribute: str) -> Any:
        """The expression of an attribute; None when it has none."""
        return ((self.resource(change) or {}).get("expressions") or {}).get(attribute)

    def is_given(self, change: ResourceChange | Instance, attribute: str) -> bool:
        """Whether the configuration gives an attribute a value; True where it cannot be seen."""
        block, name = self.resource(change), own_attribute(change.kind, attribute)
        if block is None or name is None:
            return True
        expression = (block.get("expressions") or {}).get(name)
        if isinstance(expression, dict) and "references" not in expression:
            return expression.get("constant_value") not in (None, [])
        return expression is not None or self._makes_blocks(change, name)

    def _makes_blocks(self, change: ResourceChange | Instance, name: str) -> bool:
        """Whether `dynamic` may make blocks of a name; the plan's configuration is silent of them."""
        block = self._block(change)
        if block is None or all(inner.labels != ("dynamic", name) for inner in block.blocks):
            return False
        return bool(self._from_source(change, name) != [])

    def value(self, change: ResourceChange | Instance, attribute: str) -> Any:
        """What an attribute is, as far as it is known: see values.py; ids of what is to be created are addresses."""
        name = own_attribute(change.kind, attribute)
        if name is None:
            return UNKNOWN
        attribute = name
        found = self._from_source(change, attribute)
        if found is not UNKNOWN:
            return self._address_ids(found)
        expression = self.expression(change, attribute)
        if attribute == "service_name":
            return self._service(change.scope, expression)
        if attribute in ("policy", "policy_document"):
            return self._policy(change.scope, expression)
        if attribute in _TARGETS:
            return self._single(change.scope, expression, _TARGETS[attribute], attribute="arn")
        kind = attribute.removesuffix("_id")
        if kind.endswith("security_group"):  # the source of a rule, for instance
            kind = "security_group"
        siblings = len(self.resources.instances(change.scope.address(f"{change.kind}.{change.name}")))
        return UNKNOWN if kind == attribute else self._single(change.scope, expression, kind, siblings=siblings)

    def resolve_one(self, change: ResourceChange | Instance, attribute: str) -> str | None:
        """The id an attribute stands for; None when that is not certain."""
        found = self.value(change, attribute)
        return found if isinstance(found, str) else None

    def resolve_expression(self, change: ResourceChange | Instance, expression: Any, kind: str) -> str | None:
        """The id an expression of a resource's configuration stands for; None when that is not certain."""
        siblings = len(self.resources.instances(change.scope.address(f"{change.kind}.{change.name}")))
        found = self._single(change.scope, expression, kind, siblings=siblings)
        return found if isinstance(found, str) else None

    def owner(self, change: Instance, attribute: str) -> str | None:
        """The id of the resource whose attribute of the same name an attribute is; None where that is not certain."""
        names = [name for name in references_of(self.expression(change, attribute)) if name not in _OWN]
        base = names[0].removesuffix(f".{attribute}") if len(names) == 1 else ""
        found = self.resources.find(change.scope.address(base)) if base and base != names[0] else None
        identity = found.values.get("id") if found is not None else None
        return identity if isinstance(identity, str) else found.address if found is not None else None

    def explore(self, run: Callable[[], Outcome]) -> list[Outcome]:
        """What comes of `run`, then what comes of it in each way that unknown values may turn out, where it depends.

        The first takes no way; where nothing depends on it there is no other.
        """
        symbols = self._symbols
        if symbols is None:
            return [run()]
        asked = symbols.choices.asked
        as_it_stands = run()
        if symbols.choices.asked == asked:
            return [as_it_stands]
        return [as_it_stands, *explore(lambda choices: symbols.run_under(choices, run))]

    def written_blocks(self, change: ResourceChange, name: str, kind: str) -> list[Json]:
        """The nested blocks of a name in the plan's configuration; attributes that are not known are UNKNOWN.

        One that ends in `_id` is the id of a resource of a `kind`.
        """
        written = self.expression(change, name)
        return [
            {
                attribute: self.resolve_expression(change, expression, kind) or UNKNOWN
                if attribute.endswith("_id")
                else expression.get("constant_value", UNKNOWN)
                for attribute, expression in one.items()
            }
            for one in (written if isinstance(written, list) else ())
        ]

    def _block(self, change: ResourceChange | Instance) -> Block | None:
        """The block of a resource in the source."""
        if self._configuration is None:
            return None
        return self._configuration.resource(change.scope.names, change.kind, change.name, _mode(change))

    def _from_source(self, change: ResourceChange | Instance, attribute: str) -> Any:
        """What the source says; UNKNOWN where there is none, or where it has a form nobody met."""
        block = self._block(change)
        if block is None or self._symbols is None:
            return UNKNOWN
        try:
            return self._symbols.argument(block, attribute, change.scope)
        except (
            EvaluationError,
            RecursionError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ):  # a form nobody met
            return UNKNOWN

    def _address_ids(self, value: Any) -> Any:
        """A value in which addresses are in the place of ids to come."""
        if isinstance(value, str):
            return self.resources.stand_ins.resolve(value)
        if isinstance(value, AtLeast):
            return AtLeast(map(self._address_ids, value.items))
        if isinstance(value, list):
            return [self._address_ids(item) for item in value]
        if isinstance(value, dict):
            return {name: self._address_ids(item) for name, item in value.items()}
        return UNKNOWN if isinstance(value, LazyObject) else value

    def _single(
        self,
        scope: ModuleScope,
        expression: Any,
        kind: str,
        depth: int = 0,
        *,
        siblings: int | None = None,
        attribute: str = "id",
    ) -> Any:
        """The one id that the references of an expression stand for; UNKNOWN where that is not certain.

        `kind` is what it must be (subnet, vpc ...): a resource named as a whole counts only if it is one. `siblings` is
        how many instances the resource has that the expression belongs to. Another `attribute` than the id is told
        likewise.
        """
        names = references_of(expression)
        own = next((name for name in names if name in _OWN), None)
        if own == "count.index" and siblings is None:
            own = None
        names = [name for name in names if name not in _OWN]
        if len(names) != 1 or depth > _MAX_DEPTH:
            return UNKNOWN
        (name,) = names
        if name.startswith("var."):
            if not scope.modules or not re.fullmatch(r"var\.[\w-]+", name):
                return UNKNOWN
            outer, call = outside(scope), self.resources.call(scope)
            given = (call.get("expressions") or {}).get(name[4:])
            return self._single(outer, given, kind, depth + 1, attribute=attribute)
        if called := _CALLED.match(name):
            inner = ModuleScope((*scope.modules, f"module.{called[1]}{called[2] or ''}"))
            outputs = self.resources.module(inner.names).get("outputs") or {}
            put_out = (outputs.get(called[3]) or {}).get("expression")
            return self._single(inner, put_out, kind, depth + 1, attribute=attribute)
        found = self._instance(scope, name, own, siblings, attribute)
        if found is None or not re.search(rf"^aws_(?:\w+_)?{kind}$", found.kind):
            return UNKNOWN
        told = found.values.get(attribute)
        return told if isinstance(told, str) else UNKNOWN if found.is_data else self._to_come(found, attribute)

    def _to_come(self, instance: Instance, attribute: str) -> str:
        """What stands for an attribute of a resource that does not exist yet."""
        if attribute == "service_name":
            return name_to_come(instance.address, self.providers.region_of_instance(instance))
        return instance.address if attribute == "id" else f"{instance.address}.{attribute}"

    def _instance(
        self, scope: ModuleScope, name: str, own: str | None, siblings: int | None, attribute: str
    ) -> Instance | None:
        """The instance whose attribute a reference is; None where it may be another one."""
        named = _RESOURCE.match(name)
        if named is None or named[3] not in (None, attribute):
            return None
        instances = self.resources.instances(scope.address(named[1]))
        if named[3] is not None:
            return self.resources.find(scope.address(named[1] + (named[2] or "")))
        if named[2] or own is None or None in instances:
            return None
        if own == "count.index" and len(instances) != siblings:
            return None  # an index may be worked out: the second half of a longer list, for instance
        return instances.get(scope.key)

    def _output(self, scope: ModuleScope, name: str) -> Any:
        """What the plan alone says of the output of a module: an id where its references are certain."""
        expression = ((self.resources.module(scope.names).get("outputs") or {}).get(name) or {}).get("expression")
        if isinstance(expression, dict) and "constant_value" in expression:
            return expression["constant_value"]
        kinds = (
            ("subnet", "vpc", "security_group", "route_table") if name.endswith("id") else ()
        )  # of a list, no one knows
        for kind in kinds:
            found = self._single(scope, expression, kind)
            if isinstance(found, str):
                return found if self.resources.find(found) is None else self.resources.stand_ins.text_for(found)
        return UNKNOWN

    def _service(self, scope: ModuleScope, expression: Any) -> Any:
        """The service that a data source will find or that is made, where nothing else unknown can be the name."""
        made = self._single(scope, expression, "vpc_endpoint_service", attribute="service_name")
        if isinstance(made, str):
            return made
        names = [n for n in references_of(expression) if n not in _OWN and not n.startswith(("each.value", "var."))]
        found = self._data_source(scope, names, f"{_SERVICE}.service_name")
        if found is None or isinstance(found.values.get("service_name"), str):
            return found.values["service_name"] if found else UNKNOWN
        return service_name(found.values.get("service"), self.providers.region_of_instance(found)) or UNKNOWN

    def _policy(self, scope: ModuleScope, expression: Any) -> Any:
        """The policy of a data source that is all an expression refers to."""
        names = [name for name in references_of(expression) if name not in _OWN]
        found = self._data_source(scope, names, f"{_POLICY}.json")
        return UNKNOWN if found is None else policy_of(found)

    def _data_source(self, scope: ModuleScope, names: list[str], attribute: str) -> Instance | None:
        """The data source of a type whose attribute is all that is named; None where it is something else."""
        kind, _, own = attribute.rpartition(".")
        if len(names) != 1 or not names[0].startswith(f"{kind}."):
            return None
        address = scope.address(names[0].removesuffix(f".{own}"))
        return self.resources.find(address) or self.resources.instances(address).get(scope.key)


def _mode(change: ResourceChange | Instance) -> str:
    return "data" if isinstance(change, Instance) and change.is_data else "managed"
