"""Which services may own the same private DNS name, as ServiceDetails of a context list their names.

Names are compared as VPCE-IFACE-005 compares them: equal, or one a wildcard that covers the other. What is listed of
neither is not looked for; where the names of a service are not listed, every service with listed names may clash.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from vpce_guard.model import Json


class ListedNames:
    """The private names that ServiceDetails list, by service."""

    def __init__(self, details: object) -> None:
        self._entries: dict[str, list[Json]] = defaultdict(list)
        self._owners: dict[str, set[str]] = defaultdict(set)  # of a name
        self._below: dict[str, set[str]] = defaultdict(set)  # of any name below one
        self._named: set[str] = set()
        for entry in details if isinstance(details, list) else ():
            service = entry.get("ServiceName") if isinstance(entry, dict) else None
            if not isinstance(service, str):
                continue
            self._entries[service].append(entry)
            if _offers(entry, "Interface"):
                for name in _names(entry):
                    self._named.add(service)
                    self._owners[name].add(service)
                    for parent in _parents(name):
                        self._below[parent].add(service)

    def find_overlapping(self, endpoint: Json, region: object) -> set[str]:
        """The other services that may own a name of the endpoint's service in a Region."""
        service = endpoint["ServiceName"]
        own = {
            name
            for entry in self._entries.get(service, ())
            if _offers(entry, endpoint.get("VpcEndpointType"))
            and entry.get("ServiceRegion") in (None, endpoint.get("ServiceRegion", region))
            for name in _names(entry)
        }
        found = set().union(*map(self._find_owners, own)) if own else self._named
        return found - {service}

    def _find_owners(self, name: str) -> set[str]:
        found = set(self._owners.get(name, ()))
        for parent in _parents(name):
            found |= self._owners.get(f"*.{parent}", set())
        if name.startswith("*."):
            found |= self._below.get(name[2:], set())
        return found


def _offers(entry: Json, kind: object) -> bool:
    types: Any = entry.get("ServiceType")
    return isinstance(types, list) and any(isinstance(one, dict) and one.get("ServiceType") == kind for one in types)


def _names(entry: Json) -> Iterator[str]:
    listed: Any = entry.get("PrivateDnsNames")
    others = [one.get("PrivateDnsName") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return (name.lower() for name in (entry.get("PrivateDnsName"), *others) if isinstance(name, str))


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.partition(".")[2]
        yield name
