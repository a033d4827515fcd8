"""How policies use keys: with several values, and compared as text or as more than that."""

from __future__ import annotations

from collections.abc import Iterable

from vpce_guard.decisions.reach.document import ConditionTest, EndpointPolicy
from vpce_guard.decisions.reach.keys import MULTIVALUED, ORGANISATIONS
from vpce_guard.decisions.reach.templates import variables_in
from vpce_guard.decisions.reach.values import is_typed


def find_many_keys(policies: Iterable[EndpointPolicy]) -> frozenset[str]:
    """The keys that have several values in a request, as far as a set operator is used on them."""
    tests = (test for policy in policies for s in policy.statements for test in s.tests if test.operator.quantifier)
    paths = ORGANISATIONS.values()
    keys = (test.key for test in tests if test.key not in paths)
    return frozenset(key for key in keys if key in MULTIVALUED or not key.startswith("aws:"))


def find_mixed_keys(policies: Iterable[EndpointPolicy], many: frozenset[str]) -> frozenset[str]:
    """The keys whose values are compared as more than text where that does not go together with how else they are."""
    ways: dict[str, set[str]] = {}
    for test in (test for policy in policies for s in policy.statements for test in s.tests):
        ways.setdefault(test.key, set()).add(_way(test))
    return frozenset(
        key
        for key, found in ways.items()
        if ("typed" in found and (key in many or found & {"text", "pattern"}))
        or ("bool" in found and (key in many or "pattern" in found))
    )


def _way(test: ConditionTest) -> str:
    base = test.operator.base
    if base in ("Bool", "Null"):
        return base.lower()
    if is_typed(base):
        return "typed"
    has_patterns = base in ("StringEqualsIgnoreCase", "StringLike", "ArnLike")
    return "pattern" if has_patterns or any(variables_in(value) for value in test.values) else "text"
