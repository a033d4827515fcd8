"""The values of Terraform's expressions, worked out from their syntax trees.

What names stand for is in symbols.py, what functions do in functions.py, and what a value that is not known yet looks
like in values.py. A form that is not known here gives UNKNOWN, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pydantic_core import from_json
from tree_sitter import Node

from vpce_guard.formats.terraform import functions
from vpce_guard.formats.terraform.hcl import Block
from vpce_guard.formats.terraform.scope import ModuleScope
from vpce_guard.formats.terraform.values import (
    UNKNOWN,
    AnyOrder,
    AtLeast,
    EvaluationError,
    LazyObject,
    either,
    equal,
    stands_in,
)

_STEPS = {"get_attr", "index", "splat"}
_WRAPPERS = {"expression", "literal_value", "collection_value", "for_expr", "template_expr", "operation", "new_index"}


@dataclass(frozen=True)
class Frame:
    """Where an expression stands: its module instance, the block whose `each` and `count` it sees, names of `for`s."""

    scope: ModuleScope
    block: Block | None = None
    names: Mapping[str, Any] = field(default_factory=dict)

    def with_names(self, **names: Any) -> Frame:
        """The frame inside a `for`."""
        return Frame(self.scope, self.block, {**self.names, **names})


class Symbols(Protocol):
    """What the names of a configuration stand for."""

    def value(self, names: Sequence[str], frame: Frame) -> tuple[Any, int]:
        """The value that the first of these names stand for, and how many they are."""


class _Step(NamedTuple):
    """An attribute or an index: its name, or its value."""

    key: Any
    is_index: bool


def evaluate(node: Node, frame: Frame, symbols: Symbols) -> Any:
    """The value of an expression. Raises EvaluationError where Terraform would fail."""
    return UNKNOWN if node.has_error else _evaluate_terms([node], frame, symbols)


def _evaluate_terms(nodes: Sequence[Node], frame: Frame, symbols: Symbols) -> Any:
    """The value of a term with the steps that follow it."""
    first, *steps = nodes
    if first.type == "variable_expr":
        value, used = _name(first, steps, frame, symbols)
        steps = steps[used:]
    elif first.type in _WRAPPERS:
        inner = _children(first)
        if not inner:
            return UNKNOWN
        value = _evaluate_terms(inner, frame, symbols)
    else:
        form = _FORMS.get(first.type)
        value = UNKNOWN if form is None else form(first, frame, symbols)
    for step in steps:
        if step.type not in _STEPS:
            return UNKNOWN
        value = _take_step(value, step, frame, symbols)
    return value


def _children(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _name(first: Node, steps: Sequence[Node], frame: Frame, symbols: Symbols) -> tuple[Any, int]:
    """The value that a name and the attributes after it stand for, and how many of the steps it took."""
    root = identifier(first)
    if root in frame.names:
        return frame.names[root], 0
    names = [root]
    for step in steps[:2]:
        if step.type != "get_attr":
            break
        names.append(identifier(step))
    value, used = symbols.value(names, frame)
    return value, used - 1


def _take_step(value: Any, step: Node, frame: Frame, symbols: Symbols) -> Any:
    if step.type == "splat":
        return _splat(value, _children(step)[0], frame, symbols)
    if step.type == "get_attr":
        return _select(value, _Step(identifier(step), is_index=False))
    (index,) = _children(step)
    if index.type == "legacy_index":
        return _select(value, _Step(int(text(index).removeprefix(".")), is_index=True))
    return _select(value, _Step(evaluate(index, frame, symbols), is_index=True))


def _select(value: Any, step: _Step) -> Any:
    if value is UNKNOWN or step.key is UNKNOWN or isinstance(value, AtLeast):
        return UNKNOWN
    if isinstance(value, LazyObject):
        return value.attribute(str(step.key))
    if isinstance(value, dict):
        key = functions.to_text(step.key)
        if key in value:
            return value[key]
        raise EvaluationError(f"no {key}")
    if isinstance(value, list) and step.is_index:
        return functions.item_at(value, step.key)
    raise EvaluationError(f"no {step.key}")


def _splat(value: Any, splat: Node, frame: Frame, symbols: Symbols) -> Any:
    if value is UNKNOWN:
        return UNKNOWN

    def follow(item: Any) -> Any:
        for step in _children(splat):
            item = _take_step(item, step, frame, symbols)
        return item

    if value is None:
        return []
    if isinstance(value, AtLeast):
        return AtLeast(map(follow, value.items))
    if isinstance(value, AnyOrder):
        return AnyOrder(map(follow, value))
    return list(map(follow, value)) if isinstance(value, list) else [follow(value)]


def _conditional(node: Node, frame: Frame, symbols: Symbols) -> Any:
    condition, *branches = _children(node)
    answer = truth(evaluate(condition, frame, symbols))
    if answer is not UNKNOWN:
        return evaluate(branches[0 if answer else 1], frame, symbols)
    found = []
    for branch in branches:
        try:
            found.append(evaluate(branch, frame, symbols))
        except EvaluationError:
            return UNKNOWN
    return either(*found)


def truth(value: Any) -> Any:
    """A value as a condition: True, False or UNKNOWN. Raises EvaluationError for anything else."""
    if value is UNKNOWN or isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise EvaluationError("no condition")


def _call(node: Node, frame: Frame, symbols: Symbols) -> Any:
    function, *rest = _children(node)
    arguments = _children(rest[0]) if rest else []
    name = text(function)
    if name == "try":
        for argument in arguments:
            try:
                return evaluate(argument, frame, symbols)
            except EvaluationError:
                continue
        raise EvaluationError("try")
    if name == "can":
        try:
            return UNKNOWN if evaluate(arguments[0], frame, symbols) is UNKNOWN else True
        except EvaluationError:
            return False
    values = [evaluate(argument, frame, symbols) for argument in arguments if argument.type != "ellipsis"]
    if arguments and arguments[-1].type == "ellipsis":
        *values, last = values
        if not isinstance(last, list):
            return UNKNOWN
        values += last
    return functions.call(name, values)


def _tuple(node: Node, frame: Frame, symbols: Symbols) -> list[Any]:
    return [evaluate(child, frame, symbols) for child in _children(node) if child.type == "expression"]


def _object(node: Node, frame: Frame, symbols: Symbols) -> Any:
    found: dict[str, Any] = {}
    for element in _children(node):
        if element.type != "object_elem":
            continue
        key_node, value_node = _children(element)
        inner = _children(key_node)
        bare = len(inner) == 1 and inner[0].type == "variable_expr"
        key = text(key_node) if bare else functions.to_text(evaluate(key_node, frame, symbols))
        if key is UNKNOWN:
            return UNKNOWN
        found[key] = evaluate(value_node, frame, symbols)
    return found


def _pairs(items: Any) -> Iterator[tuple[Any, Any]]:
    """What a `for` goes through, in Terraform's order."""
    if isinstance(items, dict):
        yield from sorted(items.items())
    elif isinstance(items, AnyOrder):
        yield from ((UNKNOWN, item) for item in items)
    elif isinstance(items, list):
        yield from enumerate(items)
    elif isinstance(items, AtLeast):
        yield from ((UNKNOWN, item) for item in items.items)
    else:
        raise EvaluationError("not a collection")


