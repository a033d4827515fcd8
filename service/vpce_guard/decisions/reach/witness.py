"""Requests written out: from what holds of the unknowns to short texts of which it holds, those of real names first."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

from vpce_guard.decisions.reach import shapes
from vpce_guard.decisions.reach.answers import ANONYMOUS, AccessRequest
from vpce_guard.decisions.reach.clock import Clock
from vpce_guard.decisions.reach.evaluate import Context, derive_keys
from vpce_guard.decisions.reach.keys import ORGANISATIONS, Lift, find_place
from vpce_guard.decisions.reach.kinds import USUAL, actions_of, resources_of
from vpce_guard.decisions.reach.languages import Language
from vpce_guard.decisions.reach.search import Found
from vpce_guard.decisions.reach.spaces import Atom, Literals
from vpce_guard.decisions.reach.unknowns import Unknowns

_NONE: Literals = frozenset()
_IDS = {paths: key for key, paths in ORGANISATIONS.items()}


def write_request(
    case: Unknowns, found: Found, names: Mapping[str, str], prefixes: Collection[str], clock: Clock
) -> AccessRequest:
    """A request of which all that was found holds; `names` are the keys to tell, as policies write them.

    `prefixes` are those of the endpoint's service. Raises OutOfTimeError.
    """
    writer = _Writer(case, found, clock)
    action = writer.write_action(prefixes)
    principal, told = writer.write_principal()
    resource = writer.write_resource(action.partition(":")[0])
    context: dict[str, str | tuple[str, ...]] = {}
    for key, name in names.items():
        values = told.get(key) or writer.write_key(key, resource)
        if values:
            context[name] = values if key in case.many or key in _IDS else values[0]
    return AccessRequest(principal=principal, action=action, resource=resource, context=context)


@cache
def _of_kind(prefix: str) -> Atom:
    resources = resources_of(prefix, usual=True)
    return Atom("resource", resources, resources)


class _Writer:
    def __init__(self, case: Unknowns, found: Found, clock: Clock) -> None:
        self._case = case
        self._found = found
        self._clock = clock

    def write_action(self, prefixes: Collection[str]) -> str:
        literals = self._found.get("action", _NONE)
        services = _parts_of(self._found.get("resource", _NONE), 2)
        for prefix in dict.fromkeys((*prefixes, *_parts_of(literals, 0), *services, *USUAL)):
            if prefixes and prefix not in prefixes:
                continue
            named = actions_of(prefix)
            self._clock.check(len(named.names) * len(literals))
            if (place := _find_first(literals, f"{prefix}:", named.lowered)) is not None:
                return f"{prefix}:{named.names[place]}"
        return self._find("action")

    def write_principal(self) -> tuple[str, Context]:
        """The principal and the keys that follow from it."""
        if self._case.setting.principal == "anonymous":
            return ANONYMOUS, derive_keys(ANONYMOUS)
        text = self._find("principal")
        arn, separator, session = text.partition(shapes.SEPARATOR)
        if not separator:
            return text, derive_keys(text)
        principal = arn
        if session:
            partition, account, name = arn.split(":")[1], arn.split(":")[4], arn.rsplit("/", 1)[1]
            principal = f"arn:{partition}:sts::{account}:assumed-role/{name}/{session}"
        return principal, {**derive_keys(principal), "aws:principalarn": (arn,)}

    def write_resource(self, prefix: str) -> str:
        """A resource, of the kinds that the service of an action has if it may be one."""
        literals = self._found.get("resource", _NONE)
        found = self._case.space("resource").find(literals | {(_of_kind(prefix), True)}, self._clock)
        return found if isinstance(found, str) else self._find("resource")

    def write_key(self, key: str, resource: str) -> tuple[str, ...]:
        """The values of a key that does not follow from the principal; none where it is absent."""
        place = find_place(key, self._case.setting, self._case.named)
        if isinstance(place, str):
            return (place,)
        if isinstance(place, Lift) and place.unknown == "resource":
            return (resource.split(":")[4],)
        if isinstance(place, Lift):
            path = self._case.space(place.unknown).find(self._found.get(place.unknown, _NONE), self._clock)
            return (path.split("/")[0] if key in ORGANISATIONS else path,) if isinstance(path, str) else ()
        value = self._case.space(key).find(self._found.get(key, _NONE), self._clock)
        return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()

    def _find(self, unknown: str) -> str:
        found = self._case.space(unknown).find(self._found.get(unknown, _NONE), self._clock)
        return found if isinstance(found, str) else ""


def _find_first(literals: Literals, start: str, names: tuple[str, ...]) -> int | None:
    """The place of the first of some names of which all conditions on an action hold; None where there is none."""
    left = (1 << len(names)) - 1
    for atom, positive in literals:
        among = positive != atom.negated
        values = atom.values if among else atom.certain
        assert isinstance(values, Language)  # noqa: S101 - Unknowns makes no others of actions
        taken = values.find_taken(start, names)
        left &= taken if among else ~taken
    return (left & -left).bit_length() - 1 if left else None


def _parts_of(literals: Literals, number: int) -> list[str]:
    """What some conditions name between colons: of an action the service, as in the third part of an ARN."""
    found: set[str] = set()
    for atom, positive in literals:
        if isinstance(atom.values, Language) and positive != atom.negated:
            for pattern in atom.values.patterns:
                text = "".join("*" if s.excluded or s.many else min(s.characters) for s in pattern)
                parts = text.split(":")
                found |= {parts[number]} if len(parts) > number + 1 and "*" not in parts[number] else set()
    return sorted(found)
