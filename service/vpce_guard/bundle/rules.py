"""Rules as a bundle holds them: their METADATA in a closed schema, and what follows from it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vpce_guard.bundle.frameworks import FrameworkMapping
from vpce_guard.model import EnforcementAction, FrozenModel, Operation, Profile, Severity

BUILT_IN = "vpce"  # the root of the packages of the built-in rules
Effect = Literal[
    "api-rejects",
    "accepted-but-useless",
    "breaks-intent",
    "documented-limit",
    "hygiene",
    "property",
    "org-decision",
    "state-2023-only",
]
Hop = Literal["dns", "group", "network-acl", "route", "outside"]
OfExisting = Literal["judged", "evidence", "silent"]
EndpointType = Literal["Interface", "Gateway", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel"]
Page = Annotated[str, Field(pattern=r"^https://[a-zA-Z0-9.-]+\.[a-z]+(/\S*)?$")]
_DERIVED = {"environment": "environments", "environment_names": "environments"}  # of which section of org data


def package_of(name: str) -> str:
    """The package of a rule: `family.name` of a built-in one, `root.family.name` of one of an organisation's own."""
    *root, family, rule = name.split(".")
    return ".".join([*(root or [BUILT_IN]), "rules", family, rule])


def rule_of(package: str) -> str | None:
    """The name of the rule that a package is; None for a package that is no rule."""
    root, *rest = package.split(".")
    if len(rest) != 3 or rest[0] != "rules":
        return None
    return ".".join(rest[1:] if root == BUILT_IN else [root, *rest[1:]])


class Citation(FrozenModel):
    """A place in one of the two documents that the first rules come from."""

    file: Literal["gateway-vs-interface-endpoint.txt", "interface-vs-gateway-vs-gwlb-endpoint.txt"]
    pointer: str
    paraphrase: str


class AwsFact(FrozenModel):
    """What AWS does today, and the public page that says or shows it.

    `documented` is on a page of AWS. `observed` is not: `evidence` says what kind of thing `doc` shows.
    """

    text: str
    doc: Page
    status: Literal["documented", "observed"]
    evidence: Literal["acceptance-test", "issue", "recorded-answer", "public-code"] | None = None

    @model_validator(mode="after")
    def _evidence(self) -> AwsFact:
        if (self.status == "observed") != (self.evidence is not None):
            raise ValueError("what is observed, and only that, names its evidence")
        return self


class RelatedResource(FrozenModel):
    """A page to read about a rule."""

    ref: Page
    description: str | None = None


class Change(FrozenModel):
    """What changed in a rule with a version of the product."""

    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    text: str


class RuleMetadata(FrozenModel):
    """The closed schema of METADATA `custom` on a rule package.

    `hop` names what stops a client on its way to the endpoint where the rule is violated, for a rule about that way;
    `outside` stops those outside the VPC on their way into it.
    `existing` says what an audit makes of the rule, where that does not follow from the rest: see Rule.of_existing.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*-[A-Z][A-Z0-9]*-\d{3}$")
    kind: Literal["aws-api", "documented", "org"]
    severity: Severity
    enforcement_action: EnforcementAction
    effect: Effect
    hop: Hop | None = None
    remediation: str = Field(min_length=1)
    operations: tuple[Operation, ...] = ("create", "modify")
    reads: tuple[str, ...]
    optional: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    aws: tuple[AwsFact, ...] = ()
    profiles: dict[Profile, EnforcementAction] = Field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    history: tuple[Change, ...] = ()
    frameworks: tuple[FrameworkMapping, ...] = ()
    existing: Literal["judged", "silent"] | None = None


class Rule(RuleMetadata):
    """One rule of the catalogue: its METADATA with the place it comes from.

    `endpoint_types` are those that a family of an organisation's own is asked for; None stands for all, and for what
    vpce.main says of the built-in families.
    """

    name: str
    endpoint_types: tuple[EndpointType, ...] | None = None
    title: str
    description: str
    related_resources: tuple[RelatedResource, ...] = ()

    def default_action(self, profile: Profile) -> EnforcementAction:
        """What a violation does under a profile when nothing overrides it."""
        return self.profiles.get(profile, self.enforcement_action)

    @property
    def aws_enforces(self) -> bool:
        """Whether AWS itself refuses what the rule denies: no waiver counts, and it is lowered only with a reason."""
        return self.kind != "org" and self.severity == "error"

    @property
    def of_existing(self) -> OfExisting:
        """What the rule says of an endpoint that is there, judged as the create that would make it.

        A rule about the making or the change is `silent`. What AWS refuses to make and yet runs is `evidence` that the
        rule, or what it is told, is wrong; unless it can come about later, which METADATA says by `existing: judged`.
        """
        if self.existing is not None:
            return self.existing
        if "create" not in self.operations:
            return "silent"
        return "evidence" if self.kind != "org" and self.effect == "api-rejects" else "judged"

    @property
    def source(self) -> str:
        """The best single reference, always a public page: one named for the rule, else of AWS, else what was seen."""
        return self.pages[0]

    @property
    def pages(self) -> tuple[str, ...]:
        """The public pages about the rule, the best one first, each once."""
        facts = sorted(self.aws, key=lambda fact: fact.status)  # documented before observed
        return tuple(dict.fromkeys([*(one.ref for one in self.related_resources), *(fact.doc for fact in facts)]))

    @property
    def org_sections(self) -> tuple[str, ...]:
        """The sections of org data the rule reads: its parameters."""
        read = [pointer.split("/")[2] for pointer in (*self.reads, *self.optional) if pointer.startswith("/org/")]
        return tuple(dict.fromkeys(_DERIVED.get(section, section) for section in read))

    @model_validator(mode="after")
    def _has_a_page(self) -> Rule:
        if not self.pages:
            raise ValueError("no public page: name one in related_resources or in aws")
        return self
