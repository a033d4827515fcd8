"""Expressions in manifests that are filled in later: kro's and Flux's `${…}`, and `{{…}}` of templates.

A policy variable of IAM looks like one and is none. Sources: kro, resource graph definitions; Flux, Kustomization,
post build variable substitution; IAM, policy variables.
"""

from __future__ import annotations

import re
from typing import Any

_EXPRESSION = re.compile(r"\$\{(?![\w-]+:[A-Za-z]|[*?$]\})[^}]*\}|\{\{.*?\}\}", re.DOTALL)


def is_open(value: Any) -> bool:
    """Whether a value is a text with an expression in it."""
    return isinstance(value, str) and _EXPRESSION.search(value) is not None


def hide_expressions(value: Any) -> tuple[Any, Any]:
    """The value without its open texts, and marks of them as in a Terraform plan: true, or those of its parts."""
    if isinstance(value, dict):
        if any(is_open(name) for name in value):
            return None, True
        parts = {name: hide_expressions(part) for name, part in value.items()}
        marks = {name: mark for name, (_, mark) in parts.items() if mark}
        return {name: part for name, (part, mark) in parts.items() if mark is not True}, marks
    if isinstance(value, list):
        items = [hide_expressions(item) for item in value]
        marked = [mark for _, mark in items]
        return [part for part, _ in items], marked if any(marked) else []
    return (None, True) if is_open(value) else (value, False)
