"""What the references of a plan's configuration stand for, without the source: one id, where that is certain.

The configuration names what an expression refers to and not what it does with it.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from vpce_guard.formats.terraform.policies import policy_of
from vpce_guard.formats.terraform.resources import Instance, PlanResources, references_of
from vpce_guard.formats.terraform.scope import ModuleScope, outside
from vpce_guard.formats.terraform.services import service_name
from vpce_guard.formats.terraform.to_come import OF_A_VPC, SAME_AS_ID, name_of_attribute
from vpce_guard.formats.terraform.values import UNKNOWN

_RESOURCE = re.compile(r'^((?:data\.)?[a-z]\w*\.[\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.(\w+))?$')
_CALLED = re.compile(r'^module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.([\w-]+)$')
_PASSED_ON = re.compile(
    r'^((?:var\.|module\..*\.)[\w-]+)\[(?:\d+|"(?:[^"\\]|\\.)*")\]$'
)  # an item of what is passed on
OWN = ("each.key", "count.index")
"""Names that stand for the instance that an expression belongs to."""

_SERVICE = "data.aws_vpc_endpoint_service"
_POLICY = "data.aws_iam_policy_document"
_MAX_DEPTH = 20


class Plan(Protocol):
    """What a plan tells of its resources."""

    def region_of(self, instance: Instance) -> str | None:
        """The Region that an instance is in."""

    def identity_of(self, instance: Instance) -> str:
        """The id of a resource, or what stands for it."""

    def service_type(self, instance: Instance) -> str | None:
        """The type of an endpoint service."""

    def output(self, scope: ModuleScope, name: str) -> Any:
        """The output of a module; UNKNOWN where it is not certain."""


class Following:
    """Follows the references of a plan's configuration."""

    def __init__(self, resources: PlanResources, plan: Plan) -> None:
        self._resources = resources
        self._plan = plan

    def single(
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
        own = next((name for name in names if name in OWN), None)
        if own == "count.index" and siblings is None:
            own = None
        names = [name for name in names if name not in OWN]
        if len(names) != 1 or depth > _MAX_DEPTH:
            return UNKNOWN
        (name,) = names
        if name.startswith("var."):
            if not scope.modules or not re.fullmatch(r"var\.[\w-]+", name):
                return UNKNOWN
            outer, call = outside(scope), self._resources.call(scope)
            given = (call.get("expressions") or {}).get(name[4:])
            return self.single(outer, given, kind, depth + 1, attribute=attribute)
        if called := _CALLED.match(name):
            inner = ModuleScope((*scope.modules, f"module.{called[1]}{called[2] or ''}"))
            outputs = self._resources.module(inner.names).get("outputs") or {}
            put_out = (outputs.get(called[3]) or {}).get("expression")
            return self.single(inner, put_out, kind, depth + 1, attribute=attribute)
        attribute, found = self._instance(scope, name, own, siblings, attribute)
        made, _ = OF_A_VPC.get(attribute, (None, None))
        if found is None or not (made == kind if made else re.search(rf"^aws_(?:\w+_)?{kind}$", found.kind)):
            return UNKNOWN
        told = found.values.get(attribute)
        return told if isinstance(told, str) else UNKNOWN if found.is_data else self._to_come(found, attribute)

    def parts(self, scope: ModuleScope, expression: Any, kind: str, depth: int = 0) -> list[str] | None:
        """The ids of all resources of a kind that an expression may be made of; None where it refers to anything else.

        A list of such ids holds some of them.
        """
        if isinstance(expression, dict) and "constant_value" in expression:
            return _ids_in(expression["constant_value"])
        if depth > _MAX_DEPTH or not isinstance(expression, dict):
            return None
        found: list[str] = []
        for name in references_of(expression):
            more = [] if name in OWN else self._parts_of_name(scope, name, kind, depth + 1)
            if more is None:
                return None
            found += more
        return found

    def _parts_of_name(self, scope: ModuleScope, name: str, kind: str, depth: int) -> list[str] | None:
        """The ids that a single reference may stand for; None where it is none to such a resource."""
        if item := _PASSED_ON.match(name):
            name = item[1]
        if re.fullmatch(r"var\.[\w-]+", name):
            return self._parts_of_variable(scope, name[4:], kind, depth)
        if called := _CALLED.match(name):
            inner = ModuleScope((*scope.modules, f"module.{called[1]}{called[2] or ''}"))
            outputs = self._resources.module(inner.names).get("outputs") or {}
            return self.parts(inner, (outputs.get(called[3]) or {}).get("expression"), kind, depth)
        named = _RESOURCE.match(name)
        if named is None or named[3] not in (None, "id") or not re.search(rf"(^|\.)aws_(?:\w+_)?{kind}\.", named[1]):
            return None
        if named[2]:
            only = self._resources.find(scope.address(named[1] + named[2]))
            return None if only is None else [self._plan.identity_of(only)]
        instances = self._resources.instances(scope.address(named[1]))
        return [self._plan.identity_of(instance) for instance in instances.values()] or None

    def _parts_of_variable(self, scope: ModuleScope, name: str, kind: str, depth: int) -> list[str] | None:
        """The ids that a variable may be made of: what its module is given, or else its default."""
        if not scope.modules:
            return _ids_in(self._resources.variable(name)) if self._resources.has_variable(name) else None
        given = (self._resources.call(scope).get("expressions") or {}).get(name)
        if given is not None:
            return self.parts(outside(scope), given, kind, depth)
        variables = self._resources.module(scope.names).get("variables") or {}
        return _ids_in((variables.get(name) or {}).get("default"))

    def _to_come(self, instance: Instance, attribute: str) -> Any:
        """What stands for an attribute of a resource that does not exist yet."""
        if attribute == "id":
            return self._plan.identity_of(instance)
        return name_of_attribute(instance, attribute, self._plan.region_of) or UNKNOWN

    def _instance(
        self, scope: ModuleScope, name: str, own: str | None, siblings: int | None, attribute: str
    ) -> tuple[str, Instance | None]:
        """The attribute that a reference is and the instance it is of; None where it may be another one."""
        named = _RESOURCE.match(name)
        if named is None or not self._is_asked_for(named, attribute):
            return attribute, None
        instances = self._resources.instances(scope.address(named[1]))
        if named[3] is not None:
            return named[3], self._resources.find(scope.address(named[1] + (named[2] or "")))
        if named[2] or own is None or None in instances:
            return attribute, None
        if own == "count.index" and len(instances) != siblings:
            return attribute, None  # an index may be worked out: the second half of a longer list, for instance
        return attribute, instances.get(scope.key)

    @staticmethod
    def _is_asked_for(named: re.Match[str], attribute: str) -> bool:
        """Whether a reference is to an attribute, or to one that is as good as the id where the id is asked for."""
        told = named[3]
        if told in (None, attribute):
            return True
        return attribute == "id" and (told in OF_A_VPC or (named[1].rpartition(".")[0], told) in SAME_AS_ID)

    def output(self, scope: ModuleScope, name: str) -> Any:
        """What the plan alone says of the output of a module: an id where its references are certain."""
        expression = ((self._resources.module(scope.names).get("outputs") or {}).get(name) or {}).get("expression")
        if isinstance(expression, dict) and "constant_value" in expression:
            return expression["constant_value"]
        kinds = (
            ("subnet", "vpc", "security_group", "route_table") if name.endswith("id") else ()
        )  # of a list, no one knows
        for kind in kinds:
            found = self.single(scope, expression, kind)
            if isinstance(found, str):
                return found if self._resources.find(found) is None else self._resources.stand_ins.text_for(found)
        return UNKNOWN

    def service(self, scope: ModuleScope, expression: Any) -> Any:
        """The service that a data source will find or that is made, where nothing else unknown can be the name."""
        made = self.single(scope, expression, "vpc_endpoint_service", attribute="service_name")
        if isinstance(made, str):
            return made
        names = [n for n in references_of(expression) if n not in OWN and not n.startswith(("each.value", "var."))]
        found = self._data_source(scope, names, f"{_SERVICE}.service_name")
        if found is None or isinstance(found.values.get("service_name"), str):
            return found.values["service_name"] if found else UNKNOWN
        return service_name(found.values.get("service"), self._plan.region_of(found)) or UNKNOWN

    def type_of(self, scope: ModuleScope, expression: Any) -> Any:
        """The type of an endpoint service that is all an expression refers to."""
        names = [name for name in references_of(expression) if name not in OWN]
        named = _RESOURCE.match(names[0]) if len(names) == 1 else None
        if named is None or named[3] != "service_type":
            return UNKNOWN
        found = self._resources.find(scope.address(named[1] + (named[2] or "")))
        return UNKNOWN if found is None else self._plan.service_type(found) or UNKNOWN

    def policy(self, scope: ModuleScope, expression: Any) -> Any:
        """The policy of a data source that is all an expression refers to."""
        names = [name for name in references_of(expression) if name not in OWN]
        found = self._data_source(scope, names, f"{_POLICY}.json")
        return UNKNOWN if found is None else policy_of(found)

    def _data_source(self, scope: ModuleScope, names: list[str], attribute: str) -> Instance | None:
        """The data source of a type whose attribute is all that is named; None where it is something else."""
        kind, _, own = attribute.rpartition(".")
        if len(names) != 1 or not names[0].startswith(f"{kind}."):
            return None
        address = scope.address(names[0].removesuffix(f".{own}"))
        return self._resources.find(address) or self._resources.instances(address).get(scope.key)


def _ids_in(value: Any) -> list[str] | None:
    """The ids in a constant: none in null or an empty list; None where it holds anything else."""
    listed = [] if value is None else value if isinstance(value, list) else [value]
    return listed if all(isinstance(item, str) and item for item in listed) else None
