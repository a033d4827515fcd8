"""What a reader is given and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from vpce_guard.formats.aws.endpoint import AWS_DECIDES
from vpce_guard.formats.text import Text
from vpce_guard.model import Edit, Json, Location, Operation

if TYPE_CHECKING:
    from vpce_guard.formats.terraform.hcl import Configuration


API_DEFAULTS: Mapping[str, Any] = MappingProxyType({"PrivateDnsEnabled": AWS_DECIDES})
"""The AWS API leaves it to AWS whether private DNS is on."""

TOOL_DEFAULTS: Mapping[str, Any] = MappingProxyType({"PrivateDnsEnabled": False})
"""CloudFormation's documented default; Terraform's provider, and so Crossplane's and Pulumi's, send it."""

DEFAULT_VPC = "the default VPC"
"""In the place of the id of the VPC that AWS takes where a security group names none; no tool makes it."""


MOST_POSSIBILITIES = 16
"""So many ways in which an endpoint may turn out are judged at most."""


class Locations(Protocol):
    """Where the parts of one proposal stand in what the caller wrote."""

    def locate(self, pointer: str) -> Location | None:
        """The place of what a JSON Pointer into the proposal names, or of the nearest thing around it."""

    def find_edits(self, patch: Sequence[Json]) -> tuple[Edit, ...]:
        """The edits of the text that carry out a JSON Patch of the proposal; none where they do not surely do so."""


@dataclass(frozen=True, kw_only=True)
class TextLocations:
    """Places in a text: `parts` tells for pointers into the proposal which part of the document they come from.

    `literal` says that the text spells the request as AWS does, but for what `parts` sends elsewhere.
    """

    text: Text
    parts: Mapping[str, str]
    literal: bool = False

    def locate(self, pointer: str) -> Location | None:
        """See Locations."""
        known = self._known_pointer(pointer)
        if known is None:
            return None
        return Location(file=self.text.file, line=self.text.line(self.parts[known] + pointer[len(known) :]))

    def find_edits(self, patch: Sequence[Json]) -> tuple[Edit, ...]:
        """See Locations."""
        found = [self._edit(operation) for operation in patch]
        edits = [edit for edit in found if edit is not None]
        return tuple(edits) if self.literal and len(edits) == len(patch) == 1 else ()

    def _edit(self, operation: Json) -> Edit | None:
        pointer = operation["path"]
        known = self._known_pointer(pointer)
        if known not in ("/request", ""):
            return None
        return self.text.edit(operation, self.parts[known] + pointer[len(known) :])

    def _known_pointer(self, pointer: str) -> str | None:
        while pointer not in self.parts:
            if not pointer:
                return None
            pointer = pointer.rpartition("/")[0]
        return pointer


@dataclass(frozen=True, kw_only=True)
class Possibility:
    """One way in which what a draft does not know may turn out: the members of the draft as they are then."""

    request: Json
    unknown: tuple[str, ...] = ()
    context: Json = field(default_factory=dict)
    beside: tuple[Json, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a reader found out about one endpoint, before it is put beside its neighbours.

    `source` is where the endpoint stands, `locations` where the parts of the proposal do. `sender_defaults` are the
    values that whoever sends the request puts in where it is silent, by member. `depends_on` are the addresses of
    what the document says is there before this endpoint is touched. `beside` are endpoints that the document removes
    and that may still be there when this one is touched, in DescribeVpcEndpoints shape with `address`. `sensitive` are
    texts that may be judged and not shown. `before` is the endpoint before an update of which only what it changes may
    deny, in DescribeVpcEndpoints shape; `current` has the tags that are set beside already. `possibilities` are all
    ways in which what is unknown may turn out, where the document tells them; each knows as much or more.
    `is_elsewhere` says that the context given for all tells nothing of it: it has a Region and an account of its own.
    `exists` is an endpoint that is there already, in DescribeVpcEndpoints shape; the draft is the create that would
    make it. `inventory` is context that is known beforehand: both the document and what is given for all overrule it.
    """

    operation: Operation
    request: Json = field(default_factory=dict)
    current: Json | None = None
    context: Json = field(default_factory=dict)
    intent: Json = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    address: str | None = None
    source: Location | None = None
    locations: Locations | None = None
    sender_defaults: Mapping[str, Any] = field(default_factory=lambda: API_DEFAULTS)
    depends_on: tuple[str, ...] = ()
    before: Json | None = None
    apart: tuple[str, ...] = ()
    beside: tuple[Json, ...] = ()
    sensitive: tuple[str, ...] = ()
    possibilities: tuple[Possibility, ...] = ()
    is_elsewhere: bool = False
    exists: Json | None = None
    inventory: Json = field(default_factory=dict)

    def where(self, possibility: Possibility) -> Draft:
        """The draft as it is where one of its possibilities comes true."""
        return replace(self, **_members(possibility), possibilities=())


def members_of(outcomes: Sequence[Possibility]) -> dict[str, Any]:
    """The members of a draft that turns out as the first outcome says, or in one of the ways that the others are."""
    as_it_stands, *ways = outcomes
    distinct = [way for at, way in enumerate(ways) if way not in ways[:at]]
    (chosen,) = distinct if len(distinct) == 1 else [as_it_stands]
    possibilities = tuple(distinct) if len(distinct) > 1 else ()
    return {**_members(chosen), "possibilities": possibilities}


def _members(possibility: Possibility) -> dict[str, Any]:
    return {member.name: getattr(possibility, member.name) for member in fields(possibility)}


@dataclass(frozen=True, kw_only=True)
class Document:
    """Endpoints a document proposes to change, and its unchanged endpoints as `neighbours`.

    `notes` say in words for the caller what may hold endpoints and is not read, or was read with doubt; `warnings` what
    was not read and would only tell more of the endpoints that were.
    """

    drafts: tuple[Draft, ...]
    neighbours: tuple[Json, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Extras:
    """What a caller gives beside a document: values of template parameters, context, text and Terraform source.

    `text` is None where the document came parsed. `scope` goes before the names of what a template makes, where several
    are judged together. `open_beside` reads a file that a document names, by its path from there; `open_module` gives
    the template of a module by its type; `imports` gives the value of an export by its name, and its stack.
    Each gives None where it cannot. `is_elsewhere` is that of the drafts.
    """

    parameters: Mapping[str, Any] = field(default_factory=dict)
    context: Json = field(default_factory=dict)
    text: Text | None = None
    configuration: Configuration | None = None
    scope: str = ""
    open_beside: Callable[[str], Text | None] | None = None
    open_module: Callable[[str], Json | None] | None = None
    imports: Callable[[Any], tuple[Any, Any] | None] | None = None
    is_elsewhere: bool = False

    def locations(self, parts: Mapping[str, str], *, literal: bool = False) -> Locations | None:
        """Locations in the document's text; None where there is no text."""
        return TextLocations(text=self.text, parts=parts, literal=literal) if self.text else None


NO_EXTRAS = Extras()
