"""The paths to an endpoint before and after a change: clients that are alike together, and what rules say of a hop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vpce_guard.bundle.rules import Hop
from vpce_guard.model import Json, Violation
from vpce_guard.whatif.paths.hops import find_hops
from vpce_guard.whatif.paths.members import ids, object_in, value_at
from vpce_guard.whatif.paths.network import EndpointNetwork, outside_routes
from vpce_guard.whatif.paths.traffic import Network, lies_within, read_range
from vpce_guard.whatif.paths.types import ClientPath, HopKind, HopState, PathClient, PathHop, PathTerms, Stage

TYPES = ("Interface", "Gateway", "Resource", "ServiceNetwork")
_MOST_CLIENTS = 40
_MOST_GATEWAYS = 3
_PLACES: Mapping[Hop, Sequence[HopKind]] = {
    "dns": ("dns",),
    "group": ("group", "client-group"),
    "network-acl": ("acl", "client-acl"),
    "route": ("route",),
    "outside": ("route",),
}
_ACCESS = {
    "on-prem-vpn": "on-premises (VPN)",
    "on-prem-dx": "on-premises (Direct Connect)",
    "peering": "a peered VPC",
    "inter-region-peering": "a VPC peered from another Region",
    "tgw": "behind the transit gateway",
}
_BEHIND = {"vgw": "on-premises", "tgw": "behind the transit gateway", "pcx": "a peered VPC"}


@dataclass(frozen=True)
class FoundPaths:
    """Paths, those that are wrong first, and how many clients are left out because there are too many."""

    paths: tuple[ClientPath, ...] = ()
    left_out: int = 0

    @property
    def are_compared(self) -> bool:
        """Whether there is one before the change, so that it has to be told apart."""
        return any(path.stage != "after" for path in self.paths)

    @property
    def are_wrong(self) -> bool:
        """Whether something is wrong on one of them."""
        return any(path.is_wrong for path in self.paths)


def find_paths(parts: Json, violations: Sequence[Violation], terms: PathTerms) -> FoundPaths:
    """The paths to the endpoint of a rule's `input`; none for types that clients do not call.

    Violations are of the change, so they are about the paths after it.
    """
    before = object_in(parts.get("current")) if parts.get("operation") in ("modify", "delete") else {}
    after = object_in(parts.get("endpoint")) if parts.get("operation") in ("create", "modify") else {}
    found: list[ClientPath] = []
    left_out = 0
    stages: Sequence[tuple[Stage, Json, str]] = (("before", before, "current"), ("after", after, "request"))
    for stage, endpoint, part in stages:
        around = EndpointNetwork(parts, endpoint, terms, part=part)
        if around.type not in TYPES:
            continue
        clients = list(_clients(around))
        left_out = max(left_out, len(clients) - _MOST_CLIENTS)
        paths = [_find_path(around, client, stage) for client in clients[:_MOST_CLIENTS]]
        found += _mark(paths, violations, terms, parts) if stage == "after" else paths
    merged = list(filter(_tells, _merge(found)))
    wrong = {path.clients for path in merged if path.is_wrong}
    merged.sort(key=lambda one: (one.clients not in wrong, not one.declared, one.clients, one.stage != "before"))
    return FoundPaths(tuple(merged), max(0, left_out))


def _tells(path: ClientPath) -> bool:
    """Whether something is known of a path that stands in the proposal; one that the proposal names always tells."""
    known = (one for one in path.hops if one.state != "unknown")
    return path.declared or any(one.state != "passes" or one.kind == "dns" or one.what for one in known)


def _find_path(around: EndpointNetwork, client: PathClient, stage: Stage) -> ClientPath:
    hops = tuple(PathHop(kind, one.state, one.why, one.what) for kind, one in find_hops(around, client))
    ranges = (str(client.range),) if client.range is not None else ()
    return ClientPath((client.name,), ranges, client.outside, client.declared, stage, hops)


def _clients(around: EndpointNetwork) -> Iterator[PathClient]:
    """Those that the proposal names, else the subnets of the VPC and what its routes lead out to."""
    named = list(_declared_clients(around))
    yield from named
    inside = any(not one.outside for one in named)
    if not inside:
        for name in around.subnets:
            yield PathClient(name, around.range_of(name), subnet_id=name)
        if not around.subnets:
            for place in around.vpc_ranges:
                yield PathClient("the VPC", place)
    if around.type != "Gateway" and not any(one.outside for one in named):
        behind: dict[str, str] = {}
        for target, routed in outside_routes(around, around.endpoint_subnets):
            behind.setdefault(routed, target)
        for routed, target in list(behind.items())[:_MOST_GATEWAYS]:
            name = f"{_BEHIND[target[:3]]} ({target})"
            yield PathClient(name, read_range(routed), outside=True)


def _declared_clients(around: EndpointNetwork) -> Iterator[PathClient]:
    for name in dict.fromkeys(ids(around.intent.get("app_subnets"))):
        yield PathClient(name, around.range_of(name), subnet_id=name, declared=True)
    ways = [one for one in ids(around.intent.get("access_paths")) if one not in ("vpc", "same-vpc")]
    outside = " or ".join(dict.fromkeys(_ACCESS.get(one, f"by {one}") for one in ways)) or "outside the VPC"
    places = [place for one in ids(around.intent.get("client_cidrs")) if (place := read_range(one))]
    far = [place for place in dict.fromkeys(places) if _is_far(place, around.vpc_ranges)]
    for place in dict.fromkeys(places):
        if place in far:
            yield PathClient(outside, place, outside=True, declared=True)
        else:
            home = next((name for name in around.subnets if _is_in(place, around.range_of(name))), None)
            name = f"clients in {home}" if home else "clients in the VPC"
            yield PathClient(name, place, subnet_id=home, declared=True)
    if ways and not far:
        yield PathClient(outside, None, outside=True, declared=True)


def _is_in(place: Network, subnet: Network | None) -> bool:
    return subnet is not None and lies_within(place, subnet)


def _is_far(place: Network, ranges: Sequence[Network]) -> bool:
    """Whether a range surely lies outside those of the VPC."""
    same = [one for one in ranges if one.version == place.version]
    return bool(same) and not any(lies_within(place, one) or lies_within(one, place) for one in same)


def _mark(
    paths: Sequence[ClientPath], violations: Sequence[Violation], terms: PathTerms, parts: Json
) -> list[ClientPath]:
    """The paths with what violated rules say of their hops.

    Where the facts tell which clients a hop stops, the rule is about those. Where they do not, nobody surely passes it.
    """
    marked = [list(path.hops) for path in paths]
    for violation in violations:
        hop = terms.hops.get(violation.rule_id)
        if hop is None or violation.enforcement_action == "off":
            continue
        meant = list(_meant(paths, hop, value_at(parts, violation.path)))
        stopped = [(row, at) for row, at in meant if paths[row].hops[at].state in ("stops", "partly")]
        for row, at in stopped or meant:
            marked[row][at] = _mark_hop(marked[row][at], violation, explained=bool(stopped))
    return [replace(path, hops=tuple(hops)) for path, hops in zip(paths, marked, strict=True)]


def _meant(paths: Sequence[ClientPath], hop: Hop, named: Any) -> Iterator[tuple[int, int]]:
    """Which hops of which paths a rule is about, by their numbers; those of what it names, where one is."""
    found = [
        (row, at)
        for row, path in enumerate(paths)
        for at, one in enumerate(path.hops)
        if one.kind in _PLACES[hop] and (path.outside or hop != "outside") and (path.declared or not path.outside)
    ]
    if hop == "network-acl":  # that of the endpoint, where it has one
        own = [(row, at) for row, at in found if paths[row].hops[at].kind == "acl"]
        found = own or found
    here = [(row, at) for row, at in found if named in paths[row].hops[at].what]
    yield from here or found


def _mark_hop(hop: PathHop, violation: Violation, *, explained: bool) -> PathHop:
    rules = tuple(dict.fromkeys([*hop.rules, violation.rule_id]))
    if explained:
        return replace(hop, rules=rules)
    why = f"{hop.why}; {violation.message}" if hop.rules else violation.message
    state: HopState = "stops" if hop.state == "unknown" and hop.kind == "dns" else "partly"
    return replace(hop, state="stops" if hop.state == "stops" else state, why=why, rules=rules)


def _merge(paths: Sequence[ClientPath]) -> list[ClientPath]:
    """Paths that are alike as one: of several clients, and before and after where nothing is otherwise."""
    stages: dict[Any, list[ClientPath]] = {}
    for path in paths:
        stages.setdefault((path.clients, path.ranges, path.hops), []).append(path)
    alike: dict[Any, list[ClientPath]] = {}
    for (_, _, hops), found in stages.items():
        stage: Stage = "both" if len({one.stage for one in found}) > 1 else found[0].stage
        first = replace(found[0], stage=stage)
        alike.setdefault((hops, stage, first.outside, first.declared), []).append(first)
    return [
        replace(
            found[0],
            clients=tuple(dict.fromkeys(name for one in found for name in one.clients)),
            ranges=tuple(dict.fromkeys(place for one in found for place in one.ranges)),
        )
        for found in alike.values()
    ]
