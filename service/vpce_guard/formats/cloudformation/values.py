"""Values of a CloudFormation template: parameters, conditions and intrinsic functions, as far as they can be known.

What only AWS can tell (an attribute of a resource, an import, a parameter without a value) is a symbol, or UNKNOWN
where it has no expression that could be compared; what the template takes away with AWS::NoValue is NO_VALUE.
Source: the AWS CloudFormation user guide, intrinsic function reference and pseudo parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from vpce_guard.formats.cloudformation.attributes import ATTRIBUTES, ID
from vpce_guard.formats.cloudformation.conditions import Conditions
from vpce_guard.formats.cloudformation.formulas import World
from vpce_guard.formats.cloudformation.functions import FUNCTIONS, fill_in
from vpce_guard.formats.cloudformation.mappings import find_in_map
from vpce_guard.formats.cloudformation.parameters import allowed_texts, parameter_values
from vpce_guard.formats.cloudformation.ways import ways_of
from vpce_guard.formats.cloudformation.words import (
    MACRO,
    NO_VALUE,
    UNKNOWN,
    Special,
    Symbol,
    escape,
    list_symbol,
    may_change_all,
    objects,
    strip_braces,
    symbol,
    template_error,
    text_of,
)
from vpce_guard.model import Json

_PSEUDO_LISTS = {"AWS::NotificationARNs": "{{AWS::NotificationARNs[#]}}"}
_MAX_STEPS = 200_000
_OF_CONDITIONS = (
    "Fn::And",
    "Fn::Or",
    "Fn::Not",
    "Fn::Equals",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
)
_OF_ACCOUNTS = ("Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll")
_WHOLE = ("Fn::Length", "Fn::ToJsonString", "Fn::Base64")  # which take one value, that may be a list


class Values:
    """Resolves the values of one template. Raises MalformedError where CloudFormation would refuse the template."""

    def __init__(
        self,
        template: Json,
        parameters: Mapping[str, Any],
        pseudo: Mapping[str, Any],
        *,
        has_macros: bool = False,
        scope: str = "",
        outputs: Callable[[str, str], Any] = lambda _, __: UNKNOWN,
        imports: Callable[[Any], Any] = lambda _: UNKNOWN,
        assumed: str | None = None,
        way: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """`has_macros` says that a transform makes resources which the template does not spell out.

        `scope` goes before the names of what the template makes, `outputs` gives what a nested stack puts out by the
        names of both, `imports` what another stack exports under a name. `assumed` is a condition that is taken to
        hold, `way` how something that is not known is taken to turn out.
        """
        more: dict[str, Any] = {"has_macros": has_macros, "scope": scope, "outputs": outputs, "imports": imports}
        self._again = partial(Values, template, parameters, pseudo, **more)
        self._scope = scope
        self._outputs = outputs
        self._imports = imports
        self._truths: dict[str, bool | Special] = {}
        self._resources: Json = template["Resources"]
        self._mappings = objects(template.get("Mappings"), "/Mappings")
        declared = objects(template.get("Parameters"), "/Parameters")
        self._parameters = parameter_values(declared, parameters, scope=scope)
        self._pseudo = pseudo
        self._has_macros = has_macros
        self._allowed = allowed_texts(declared, scope=scope)
        self._conditions = Conditions(
            objects(template.get("Conditions"), "/Conditions"),
            self._allowed,
            self._evaluate_for_condition,
            rules=objects(template.get("Rules"), "/Rules"),
            assumed=assumed,
            way=way,
        )
        self._assumed = assumed
        self._in_condition = False
        self._narrowed: Json = {}
        self._open: list[str] = []
        self._steps = 0
        self._functions = self._table()

    def _table(self) -> dict[str, Callable[[Any, str], Any]]:
        return {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::GetAZs": lambda _, __: Symbol("{{GetAZs}}", of="${GetAZs[#]}", has_items=True),
            "Fn::ImportValue": self._import,
            **{name: partial(self._call, name) for name in FUNCTIONS},
            **{name: partial(self._condition_value, name) for name in _OF_CONDITIONS},
            **{name: partial(self._look_up, name) for name in _OF_ACCOUNTS},
        }

    def evaluate(self, value: Any, pointer: str) -> Any:
        """A value of the template with its functions worked out; UNKNOWN and NO_VALUE stay in place."""
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise template_error(pointer, "takes too many steps to evaluate")
        if isinstance(value, list):
            items = [self.evaluate(item, f"{pointer}/{index}") for index, item in enumerate(value)]
            return [item for item in items if item is not NO_VALUE]
        if isinstance(value, dict):
            if len(value) == 1:
                ((name, argument),) = value.items()
                if name in self._functions:
                    return self._functions[name](argument, f"{pointer}/{name}")
                if name == MACRO:
                    return UNKNOWN
                if name.startswith("Fn::") and not name.startswith("Fn::ForEach::"):
                    raise template_error(f"{pointer}/{name}", "is not a known function")
            members = {name: self.evaluate(item, f"{pointer}/{escape(name)}") for name, item in value.items()}
            return {name: item for name, item in members.items() if item is not NO_VALUE}
        if isinstance(value, str) and "{{resolve:" in value:
            return Symbol(value)
        return value

    def require_rules(self) -> None:
        """Raise MalformedError where what is given breaks a rule of the template."""
        self._conditions.require_rules()

    def assuming(self, condition: str) -> Values:
        """The same values where a condition is taken to hold."""
        return self._again(assumed=condition)

    def along(self, way: Mapping[str, Any]) -> Values:
        """The same values where something that is not known turns out in one of `ways()`."""
        return self._again(assumed=self._assumed, way=way)

    def ways(self, properties: Any) -> list[World]:
        """All ways in which what decides properties may turn out."""
        return ways_of(properties, self._conditions, self._parameters, self._allowed)

    def is_condition_true(self, name: Any, pointer: str) -> bool | Special:
        """Whether a condition of the template holds; UNKNOWN if that depends on what is not known."""
        if not isinstance(name, str) or name not in self._truths:
            found = self._conditions.truth(name, pointer)
            self._truths[name] = found
        return self._truths[name]

    def name_of(self, logical_id: str) -> Symbol:
        """What stands for the id of a resource that the template creates."""
        return Symbol("${" + self._scope + logical_id + "}", is_text=True)

    def existence(self, name: str) -> bool | Special:
        """Whether a resource of the template is created."""
        body = self._resources.get(name)
        if not isinstance(body, dict) or "Condition" not in body:
            return isinstance(body, dict)
        return self.is_condition_true(body["Condition"], f"/Resources/{escape(name)}/Condition")

    def resource(self, name: str, kind: str) -> Json | None:
        """The properties of a resource of a type, worked out; None when it is another or never created."""
        body = self._resources.get(name)
        if not isinstance(body, dict) or body.get("Type") != kind:
            return None
        pointer = f"/Resources/{escape(name)}"
        if self.existence(name) is False:
            return None
        if may_change_all(body):
            return {MACRO: UNKNOWN}
        found = self.evaluate(body.get("Properties") or {}, f"{pointer}/Properties")
        if found is NO_VALUE:
            return {}
        if found is UNKNOWN or may_change_all(found):
            return {MACRO: UNKNOWN}
        if not isinstance(found, dict):
            raise template_error(f"{pointer}/Properties", "must be an object")
        return found

    def _guard(self, step: str, pointer: str, work: Callable[[], Any]) -> Any:
        if step in self._open:
            raise template_error(pointer, f"depends on itself ({step})")
        self._open.append(step)
        try:
            return work()
        finally:
            self._open.pop()

    def _evaluate_for_condition(self, value: Any, pointer: str) -> Any:
        """A value that a condition compares: nothing is taken to hold there."""
        before, self._in_condition = self._in_condition, True
        try:
            return self.evaluate(value, pointer)
        finally:
            self._in_condition = before

    def _condition_value(self, name: str, argument: Any, pointer: str) -> Any:
        found = self._conditions.read({name: argument}, pointer.rpartition("/")[0])
        return found if isinstance(found, bool) else UNKNOWN

    def _call(self, name: str, argument: Any, pointer: str) -> Any:
        """A function that needs nothing but its arguments."""
        if isinstance(argument, list) and name not in _WHOLE:
            return FUNCTIONS[name](
                [self.evaluate(item, f"{pointer}/{index}") for index, item in enumerate(argument)], pointer
            )
        return FUNCTIONS[name](self.evaluate(argument, pointer), pointer)

    def _look_up(self, name: str, argument: Any, pointer: str) -> Any:
        """What only the account can tell: the values of a type of parameter, or attributes of what they name."""
        parts = self.evaluate(argument, pointer)
        said = symbol(*(parts if isinstance(parts, list) else [parts]), call=name.removeprefix("Fn::"))
        return list_symbol(strip_braces(said.text), has_items=False) if isinstance(said, Symbol) else said

    def _import(self, argument: Any, pointer: str) -> Any:
        name = self.evaluate(argument, pointer)
        found = UNKNOWN if name is UNKNOWN else self._imports(name)
        said = symbol(name, call="ImportValue") if found is UNKNOWN else found
        return replace(said, is_text=True) if isinstance(said, Symbol) and not said.is_list else said

    def _ref(self, name: Any, pointer: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if isinstance(name, str) and name.startswith("AWS::"):
            return self._pseudo.get(name, Symbol("${" + name + "}", of=_PSEUDO_LISTS.get(name)))
        if isinstance(name, str) and name in self._parameters:
            return self._parameter(name)
        if isinstance(name, str) and name in self._resources:
            return self.name_of(name) if self._kind(name) in ATTRIBUTES else symbol(self._scope + name)
        if isinstance(name, str) and self._has_macros:
            return symbol(self._scope + name)
        raise template_error(pointer, f"names {name!r}, which is neither a parameter nor a resource of the template")

    def _parameter(self, name: str) -> Any:
        """The value of a parameter, as far as what is assumed and the template's Rules leave but one."""
        value = self._parameters[name]
        if not isinstance(value, Symbol) or self._in_condition:
            return value
        if name not in self._narrowed:
            self._narrowed[name] = value  # where the Rules refer to it themselves
            if not value.is_list:
                self._narrowed[name] = self._conditions.known_text(value.text) or value
            elif not value.has_items and self._conditions.has_items(strip_braces(value.text)):
                self._narrowed[name] = replace(value, has_items=True)
        return self._narrowed[name]

    def _get_att(self, argument: Any, pointer: str) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(parts, list) or len(parts) != 2:
            raise template_error(pointer, "must name a resource of the template and its attribute")
        name, attribute = self.evaluate(parts[0], pointer), self.evaluate(parts[1], pointer)
        if isinstance(name, str) and self._has_macros and name not in self._resources:
            return symbol(f"{self._scope}{name}.{text_of(attribute)}")
        if name not in self._resources:
            raise template_error(pointer, "must name a resource of the template and its attribute")
        member = ATTRIBUTES.get(self._kind(name), {}).get(attribute) if isinstance(attribute, str) else None
        if member is None:
            return self._foreign(name, attribute, pointer)
        if member == ID:
            return self.name_of(name)
        properties = self._resources[name].get("Properties")
        given = properties.get(member, UNKNOWN) if isinstance(properties, dict) else UNKNOWN
        place = f"/Resources/{escape(name)}/Properties/{member}"
        found = (
            UNKNOWN
            if given is UNKNOWN
            else self._guard(f"{name}.{member}", pointer, lambda: self.evaluate(given, place))
        )
        is_open = found is NO_VALUE or found is UNKNOWN
        return symbol(self._scope + name, attribute, call="GetAtt") if is_open else found

    def _foreign(self, name: str, attribute: Any, pointer: str) -> Any:
        """An attribute that only AWS knows, or what a nested stack puts out."""
        if isinstance(attribute, str) and attribute.startswith("Outputs."):
            output = attribute.removeprefix("Outputs.")
            found = self._guard(f"{name}.{attribute}", pointer, lambda: self._outputs(name, output))
            if found is not UNKNOWN:
                return found
        return symbol(self._scope + name, attribute, call="GetAtt")

    def _kind(self, name: str) -> str:
        body = self._resources[name]
        return str(body.get("Type")) if isinstance(body, dict) else ""

    def _sub(self, argument: Any, pointer: str) -> Any:
        text, own = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        if not isinstance(text, str) or not isinstance(own, dict):
            raise template_error(pointer, "must be a string, or a string and an object")

        def resolve(name: str) -> Any:
            if name in own:
                return self.evaluate(own[name], f"{pointer}/1/{escape(name)}")
            if "." in name and name not in self._parameters:
                return self._get_att(name, pointer)
            return self._ref(name, pointer)

        return fill_in(text, resolve, pointer)

    def _if(self, argument: Any, pointer: str) -> Any:
        if not isinstance(argument, list) or len(argument) != 3:
            raise template_error(pointer, "must be a condition and two values")
        holds = self.is_condition_true(argument[0], f"{pointer}/0")
        if holds is UNKNOWN:
            one, other = self.evaluate(argument[1], f"{pointer}/1"), self.evaluate(argument[2], f"{pointer}/2")
            return one if one == other else symbol(self._scope + argument[0], one, other, call="If")
        chosen = 1 if holds else 2
        return self.evaluate(argument[chosen], f"{pointer}/{chosen}")

    def _find_in_map(self, argument: Any, pointer: str) -> Any:
        default: Any = NO_VALUE
        if isinstance(argument, list) and len(argument) == 4 and isinstance(argument[3], dict):
            default = self.evaluate(argument[3].get("DefaultValue", NO_VALUE), f"{pointer}/3/DefaultValue")
            argument = argument[:3]
        if not isinstance(argument, list) or len(argument) != 3:
            raise template_error(pointer, "must be a list of 3")
        keys = [self.evaluate(item, f"{pointer}/{index}") for index, item in enumerate(argument)]
        return find_in_map(self._mappings, keys, default, pointer)
