"""The shape of org data: the whole document, its layers, and who may depart from it by a waiver."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from vpce_guard.model import Profile
from vpce_guard.org.sections import (
    Availability,
    Central,
    Chooser,
    Cost,
    Dns,
    Features,
    Freeze,
    Limits,
    Naming,
    Network,
    Policy,
    Quotas,
    Regions,
    RequiredEndpoints,
    Services,
    Tags,
    ThirdParty,
)
from vpce_guard.org.values import ACCOUNT_ID, ORG_ID, RULE_ID, Action, ClosedSection, Instant, Section

Texts = str | list[str] | None
SectionPointer = Annotated[
    str, Field(pattern=r"^(/[^/]+)+$", description="JSON Pointer of a section or of a member of one.")
]


def _check_not_empty(value: object) -> object:
    if value == {}:
        raise ValueError("must name what the waiver holds for")
    return value


class Match(Section):
    """What a waiver holds for: every member given must agree. One that is not known never does."""

    vpc_id: Texts = None
    service: Texts = Field(None, description="The service part (ecr.api) or the full name.")
    account: Texts = None
    region: Texts = None
    environment: Texts = None
    endpoint_id: Texts = None
    endpoint_type: Texts = None
    address: Texts = Field(None, description="The endpoint's address in the document.")
    tags: Annotated[dict[str, str], Field(min_length=1)] | None = Field(None, description="Tags of the endpoint.")


class Waiver(Section):
    """An approved, expiring exception."""

    id: str = Field(min_length=1)
    rule: str = Field(pattern=RULE_ID)
    match: Annotated[Match, BeforeValidator(_check_not_empty)]
    approved_by: str
    requested_by: str | None = None
    owner: str | None = None
    ticket: str | None = None
    reason: str = Field(min_length=10)
    starts: Instant | None = Field(None, description="When it was approved.")
    expires: Instant


class WaiverPolicy(ClosedSection):
    """What the organisation demands of waivers beyond their shape."""

    rules: list[Annotated[str, Field(pattern=RULE_ID)]] | None = Field(
        None, description="Rules that may be waived; all rules of the kind org if absent. Never one that AWS enforces."
    )
    max_days: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Longest time from `starts` to `expires`; a waiver without `starts` does not count then."
    )
    require: list[Literal["owner", "ticket", "requested_by", "starts"]] | None = Field(
        None, description="Members without which a waiver does not count."
    )
    warn_days: Annotated[int, Field(ge=0)] = Field(14, description="Days before the end from which on decisions warn.")
    unmatched_days: Annotated[int, Field(ge=1)] = Field(
        90, description="Days without a match after which `vpce-guard policy waivers` reports a waiver."
    )


class Enforcement(ClosedSection):
    """What a rule does, with the reason where it does less than it would."""

    action: Action
    reason: str | None = Field(None, min_length=10)


class Sections(ClosedSection):
    """The sections a layer may hold."""

    enforcement: dict[str, Action | Enforcement] | None = Field(
        None,
        description="By rule id: deny, warn, inform (or explain), off, or an object with the reason. "
        "A rule that AWS enforces is lowered only with a reason.",
    )
    regions: Regions | None = None
    services: Services | None = None
    tags: Tags | None = None
    naming: Naming | None = None
    availability: Availability | None = None
    policy: Policy | None = None
    org_ids: list[Annotated[str, Field(pattern=ORG_ID)]] | None = None
    accounts: list[Annotated[str, Field(pattern=ACCOUNT_ID)]] | None = None
    network: Network | None = None
    dns: Dns | None = None
    chooser: Chooser | None = None
    third_party: list[ThirdParty] | None = None
    limits: Limits | None = None
    quotas: Quotas | None = None
    service_ports: dict[str, list[int]] | None = None
    cost: Cost | None = None
    freeze: list[Freeze] | None = None
    central: Central | None = None
    features: Features | None = None
    required_endpoints: list[RequiredEndpoints] | None = None
    requesters: dict[str, list[str]] | None = Field(None, description="Principals that may ask, by environment.")
    waivers: list[Waiver] | None = None


class Layer(Sections):
    """Constraints of one part of the organisation. It may tighten; it loosens only what layers above leave open."""

    name: str = Field(min_length=1)
    level: Literal["unit", "account", "environment"]
    accounts_in: list[Annotated[str, Field(pattern=ACCOUNT_ID)]] | None = Field(None, description="Holds for these.")
    environments_in: list[str] | None = Field(None, description="Holds in these.")
    open: list[SectionPointer] | None = Field(None, description="What layers below may loosen.")
    owner: str | None = Field(None, min_length=1, description="Who changes the file of the layer.")
    file: str | None = Field(
        None, min_length=1, description="File with the sections of the layer, below the folder of this one."
    )


OWN_FILE_SECTIONS = frozenset({*Sections.model_fields, "open"})
"""What the file of a layer may hold."""


class WaiverFile(ClosedSection):
    """A file of waivers that somebody else owns, and what they may waive."""

    file: str = Field(min_length=1, description="Below the folder of this file; it holds `waivers` only.")
    owner: str = Field(min_length=1, description="Who changes it; the `owner` of its waivers.")
    rules: list[Annotated[str, Field(pattern=RULE_ID)]] | None = Field(None, description="Only these are waived.")
    accounts: list[Annotated[str, Field(pattern=ACCOUNT_ID)]] | None = Field(
        None, min_length=1, description="Each `match` names one or more of these accounts."
    )
    environments: list[str] | None = Field(
        None, min_length=1, description="Each `match` names one or more of these environments."
    )
    approvers: list[str] | None = Field(None, min_length=1, description="Each `approved_by` is one of these.")


class KnownNames(ClosedSection):
    """Names that exist and that the packaged service catalogue does not know yet."""

    services: list[str] | None = Field(None, description="The part of the name after the Region.")
    regions: list[str] | None = None


class ClusterSelector(ClosedSection):
    """What an object of Kubernetes has to have; every member that is given must agree."""

    namespaces: list[str] | None = Field(None, description="Namespaces, patterns with *.")
    labels: dict[str, str] | None = Field(None, description="Labels of the object.")
    provider_configs: list[str] | None = Field(None, description="Crossplane's providerConfigRef, patterns with *.")


class Cluster(ClosedSection):
    """Whose the endpoints of a part of a cluster are."""

    when: ClusterSelector | None = Field(None, description="Without it, every object.")
    account: Annotated[str, Field(pattern=ACCOUNT_ID)] | None = None
    region: str | None = None
    environment: str | None = Field(None, description="Where `environments` does not give the account one.")
    team: str | None = Field(None, description="Becomes the label team.")
    principal: str | None = Field(None, description="Who asks; without it, the user who changed the object.")


class OrgDocument(Sections):
    """A whole org data document: the organisation's own layer, and the layers below it."""

    profile: Profile | None = None
    missing_context: Literal["per-rule", "deny", "warn"] | None = Field(
        None, description="deny: a rule that could not be judged denies, as with --strict."
    )
    environments: dict[str, str] | None = Field(
        None, description="Environment by account id, or by the value of the VPC's Environment tag."
    )
    clusters: list[Cluster] | None = Field(
        None, description="Account, Region, environment and team of objects of Kubernetes; the first that holds counts."
    )
    waiver_policy: WaiverPolicy | None = None
    open: list[SectionPointer] | None = Field(None, description="What layers below may loosen.")
    layers: list[Layer] | None = None
    waiver_files: list[WaiverFile] | None = Field(None, description="Files of waivers that others own.")
    known_names: KnownNames | None = Field(None, description="Services and Regions newer than this version knows.")
