"""The values of Terraform's expressions, worked out from their syntax trees.

What names stand for is in symbols.py, what functions do in functions/, and what a value that is not known yet looks
like in values.py. Operators, loops and templates have modules of their own. A form that is not known here gives
UNKNOWN, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tree_sitter import Node

from vpce_guard.formats.document import MOST_POSSIBILITIES
from vpce_guard.formats.terraform import functions
from vpce_guard.formats.terraform.conversions import to_number, to_text
from vpce_guard.formats.terraform.frames import Evaluator, Frame, Symbols
from vpce_guard.formats.terraform.functions.lists import item_at, slices
from vpce_guard.formats.terraform.loops import loop
from vpce_guard.formats.terraform.operators import binary, conditional, unary
from vpce_guard.formats.terraform.syntax import children, identifier, text
from vpce_guard.formats.terraform.templates import heredoc, quoted_template, quoted_text
from vpce_guard.formats.terraform.values import (
    UNKNOWN,
    AnyOrder,
    AtLeast,
    EvaluationError,
    LazyObject,
    is_whole,
    stands_in,
)

_STEPS = {"get_attr", "index", "splat"}
_WRAPPERS = {"expression", "literal_value", "collection_value", "for_expr", "template_expr", "operation", "new_index"}


class _Step(NamedTuple):
    """An attribute or an index: its name, or its value, with the node that says it."""

    key: Any
    is_index: bool
    node: Node


def evaluate(node: Node, frame: Frame, symbols: Symbols) -> Any:
    """The value of an expression. Raises EvaluationError where Terraform would fail."""
    return UNKNOWN if node.has_error else _Expressions(symbols).evaluate([node], frame)


@dataclass(frozen=True)
class _Expressions:
    """Evaluates expressions whose names stand for what `symbols` say."""

    symbols: Symbols

    def evaluate(self, nodes: Sequence[Node], frame: Frame) -> Any:
        """See Evaluator."""
        first, *steps = nodes
        if first.type == "variable_expr":
            value, used = self._name(first, steps, frame)
            steps = steps[used:]
        elif first.type in _WRAPPERS:
            inner = children(first)
            if not inner:
                return UNKNOWN
            value = self.evaluate(inner, frame)
        else:
            form = _FORMS.get(first.type)
            value = UNKNOWN if form is None else form(first, frame, self)
        for step in steps:
            if step.type not in _STEPS:
                return UNKNOWN
            value = self._take_step(value, step, frame)
        return value

    def _name(self, first: Node, steps: Sequence[Node], frame: Frame) -> tuple[Any, int]:
        """The value that a name and the attributes after it stand for, and how many of the steps it took."""
        root = identifier(first)
        if root in frame.names:
            return frame.names[root], 0
        names = [root]
        for step in steps[:2]:
            if step.type != "get_attr":
                break
            names.append(identifier(step))
        value, used = self.symbols.value(names, frame)
        return value, used - 1

    def _take_step(self, value: Any, step: Node, frame: Frame) -> Any:
        if step.type == "splat":
            return self._splat(value, children(step)[0], frame)
        if step.type == "get_attr":
            return self._select(value, _Step(identifier(step), is_index=False, node=step), frame)
        (index,) = children(step)
        if index.type == "legacy_index":
            return self._select(value, _Step(int(text(index).removeprefix(".")), is_index=True, node=index), frame)
        return self._select(value, _Step(self.evaluate([index], frame), is_index=True, node=index), frame)

    def _select(self, value: Any, step: _Step, frame: Frame) -> Any:
        if value is UNKNOWN or isinstance(value, AtLeast):
            return UNKNOWN
        if step.key is UNKNOWN or (isinstance(value, AnyOrder) and len(value) > 1):
            return choose_member(value, step.key, step.node, frame, self, may_fail=frame.catches)
        if isinstance(value, LazyObject):
            return value.attribute(str(step.key))
        if isinstance(value, dict):
            key = to_text(step.key)
            if key in value:
                return value[key]
            if stands_in(key) or stands_in(list(value)):
                return UNKNOWN
            raise EvaluationError(f"no {key}")
        if isinstance(value, list) and step.is_index:
            return item_at(value, step.key)
        raise EvaluationError(f"no {step.key}")

    def _splat(self, value: Any, splat: Node, frame: Frame) -> Any:
        if value is UNKNOWN:
            return UNKNOWN

        def follow(item: Any) -> Any:
            for step in children(splat):
                item = self._take_step(item, step, frame)
            return item

        if value is None:
            return []
        if isinstance(value, AtLeast):
            return AtLeast(map(follow, value.items))
        if isinstance(value, AnyOrder):
            return AnyOrder(map(follow, value))
        return list(map(follow, value)) if isinstance(value, list) else [follow(value)]


def choose_member(value: Any, key: Any, node: Node, frame: Frame, evaluator: Evaluator, *, may_fail: bool) -> Any:
    """A member of a collection where it is not known which: one that is taken to be it, else UNKNOWN.

    With `may_fail` there may be none: then taking it raises EvaluationError.
    """
    if not isinstance(value, dict | list) or (not isinstance(value, AnyOrder) and key is not UNKNOWN):
        return UNKNOWN
    if isinstance(value, AnyOrder) and key is not UNKNOWN:
        item_at(value, key)  # there is one
        may_fail = False
    names = sorted(value) if isinstance(value, dict) else list(range(len(value)))
    mark = frame.mark(node)
    about = None if mark is None or isinstance(value, AnyOrder) else ("member", mark, tuple(names), may_fail)
    taken = evaluator.symbols.choose(len(names) + may_fail, about) if names else None
    if taken is None:
        return UNKNOWN
    if taken == len(names):
        raise EvaluationError("no such member")
    return value[names[taken]] if isinstance(value, dict) else list.__getitem__(value, taken)


def _call(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    function, *rest = children(node)
    arguments = children(rest[0]) if rest else []
    name = text(function).removeprefix("core::")
    if name == "try":
        return _try(arguments, frame, evaluator)
    if name == "can":
        try:
            return True if _is_certain(arguments[0], frame.catching(), evaluator)[1] else UNKNOWN
        except EvaluationError:
            return False
    values = [evaluator.evaluate([argument], frame) for argument in arguments if argument.type != "ellipsis"]
    if arguments and arguments[-1].type == "ellipsis":
        *values, last = values
        if not isinstance(last, list) or (isinstance(last, AnyOrder) and len(last) > 1):
            return UNKNOWN
        values += last
    chosen = _choose_for(name, values, arguments, frame, evaluator)
    return functions.call(name, values) if chosen is UNKNOWN else chosen


def _try(arguments: Sequence[Node], frame: Frame, evaluator: Evaluator) -> Any:
    for argument in arguments:
        try:
            value, certain = _is_certain(argument, frame.catching(), evaluator)
        except EvaluationError:
            continue
        return value if certain else UNKNOWN
    raise EvaluationError("try")


def _is_certain(node: Node, frame: Frame, evaluator: Evaluator) -> tuple[Any, bool]:
    """The value of an expression, and whether it surely has one, though of it not all may be known.

    What a name leads to is there where the steps to it were; in any other expression something unknown may yet fail.
    """
    value = evaluator.evaluate([node], frame)
    inner = children(node)
    leads = bool(inner) and inner[0].type == "variable_expr" and all(step.type in _STEPS for step in inner[1:])
    return value, value is not UNKNOWN and (leads or isinstance(value, LazyObject) or _has_no_unknown(value))


def _has_no_unknown(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_has_no_unknown, value))
    if isinstance(value, dict):
        return all(map(_has_no_unknown, value.values()))
    return is_whole(value) or isinstance(value, LazyObject)


def _choose_for(name: str, values: list[Any], nodes: Sequence[Node], frame: Frame, evaluator: Evaluator) -> Any:
    """What a function that picks members gives, where it is not known which they are; UNKNOWN for any other."""
    if name == "element" and len(values) == 2:
        items, position = values
        if isinstance(items, list) and items and (position is UNKNOWN or isinstance(items, AnyOrder)):
            known = position if position is UNKNOWN else int(to_number(position)) % len(items)
            return choose_member(items, known, nodes[1], frame, evaluator, may_fail=False)
    if name == "lookup" and len(values) in (2, 3) and isinstance(values[0], dict) and values[1] is UNKNOWN:
        try:
            may_fail = len(values) == 3 or frame.catches
            return choose_member(values[0], UNKNOWN, nodes[1], frame, evaluator, may_fail=may_fail)
        except EvaluationError:
            if len(values) == 2:
                raise
            return values[2]
    if name == "slice" and len(values) == 3 and isinstance(values[0], AnyOrder) and UNKNOWN not in values[1:]:
        parts = slices(values[0], int(to_number(values[2])) - int(to_number(values[1])), MOST_POSSIBILITIES)
        taken = evaluator.symbols.choose(len(parts), None) if parts else None
        return UNKNOWN if parts is None or taken is None else parts[taken]
    return UNKNOWN


def _tuple(node: Node, frame: Frame, evaluator: Evaluator) -> list[Any]:
    return [evaluator.evaluate([child], frame) for child in children(node) if child.type == "expression"]


def _object(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    found: dict[str, Any] = {}
    for element in children(node):
        if element.type != "object_elem":
            continue
        key_node, value_node = children(element)
        inner = children(key_node)
        bare = len(inner) == 1 and inner[0].type == "variable_expr"
        key = text(key_node) if bare else to_text(evaluator.evaluate([key_node], frame))
        if key is UNKNOWN:
            return UNKNOWN
        found[key] = evaluator.evaluate([value_node], frame)
    return found


def _number(node: Node, *_: Any) -> int | float:
    found = float(text(node))
    return int(found) if found == int(found) else found


_FORMS: Mapping[str, Callable[[Node, Frame, Evaluator], Any]] = {
    "conditional": conditional,
    "function_call": _call,
    "tuple": _tuple,
    "object": _object,
    "for_tuple_expr": loop,
    "for_object_expr": loop,
    "string_lit": quoted_text,
    "quoted_template": quoted_template,
    "heredoc_template": heredoc,
    "numeric_lit": _number,
    "bool_lit": lambda node, *_: text(node) == "true",
    "null_lit": lambda *_: None,
    "binary_operation": binary,
    "unary_operation": unary,
}
