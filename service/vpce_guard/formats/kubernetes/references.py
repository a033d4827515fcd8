"""What references between Kubernetes objects stand for, as far as the same document tells.

An object that AWS has not given an id yet, or that does not say it, goes by its kind and name. Sources: ACK's and
Crossplane's references (`from.name`, `name`) and Crossplane's selectors (`matchLabels`, `matchControllerRef`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vpce_guard.formats.kubernetes.objects import GROUPS, PlacedObject
from vpce_guard.model import Json

_PREFIXES = {
    "VPC": "vpc-",
    "Subnet": "subnet-",
    "SecurityGroup": "sg-",
    "RouteTable": "rtb-",
    "VPCEndpoint": "vpce-",
}
_EXTERNAL_NAME = "crossplane.io/external-name"


class ObjectReferences:
    """The objects of a document, looked up as references name them."""

    def __init__(self, objects: Sequence[PlacedObject] = (), *, name_others: bool = False) -> None:
        """With `name_others`, a reference to a VPC outside of the document stands for one of that name or labels."""
        self._objects = [placed for placed in objects if placed.group in GROUPS and placed.kind in _PREFIXES]
        self._name_others = name_others

    def of_kind(self, kind: str) -> list[PlacedObject]:
        """The objects of a kind, in order."""
        return [placed for placed in self._objects if placed.kind == kind]

    def resolve_all(self, kind: str | None, reference: Any, owner: PlacedObject) -> list[str | None]:
        """The id of each object that a reference, a list of them or a selector names; None for what is not known."""
        if isinstance(reference, list):
            return [self._resolve(kind, one, owner) for one in reference]
        return [self._resolve(kind, reference, owner)]

    def resolve_one(self, kind: str | None, reference: Any, owner: PlacedObject) -> str | None:
        """The id of the one object that a reference or a selector names; None where it is not known."""
        found = self.resolve_all(kind, reference, owner)
        return found[0] if len(found) == 1 else None

    def find(self, kind: str, reference: Any, owner: PlacedObject) -> PlacedObject | None:
        """The one object of the document that a reference or a selector of `owner` names; None where it is not sure."""
        if not isinstance(reference, dict):
            return None
        candidates = [p for p in self.of_kind(kind) if p.group == owner.group and p.within == owner.within]
        if (named := _name_in(reference)) is not None:
            namespace = named[0] or owner.namespace
            candidates = [p for p in candidates if p.own_name == named[1] and _is_in(p, namespace)]
        elif "matchLabels" in reference or "matchControllerRef" in reference:
            wanted = reference.get("matchLabels")
            candidates = [p for p in candidates if _has_labels(p, wanted if isinstance(wanted, dict) else {})]
        else:
            return None
        return candidates[0] if len(candidates) == 1 else None

    def _resolve(self, kind: str | None, reference: Any, owner: PlacedObject) -> str | None:
        if kind is None:
            return None
        if (found := self.find(kind, reference, owner)) is not None:
            return id_of(found)
        if not (self._name_others and kind == "VPC" and isinstance(reference, dict)):
            return None
        if (named := _name_in(reference)) is not None:
            return "/".join(part for part in (kind, named[0] or owner.namespace, named[1]) if part)
        labels = reference.get("matchLabels")
        if not isinstance(labels, dict) or not labels or any(_has_labels(p, labels) for p in self.of_kind(kind)):
            return None
        wanted = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        return "/".join(part for part in (kind, owner.namespace, f"({wanted})") if part)


def id_of(placed: PlacedObject) -> str | None:
    """The id that AWS gave an object; its kind and name where it has none yet; None where it has no name either."""
    prefix = _PREFIXES[placed.kind]
    found = _status_id(placed.item, prefix)
    if found is None:
        metadata = placed.item.get("metadata")
        notes = metadata.get("annotations") if isinstance(metadata, dict) else None
        named = notes.get(_EXTERNAL_NAME) if isinstance(notes, dict) else None
        found = named if isinstance(named, str) and named.startswith(prefix) else None
    return found or placed.address


def _status_id(item: Json, prefix: str) -> str | None:
    status = item.get("status")
    if not isinstance(status, dict):
        return None
    seen = status.get("atProvider")
    values = [v for k, v in status.items() if k.lower().endswith("id")]
    values += [v for k, v in seen.items() if k.lower().endswith("id")] if isinstance(seen, dict) else []
    return next((v for v in values if isinstance(v, str) and v.startswith(prefix)), None)


def _name_in(reference: Json) -> tuple[str | None, str] | None:
    """The namespace, where it says one, and the name that a reference tells; None for a selector."""
    inner = reference.get("from")
    named = inner if isinstance(inner, dict) else reference
    name, namespace = named.get("name"), named.get("namespace")
    if not isinstance(name, str) or not name:
        return None
    return (namespace if isinstance(namespace, str) else None), name


def _is_in(placed: PlacedObject, namespace: str | None) -> bool:
    return placed.namespace is None or namespace is None or placed.namespace == namespace


def _has_labels(placed: PlacedObject, wanted: Json) -> bool:
    metadata = placed.item.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    labels = labels if isinstance(labels, dict) else {}
    return all(labels.get(key) == value for key, value in wanted.items())
