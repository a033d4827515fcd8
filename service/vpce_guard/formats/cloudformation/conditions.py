"""Which conditions of a template can hold together, where values they depend on are not known.

A condition is a formula over comparisons, and so is an assertion of the template's Rules, which always holds. What is
not known and is compared with texts has one of these texts or some other value; so two conditions that ask for two
values of one parameter exclude each other.
Source: the AWS CloudFormation user guide, condition functions and rule-specific intrinsic functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

from vpce_guard.formats.cloudformation.formulas import (
    Formula,
    World,
    as_list,
    combine,
    holds,
    is_open,
    negate,
    variables,
)
from vpce_guard.formats.cloudformation.words import (
    MACRO,
    UNKNOWN,
    Special,
    Symbol,
    escape,
    symbol,
    template_error,
    text_of,
)
from vpce_guard.model import Json

_MOST_WORLDS = 1 << 12
_OTHER = Special.UNKNOWN
CONNECTIVES = ("Fn::And", "Fn::Or", "Fn::Not")
MEMBERSHIPS = ("Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn")


class Conditions:
    """The conditions of one template. `evaluate` works out a value of the template at a pointer."""

    def __init__(
        self,
        declared: Json,
        allowed: Json,
        evaluate: Callable[[Any, str], Any],
        *,
        rules: Mapping[str, Any] = MappingProxyType({}),
        assumed: str | None = None,
        way: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """`rules` are the template's Rules, `assumed` is the name of a condition that is taken to hold.

        `way` is one of `ways()`: how something that is not known is taken to turn out.
        `allowed` holds the texts that may be the value of a symbol, by the text of the symbol.
        """
        self._declared = declared
        self._rules = rules
        self._allowed = allowed
        self._evaluate = evaluate
        self._assumed = assumed
        self._way = way
        self._formulas: dict[str, Formula] = {}
        self._compared: dict[str, dict[str, None]] = {}
        self._open: list[str] = []

    def require_rules(self) -> None:
        """Raise MalformedError for a rule that what is given breaks: CloudFormation would refuse it."""
        if self._rules:
            _ = self._certain

    def truth(self, name: Any, pointer: str) -> bool | Special:
        """Whether a condition holds; UNKNOWN if it may or may not.

        Raises MalformedError for a name that the template does not have.
        """
        asked = self.formula(name, pointer)
        if isinstance(asked, bool):
            return asked
        found = {holds(asked, world) for world in self._worlds(asked)}
        return found.pop() if len(found) == 1 else UNKNOWN

    def known_text(self, variable: str) -> str | None:
        """The one text that what is not known can only be; None where it may be several."""
        if variable not in self._certain_variables:
            return None
        found = {world[variable] for world in self._worlds(("is", variable, ""))}
        text = found.pop() if len(found) == 1 else None
        return text if isinstance(text, str) else None

    def has_items(self, name: str) -> bool:
        """Whether a list that is not known surely has an item, because of what is assumed."""
        empty = re.compile(rf"\{{\{{(Join\(.*,{re.escape(name)}\)|{re.escape(name)}\[0\])\}}\}}")
        joined = [("is", variable, "") for variable in self._certain_variables if empty.fullmatch(variable)]
        every = f"{{{{EachMemberEquals({name},)}}}}"
        asked = [*joined, *([("is", every, "true")] if every in self._certain_variables else [])]
        return any(not any(holds(formula, world) for world in self._worlds(formula)) for formula in asked)

    def variables_of(self, name: Any) -> set[str]:
        """What is not known and decides a condition."""
        return set(variables(self.formula(name, "/Conditions")))

    def ways(self, most: int, about: Iterable[str]) -> list[World]:
        """All ways in which what is not known may turn out: each as one text, or as none that it is compared with.

        Of more than `most` ways are those variables left out that make them so many.
        """
        found: list[World] = [{}]
        for variable in about:
            asked = ("and", *(("is", name, "") for name in (*found[0], variable)))
            if len(found) * len(self._values_of(variable)) <= _MOST_WORLDS:
                worlds = [{name: world[name] for name in (*found[0], variable)} for world in self._worlds(asked)]
                distinct = [world for at, world in enumerate(worlds) if world not in worlds[:at]]
                found = distinct if 0 < len(distinct) <= most else found
        return found

    @cached_property
    def _certain_variables(self) -> set[str]:
        """What the formulas that hold for certain are about."""
        return {variable for formula in self._certain for variable in variables(formula)}

    @cached_property
    def _certain(self) -> list[Formula]:
        """What is taken to hold: the condition that is assumed, and the assertions of the template's Rules."""
        for name in (
            name for name in self._declared if name != MACRO
        ):  # so that each text a symbol is compared with is known
            self.formula(name, f"/Conditions/{escape(name)}")
        found = [] if self._assumed is None else [self.formula(self._assumed, f"/Conditions/{escape(self._assumed)}")]
        for variable, text in self._way.items():
            others = combine("or", [("is", variable, other) for other in self._compared.get(variable, ())])
            found.append(negate(others) if text is _OTHER else ("is", variable, text))
        for name, rule in self._rules.items():
            asserted = self._assertions(rule, f"/Rules/{escape(name)}")
            if asserted is False:
                raise template_error(f"/Rules/{escape(name)}", "is not met by the parameters")
            found.append(asserted)
        return found

    def _assertions(self, rule: Any, pointer: str) -> Formula:
        """The formula of one rule: where its condition holds, its assertions do."""
        if not isinstance(rule, dict):
            raise template_error(pointer, "must be an object")
        listed = rule.get("Assertions")
        asserted = [
            self.read(item["Assert"], f"{pointer}/Assertions/{index}/Assert")
            for index, item in enumerate(listed if isinstance(listed, list) else [])
            if isinstance(item, dict) and "Assert" in item
        ]
        where = self.read(rule["RuleCondition"], f"{pointer}/RuleCondition") if "RuleCondition" in rule else True
        return combine("or", [negate(where), combine("and", asserted)])

    def formula(self, name: Any, pointer: str) -> Formula:
        """The formula of a condition by its name."""
        if isinstance(name, str) and name not in self._declared and MACRO in self._declared:
            return self._atom(symbol(name, call="Condition"), "true", pointer)
        if not isinstance(name, str) or name not in self._declared:
            raise template_error(pointer, f"names {name!r}, which is not a condition of the template")
        if name not in self._formulas:
            if name in self._open:
                raise template_error(pointer, f"depends on itself (condition {name})")
            self._open.append(name)
            try:
                self._formulas[name] = self.read(self._declared[name], pointer)
            finally:
                self._open.pop()
        return self._formulas[name]

    def read(self, value: Any, pointer: str) -> Formula:
        """The formula of a condition function, or of a value that is true or false."""
        if isinstance(value, dict) and len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Condition":
                return self.formula(argument, f"{pointer}/Condition")
            if name in CONNECTIVES:
                return self._connect(name, argument, f"{pointer}/{name}")
            if name == "Fn::Equals":
                return self._equals(argument, f"{pointer}/{name}")
            if name in MEMBERSHIPS:
                return self._membership(name, argument, f"{pointer}/{name}")
        found = self._evaluate(value, pointer)
        if found in (True, "true", False, "false"):
            return found in (True, "true")
        if found is UNKNOWN or isinstance(found, Symbol):
            return self._atom(found, "true", pointer)
        raise template_error(pointer, "must be a condition")

    def _connect(self, name: str, argument: Any, pointer: str) -> Formula:
        if not isinstance(argument, list) or not argument:
            raise template_error(pointer, "must be a list")
        parts = [self.read(item, f"{pointer}/{index}") for index, item in enumerate(argument)]
        return negate(parts[0]) if name == "Fn::Not" else combine("or" if name == "Fn::Or" else "and", parts)

    def _equals(self, argument: Any, pointer: str) -> Formula:
        if not isinstance(argument, list) or len(argument) != 2:
            raise template_error(pointer, "must have two values")
        left, right = (self._evaluate(item, f"{pointer}/{index}") for index, item in enumerate(argument))
        return self._equality(left, right, pointer)

    def _equality(self, left: Any, right: Any, pointer: str) -> Formula:
        if is_open(left) and not is_open(right):
            return self._atom(left, text_of(right), pointer)
        if is_open(right) and not is_open(left):
            return self._atom(right, text_of(left), pointer)
        if not is_open(left):
            return text_of(left) == text_of(right)
        if isinstance(left, Symbol) and left == right:
            return True
        both = sorted(side.text if isinstance(side, Symbol) else pointer for side in (left, right))
        return ("is", " = ".join(both), "true")

    def _membership(self, name: str, argument: Any, pointer: str) -> Formula:
        """The functions of Rules over lists; where a list is not known, whatever they give is."""
        if not isinstance(argument, list) or len(argument) != 2:
            raise template_error(pointer, "must have two values")
        left, right = (self._evaluate(item, f"{pointer}/{index}") for index, item in enumerate(argument))
        if name == "Fn::Contains":
            left, right = right, left
        texts, among = as_list(left), as_list(right)
        if texts is None or among is None:
            said = symbol(left, right, call=name.removeprefix("Fn::"))
            return self._atom(said, "true", pointer)
        found = [
            combine("or", [self._equality(text, other, f"{pointer}/{i}/{j}") for j, other in enumerate(among)])
            for i, text in enumerate(texts)
        ]
        return combine("and", found)

    def _atom(self, value: Any, text: str, pointer: str) -> Formula:
        variable = value.text if isinstance(value, Symbol) else pointer
        self._compared.setdefault(variable, {})[text] = None
        return ("is", variable, text)

    def _worlds(self, asked: Formula) -> Iterator[World]:
        """Each way in which what is asked about may turn out; none is left out of what is possible."""
        names = set(variables(asked))
        certain: list[Formula] = []
        for _ in self._certain:  # those that are about the same things, directly or through others
            certain = [formula for formula in self._certain if names & set(variables(formula))]
            names |= {name for formula in certain for name in variables(formula)}
        values = {name: self._values_of(name) for name in sorted(names)}
        if prod(map(len, values.values())) > _MOST_WORLDS:
            certain, values = [], {name: self._values_of(name) for name in sorted(set(variables(asked)))}
        if prod(map(len, values.values())) > _MOST_WORLDS:
            raise template_error("/Conditions", "has too many conditions that depend on each other")
        for chosen in product(*values.values()):
            world = dict(zip(values, chosen, strict=True))
            if all(holds(formula, world) for formula in certain):
                yield world

    def _values_of(self, name: str) -> list[Any]:
        if name in self._allowed:
            return [text_of(value) for value in self._allowed[name]]
        return [*self._compared.get(name, {"true": None}), _OTHER]