def _for(node: Node, frame: Frame, symbols: Symbols) -> Any:
    intro = next(child for child in _children(node) if child.type == "for_intro")
    *variables, source = _children(intro)
    *key_name, item_name = (text(variable) for variable in variables)
    items = evaluate(source, frame, symbols)
    if items is UNKNOWN or isinstance(items, LazyObject):
        return UNKNOWN
    expressions = [child for child in _children(node) if child.type == "expression"]
    condition = next((child for child in _children(node) if child.type == "for_cond"), None)
    grouped = any(child.type == "ellipsis" for child in _children(node))
    certain = not isinstance(items, AtLeast)
    rows: list[list[Any]] = []
    for key, item in _pairs(items):
        inner = frame.with_names(**dict.fromkeys(key_name, key), **{item_name: item})
        answer = True if condition is None else truth(evaluate(_children(condition)[0], inner, symbols))
        certain = certain and answer is not UNKNOWN
        if answer is True:
            rows.append([evaluate(expression, inner, symbols) for expression in expressions])
    if node.type == "for_object_expr":
        return _for_object(rows, grouped=grouped) if certain else UNKNOWN
    found = [row[0] for row in rows]
    if not certain:
        return AtLeast(found)
    by_id = isinstance(items, dict) and stands_in(list(items)) and len(found) > 1
    return AnyOrder(found) if isinstance(items, AnyOrder) or by_id else found


