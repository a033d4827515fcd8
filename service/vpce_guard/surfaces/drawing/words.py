"""Paths in words, with every text that others wrote made visible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vpce_guard.surfaces.visible import visible
from vpce_guard.whatif.paths.types import ClientPath, HopKind, HopState, PathHop

HOPS: Mapping[HopKind, str] = {
    "dns": "DNS",
    "client-group": "Security groups of the clients",
    "client-acl": "Network ACL of the clients",
    "route": "Route",
    "acl": "Network ACL of the endpoint",
    "group": "Security groups of the endpoint",
}
STATES: Mapping[HopState, str] = {
    "passes": "passes",
    "stops": "stops",
    "partly": "stops some",
    "unknown": "not known",
}
SIGNS: Mapping[HopState, str] = {"passes": "✓", "stops": "✕", "partly": "!", "unknown": "?"}
_STAGES = {"before": "before", "after": "after", "both": "before and after"}
_MOST = 3


def name_clients(path: ClientPath) -> str:
    """Whose path it is, without saying all of many."""
    return _list_few(path.clients)


def note_clients(path: ClientPath) -> str:
    """The ranges of the clients, as far as they are told."""
    return _list_few(path.ranges)


def name_stage(path: ClientPath, *, compared: bool) -> str:
    """Whether the path is that before or after a change; empty where only one of them is there to see."""
    return _STAGES[path.stage] if compared else ""


def note_hop(hop: PathHop) -> str:
    """What stands at a hop: few ids."""
    return _list_few(hop.what)


def describe_hop(hop: PathHop) -> str:
    """A hop in words, such as `Route passes (the local route of the VPC)`."""
    note = note_hop(hop)
    return f"{HOPS[hop.kind]}{f' {note}' if note else ''} {STATES[hop.state]} ({explain_hop(hop)})"


def explain_hop(hop: PathHop) -> str:
    """Why a hop is in its state, with the rules that say so."""
    return visible(hop.why) + (f" · {', '.join(hop.rules)}" if hop.rules else "")


def describe_path(path: ClientPath, *, compared: bool) -> str:
    """A path in words, hop by hop."""
    note, stage = note_clients(path), name_stage(path, compared=compared)
    head = f"{name_clients(path)}{f' ({note})' if note else ''}{f', {stage}' if stage else ''}"
    return f"{head}: {'; '.join(map(describe_hop, path.hops))}."


def _list_few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(map(visible, names[:_MOST])) + more
