"""Paths as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from vpce_guard.bundle.rules import Hop, Rule
from vpce_guard.model import Json
from vpce_guard.whatif.paths.traffic import Network

HopState = Literal["passes", "stops", "partly", "unknown"]
HopKind = Literal["dns", "client-group", "client-acl", "route", "acl", "group"]
Stage = Literal["before", "after", "both"]


@dataclass(frozen=True)
class PathTerms:
    """What a bundle tells of paths: the hop that each rule is about, and the TCP ports of services unlike 443."""

    hops: Mapping[str, Hop] = field(default_factory=dict)
    ports: Mapping[str, Sequence[int]] = field(default_factory=dict)


class HopAnswer(NamedTuple):
    """What is known of a hop, why in words, and the ids of what stands there."""

    state: HopState
    why: str
    what: tuple[str, ...] = ()


@dataclass(frozen=True)
class PathClient:
    """Who wants to reach the endpoint: a subnet of the VPC, a range, or somebody outside of it."""

    name: str
    range: Network | None
    subnet_id: str | None = None
    outside: bool = False
    declared: bool = False


@dataclass(frozen=True)
class PathHop:
    """A hop: `what` are the ids of what stands there, `why` says why it is in its state, `rules` those that name it."""

    kind: HopKind
    state: HopState
    why: str
    what: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClientPath:
    """The path of clients whose hops are alike; `ranges` are their addresses as far as they are told.

    `declared` says that the proposal names these clients. `stage` is whether the path is that before the change, after
    it, or both.
    """

    clients: tuple[str, ...]
    ranges: tuple[str, ...]
    outside: bool
    declared: bool
    stage: Stage
    hops: tuple[PathHop, ...]

    @property
    def state(self) -> HopState:
        """The worst that is known of its hops; it passes only where all of them do."""
        states = {hop.state for hop in self.hops}
        worst: tuple[HopState, ...] = ("stops", "partly", "unknown")
        return next((state for state in worst if state in states), "passes")

    @property
    def is_wrong(self) -> bool:
        """Whether a rule names a hop of it, or clients that the proposal names are stopped."""
        return any(hop.rules for hop in self.hops) or (self.declared and self.state in ("stops", "partly"))


def path_terms(rules: Iterable[Rule], services: Json, org_data: Json) -> PathTerms:
    """The terms of the rules and the service catalogue of a bundle, and of the org data in force."""
    ports: dict[str, Sequence[int]] = {}
    for told in (services.get("ports"), org_data.get("service_ports")):
        ports |= {name: found for name, found in (told or {}).items() if isinstance(found, list)}
    return PathTerms(hops={rule.id: rule.hop for rule in rules if rule.hop is not None}, ports=ports)


def combine(states: Sequence[HopState]) -> HopState:
    """What several ways of which a client takes any do together."""
    kinds = set(states)
    if len(kinds) == 1:
        return kinds.pop()
    return "partly" if kinds & {"stops", "partly"} else "unknown"
