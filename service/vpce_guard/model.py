"""The vocabulary: proposals, violations, decisions and rules as frozen types.

Holds shapes only; nothing here reads, asks an engine or decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, SkipValidation

Json = dict[str, Any]
Operation = Literal["create", "modify", "delete"]
Severity = Literal["info", "warning", "error"]
EnforcementAction = Literal["deny", "warn", "inform", "off"]
Profile = Literal["aws-current", "aws-2023"]
EngineName = Literal["embedded", "opa"]
ExistingAction = Literal["warn", "deny"]

SEVERITY_ORDER: dict[str, int] = {"error": 0, "warning": 1, "info": 2}
ENFORCEMENT_ORDER: dict[str, int] = {"deny": 0, "warn": 1, "inform": 2, "off": 3}


class FrozenModel(BaseModel):
    """An immutable value that refuses members it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Location(FrozenModel):
    """A place in a file the caller wrote; `line` counts from 1 and is None where only the file is known."""

    file: str
    line: int | None = None


class Edit(FrozenModel):
    """A piece of a file, from start up to end, and the text to put in its place; lines and columns count from 1."""

    file: str
    start_line: int
    start_column: int
    end_line: int
    end_column: int
    text: str


POSSIBLE_MEMBERS = ("request", "context", "unknown", "peers", "policy", "defaults", "endpoint")
"""The members of a proposal that may be otherwise in one of its possibilities."""


class Proposal(FrozenModel):
    """One create, modify or delete of one endpoint, normalised.

    `request`, `current` and the objects in `context` are spelled as AWS spells them. `endpoint` is the
    endpoint after the operation in the shape of DescribeVpcEndpoints (None when none remains), `peers`
    are the other endpoints of the same document after their operations, `policy` holds the parsed
    policies of `request` and `current`, `instant` is the time of the context in UTC in a form that compares as
    text, `unknown` lists JSON Pointers of values that exist but are not known yet, and `source` is where the
    endpoint stands in what the caller wrote; rules do not see it. `defaults` marks the members of `endpoint` that the
    request is silent on, with the value its sender puts in or "aws" where AWS decides; `depends_on` are the addresses
    of what the document says is there first. `sensitive` are texts in it that rules judge and nobody is shown. `before`
    is the endpoint before an update of which only what it changes may deny; rules do not see it. `possibilities` are
    all ways in which what is unknown may turn out, where that is known: in each the members of POSSIBLE_MEMBERS that
    are otherwise. Each is judged; rules see one at a time. `exists` says that the endpoint is there already and the
    create is the one that would make it; rules do not see that.
    """

    operation: Operation
    request: Json = Field(default_factory=dict)
    current: Json | None = None
    context: Json = Field(default_factory=dict)
    intent: Json = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    address: str | None = None
    source: Location | None = None
    endpoint: Json | None = None
    peers: Annotated[Sequence[Json], SkipValidation] = ()
    policy: Json = Field(default_factory=dict)
    instant: str | None = None
    defaults: Json = Field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    before: Json | None = None
    sensitive: tuple[str, ...] = Field(default=(), repr=False)
    possibilities: tuple[Json, ...] = ()
    exists: bool = False

    def as_input(self, profile: Profile, *, peers: Sequence[Json] | None = None) -> Json:
        """Rego's `input` for this proposal under a profile; `peers` stand in the place of a list of all."""
        document: Json = {
            "operation": self.operation,
            "request": self.request,
            "context": self.context,
            "intent": self.intent,
            "labels": self.labels,
            "unknown": self.unknown,
            "peers": list(self.peers) if peers is None else peers,
            "policy": self.policy,
            "profile": profile,
        }
        for member in ("defaults", "depends_on"):
            if value := getattr(self, member):
                document[member] = value
        if self.possibilities:
            document["possibilities"] = [
                {**way, "peers": list(way["peers"])} if "peers" in way else way for way in self.possibilities
            ]
        for member in ("current", "endpoint", "address", "instant"):
            if (value := getattr(self, member)) is not None:
                document[member] = value
        return document


class ReachedParty(FrozenModel):
    """A principal or resource outside the organisation that a statement of a policy lets through."""

    statement: int
    name: str
    conditions: tuple[str, ...]


class PolicyReach(FrozenModel):
    """What an endpoint policy opens: principals and resources outside the organisation, and services by prefix.

    On modify also the statements of the new policy that allow what none of the current one surely allowed, and those
    of the current one that denied what none of the new one surely denies; None where there is nothing to compare with.
    `proofs` are the answers of `vpce-guard reach` by their question, where org data ask for them (`policy.prove`).
    """

    principals: tuple[ReachedParty, ...]
    resources: tuple[ReachedParty, ...]
    services: tuple[str, ...]
    newly_allowed: tuple[int, ...] | None = None
    no_longer_denied: tuple[int, ...] | None = None
    proofs: dict[str, Json] | None = None

    def sort(self) -> PolicyReach:
        """The same with each list sorted: Rego sets have no order."""
        order = self.model_copy(update={"services": tuple(sorted(self.services))})
        for member in ("principals", "resources"):
            listed = sorted(getattr(self, member), key=lambda reached: (reached.statement, reached.name))
            order = order.model_copy(update={member: tuple(listed)})
        return order


