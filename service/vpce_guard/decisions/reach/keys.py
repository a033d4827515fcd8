"""Which keys a request has, by the kind of its principal and its resource, and how they hang together.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html says of each key when it is
there: through an endpoint there is no aws:SourceIp, and an anonymous request has no aws:PrincipalArn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from vpce_guard.decisions.reach import shapes
from vpce_guard.decisions.reach.evaluate import Reading
from vpce_guard.decisions.reach.languages import EVERYTHING, Pattern
from vpce_guard.decisions.reach.spaces import Absence, Bounds

PrincipalKind = Literal["account", "anonymous", "service"]
# "unsent": it has an account or not, and aws:ResourceAccount is not in the request; "none": the action has no resource
ResourceKind = Literal["any", "with_account", "without_account", "unsent", "none"]
ABSENT = Absence.ABSENT
MULTIVALUED = frozenset(
    f"aws:{name}" for name in ("tagkeys", "calledvia", "principalservicenameslist", "sourceorgpaths", "vpceorgpaths")
)
ORGANISATIONS = {"aws:principalorgid": "aws:principalorgpaths", "aws:resourceorgid": "aws:resourceorgpaths"}
_NOT_ANONYMOUS = frozenset(
    f"aws:{name}"
    for name in (
        *("principalarn", "principalorgid", "principalorgpaths", "principalisawsservice", "principalservicename"),
        *("principalservicenameslist", "userid", "username", "tokenissuetime", "multifactorauthpresent"),
        *("multifactorauthage", "assumedroot", "federatedprovider", "sourceidentity"),
    )
)
_NOT_OF_SERVICES = frozenset(
    f"aws:{name}" for name in ("principalarn", "principalaccount", "principalorgid", "principalorgpaths", "username")
)
_NOT_SERVICE = frozenset({"aws:principalservicename", "aws:principalservicenameslist"})
_ALWAYS = frozenset(
    f"aws:{name}" for name in ("sourcevpc", "sourcevpce", "vpcsourceip", "securetransport", "currenttime", "epochtime")
)
_TRUTHS = frozenset(f"aws:{name}" for name in ("securetransport", "viaawsservice", "multifactorauthpresent"))


LiftPattern = Callable[[Pattern], Pattern | None]


class Lift(NamedTuple):
    """A key that is seen of another unknown: how a pattern of its values becomes one of that, None for no pattern."""

    unknown: str
    pattern: LiftPattern

    @property
    def is_there(self) -> bool:
        """Whether a request always has the key."""
        return self.unknown in ("principal", "resource")


Place = Absence | str | Lift | Bounds  # a key that is not there, has one value, is seen of another unknown, or is free


class Setting(NamedTuple):
    """What a case is about: kinds of principal and resource, the reading of what is open, and keys with a value.

    A careful one looks only for requests of which it is sure, whatever policy variables are and unknown ids stand for.
    """

    principal: PrincipalKind
    resource: ResourceKind
    reading: Reading
    pins: tuple[tuple[str, str | Absence], ...] = ()
    careful: bool = False


def bounds_of(unknown: str, setting: Setting, prefixes: Collection[str]) -> Bounds | None:
    """The values of the principal, the resource, the action or the paths in an organisation; None for others."""
    within = {
        "principal": {"account": shapes.PRINCIPALS, "service": shapes.SERVICES}.get(setting.principal, EVERYTHING),
        "resource": _RESOURCES[setting.resource],
        "action": shapes.ACTIONS if not prefixes else shapes.actions_of(tuple(sorted(prefixes))),
    }
    if unknown in within:
        return Bounds(within[unknown], may_lack=False, shaped=True)
    if unknown in ORGANISATIONS.values():
        return Bounds(shapes.PATHS, shaped=True)
    return None


_RESOURCES = {
    "any": shapes.RESOURCES,
    "with_account": shapes.WITH_ACCOUNT,
    "without_account": shapes.WITHOUT_ACCOUNT,
    "unsent": shapes.ARNS,
    "none": shapes.NO_RESOURCE,
}


def find_place(key: str, setting: Setting, named: Collection[str]) -> Place:
    """What a key is in a setting; `named` are all keys that the policies name, in small letters."""
    place = _place_by_principal(key, setting.principal)
    if place is not None:
        return place
    if key == "aws:resourceaccount":
        return _place_of_resource_account(setting.resource)
    paths = ORGANISATIONS.get(key)
    if paths is not None and paths in named:
        return Lift(paths, shapes.lift_organisation)
    if key in ORGANISATIONS.values():
        return Lift(key, _leave)
    if key == "aws:sourceip":
        return ABSENT
    return Bounds(
        shapes.TEXTS if key.startswith("aws:") and "tag/" not in key else EVERYTHING,
        may_lack=key not in _ALWAYS,
        only=("true", "false") if key in _TRUTHS else None,
        other="o-other00000" if key in ORGANISATIONS else "other",
    )


def _leave(pattern: Pattern) -> Pattern:
    return pattern


def _place_by_principal(key: str, principal: PrincipalKind) -> Place | None:
    """What a key is because of the principal; None where it has nothing to do with that."""
    if principal == "anonymous":
        if key in _NOT_ANONYMOUS or key.startswith("aws:principaltag/"):
            return ABSENT
        return {"aws:principalaccount": "anonymous", "aws:principaltype": "Anonymous"}.get(key)
    if principal == "service":
        if key == "aws:principalservicename":
            return Lift("principal", _leave)
        if key in _NOT_OF_SERVICES or key.startswith("aws:principaltag/"):
            return ABSENT
        return "true" if key == "aws:principalisawsservice" else None
    if key in _NOT_SERVICE:
        return ABSENT
    if key == "aws:principalisawsservice":
        return "false"
    lift = _OF_PRINCIPAL.get(key)
    return Lift("principal", lift) if lift is not None else None


_OF_PRINCIPAL: dict[str, Callable[[Pattern], Pattern | None]] = {
    "aws:principalarn": shapes.lift_arn,
    "aws:principalaccount": shapes.lift_account_of_principal,
}


def _place_of_resource_account(resource: ResourceKind) -> Place:
    if resource == "with_account":
        return Lift("resource", shapes.lift_account_of_resource)
    if resource == "unsent":
        return ABSENT
    return Bounds(shapes.ACCOUNTS, may_lack=resource != "without_account", other="999999999999")
