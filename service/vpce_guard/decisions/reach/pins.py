"""Values for the keys that policy variables stand for, one of each sort that a policy can tell apart."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, product

from vpce_guard.decisions.reach.accounts import KEYS, are_alike, find_accounts
from vpce_guard.decisions.reach.document import ConditionTest, EndpointPolicy
from vpce_guard.decisions.reach.keys import ABSENT, Place, Setting, find_place
from vpce_guard.decisions.reach.languages import EVERYTHING
from vpce_guard.decisions.reach.shapes import TEXTS
from vpce_guard.decisions.reach.spaces import Absence, Bounds
from vpce_guard.decisions.reach.templates import Template, Variable, variables_in

_OF_PRINCIPALS = {"aws:username", "aws:principaltype"}  # which follow from what sort of principal it is
_MOST = 48  # choices that are tried
Pins = tuple[tuple[str, str | Absence], ...]


def find_pins(policies: Sequence[EndpointPolicy], setting: Setting, texts: Collection[str]) -> tuple[list[Pins], bool]:
    """Choices of values for all variables that a setting leaves open, and whether no request needs another one.

    `texts` are values that questions name besides the policies.
    """
    named = {key for policy in policies for key in policy.keys}
    keys = sorted({variable.key for policy in policies for variable in policy.variables})
    places = {key: find_place(key, setting, named) for key in keys}
    free = [key for key in keys if not isinstance(places[key], str | Absence)]
    values = [_values_of(key, policies, texts, places[key]) for key in free]
    pins = [tuple(zip(free, choice, strict=True)) for choice in islice(product(*values), _MOST)]
    is_all = len(pins) < _MOST and all(_tells_few(key, policies, setting, texts) for key in free)
    is_all = is_all and len(KEYS.intersection(free)) < 2  # two accounts that nobody names may differ
    return pins, is_all


def _values_of(
    key: str, policies: Sequence[EndpointPolicy], more: Collection[str], place: Place
) -> list[str | Absence]:
    """The values that the policies compare a key with, or what is compared with it; more; another one; and none."""
    if key in KEYS:
        accounts = find_accounts(policies, more)
        other = next(f"{number}" for number in range(10**12 - 1, 0, -1) if f"{number}" not in accounts)
        return [*accounts, other, *([ABSENT] if isinstance(place, Bounds) and place.may_lack else [])]
    texts = {*more} | {
        text for test in _tests(policies) if test.key in _find_together(key, policies) for text in test.texts
    }
    found: set[str] = {text for text in texts if not set("*?$") & set(text)}
    other = "o-other00000" if key.endswith("orgid") else "other"
    while other in found:
        other += "0"
    return [ABSENT, other, *sorted(found)]


def _tests(policies: Sequence[EndpointPolicy]) -> Iterator[ConditionTest]:
    return (test for policy in policies for statement in policy.statements for test in statement.tests)


def _find_together(key: str, policies: Sequence[EndpointPolicy]) -> set[str]:
    """The keys whose values hang together with those of a key by variables, itself among them."""
    found, before = {key}, 0
    while len(found) > before:
        before = len(found)
        for test in _tests(policies):
            stand_for = {variable.key for value in test.values for variable in variables_in(value)}
            if stand_for and (test.key in found or stand_for & found):
                found |= {test.key, *stand_for}
    return found


def _tells_few(key: str, policies: Sequence[EndpointPolicy], setting: Setting, texts: Collection[str]) -> bool:
    """Whether a key and all that hang together with it are only asked to be equal to whole values, and may be any."""
    together = _find_together(key, policies)
    named = {name for policy in policies for name in policy.keys}
    others = together - KEYS if key in KEYS else together
    if not all(_may_be_any(find_place(one, setting, named)) for one in others) or together & _OF_PRINCIPALS:
        return False
    if key in KEYS:
        return are_alike(key, together, policies, texts)
    in_resources = (v for policy in policies for s in policy.statements for v in s.resources)
    if any(variable.key in together for value in in_resources for variable in variables_in(value)):
        return False
    return all(_is_plain(test) for test in _tests(policies) if test.key in together)


def _may_be_any(place: Place) -> bool:
    """Whether a key is free and may have any text: one that nobody names stands for all others."""
    if isinstance(place, Bounds):
        return place.only is None and place.within in (EVERYTHING, TEXTS)
    return isinstance(place, str | Absence)


def _is_plain(test: ConditionTest) -> bool:
    if test.operator.quantifier:
        return False
    return test.operator.base == "Null" or (test.operator.base == "StringEquals" and all(map(_is_whole, test.values)))


def _is_whole(value: Template) -> bool:
    has = [piece for piece in value if isinstance(piece, Variable)]
    return not has or (len(value) == 1 and isinstance(has[0], Variable) and has[0].default is None)
