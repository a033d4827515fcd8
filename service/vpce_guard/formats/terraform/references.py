"""What the expressions of a Terraform plan stand for, when the plan does not know their values.

A resource that is still to be created goes by its address. The plan's configuration names what an expression refers
to and not what it does with it: from that alone one id is certain, and a list is not known at all, as it may hold less
or more. With the source given, the expression itself is worked out (expressions.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.following import OWN, Following
from vpce_guard.formats.terraform.kin import DESIRED_STATE, own_attribute, part_of_state
from vpce_guard.formats.terraform.possibilities import Outcome, explore
from vpce_guard.formats.terraform.providers import Providers
from vpce_guard.formats.terraform.resources import Instance, PlanResources, group_by_module, references_of
from vpce_guard.formats.terraform.scope import ModuleScope
from vpce_guard.formats.terraform.services import TYPE_BY_BALANCERS
from vpce_guard.formats.terraform.to_come import (
    ADOPTING,
    DEFAULT_GROUP,
    VPCS,
    id_with_vpc,
)
from vpce_guard.formats.terraform.values import UNKNOWN, AtLeast, EvaluationError, LazyObject
from vpce_guard.model import Json

if TYPE_CHECKING:
    from vpce_guard.formats.terraform.hcl import Block, Configuration
    from vpce_guard.formats.terraform.symbols import PlanSymbols

_TARGETS = {
    "service_network_arn": "vpclattice_service_network",
    "resource_configuration_arn": "vpclattice_resource_configuration",
    "task_definition": "ecs_task_definition",
}
_ENDINGS = ("security_group", "route_table", "network_acl")


class References:
    """The resources of a plan and what its configuration says about how they depend on each other."""

    def __init__(self, plan: Json, configuration: Configuration | None = None) -> None:
        self.resources = PlanResources(plan)
        self.providers = Providers(plan, self.resources)
        self.default_groups = self.resources.default_groups
        self._plan = Following(self.resources, self)
        self._configuration = configuration
        self._symbols = self._read_source(configuration)
        self.endpoints_in = group_by_module(self.resources.endpoints)  # addresses of endpoints by module

    def _read_source(self, configuration: Configuration | None) -> PlanSymbols | None:
        if configuration is None:
            return None
        from vpce_guard.formats.terraform.symbols import PlanSymbols

        symbols = PlanSymbols(self.resources, configuration, self)
        self.providers.source_region = symbols.provider_region()
        return symbols

    def id_of(self, address: str) -> str:
        """The id of a resource, or its address while there is none."""
        return self.resources.id_of(address)

    def region_of(self, instance: Instance) -> str | None:
        """The Region that a resource or data source is in."""
        return self.providers.region_of_instance(instance)

    def identity_of(self, instance: Instance) -> str:
        """The id of a resource, or what stands for it: its address, or what it takes over of a VPC."""
        known = instance.values.get("id")
        if isinstance(known, str) or instance.kind not in ADOPTING:
            return known if isinstance(known, str) else instance.address
        attribute = ADOPTING[instance.kind]
        given = instance.values.get(attribute)
        owner = given if isinstance(given, str) else self.value(instance, attribute)
        if not isinstance(owner, str):
            return instance.address
        if attribute != "vpc_id":
            return owner
        vpc = next(
            (one for kind in VPCS for one in self.resources.of_kind(kind) if one.values.get("id") == owner), None
        )
        told = vpc.values.get(DEFAULT_GROUP) if vpc is not None else None
        if isinstance(told, str):
            return told
        return id_with_vpc(owner, DEFAULT_GROUP) if self.resources.find(owner) is not None else instance.address

    def output(self, scope: ModuleScope, name: str) -> Any:
        """What the plan alone says of the output of a module: an id where its references are certain."""
        return self._plan.output(scope, name)

    def service_type(self, instance: Instance) -> str | None:
        """The type of an endpoint service that the plan makes or looks up; None where it is not certain."""
        if instance.kind != "aws_vpc_endpoint_service":
            return None
        if not instance.created:
            told = instance.values.get("service_type")
            return told if isinstance(told, str) else None
        given = [
            kind
            for name, kind in TYPE_BY_BALANCERS.items()
            if instance.values.get(name) or (instance.unknown.get(name) and self.is_given(instance, name))
        ]
        return given[0] if len(given) == 1 else None

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

    def is_surely_given(self, change: ResourceChange, attribute: str) -> bool:
        """Whether an attribute surely has a value: the source says so, or it refers to resources and nothing else."""
        name = own_attribute(change.kind, attribute)
        found = UNKNOWN if name is None else self._from_source(change, name)
        if found is not UNKNOWN or self._symbols is not None:
            return bool(found.items if isinstance(found, AtLeast) else found not in (UNKNOWN, None, False, []))
        names = references_of(self.expression(change, attribute))
        return bool(names) and all(name.startswith("aws_") for name in names)

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
            return self._address_ids(part_of_state(self._from_source(change, DESIRED_STATE), attribute))
        attribute = name
        found = self._from_source(change, attribute)
        if found is not UNKNOWN:
            return self._address_ids(found)
        expression = self.expression(change, attribute)
        if attribute == "service_name":
            return self._plan.service(change.scope, expression)
        if attribute == "vpc_endpoint_type":
            return self._plan.type_of(change.scope, expression)
        if attribute in ("policy", "policy_document"):
            return self._plan.policy(change.scope, expression)
        if attribute in _TARGETS:
            return self._plan.single(change.scope, expression, _TARGETS[attribute], attribute="arn")
        kind = attribute.removesuffix("_id")
        kind = next((one for one in _ENDINGS if kind.endswith(one)), kind)  # the source of a rule, for instance
        siblings = len(self.resources.instances(change.scope.address(f"{change.kind}.{change.name}")))
        return UNKNOWN if kind == attribute else self._plan.single(change.scope, expression, kind, siblings=siblings)

    def resolve_one(self, change: ResourceChange | Instance, attribute: str) -> str | None:
        """The id an attribute stands for; None when that is not certain."""
        found = self.value(change, attribute)
        return found if isinstance(found, str) else None

    def resolve_expression(self, change: ResourceChange | Instance, expression: Any, kind: str) -> str | None:
        """The id an expression of a resource's configuration stands for; None when that is not certain."""
        siblings = len(self.resources.instances(change.scope.address(f"{change.kind}.{change.name}")))
        found = self._plan.single(change.scope, expression, kind, siblings=siblings)
        return found if isinstance(found, str) else None

    def parts_of(self, instance: Instance, expression: Any, kind: str) -> list[str] | None:
        """The ids of all resources of a kind that an expression may be made of; None where it names anything else."""
        return self._plan.parts(instance.scope, expression, kind)

    def owner(self, change: Instance, attribute: str) -> str | None:
        """The id of the resource whose attribute of the same name an attribute is; None where that is not certain."""
        names = [name for name in references_of(self.expression(change, attribute)) if name not in OWN]
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


def _mode(change: ResourceChange | Instance) -> str:
    return "data" if isinstance(change, Instance) and change.is_data else "managed"
