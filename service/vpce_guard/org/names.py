"""Services and Regions that org data name and nobody knows: most likely misspelt, and a constraint off unnoticed.

What is known are the service catalogue and what the document itself adds in `known_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType

from vpce_guard.model import Json
from vpce_guard.org.own_sections import find_names_in_sections
from vpce_guard.org.places import at_keys, at_values, layers_in, matches_any

_REGION_VALUES = (
    ("regions", "allowed", "*", "*"),
    ("waivers", "*", "match", "region"),
    ("waivers", "*", "match", "region", "*"),
    ("clusters", "*", "region"),
)
_REGION_KEYS = (("cost", "prices", "regions"),)
_SERVICE_VALUES = (
    ("services", "allow", "*"),
    ("services", "deny", "*"),
    ("policy", "exempt_services", "*"),
    ("dns", "exempt_services", "*"),
    ("central", "services", "*"),
    ("third_party", "*", "service_name"),
    ("required_endpoints", "*", "services", "*"),
    ("waivers", "*", "match", "service"),
    ("waivers", "*", "match", "service", "*"),
)
_SERVICE_KEYS = (("service_ports",),)

_ENDPOINT_SERVICE = re.compile(r"com\.amazonaws\.vpce\.([^.]+)(\..+)?")
_CELL = re.compile(r"(\.c-[0-9a-z]+|[0-9]+)$")
_GLOBAL = ("cloudfront", "iam", "route53", "s3-global.accesspoint", "savingsplans")


class _Names:
    """The services and Regions of a service catalogue (`data.vpce.services`), with those that a document adds."""

    def __init__(self, catalogue: Json, document: Json) -> None:
        added = document.get("known_names") or {}
        self._catalogue = catalogue
        self._partitions = catalogue.get("partitions") or {}
        self.services = {*catalogue.get("services", ()), *_GLOBAL, *(added.get("services") or ())}
        self.regions = {
            *(region for partition in self._partitions.values() for region in partition.get("regions", ())),
            *(added.get("regions") or ()),
        }

    def why_no_region(self, name: str) -> str | None:
        """What is wrong with the name of a Region, or a pattern of names with `*`; None where nothing is."""
        if not self.regions or matches_any(name, self.regions):
            return None
        return f"names the Region {name}, which nobody knows{_hint(name, self.regions)}"

    def why_no_service(self, name: str) -> str | None:
        """What is wrong with a service: the part after the Region, a whole name, or a pattern with `*`."""
        if found := _ENDPOINT_SERVICE.fullmatch(name):
            return self.why_no_region(found[1])
        region, part = self._split(name)
        if region is not None and (wrong := self.why_no_region(region)):
            return wrong
        if self._is_service(part):
            return None
        meant = self._catalogue.get("aliases", {}).get(part)
        hint = f"; did you mean {' or '.join(meant)}?" if meant else _hint(part, self.services)
        return f"names the service {name}, which nobody knows{hint}"

    def _is_service(self, part: str) -> bool:
        plain = part.removesuffix("-fips")
        if part.startswith("vpce-svc-") or any(
            matches_any(one, self.services) for one in (part, plain, _CELL.sub("", plain))
        ):
            return True
        return "*" in part and matches_any(part, self._whole_names)

    def _split(self, name: str) -> tuple[str | None, str]:
        """The Region of a whole name, None for the part of one, and the rest."""
        for prefix in self._prefixes:
            if name.startswith(prefix):
                rest = name.removeprefix(prefix)
                region, dot, part = rest.partition(".")
                if rest in _GLOBAL:
                    return None, rest
                return (region, part) if dot and region not in ("*", "global") else (None, part or region)
        return None, name

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        own = {f"{partition['prefix']}." for partition in self._partitions.values()}
        return (*sorted(own, key=len, reverse=True), "aws.api.", "aws.sagemaker.", "api.aws.")

    @cached_property
    def _whole_names(self) -> set[str]:
        """Whole names, for patterns that begin before the Region."""
        return {
            f"{prefix}{region}.{service}"
            for prefix in self._prefixes
            for region in self.regions
            for service in (*self.services, "vpce-svc-0")
        }


def find_unknown_names(
    document: Json, catalogue: Json, own_sections: Mapping[str, Json] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Pointer and message of each service and Region in org data, or in a layer of them, that nobody knows.

    `document` is org data that have their shape, `catalogue` is `data.vpce.services` of a bundle, and `own_sections`
    are the schemas of own sections.
    """
    known = _Names(catalogue, document)
    for start, layer in layers_in(document):
        for why, values, keys in (
            (known.why_no_region, _REGION_VALUES, _REGION_KEYS),
            (known.why_no_service, _SERVICE_VALUES, _SERVICE_KEYS),
        ):
            for find, paths in ((at_values, values), (at_keys, keys)):
                for pointer, name in (one for path in paths for one in find(layer, path)):
                    if isinstance(name, str) and (wrong := why(name)):
                        yield f"{start}{pointer}", wrong
    for kind, why in (("region", known.why_no_region), ("service", known.why_no_service)):
        for pointer, name in find_names_in_sections(document, own_sections, kind):
            if wrong := why(name):
                yield pointer, wrong


def _hint(name: str, known: set[str]) -> str:
    meant = get_close_matches(name.replace("*", ""), sorted(known), n=1)
    return f"; did you mean {meant[0]}?" if meant else ". If it is new, list it in /known_names"
