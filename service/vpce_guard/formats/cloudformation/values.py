"""Values of a CloudFormation template: parameters, conditions and intrinsic functions, as far as they can be known.

What only AWS can tell (an attribute of a resource, an import, a parameter without a value) is a symbol, or UNKNOWN
where it has no expression that could be compared; what the template takes away with AWS::NoValue is NO_VALUE.
Source: the AWS CloudFormation user guide, intrinsic function reference and pseudo parameters.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from pydantic_core import to_json

from vpce_guard.formats.cloudformation.conditions import Conditions
from vpce_guard.formats.cloudformation.words import (
    NO_VALUE,
    UNKNOWN,
    Special,
    Symbol,
    escape,
    objects,
    parameter_values,
    symbol,
    template_error,
    text_of,
)
from vpce_guard.model import Json

# Types whose Ref is their id, and the attributes that Fn::GetAtt gives: the id itself, or a property.
_ID = ""
_ATTRIBUTES: dict[str, dict[str, str]] = {
    "AWS::EC2::VPC": {"VpcId": _ID, "CidrBlock": "CidrBlock"},
    "AWS::EC2::Subnet": {
        "SubnetId": _ID,
        "AvailabilityZone": "AvailabilityZone",
        "AvailabilityZoneId": "AvailabilityZoneId",
        "CidrBlock": "CidrBlock",
        "VpcId": "VpcId",
    },
    "AWS::EC2::RouteTable": {"RouteTableId": _ID},
    "AWS::EC2::SecurityGroup": {"GroupId": _ID, "Id": _ID, "VpcId": "VpcId"},
    "AWS::EC2::VPCEndpoint": {"Id": _ID},
    "AWS::EC2::NetworkAcl": {"Id": _ID, "NetworkAclId": _ID},
    "AWS::EC2::PrefixList": {"PrefixListId": _ID},
    "AWS::EC2::DHCPOptions": {"DhcpOptionsId": _ID},
}
_PSEUDO_LISTS = {"AWS::NotificationARNs": "{{AWS::NotificationARNs[#]}}"}
_MACRO = "Fn::Transform"
_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")
_MAX_TEXT = 1_000_000
_MAX_STEPS = 200_000
_MAX_NETWORKS = 256
_CONDITIONS = {"Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition"}


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
        assumed: str | None = None,
    ) -> None:
        """`has_macros` says that a transform makes resources which the template does not spell out.

        `scope` goes before the names of what the template makes, `outputs` gives what a nested stack puts out by the
        names of both, `assumed` is a condition that is taken to hold.
        """
        again = partial(Values, template, parameters, pseudo, has_macros=has_macros)
        self._again = partial(again, scope=scope, outputs=outputs)
        self._scope = scope
        self._outputs = outputs
        self._truths: dict[str, bool | Special] = {}
        self._resources: Json = template["Resources"]
        self._mappings = objects(template.get("Mappings"), "/Mappings")
        declared = objects(template.get("Parameters"), "/Parameters")
        self._parameters = parameter_values(declared, parameters, scope=scope)
        self._pseudo = pseudo
        self._has_macros = has_macros
        self._assumed = assumed
        allowed = {
            "{{" + scope + name + "}}": body["AllowedValues"]
            for name, body in declared.items()
            if isinstance(body.get("AllowedValues"), list) and body["AllowedValues"]
        }
        self._conditions = Conditions(objects(template.get("Conditions"), "/Conditions"), allowed, self.evaluate)
        self._open: list[str] = []
        self._steps = 0
        self._functions = self._table()

    def _table(self) -> dict[str, Callable[[Any, str], Any]]:
        return {
            "Ref": self._ref,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": self._base64,
            "Fn::Cidr": self._cidr,
            "Fn::Length": self._length,
            "Fn::ToJsonString": self._to_json,
            "Fn::GetAZs": lambda _, __: Symbol("{{GetAZs}}", of="${GetAZs[#]}"),  # those of the stack's Region
            "Fn::ImportValue": self._import,
            **{name: self._condition_value(name) for name in _CONDITIONS - {"Condition"}},
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
                if name == _MACRO:
                    return UNKNOWN
                if name.startswith("Fn::") and not name.startswith("Fn::ForEach::"):
                    raise template_error(f"{pointer}/{name}", "is not a known function")
            members = {name: self.evaluate(item, f"{pointer}/{escape(name)}") for name, item in value.items()}
            return {name: item for name, item in members.items() if item is not NO_VALUE}
        if isinstance(value, str) and "{{resolve:" in value:
            return Symbol(value)
        return value

    def assuming(self, condition: str) -> Values:
        """The same values where a condition is taken to hold."""
        return self._again(assumed=condition)

    def is_condition_true(self, name: Any, pointer: str) -> bool | Special:
        """Whether a condition of the template holds; UNKNOWN if that depends on what is not known."""
        if not isinstance(name, str) or name not in self._truths:
            found = self._conditions.truth(name, pointer, assuming=self._assumed)
            self._truths[name] = found
        return self._truths[name]

    def name_of(self, logical_id: str) -> Symbol:
        """What stands for the id of a resource that the template creates."""
        return Symbol("${" + self._scope + logical_id + "}")

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
        found = self.evaluate(body.get("Properties") or {}, f"{pointer}/Properties")
        if found is NO_VALUE:
            return {}
        if found is UNKNOWN:
            return {_MACRO: UNKNOWN}
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

    def _condition_value(self, name: str) -> Callable[[Any, str], Any]:
        def work_out(argument: Any, pointer: str) -> Any:
            found = self._conditions.read({name: argument}, pointer.rpartition("/")[0])
            return found if isinstance(found, bool) else UNKNOWN

        return work_out

    def _import(self, argument: Any, pointer: str) -> Any:
        return symbol(self.evaluate(argument, pointer), call="ImportValue")

    def _ref(self, name: Any, pointer: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if isinstance(name, str) and name.startswith("AWS::"):
            return self._pseudo.get(name, Symbol("${" + name + "}", of=_PSEUDO_LISTS.get(name)))
        if isinstance(name, str) and name in self._parameters:
            return self._parameters[name]
        if isinstance(name, str) and name in self._resources:
            return self.name_of(name) if self._kind(name) in _ATTRIBUTES else symbol(self._scope + name)
        if isinstance(name, str) and self._has_macros:
            return symbol(self._scope + name)
        raise template_error(pointer, f"names {name!r}, which is neither a parameter nor a resource of the template")

    def _get_att(self, argument: Any, pointer: str) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if not isinstance(parts, list) or len(parts) != 2:
            raise template_error(pointer, "must name a resource of the template and its attribute")
        name, attribute = self.evaluate(parts[0], pointer), self.evaluate(parts[1], pointer)
        if isinstance(name, str) and self._has_macros and name not in self._resources:
            return symbol(f"{self._scope}{name}.{text_of(attribute)}")
        if name not in self._resources:
            raise template_error(pointer, "must name a resource of the template and its attribute")
        member = _ATTRIBUTES.get(self._kind(name), {}).get(attribute) if isinstance(attribute, str) else None
        if member is None:
            return self._foreign(name, attribute, pointer)
        if member == _ID:
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

        found = {m[2]: resolve(m[2].strip()) for m in _VARIABLE.finditer(text) if not m[1]}
        return _text(
            _VARIABLE.sub(lambda m: f"${{{m[2]}}}" if m[1] else _part(found[m[2]]), text), found.values(), pointer
        )

    def _join(self, argument: Any, pointer: str) -> Any:
        delimiter, items = self._arguments(argument, pointer, 2)
        if isinstance(items, Symbol):
            return symbol(delimiter, items, call="Join")
        if items is UNKNOWN:
            return UNKNOWN
        if not isinstance(items, list) or not isinstance(delimiter, str):
            raise template_error(pointer, "must be a delimiter and a list")
        if any(isinstance(item, Symbol) and item.is_list for item in items):
            return symbol(delimiter, *items, call="Join")
        return _text(delimiter.join(map(_part, items)), items, pointer)

    def _select(self, argument: Any, pointer: str) -> Any:
        index, items = self._arguments(argument, pointer, 2)
        if isinstance(items, Symbol) and str(index).isdecimal():
            return items.item(int(index))
        if isinstance(index, Symbol) or isinstance(items, Symbol):
            return symbol(index, items, call="Select")
        if index is UNKNOWN or items is UNKNOWN:
            return UNKNOWN
        if not isinstance(items, list) or not str(index).isdecimal() or int(index) >= len(items):
            raise template_error(pointer, "must be an index into the list it is given with")
        return items[int(index)]

    def _split(self, argument: Any, pointer: str) -> Any:
        delimiter, text = self._arguments(argument, pointer, 2)
        if text is UNKNOWN:
            return UNKNOWN
        if isinstance(text, Symbol):
            return symbol(delimiter, text, call="Split")
        if not isinstance(delimiter, str) or not delimiter or not isinstance(text, str):
            raise template_error(pointer, "must be a delimiter and a string")
        return text.split(delimiter)

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
        keys = self._arguments(argument, pointer, 3)
        if any(_is_uncertain(key) for key in keys):
            return self._find_for_open_keys(keys)
        found: Any = self._mappings
        for key in keys:
            if not isinstance(found, dict) or text_of(key) not in found:
                if default is not NO_VALUE:
                    return default
                raise template_error(pointer, f"finds no {text_of(key)!r} in the mappings")
            found = found[text_of(key)]
        return found

    def _find_for_open_keys(self, keys: list[Any]) -> Any:
        """What a mapping gives for keys that are not all known: what all its entries say alike, else a symbol."""
        entries = self._mappings.get(keys[0]) if isinstance(keys[0], str) else None
        if isinstance(entries, dict) and isinstance(keys[2], str) and _is_uncertain(keys[1]):
            values = [entry.get(keys[2]) for entry in entries.values() if isinstance(entry, dict)]
            if values and values[0] is not None and all(value == values[0] for value in values):
                return values[0]
            if any(isinstance(value, list) for value in values):
                return UNKNOWN
        return symbol(*keys, call="FindInMap")

    def _base64(self, argument: Any, pointer: str) -> Any:
        found = self.evaluate(argument, pointer)
        return UNKNOWN if _is_uncertain(found) else base64.b64encode(text_of(found).encode()).decode()

    def _cidr(self, argument: Any, pointer: str) -> Any:
        if isinstance(argument, list) and len(argument) == 2:
            argument = [*argument, None]
        block, count, bits = self._arguments(argument, pointer, 3)
        if any(_is_uncertain(part) for part in (block, count, bits)):
            return symbol(block, count, "" if bits is None else bits, call="Cidr")
        try:
            network = ipaddress.ip_network(block)
            length = network.max_prefixlen - int(bits if bits is not None else network.max_prefixlen - 64)
            if not 0 < int(count) <= _MAX_NETWORKS or length < network.prefixlen:
                raise ValueError
            subnets = network.subnets(new_prefix=length)
            return [str(next(subnets)) for _ in range(int(count))]
        except (TypeError, ValueError, StopIteration, RuntimeError):
            raise template_error(pointer, "must be a block, how many networks of it, and their size in bits") from None

    def _length(self, argument: Any, pointer: str) -> Any:
        found = self.evaluate(argument, pointer)
        return len(found) if isinstance(found, list) else UNKNOWN

    def _to_json(self, argument: Any, pointer: str) -> Any:
        found = self.evaluate(argument, pointer)
        return UNKNOWN if _is_uncertain(found) else _short_name(to_json(found).decode(), pointer)

    def _arguments(self, argument: Any, pointer: str, count: int) -> list[Any]:
        if not isinstance(argument, list) or len(argument) != count:
            raise template_error(pointer, f"must be a list of {count}")
        return [self.evaluate(item, f"{pointer}/{index}") for index, item in enumerate(argument)]


def _is_uncertain(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_is_uncertain, value))
    if isinstance(value, dict):
        return any(map(_is_uncertain, value.values()))
    return isinstance(value, Special | Symbol)


def _part(value: Any) -> str:
    """A value as a part of a longer text."""
    return "" if isinstance(value, Special) else text_of(value)


def _text(text: str, parts: Iterable[Any], pointer: str) -> Any:
    """A text made of parts: a symbol where one of them is, UNKNOWN where nobody can say what it is."""
    parts = list(parts)
    _short_name(text, pointer)
    if any(_is_uncertain(part) and not isinstance(part, Symbol) for part in parts):
        return UNKNOWN
    return Symbol(text) if "{{resolve:" in text or any(map(_is_uncertain, parts)) else text


def _short_name(text: str, pointer: str) -> str:
    if len(text) > _MAX_TEXT:
        raise template_error(pointer, f"gives a string of more than {_MAX_TEXT} characters")
    return text
