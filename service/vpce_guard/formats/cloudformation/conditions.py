"""Which conditions of a template can hold together, where values they depend on are not known.

A condition is a formula over comparisons. What is not known and is compared with texts has one of these texts or some
other value; so two conditions that ask for two values of one parameter exclude each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import Any

from vpce_guard.formats.cloudformation.words import UNKNOWN, Special, Symbol, template_error, text_of
from vpce_guard.model import Json

_MOST_WORLDS = 1 << 12
_OTHER = Special.UNKNOWN
_CONNECTIVES = ("Fn::And", "Fn::Or", "Fn::Not")

Formula = tuple[Any, ...] | bool
World = dict[str, Any]


class Conditions:
    """The conditions of one template. `evaluate` works out a value of the template at a pointer."""

    def __init__(self, declared: Json, allowed: Json, evaluate: Callable[[Any, str], Any]) -> None:
        """`allowed` holds the texts that may be the value of a symbol, by the text of the symbol."""
        self._declared = declared
        self._allowed = allowed
        self._evaluate = evaluate
        self._formulas: dict[str, Formula] = {}
        self._compared: dict[str, dict[str, None]] = {}
        self._open: list[str] = []

    def truth(self, name: Any, pointer: str, *, assuming: str | None = None) -> bool | Special:
        """Whether a condition holds, where the other one that is assumed does; UNKNOWN if it may or may not.

        Raises MalformedError for a name that the template does not have.
        """
        asked = self.formula(name, pointer)
        given = True if assuming is None else self.formula(assuming, pointer)
        if isinstance(asked, bool):
            return asked
        self._learn_texts()
        found = {_holds(asked, world) for world in self._worlds(asked, given) if _holds(given, world)}
        return found.pop() if len(found) == 1 else UNKNOWN

    def formula(self, name: Any, pointer: str) -> Formula:
        """The formula of a condition by its name."""
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
            if name in _CONNECTIVES:
                return self._connect(name, argument, f"{pointer}/{name}")
            if name == "Fn::Equals":
                return self._equals(argument, f"{pointer}/{name}")
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
        if name == "Fn::Not":
            return not parts[0] if isinstance(parts[0], bool) else ("not", parts[0])
        decisive = name == "Fn::Or"
        if decisive in [part for part in parts if isinstance(part, bool)]:
            return decisive
        open_parts = [part for part in parts if not isinstance(part, bool)]
        return ("or" if decisive else "and", *open_parts) if open_parts else not decisive

    def _equals(self, argument: Any, pointer: str) -> Formula:
        if not isinstance(argument, list) or len(argument) != 2:
            raise template_error(pointer, "must have two values")
        left, right = (self._evaluate(item, f"{pointer}/{index}") for index, item in enumerate(argument))
        if _is_open(left) and not _is_open(right):
            return self._atom(left, text_of(right), pointer)
        if _is_open(right) and not _is_open(left):
            return self._atom(right, text_of(left), pointer)
        if not _is_open(left):
            return text_of(left) == text_of(right)
        if isinstance(left, Symbol) and left == right:
            return True
        both = sorted(side.text if isinstance(side, Symbol) else pointer for side in (left, right))
        return ("is", " = ".join(both), "true")

    def _atom(self, value: Any, text: str, pointer: str) -> Formula:
        variable = value.text if isinstance(value, Symbol) else pointer
        self._compared.setdefault(variable, {})[text] = None
        return ("is", variable, text)

    def _learn_texts(self) -> None:
        """Read every condition, so that each text a symbol is compared with is known."""
        for name in self._declared:
            self.formula(name, f"/Conditions/{name}")

    def _worlds(self, *formulas: Formula) -> Iterator[World]:
        """Each way in which what is not known may turn out; none is left out of what is possible."""
        names = sorted({name for formula in formulas for name in _variables(formula)})
        values = [self._values_of(name) for name in names]
        if prod(map(len, values)) > _MOST_WORLDS:
            raise template_error("/Conditions", "has too many conditions that depend on each other")
        for chosen in product(*values):
            yield dict(zip(names, chosen, strict=True))

    def _values_of(self, name: str) -> list[Any]:
        if name in self._allowed:
            return [text_of(value) for value in self._allowed[name]]
        return [*self._compared.get(name, {"true": None}), _OTHER]


def _is_open(value: Any) -> bool:
    """Whether a value depends on what is not known."""
    if isinstance(value, list):
        return any(map(_is_open, value))
    if isinstance(value, dict):
        return any(map(_is_open, value.values()))
    return isinstance(value, Special | Symbol)


def _variables(formula: Formula) -> Iterator[str]:
    if isinstance(formula, bool):
        return
    if formula[0] == "is":
        yield formula[1]
        return
    for part in formula[1:]:
        yield from _variables(part)


def _holds(formula: Formula, world: World) -> bool:
    if isinstance(formula, bool):
        return formula
    kind, *parts = formula
    if kind == "is":
        return bool(world[parts[0]] == parts[1])
    if kind == "not":
        return not _holds(parts[0], world)
    return (any if kind == "or" else all)(_holds(part, world) for part in parts)
