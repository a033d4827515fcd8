"""One stack: a template with what is given for it, and how it finds the stacks that it nests.

Each AWS::EC2::VPCEndpoint becomes a create; what of it depends on things that only AWS knows is unknown, or stands as
the expression that gives it, where rules can compare that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from vpce_guard.formats.cloudformation.context import TemplateContext
from vpce_guard.formats.cloudformation.environment import environment, pseudo_parameters
from vpce_guard.formats.cloudformation.formulas import World
from vpce_guard.formats.cloudformation.macros import expand
from vpce_guard.formats.cloudformation.misplaced import require_well_placed
from vpce_guard.formats.cloudformation.nested import NESTING, describe_unread, open_nested
from vpce_guard.formats.cloudformation.parameters import without_defaults
from vpce_guard.formats.cloudformation.properties import endpoint_request
from vpce_guard.formats.cloudformation.redeployed import Owner
from vpce_guard.formats.cloudformation.shape import kind_of, require_resources, require_template
from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import ENDPOINT, MACRO, UNKNOWN, Symbol, escape
from vpce_guard.formats.document import TOOL_DEFAULTS, Draft, Extras, Locations, Possibility, members_of
from vpce_guard.model import Json

_MOST_DEPTH = 5


class Relative(NamedTuple):
    """A stack or one nested in it, how the outermost calls it, and whether it is surely there."""

    name: str
    stack: Stack
    is_sure: bool


class Stack:
    """One template with what is given for it. Raises MalformedError for what CloudFormation would refuse."""

    def __init__(self, document: Any, given: Extras, *, depth: int = 0, called: str | None = None) -> None:
        """`called` is a pattern of the name of a nested stack."""
        require_template(document)
        self._template = expand(document, given.parameters, given.open_module)
        require_resources(self._template.body)
        self._depth = depth
        self._children: dict[str, Stack | None] = {}
        self._importing: list[str] = []
        self._sources: dict[int, Stack] = {}
        self._known_surroundings: dict[tuple[Any, ...], tuple[Values, TemplateContext]] = {}
        self._resources: Json = self._template.body["Resources"]
        self._given = given
        self._context = environment(given)
        name = given.parameters.get("AWS::StackName")
        self._called = called or (re.escape(name) if isinstance(name, str) else None)
        self._values = self._values_of(self._template.body)
        self._names = [name for name, body in self._resources.items() if kind_of(body) == ENDPOINT]

    def _values_of(self, body: Json) -> Values:
        given, template = self._given, self._template
        return Values(
            body,
            given.parameters,
            pseudo_parameters(given),
            has_macros=template.has_macros,
            scope=given.scope,
            outputs=self._output,
            imports=self._import,
        )

    def members(self) -> Iterator[Relative]:
        """This stack and those nested in it, at any depth."""
        yield Relative("", self, True)
        for name in self._resources:
            if (child := self._child(name)) is not None:
                sure = self._values.existence(name) is True
                for inner in child.members():
                    path = f"{name}: {inner.name}" if inner.name else name
                    yield Relative(path, inner.stack, sure and inner.is_sure)

    def sources(self) -> list[Stack]:
        """The other stacks from which values were imported, once the drafts are read."""
        return list(self._sources.values())

    def names(self) -> list[str]:
        """The logical ids of the endpoints of this template."""
        return self._names

    def owner(self) -> Owner:
        """What its endpoints, once it is deployed, have in their tags."""
        return Owner(self._names, self._called)

    def unsure_names(self) -> list[str]:
        """Those of endpoints that may not be there."""
        return [name for name in self._names if self._values.existence(name) is UNKNOWN]

    def exports(self) -> Iterator[tuple[Any, Any]]:
        """The name of each export, worked out, and its value as the template writes it with the place of that."""
        outputs = self._template.body.get("Outputs")
        for output, body in outputs.items() if isinstance(outputs, dict) else ():
            export = body.get("Export") if isinstance(body, dict) else None
            if not isinstance(export, dict) or self._is_left_out(body):
                continue
            name = self._values.evaluate(export.get("Name"), f"/Outputs/{escape(output)}/Export/Name")
            yield name, (body.get("Value"), f"/Outputs/{escape(output)}/Value")

    def evaluate(self, told: tuple[Any, str]) -> Any:
        """The value of an export."""
        return self._values.evaluate(*told)

    def drafts(self) -> list[Draft]:
        """A draft for each endpoint of this template."""
        self._values.require_rules()
        return [draft for name in self._names for draft in self._draft(name)]

    def surroundings(self) -> TemplateContext:
        """What the template tells of networks."""
        return self._surroundings(None, {})[1]

    def _surroundings(self, condition: str | None, way: World) -> tuple[Values, TemplateContext]:
        """The values of the template and what it tells of networks, where a condition holds and things turn out so."""
        key = (condition, *way.items())
        if key not in self._known_surroundings:
            account = {**self._given.context, **self._context}.get("AccountId")
            values = self._values if condition is None else self._values.assuming(condition)
            values = values.along(way) if way else values
            known = account if isinstance(account, str) else None
            self._known_surroundings[key] = values, TemplateContext(self._resources, values, known)
        return self._known_surroundings[key]

    def notes(self) -> Iterator[str]:
        """What may hold endpoints and is not read, in words."""
        yield from self._template.notes
        for name, body in self._resources.items():
            told = None if self._values.existence(name) is False else describe_unread(name, body)
            if told is not None and self._child(name) is None:
                yield told

    def warnings(self) -> Iterator[str]:
        """Which endpoints are left out because parameters have their defaults, in words."""
        left_out = [name for name in self._names if self._values.existence(name) is False]
        if left_out:
            values = self._values_of(without_defaults(self._template.body))
            left_out = [name for name in left_out if values.existence(name) is not False]
        if left_out:
            where = f"{self.file}: " if self.file else ""
            names = ", ".join(left_out)
            yield f"{where}by the defaults of parameters there is no {names}: give --parameters where they are others"

    def _is_left_out(self, body: Json) -> bool:
        return "Condition" in body and self._values.is_condition_true(body["Condition"], "/Outputs") is False

    def _child(self, name: str) -> Stack | None:
        """The nested stack of a resource; None for what is none or is not at hand."""
        if name not in self._children:
            self._children[name] = None
            body = self._resources[name]
            if kind_of(body) in NESTING and self._depth < _MOST_DEPTH and self._values.existence(name) is not False:
                properties = self._values.resource(name, kind_of(body)) or {}
                given = open_nested(name, body, properties, replace(self._given, imports=self.find_export))
                if given is not None and given.text is not None:
                    called = f"{self._called}-{re.escape(name)}-[A-Z0-9]+" if self._called else None
                    self._children[name] = Stack(given.text.value, given, depth=self._depth + 1, called=called)
        return self._children[name]

    def _output(self, stack: str, output: str) -> Any:
        """What a nested stack puts out under a name."""
        child = self._child(stack)
        outputs = child._template.body.get("Outputs") if child else None  # noqa: SLF001
        told = outputs.get(output) if isinstance(outputs, dict) else None
        if child is None or not isinstance(told, dict):
            return UNKNOWN
        return child.evaluate((told.get("Value"), f"/Outputs/{escape(output)}/Value"))

    def _import(self, name: Any) -> Any:
        """What another stack exports under a name; UNKNOWN where none that is at hand surely does."""
        found = self.find_export(name)
        return UNKNOWN if found is None else found[0]

    @property
    def is_together(self) -> bool:
        """Whether it is judged together with other documents."""
        return bool(self._given.scope)

    @property
    def given_context(self) -> Json:
        """The context that is given for all."""
        return self._given.context

    @property
    def file(self) -> str | None:
        """The file of its template."""
        return self._given.text.file if self._given.text else None

    def find_export(self, name: Any) -> tuple[Any, Stack] | None:
        """The value of an export, and the stack it comes from: one nested beside this one, or another at hand."""
        text = name.text if isinstance(name, Symbol) else str(name)
        if text in self._importing:
            return None
        self._importing.append(text)
        try:
            for member in self.members() if self._depth == 0 else ():
                is_beside = member.name and not member.stack._given.is_elsewhere  # noqa: SLF001
                for exported, told in member.stack.exports() if is_beside else ():
                    if exported == name:
                        return member.stack.evaluate(told), member.stack
            found = self._given.imports(name) if self._given.imports is not None else None
        finally:
            self._importing.pop()
        if found is not None:
            self._sources[id(found[1])] = found[1]
        return found

    def _draft(self, name: str) -> Iterator[Draft]:
        exists = self._values.existence(name)
        if exists is False:
            return
        assumed = self._resources[name]["Condition"] if exists is UNKNOWN else None
        as_it_stands = self._outcome(name, assumed, {})
        ways = self._surroundings(assumed, {})[0].ways(self._resources[name].get("Properties"))
        outcomes = [as_it_stands, *(self._outcome(name, assumed, way) for way in ways)]
        yield Draft(
            operation="create",
            **members_of(outcomes),
            address=name,
            sender_defaults=TOOL_DEFAULTS,
            depends_on=_dependencies(self._resources, name),
            locations=self._locations(name),
            is_elsewhere=self._given.is_elsewhere,
        )

    def _outcome(self, name: str, assumed: str | None, way: World) -> Possibility:
        """An endpoint where a condition is taken to hold and things turn out in a way."""
        values, surroundings = self._surroundings(assumed, way)
        properties = values.resource(name, ENDPOINT) or {}
        if self._template.open_to is not None:
            properties = {MACRO: UNKNOWN}
        require_well_placed(properties, self._names_in_braces, f"/Resources/{escape(name)}/Properties")
        request, unknown = endpoint_request(properties, keep_vpc=not self._vpc_is_told)
        there = {other: values.existence(other) for other in self._names if other != name}
        context = _with_given({**surroundings.context_for(request), **self._context}, self._given.context)
        if UNKNOWN in there.values():  # another endpoint of the template may be there
            context["VpcEndpoints"] = None
        apart = tuple(other for other, is_there in there.items() if is_there is not True)
        return Possibility(request=request, unknown=unknown, context=context, apart=apart)

    def _locations(self, name: str) -> Locations | None:
        place = self._template.origin.get(name, f"/Resources/{escape(name)}")
        if name in self._template.of_modules:  # the properties stand in another file
            return self._given.locations({"": place})
        tags = f"{place}/Properties/Tags"
        parts = {"": place, "/request": f"{place}/Properties", "/request/TagSpecifications": tags}
        return self._given.locations({**parts, "/request/TagSpecifications/0/Tags": tags}, literal=True)

    @cached_property
    def _names_in_braces(self) -> frozenset[str]:
        """What Fn::Sub knows in this template, but for pseudo parameters."""
        return frozenset({*self._resources, *(self._template.body.get("Parameters") or {})})

    @property
    def _vpc_is_told(self) -> bool:
        """Whether the context given for all is about one VPC, which then is the one meant."""
        return bool(self._given.context.get("Vpc") or self._given.context.get("VpcEndpoints") is not None)


def _with_given(context: Json, given: Json) -> Json:
    """The context with the lists that are given for all after those of the template."""
    return {
        name: [*items, *(item for item in given[name] if item not in items)]
        if name in _LISTS and isinstance(items, list) and isinstance(given.get(name), list)
        else items
        for name, items in context.items()
    }


_LISTS = (
    *("Subnets", "RouteTables", "SecurityGroups", "ManagedPrefixLists", "NetworkAcls", "PrivateHostedZones"),
    *("ServiceDetails", "ServiceNetworks", "ResourceConfigurations", "Workloads"),
)


def _dependencies(resources: Json, name: str) -> tuple[str, ...]:
    """The logical ids that CloudFormation creates before a resource because it says so, directly or through others."""
    found: dict[str, None] = {}
    pending = [name]
    while pending:
        named = resources.get(pending.pop(), {})
        says = named.get("DependsOn") if isinstance(named, dict) else None
        for other in says if isinstance(says, list) else [says]:
            if isinstance(other, str) and other in resources and other not in found:
                found[other] = None
                pending.append(other)
    return tuple(found)
