"""Which of two values of an org data member is the looser one. One row per member; a member without a row is fixed."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from ipaddress import ip_network
from typing import Any, NamedTuple

from vpce_guard.model import ENFORCEMENT_ORDER, EnforcementAction

NARROWING_KEYS = (
    "aws:PrincipalOrgID",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalIsAWSService",
)


class Comparison(NamedTuple):
    """How values of a member compare: whether `new` admits nothing that `old` does not."""

    keeps: Callable[[Any, Any], bool]
    absent: Any = None  # what an absent member stands for; None where it constrains nothing
    gate: tuple[str, ...] = ()  # the member it is an exemption from: without that it loosens nothing
    adds: bool = False  # lists of several layers add up


def action(value: Any) -> EnforcementAction:
    """The enforcement action of an entry in either form."""
    given = value["action"] if isinstance(value, dict) else value
    found: EnforcementAction = "inform" if given == "explain" else given
    return found


def _is_same(old: Any, new: Any) -> bool:
    return bool(old == new)


def _subset(old: Any, new: Any) -> bool:
    return all(any(_covers(one, other) for one in old) for other in new)


def _covers(old: Any, new: Any) -> bool:
    if old == new:
        return True
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    try:
        outer, inner = ip_network(old), ip_network(new)
        return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
    except ValueError:
        return "*" in old and "?" not in old and "[" not in old and fnmatchcase(new, old)


_TRUE = Comparison(lambda old, new: new or not old)
_FALSE = Comparison(lambda old, new: old or not new)
_HIGHER = Comparison(lambda old, new: new >= old)
_LOWER = Comparison(lambda old, new: new <= old)
_SUBSET = Comparison(_subset)
_ADDS = Comparison(lambda _old, _new: True, adds=True)
_FIXED = Comparison(_is_same)


def _exemption(section: str, member: str, absent: tuple[str, ...] = ()) -> Comparison:
    return Comparison(_subset, absent=list(absent), gate=(section, member))


KINDS: dict[tuple[str, ...], Comparison] = {
    ("enforcement", "*"): Comparison(lambda old, new: ENFORCEMENT_ORDER[action(new)] <= ENFORCEMENT_ORDER[action(old)]),
    ("regions", "allowed", "*"): _SUBSET,
    ("regions", "cross_region_allowed"): _FALSE,
    ("services", "allow"): _SUBSET,
    ("services", "deny"): _ADDS,
    ("tags", "required"): _ADDS,
    ("availability", "min_azs", "*"): _HIGHER,
    ("policy", "required", "*"): _TRUE,
    ("policy", "exempt_services"): _exemption("policy", "required"),
    ("policy", "narrowing_keys"): Comparison(_subset, absent=list(NARROWING_KEYS)),
    ("policy", "require_principal_org"): _TRUE,
    ("policy", "require_resource_org"): _TRUE,
    ("policy", "resource_org_exceptions"): _exemption("policy", "require_resource_org"),
    ("policy", "exception_conditions", "*"): _exemption("policy", "require_principal_org"),
    ("policy", "forbid_star_action", "*"): _TRUE,
    ("org_ids",): _SUBSET,
    ("accounts",): _SUBSET,
    ("network", "allowed_client_cidrs"): _SUBSET,
    ("network", "allowed_prefix_lists"): _exemption("network", "allowed_client_cidrs"),
    ("network", "max_ipv4_prefix_open"): _HIGHER,
    ("network", "forbid_default_sg"): _TRUE,
    ("network", "subnet_tiers", "allowed"): _SUBSET,
    ("network", "require_all_private_route_tables"): _TRUE,
    ("dns", "require_private_dns"): _TRUE,
    ("dns", "central_vpcs"): _exemption("dns", "require_private_dns"),
    ("dns", "exempt_services"): _exemption("dns", "require_private_dns"),
    ("chooser", "prefer_gateway"): _TRUE,
    ("third_party",): _SUBSET,
    ("limits", "*"): _LOWER,
    ("quotas", "*"): _LOWER,
    ("cost", "max_monthly_per_endpoint"): _LOWER,
    ("cost", "max_monthly_per_vpc"): _LOWER,
    ("freeze",): _ADDS,
    ("central", "hub_vpcs"): _exemption("central", "services"),
    ("central", "services"): _ADDS,
    ("features", "cross_region"): _FALSE,
    ("features", "ip_types"): _SUBSET,
    ("features", "endpoint_types"): _SUBSET,
    ("required_endpoints",): _ADDS,
    ("requesters", "*"): _SUBSET,
    ("waivers",): Comparison(lambda _old, new: not new, absent=[], adds=True),
}
_WHOLE = {("cost", "prices")}


def kind(path: tuple[str, ...]) -> Comparison:
    """The row of a member."""
    return KINDS.get(path) or KINDS.get((*path[:-1], "*")) or _FIXED


def is_leaf(path: tuple[str, ...], value: Any) -> bool:
    """Whether a value is compared and replaced as a whole."""
    return not isinstance(value, dict) or path in _WHOLE or (len(path) == 2 and path[0] == "enforcement")
