"""What entries of network ACLs and rules of security groups let through of TCP traffic between two ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any, Literal

from vpce_guard.model import Json
from vpce_guard.whatif.paths.members import objects

Network = IPv4Network | IPv6Network
Passage = Literal["passes", "stops", "partly"]
EPHEMERAL = (1024, 65535)
MOST_SUBNETS = 16  # of an endpoint, and ranges of a service: of more it is not worked out what stands before them
_MOST_ENTRIES = 150  # of one ACL or group: what has more is not worked out
_ALL = ("-1", -1, "all")
_TCP = (*_ALL, "tcp", "6", 6)


def read_range(text: Any) -> Network | None:
    """A range of addresses; None for anything else."""
    return _read(text) if isinstance(text, str) and "/" in text else None


@lru_cache(maxsize=4096)
def _read(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def lies_within(inner: Network, outer: Network) -> bool:
    """Whether the first range lies in the second; those of two families do not."""
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)


def pass_acl(entries: Any, far: Network, ports: tuple[int, int], *, egress: bool) -> Passage | None:
    """What an ACL lets through of traffic to (`egress`) or from a range; None where an entry cannot be read.

    The first entry that matches decides, and what none matches is denied.
    """
    if not isinstance(entries, list) or len(entries) > _MOST_ENTRIES:
        return None
    if not all(isinstance(one, dict) and isinstance(one.get("RuleNumber"), int | float) for one in entries):
        return None
    passed: set[bool] = set()
    for entry in sorted(entries, key=lambda one: one["RuleNumber"]):
        if entry.get("Egress") is not egress or entry.get("Protocol", "-1") not in _TCP:
            continue
        place = read_range(entry.get("CidrBlock") or entry.get("Ipv6CidrBlock"))
        span = _ports(entry.get("PortRange"))
        if place is None or span is None or entry.get("RuleAction") not in ("allow", "deny"):
            return None
        if span[0] > ports[1] or span[1] < ports[0] or not (lies_within(far, place) or lies_within(place, far)):
            continue
        passed.add(entry["RuleAction"] == "allow")
        if lies_within(far, place) and span[0] <= ports[0] and span[1] >= ports[1]:
            break
    else:
        passed.add(False)
    return "partly" if len(passed) > 1 else "passes" if True in passed else "stops"


def pass_group(permissions: Sequence[Json], far: Network, lists: Json) -> Passage:
    """What ingress rules, all of them for the port in question, let in from a range; `lists` has ranges by list."""
    places = [place for place in _admitted_ranges(permissions, lists) if place.version == far.version]
    if any(lies_within(far, place) for place in places):
        return "passes"
    inside = [place for place in places if lies_within(place, far)]
    if not inside:
        return "stops"
    return "passes" if far in _collapse(inside) else "partly"


def for_port(groups: Iterable[Json], port: int) -> list[Json] | None:
    """The ingress rules of groups that are about a TCP port; None where they have too many or one cannot be read."""
    found: list[Json] = []
    for permission in (one for group in groups for one in group["IpPermissions"]):
        if not isinstance(permission, dict):
            return None
        protocol = permission.get("IpProtocol")
        if protocol in _ALL:
            found.append(permission)
        elif protocol in _TCP:
            span = (permission.get("FromPort"), permission.get("ToPort"))
            if not all(isinstance(one, int) for one in span):
                return None
            if span[0] <= port <= span[1]:  # type: ignore[operator]
                found.append(permission)
    return found if len(found) <= _MOST_ENTRIES else None


def refers(permissions: Sequence[Json], lists: Json) -> Iterator[str]:
    """The groups and prefix lists that ingress rules name and whose members are not told."""
    for permission in permissions:
        for one in objects(permission.get("UserIdGroupPairs")):
            yield str(one.get("GroupId"))
        for one in objects(permission.get("PrefixListIds")):
            if str(one.get("PrefixListId")) not in lists:
                yield str(one.get("PrefixListId"))


def _admitted_ranges(permissions: Sequence[Json], lists: Json) -> Iterator[Network]:
    for permission in permissions:
        texts = [one.get("CidrIp") for one in objects(permission.get("IpRanges"))]
        texts += [one.get("CidrIpv6") for one in objects(permission.get("Ipv6Ranges"))]
        for one in objects(permission.get("PrefixListIds")):
            texts += lists.get(str(one.get("PrefixListId")), ())
        yield from (place for text in texts if (place := read_range(text)))


def _collapse(places: Sequence[Network]) -> list[Network]:
    four = [place for place in places if isinstance(place, IPv4Network)]
    six = [place for place in places if isinstance(place, IPv6Network)]
    return [*collapse_addresses(four), *collapse_addresses(six)]


def _ports(told: Any) -> tuple[int, int] | None:
    if not told:
        return (0, 65535)
    span = (told.get("From"), told.get("To")) if isinstance(told, dict) else (None, None)
    return span if all(isinstance(one, int) for one in span) else None  # type: ignore[return-value]