class Subject(FrozenModel):
    """Which endpoint a decision is about."""

    address: str | None
    endpoint_type: str | None
    service_name: str | None
    vpc_id: str | None
    source: Location | None


class Violation(FrozenModel):
    """One thing wrong with one proposal.

    `fix` is a JSON Patch (RFC 6902) of the proposal; `fix_verified` is true when the patched proposal was judged
    again, the violation was gone and nothing new was wrong or unknown. `location` is where what is wrong stands in
    what the caller wrote.
    """

    rule_id: str
    title: str
    severity: Severity
    enforcement_action: EnforcementAction
    message: str
    path: str
    remediation: str
    source: str
    fix: tuple[Json, ...] | None = None
    fix_verified: bool = False
    location: Location | None = None


class Undetermined(FrozenModel):
    """A rule that could not be judged, and what is missing to judge it."""

    rule_id: str
    reason: str
    missing: tuple[str, ...]


class WaivedViolation(FrozenModel):
    """A violation that does not count, the waiver that says so and when that ends."""

    rule_id: str
    waiver_id: str
    expires: str
    message: str


class Override(FrozenModel):
    """What a layer of org data made a rule do, instead of its own enforcement action, and why."""

    rule_id: str
    own: EnforcementAction
    action: EnforcementAction
    reason: str | None
    layer: str


class Verdict(FrozenModel):
    """What judge() makes of an evaluation."""

    allowed: bool
    violations: tuple[Violation, ...]
    waived: tuple[WaivedViolation, ...]
    undetermined: tuple[Undetermined, ...]
    overrides: tuple[Override, ...]
    reach: PolicyReach | None


class BundleRef(FrozenModel):
    """The bundle a decision was made under."""

    revision: str


class OrgRef(FrozenModel):
    """The org data a decision was made under: its content hash, the environment, and the layers that hold there."""

    revision: str
    environment: str | None
    layers: tuple[str, ...]


class Cost(FrozenModel):
    """What the endpoint costs a month after the operation, and what that changes; None where it is not known.

    `unknown` says what is not known and `with_data` whether data is counted, which needs `intent.gb_per_month`.
    `prices_of` is the date of the prices and `prices_from` their source.
    """

    currency: str
    monthly: float | None
    difference: float | None
    with_data: bool
    unknown: tuple[str, ...]
    prices_of: str | None
    prices_from: str | None


class Metrics(FrozenModel):
    """How long the engine took for this decision's call, in milliseconds, shared evenly within a batch."""

    evaluate_ms: float


class InventoryRef(FrozenModel):
    """That context came from the inventory: when the oldest of it was read, and why some was left out."""

    taken: str | None
    note: str | None


class Decision(FrozenModel):
    """The answer for one proposal; `allowed` is its boolean, `error` says why none could be made.

    `strict` says whether the caller or the service refused what could not be told; org data may have done so besides.
    `fallback` says why `engine` is another one than is set: why that gave no answer.
    """

    decision_id: str
    request_id: str
    timestamp: str
    allowed: bool
    operation: Operation
    subject: Subject
    violations: tuple[Violation, ...]
    waived: tuple[WaivedViolation, ...]
    undetermined: tuple[Undetermined, ...]
    overrides: tuple[Override, ...]
    bundle: BundleRef
    org: OrgRef | None
    cost: Cost | None
    policy_reach: PolicyReach | None
    profile: Profile
    engine: EngineName
    fallback: str | None = None
    strict: bool = False
    inventory: InventoryRef | None = None
    metrics: Metrics
    error: str | None


class RequestKey(NamedTuple):
    """The key that a caller gave a request, so that it is decided once, and the SHA-256 of its body in hex."""

    caller: str
    key: str
    body: str


class KeyedRequest(NamedTuple):
    """A request with a key: the ids of its decisions, and what was said beside them."""

    key: RequestKey
    decisions: tuple[str, ...]
    notes: tuple[str, ...]
    strict: bool


class Entry(NamedTuple):
    """What the decision log keeps: a decision, the input it was made on, and who asked.

    `packed` gives the text of the input, where the log began with it before the decision was made. `request` stands in
    the first entry of a request that has a key.
    """

    decision: Decision
    input: Json
    requested_by: str | None = None
    packed: Callable[[], bytes] | None = None
    request: KeyedRequest | None = None