def _for_object(rows: list[list[Any]], *, grouped: bool) -> Any:
    found: dict[str, Any] = {}
    for key, value in rows:
        name = functions.to_text(key)
        if name is UNKNOWN:
            return UNKNOWN
        if grouped:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise EvaluationError(f"{name} twice")
        else:
            found[name] = value
    return found


def _literal_text(node: Node, *_: Any) -> str:
    return unescape(text(node)[1:-1])


def unescape(quoted: str) -> str:
    """What stands between quotes, as it is meant."""
    try:
        return str(from_json(f'"{quoted}"')).replace("$${", "${").replace("%%{", "%{")
    except ValueError:
        return quoted


def _template(node: Node, frame: Frame, symbols: Symbols) -> Any:
    """A quoted text with values in it; a text that is nothing but one value is that value."""
    source, start = node.text or b"", node.start_byte
    parts: list[Any] = []
    position = 1  # the quote
    for child in _children(node):
        if child.type == "template_directive":
            return UNKNOWN
        if child.type != "template_interpolation":
            continue
        parts.append(unescape(source[position : child.start_byte - start].decode(errors="replace")))
        parts.append(next(evaluate(c, frame, symbols) for c in _children(child) if c.type == "expression"))
        position = child.end_byte - start
    parts.append(unescape(source[position:-1].decode(errors="replace")))
    if len(parts) == 3 and parts[0] == parts[2] == "":
        return parts[1]
    texts = [functions.to_text(part) for part in parts]
    return UNKNOWN if UNKNOWN in texts else "".join(texts)


def _number(node: Node, *_: Any) -> int | float:
    found = float(text(node))
    return int(found) if found == int(found) else found


def _binary(node: Node, frame: Frame, symbols: Symbols) -> Any:
    operator = next(child for child in node.children if not child.is_named)
    sides = [
        [child for child in _children(node) if (child.start_byte < operator.start_byte) is before]
        for before in (True, False)
    ]
    sign = text(operator)
    left = _evaluate_terms(sides[0], frame, symbols)
    if sign in ("&&", "||"):
        return _logic(sign, truth(left), lambda: truth(_evaluate_terms(sides[1], frame, symbols)))
    right = _evaluate_terms(sides[1], frame, symbols)
    if sign in ("==", "!="):
        answer = equal(left, right)
        return answer if answer is UNKNOWN or sign == "==" else not answer
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    try:
        return _OPERATORS[sign](functions.to_number(left), functions.to_number(right))
    except (TypeError, ValueError, ArithmeticError, KeyError) as error:
        raise EvaluationError(sign) from error


def _logic(sign: str, left: Any, evaluate_right: Callable[[], Any]) -> Any:
    settles = sign == "||"
    if left is settles:
        return settles
    right = evaluate_right()
    if right is settles:
        return settles
    return UNKNOWN if UNKNOWN in (left, right) else not settles


def _unary(node: Node, frame: Frame, symbols: Symbols) -> Any:
    value = _evaluate_terms(_children(node), frame, symbols)
    if text(node).startswith("!"):
        answer = truth(value)
        return answer if answer is UNKNOWN else not answer
    return UNKNOWN if value is UNKNOWN else -functions.to_number(value)


def identifier(node: Node) -> str:
    """The identifier of a variable or of an attribute step."""
    if node.type != "identifier":
        node = next((child for child in node.named_children if child.type == "identifier"), node)
    return text(node)


def text(node: Node | None) -> str:
    """The source of a node; nothing where there is none."""
    return (node.text or b"").decode(errors="replace") if node is not None else ""


_FORMS: Mapping[str, Callable[[Node, Frame, Symbols], Any]] = {
    "conditional": _conditional,
    "function_call": _call,
    "tuple": _tuple,
    "object": _object,
    "for_tuple_expr": _for,
    "for_object_expr": _for,
    "string_lit": _literal_text,
    "quoted_template": _template,
    "numeric_lit": _number,
    "bool_lit": lambda node, *_: text(node) == "true",
    "null_lit": lambda *_: None,
    "binary_operation": _binary,
    "unary_operation": _unary,
}
_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
