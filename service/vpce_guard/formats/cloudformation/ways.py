"""What decides how properties turn out: conditions, and parameters that take few values."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from vpce_guard.formats.cloudformation.conditions import Conditions
from vpce_guard.formats.cloudformation.formulas import World
from vpce_guard.formats.cloudformation.functions import calls_in
from vpce_guard.formats.cloudformation.words import Symbol
from vpce_guard.formats.document import MOST_POSSIBILITIES


def ways_of(properties: Any, conditions: Conditions, parameters: Mapping[str, Any], few: Container[str]) -> list[World]:
    """All ways in which what decides the properties of a resource may turn out; an empty one where nothing does.

    `few` are the variables of parameters of which the template lists the values.
    """
    found: dict[str, None] = {}
    for function, name in calls_in(properties):
        if function == "Fn::If":
            found |= dict.fromkeys(sorted(conditions.variables_of(name)))
        value = parameters.get(name) if function == "Ref" else None
        if isinstance(value, Symbol) and value.text in few:
            found[value.text] = None
    return [way for way in conditions.ways(MOST_POSSIBILITIES, found) if way]
