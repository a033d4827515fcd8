"""What the names of a Terraform configuration stand for: resources, data sources, variables, locals, modules, each.

Values come from the plan; what the plan does not know yet is followed through the source, which says what it is made
of. Each is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

from vpce_guard.formats.terraform.arguments import argument
from vpce_guard.formats.terraform.constraints import convert
from vpce_guard.formats.terraform.expressions import evaluate
from vpce_guard.formats.terraform.following import Plan
from vpce_guard.formats.terraform.frames import Frame
from vpce_guard.formats.terraform.hcl import Block, Configuration, Module
from vpce_guard.formats.terraform.policies import MERGED, policy_of
from vpce_guard.formats.terraform.possibilities import Choices, Outcome
from vpce_guard.formats.terraform.records import ModuleRecord, ResourceRecord
from vpce_guard.formats.terraform.resources import Instance, PlanResources
from vpce_guard.formats.terraform.scope import ModuleScope, outside
from vpce_guard.formats.terraform.services import service_name
from vpce_guard.formats.terraform.syntax import text
from vpce_guard.formats.terraform.to_come import name_of_attribute
from vpce_guard.formats.terraform.values import UNKNOWN, EvaluationError, overlay

_MAX_DEPTH = 60  # of names that lead to names
_NOWHERE = {"path", "terraform", "self", "ephemeral"}


class PlanSymbols:
    """The names of a configuration whose source is at hand."""

    def __init__(self, resources: PlanResources, configuration: Configuration, plan: Plan) -> None:
        self._resources = resources
        self._configuration = configuration
        self._plan = plan
        self._found: dict[tuple[Any, ...], Any] = {}  # what depends on no choice
        self._open: set[tuple[Any, ...]] = set()
        self.choices = Choices()

    def value(self, names: Sequence[str], frame: Frame) -> tuple[Any, int]:
        """See Symbols."""
        root, *rest = names
        if root in _NOWHERE or not rest:
            return UNKNOWN, len(names)
        scope = frame.scope
        if root == "each":
            return self._each_value(rest[0], frame), 2
        if root == "count":
            return (UNKNOWN if scope.key is None else scope.key), 2
        if root == "var":
            return self._once(("var", scope.modules, rest[0]), lambda: self._variable(rest[0], scope)), 2
        if root == "local":
            return self._once(("local", scope.modules, rest[0]), lambda: self._local_value(rest[0], scope)), 2
        if root == "module":
            return self._once(("module", scope.modules, rest[0]), lambda: self._module(rest[0], scope)), 2
        if root == "data" and len(rest) == 2:
            return self._resource(scope, ("data", rest[0], rest[1])), 3
        return self._resource(scope, ("resource", root, rest[0])), 2

    def attribute(self, instance: Instance, name: str) -> Any:
        """The value of an instance's attribute: as planned, or as the source makes it."""
        key = ("attribute", instance.address, name)
        return self._once(key, lambda: self._attribute(instance, name))

    def output(self, scope: ModuleScope, name: str) -> Any:
        """The value of an output of a module instance."""
        module = self._configuration.module(scope.names)
        if module is None:
            return self._plan.output(scope, name)
        block = module.blocks.get(("output", name))
        if block is None or "value" not in block.arguments:
            raise EvaluationError(f"no output {name}")
        return self._once(
            ("output", scope.modules, name), lambda: evaluate(block.arguments["value"], Frame(scope), self)
        )

    def provider_region(self) -> str | None:
        """The Region of the default provider of the root module; None where it is not known."""
        root = ModuleScope(())
        module = self._source(root)
        block = module.blocks.get(("provider", "aws")) if module else None
        if block is None or "alias" in block.arguments or "region" not in block.arguments:
            return None
        try:
            found = self.argument(block, "region", root)
        except (EvaluationError, RecursionError, AttributeError, LookupError, TypeError, ValueError):
            return None
        return found if isinstance(found, str) else None

    def argument(self, block: Block, name: str, scope: ModuleScope) -> Any:
        """The value of an argument of a resource's block, or its nested blocks of that name as a list of objects.

        UNKNOWN where it has neither. Raises EvaluationError.
        """
        return argument(block, name, Frame(scope, block), self)

    def run_under(self, choices: Choices, run: Callable[[], Outcome]) -> Outcome:
        """What comes of `run` where these choices hold."""
        before, self.choices = self.choices, choices
        try:
            return run()
        finally:
            self.choices = before

    def choose(self, count: int, about: Hashable | None) -> int | None:
        """See vpce_guard.formats.terraform.frames.Symbols."""
        return self.choices.choose(count, about)

    def _once(self, key: tuple[Any, ...], work_out: Callable[[], Any]) -> Any:
        """What was found before, where it depends on no choice or on those that hold now; else found out now."""
        if key in self._found:
            return self._found[key]
        choices = self.choices
        if key in choices.found:
            choices.asked += 1  # so that what is made of it depends on them too
            return choices.found[key]
        if key in self._open or len(self._open) > _MAX_DEPTH:
            return UNKNOWN  # what leads back to itself, or too far
        self._open.add(key)
        asked = choices.asked
        try:
            found = work_out()
        finally:
            self._open.discard(key)
        (self._found if choices.asked == asked else choices.found)[key] = found
        return found

    def _attribute(self, instance: Instance, name: str) -> Any:
        values, mark = instance.values, instance.unknown.get(name)
        if name == "id" and not isinstance(values.get("id"), str):
            return UNKNOWN if instance.is_data else self._as_text(self._plan.identity_of(instance))
        if mark is not True:
            return overlay(values[name], mark) if name in values else UNKNOWN
        if instance.kind == "aws_vpc_endpoint_service" and name == "service_name" and instance.is_data:
            return service_name(values.get("service"), self._plan.region_of(instance)) or UNKNOWN
        if name == "service_type" and (told := self._plan.service_type(instance)) is not None:
            return told
        if (named := name_of_attribute(instance, name, self._plan.region_of)) is not None:
            return self._resources.stand_ins.text_for(named)
        module = self._source(instance.scope)
        mode = "data" if instance.is_data else "resource"
        block = module.blocks.get((mode, instance.kind, instance.name)) if module else None
        if name == "json" and (policy := self._policy(instance, block)) is not UNKNOWN:
            return policy
        return UNKNOWN if block is None else self.argument(block, name, instance.scope)

    def _as_text(self, identity: str) -> str:
        """An id as the text that is passed on: one that does not exist yet has a stand-in."""
        return self._resources.stand_ins.text_for(identity) if "." in identity else identity

    def _policy(self, instance: Instance, block: Block | None) -> Any:
        """The policy that a data source will give; its statements are those of the plan or of the source."""
        hidden = [name for name in MERGED if instance.unknown.get(name)] if block is not None else []
        told = {name: self.argument(block, name, instance.scope) for name in hidden} if block is not None else {}
        told = {name: value for name, value in told.items() if value is not UNKNOWN}
        unknown = {name: mark for name, mark in instance.unknown.items() if name not in told}
        return policy_of(replace(instance, values={**instance.values, **told}, unknown=unknown))

    def _each_value(self, name: str, frame: Frame) -> Any:
        key = frame.scope.key
        if not isinstance(key, str):
            return UNKNOWN
        if name == "key" or frame.block is None or "for_each" not in frame.block.arguments:
            return key if name == "key" else UNKNOWN
        block, outer = frame.block, Frame(frame.scope._replace(key=None))
        items = self._once(
            ("for_each", outer.scope.modules, block.labels),
            lambda: evaluate(block.arguments["for_each"], outer, self),
        )
        if isinstance(items, dict):
            return items.get(key, UNKNOWN)
        return key if isinstance(items, list) else UNKNOWN

    def _variable(self, name: str, scope: ModuleScope) -> Any:
        module = self._source(scope)
        declared = module.blocks.get(("variable", name)) if module else None
        value = self._given_value(name, scope)
        default = declared.arguments.get("default") if declared else None
        nullable = declared is None or text(declared.arguments.get("nullable")).strip() != "false"
        if value is _NOT_GIVEN or (value is None and not nullable):
            if default is None or (
                declared is not None and text(declared.arguments.get("ephemeral")).strip() == "true"
            ):
                return UNKNOWN  # a plan does not keep what was given to an ephemeral variable
            value = evaluate(default, Frame(scope._replace(key=None)), self)
        if declared is None or "type" not in declared.arguments:
            return value
        return convert(value, declared.arguments["type"], lambda node: evaluate(node, Frame(scope), self))

    def _given_value(self, name: str, scope: ModuleScope) -> Any:
        """What the caller of a module, or of Terraform, gives to a variable."""
        if not scope.modules:
            return self._resources.variable(name) if self._resources.has_variable(name) else _NOT_GIVEN
        outer = outside(scope)
        calling = self._source(outer)
        call = calling.blocks.get(("module", scope.names[-1])) if calling else None
        if call is None:
            return UNKNOWN
        return self.argument(call, name, outer) if name in call.arguments else _NOT_GIVEN

    def _local_value(self, name: str, scope: ModuleScope) -> Any:
        module = self._source(scope)
        expression = module.locals.get(name) if module else None
        return UNKNOWN if expression is None else evaluate(expression, Frame(scope._replace(key=None)), self)

    def _module(self, name: str, scope: ModuleScope) -> Any:
        calling = self._source(scope)
        call = calling.blocks.get(("module", name)) if calling else None
        if call is None:
            return UNKNOWN
        keys = self._keys(call, scope)
        if keys is UNKNOWN:
            return UNKNOWN
        own = f"module.{name}"
        if keys is None:
            return ModuleRecord(self, ModuleScope((*scope.modules, own)))
        made = {key: ModuleRecord(self, ModuleScope((*scope.modules, f"{own}{_quote_key(key)}"))) for key in keys}
        return list(made.values()) if "count" in call.arguments else made

    def _keys(self, block: Block, scope: ModuleScope) -> Any:
        """The keys of the instances of a block; None where it has neither count nor for_each, UNKNOWN where unsure."""
        frame = Frame(scope._replace(key=None))
        if "count" in block.arguments:
            count = evaluate(block.arguments["count"], frame, self)
            return UNKNOWN if count is UNKNOWN or isinstance(count, bool) else list(range(int(count)))
        if "for_each" in block.arguments:
            items = evaluate(block.arguments["for_each"], frame, self)
            keys = list(items) if isinstance(items, dict | list) else UNKNOWN
            return keys if keys is not UNKNOWN and all(isinstance(key, str) for key in keys) else UNKNOWN
        return None

    def _resource(self, scope: ModuleScope, labels: tuple[str, str, str]) -> Any:
        mode, kind, name = labels
        local = f"data.{kind}.{name}" if mode == "data" else f"{kind}.{name}"
        address = scope.address(local)
        return self._once(("resource", address), lambda: self._instances(address, scope, labels))

    def _instances(self, address: str, scope: ModuleScope, labels: tuple[str, str, str]) -> Any:
        instances = self._resources.instances(address)
        records = {key: ResourceRecord(self, instance) for key, instance in instances.items()}
        if None in records:
            return records[None]
        module = self._source(scope)
        block = module.blocks.get(labels) if module else None
        keys = self._keys(block, scope) if block else UNKNOWN
        if not records:
            if keys in ([], {}):
                return [] if block and "count" in block.arguments else {}
            return UNKNOWN
        if keys not in (UNKNOWN, None) and set(keys) != set(records):
            return UNKNOWN  # a plan of some of the resources only
        if all(isinstance(key, int) for key in records):
            return [records[key] for key in sorted(key for key in records if isinstance(key, int))]
        return records

    def _source(self, scope: ModuleScope) -> Module | None:
        return self._configuration.module(scope.names)


_NOT_GIVEN = object()


def _quote_key(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'["{quoted}"]'
