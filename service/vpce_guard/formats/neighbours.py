"""The endpoints of one document as each other sees them: all there are, and of those the near ones and their number.

A rule that compares endpoints one by one needs few of them: those of the same service, those whose private names may be
the same, those that show what a policy of the endpoint for S3 breaks, and those of which something is not known. Of all
others it asks how many there are. Interface endpoints of one service with private DNS off are alike to rules, so the
first of them are enough. So what rules are given grows with what matters to an endpoint and not with the size
of its VPC.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, overload

from vpce_guard.formats.places import Place, is_gone, places, search_places, text_of, vpc_of
from vpce_guard.formats.private_names import ListedNames
from vpce_guard.model import Json, Proposal

_MOST_ALIKE = 50  # as many interface endpoints as a VPC may have, unless AWS raised its quota


class Near(NamedTuple):
    """The peers that rules are given one by one, and how many there are in all."""

    peers: list[Json]
    counts: Json


def members_seen(proposal: Proposal) -> Json:
    """The members of a proposal that near_peers() looks at."""
    return {name: getattr(proposal, name) for name in ("endpoint", "current", "context", "peers")}


def near_peers(document: Json, *, services: frozenset[str] = frozenset()) -> Near:
    """What rules are given of the peers of an input, or of its `endpoint`, `current`, `context` and `peers` alone.

    `services` are others that matter, by any end of their names. Where all peers are near there is nothing to count.
    """
    peers: Sequence[Json] = document["peers"]
    if not peers:
        return Near([], {})
    endpoint = document.get("endpoint") or document.get("current") or {}
    seen = peers if isinstance(peers, Peers) else Neighbours(peers).seen_by(endpoint, but=None)
    near = seen.near(endpoint, document["context"], services)
    return near if near is not None and len(near.peers) < len(peers) else Near(list(peers), {})


class Neighbours:
    """The endpoints of a document, each of which sees those of its VPC, and gateway endpoints.

    One that does not tell its VPC is seen by all, and sees all.
    """

    def __init__(self, endpoints: Sequence[Json], *, seen_as: Neighbours | None = None) -> None:
        self.all = endpoints
        self._changed: dict[Hashable, Neighbours] = {}
        self._number = {id(endpoint): number for number, endpoint in enumerate(endpoints)}
        self._of_vpc: dict[str, list[int]] = defaultdict(list)
        self._everywhere: list[int] = []
        for number, endpoint in enumerate(endpoints if seen_as is None else seen_as.all):
            vpc = vpc_of(endpoint)
            if vpc is None or endpoint.get("VpcEndpointType") == "Gateway":
                self._everywhere.append(number)
            else:
                self._of_vpc[vpc].append(number)
        self._index: _Index | None = None
        self._runs: dict[str | None, list[range]] = {}

    @property
    def index(self) -> _Index:
        """Where each is found; made when it is first asked for."""
        if self._index is None:
            self._index = _Index(self.all)
        return self._index

    def transform(self, key: Hashable, change: Callable[[Json], Json]) -> Neighbours:
        """The same endpoints, each changed and seen from where it was; made once for a key."""
        if key not in self._changed:
            self._changed[key] = Neighbours([change(endpoint) for endpoint in self.all], seen_as=self)
        return self._changed[key]

    def seen_by(self, endpoint: Json, *, but: Json | None) -> Peers:
        """What an endpoint sees, without the one it is itself, in the order of the document."""
        return Peers(self, vpc_of(endpoint), None if but is None else self._number.get(id(but)))

    def runs(self, vpc: str | None) -> list[range]:
        """The numbers of those that are seen from a VPC, as ranges in order; from None all are."""
        if vpc not in self._runs:
            numbers = [*self._everywhere, *self._of_vpc.get(vpc, ())] if vpc is not None else range(len(self.all))
            self._runs[vpc] = as_ranges(sorted(numbers))
        return self._runs[vpc]


class Peers(Sequence[Json]):
    """What one endpoint of a document sees of the others, in the order of the document. Nothing is copied."""

    __slots__ = ("_near", "_own", "_vpc", "neighbours")

    def __init__(self, neighbours: Neighbours, vpc: str | None, own: int | None) -> None:
        self.neighbours = neighbours
        self._vpc = vpc
        self._own = own
        self._near: tuple[tuple[Json, Json, frozenset[str]], Near | None] | None = None

    def runs(self) -> Iterator[range]:
        """The numbers of those that it sees among `neighbours.all`."""
        for run in self.neighbours.runs(self._vpc):
            if self._own is None or self._own not in run:
                yield run
            else:
                yield from (part for part in (range(run.start, self._own), range(self._own + 1, run.stop)) if part)

    def transform(self, key: Hashable, change: Callable[[Json], Json]) -> Peers:
        """The same, each changed; made once for a key."""
        return Peers(self.neighbours.transform(key, change), self._vpc, self._own)

    def near(self, endpoint: Json, context: Json, services: frozenset[str] = frozenset()) -> Near | None:
        """Those that matter to an endpoint in the VPC that these are seen from; None where all do, or it is in another.

        The answer of every rule is the same as if it were given all of them.
        """
        asked = endpoint, context, services
        if self._near is None or any(one is not other for one, other in zip(self._near[0], asked, strict=True)):
            self._near = asked, self._find_near(*asked)
        return self._near[1]

    def _find_near(self, endpoint: Json, context: Json, services: frozenset[str]) -> Near | None:
        places = search_places(endpoint)
        if places is None or vpc_of(endpoint) != self._vpc:
            return None
        index, own = self.neighbours.index, self._own
        listed: Iterable[str] = ()
        if text_of(endpoint, "ServiceName"):
            listed = index.names(context.get("ServiceDetails")).find_overlapping(endpoint, context.get("Region"))
        called = [(self._vpc, "called", name) for name in services]
        numbers = index.find([*places, *((self._vpc, "service", other) for other in listed), *called])
        numbers.update(index.find_alike(self._vpc, text_of(endpoint, "ServiceName"), but=own))
        return Near(
            [self.neighbours.all[number] for number in sorted(numbers) if number != own],
            index.count(endpoint, but=None if own is None else self.neighbours.all[own]),
        )

    def __len__(self) -> int:
        return sum(map(len, self.runs()))

    def __iter__(self) -> Iterator[Json]:
        return (self.neighbours.all[number] for number in chain.from_iterable(self.runs()))

    @overload
    def __getitem__(self, at: int) -> Json: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Json]: ...
    def __getitem__(self, at: int | slice) -> Json | Sequence[Json]:
        return list(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)


class _Index:
    """Where the endpoints of a document are found, and how many there are of a kind."""

    def __init__(self, endpoints: Sequence[Json]) -> None:
        self._found: dict[Place, list[int]] = defaultdict(list)
        self._created: Counter[tuple[str | None, str]] = Counter()
        self._of_vpc: dict[str | None, Counter[str]] = defaultdict(Counter)
        self._gateways = 0
        self._names: dict[int, tuple[object, ListedNames]] = {}
        for number, endpoint in enumerate(endpoints):
            for place in places(endpoint):
                self._found[place].append(number)
            vpc, kind = vpc_of(endpoint), _standing_type(endpoint)
            self._created.update((vpc, subnet) for subnet in _created_in(endpoint))
            self._gateways += kind == "Gateway"
            if kind is not None:
                self._of_vpc[vpc][kind] += 1

    def find(self, places: Iterable[Place]) -> set[int]:
        """The numbers of those found there."""
        return {number for place in places for number in self._found.get(place, ())}

    def find_alike(self, vpc: str | None, service: str | None, *, but: int | None) -> list[int]:
        """The numbers of the first of those of a service that rules cannot tell from each other."""
        first = self._found.get((vpc, "alike", service), ())[: _MOST_ALIKE + 1]
        return [number for number in first if number != but][:_MOST_ALIKE]

    def names(self, details: object) -> ListedNames:
        """What ServiceDetails tell of private names; kept beside them, so that the id stays theirs."""
        if id(details) not in self._names:
            self._names[id(details)] = details, ListedNames(details)
        return self._names[id(details)][1]

    def count(self, endpoint: Json, *, but: Json | None) -> Json:
        """`peer_counts` of the rules' input: of what an endpoint sees without the one that it is itself."""
        vpc = vpc_of(endpoint)
        own = but or {}
        kind, beside, created = _standing_type(own), vpc_of(own) == vpc, list(_created_in(own))
        return {
            "of_vpc": {
                one: number - (beside and one == kind) for one, number in sorted(self._of_vpc.get(vpc, {}).items())
            },
            "gateways": self._gateways - (kind == "Gateway"),
            "created_in": {
                subnet: self._created[vpc, subnet] + self._created[None, subnet] - (subnet in created and beside)
                for subnet in _subnets_of(endpoint)
            },
        }


def _standing_type(endpoint: Json) -> str | None:
    """The type of an endpoint that is there; None where it is gone or not known."""
    return None if is_gone(endpoint) else text_of(endpoint, "VpcEndpointType")


def _created_in(endpoint: Json) -> list[str]:
    """The subnets that an endpoint without an id gets interfaces in."""
    return _subnets_of(endpoint) if endpoint.get("VpcEndpointId", False) is False else []


def _subnets_of(endpoint: Json) -> list[str]:
    listed: Any = endpoint.get("SubnetIds")
    return list(dict.fromkeys(i for i in listed if isinstance(i, str))) if isinstance(listed, list) else []


def as_ranges(numbers: Iterable[int]) -> list[range]:
    """Numbers in the order they have, each that follows the one before joined to it."""
    found: list[range] = []
    for number in numbers:
        if found and found[-1].stop == number:
            found[-1] = range(found[-1].start, number + 1)
        else:
            found.append(range(number, number + 1))
    return found
