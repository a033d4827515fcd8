"""Terraform's operators and conditionals over values that may not be known.

Source: https://developer.hashicorp.com/terraform/language/expressions/operators.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tree_sitter import Node

from vpce_guard.formats.terraform.conversions import to_number
from vpce_guard.formats.terraform.frames import Evaluator, Frame
from vpce_guard.formats.terraform.syntax import children, text
from vpce_guard.formats.terraform.values import UNKNOWN, EvaluationError, either, equal

_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def truth(value: Any) -> Any:
    """A value as a condition: True, False or UNKNOWN. Raises EvaluationError for anything else."""
    if value is UNKNOWN or isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise EvaluationError("no condition")


def conditional(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    """One of several values; while a condition is not known, what is common to those it chooses between."""
    cases, otherwise = _cases(node)
    return _choose(cases, otherwise, frame, evaluator)


def _cases(node: Node) -> tuple[list[tuple[Node, Node]], Node]:
    """The conditions of a chain with the value of each, and the last value.

    The grammar reads `a ? b : c ? d : e` from the left, Terraform from the right.
    """
    condition, value, otherwise = children(node)
    inner = children(condition)
    if len(inner) == 1 and inner[0].type == "conditional" and not text(condition).startswith("("):
        cases, last = _cases(inner[0])
        return [*cases, (last, value)], otherwise
    return [(condition, value)], otherwise


def _choose(cases: Sequence[tuple[Node, Node]], otherwise: Node, frame: Frame, evaluator: Evaluator) -> Any:
    if not cases:
        return evaluator.evaluate([otherwise], frame)
    (condition, value), *rest = cases
    answer = truth(evaluator.evaluate([condition], frame))
    if answer is UNKNOWN:
        taken = evaluator.symbols.choose(2, frame.mark(condition))
        answer = UNKNOWN if taken is None else taken == 0
    if answer is not UNKNOWN:
        return evaluator.evaluate([value], frame) if answer else _choose(rest, otherwise, frame, evaluator)
    try:
        return either(evaluator.evaluate([value], frame), _choose(rest, otherwise, frame, evaluator))
    except EvaluationError:
        return UNKNOWN


def binary(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    """The value of an operator between two terms."""
    sign = next(child for child in node.children if not child.is_named)
    left_terms, right_terms = (
        [child for child in children(node) if (child.start_byte < sign.start_byte) is before]
        for before in (True, False)
    )
    left = evaluator.evaluate(left_terms, frame)
    if text(sign) in ("&&", "||"):
        return _logic(text(sign), truth(left), lambda: truth(evaluator.evaluate(right_terms, frame)))
    right = evaluator.evaluate(right_terms, frame)
    if text(sign) in ("==", "!="):
        answer = equal(left, right)
        return answer if answer is UNKNOWN or text(sign) == "==" else not answer
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    try:
        return _OPERATORS[text(sign)](to_number(left), to_number(right))
    except (TypeError, ValueError, ArithmeticError, KeyError) as error:
        raise EvaluationError(text(sign)) from error


def _logic(sign: str, left: Any, evaluate_right: Callable[[], Any]) -> Any:
    settles = sign == "||"
    if left is settles:
        return settles
    right = evaluate_right()
    if right is settles:
        return settles
    return UNKNOWN if UNKNOWN in (left, right) else not settles


def unary(node: Node, frame: Frame, evaluator: Evaluator) -> Any:
    """The value of `!` or `-` before a term."""
    value = evaluator.evaluate(children(node), frame)
    if text(node).startswith("!"):
        answer = truth(value)
        return answer if answer is UNKNOWN else not answer
    return UNKNOWN if value is UNKNOWN else -to_number(value)
