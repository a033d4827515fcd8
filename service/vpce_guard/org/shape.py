"""The shape of org data: the sections of a document and of its layers. A rule whose section is absent is not active.

Sections take members they do not know, so that a document of a later version still reads; `load` reports them.
Tables by environment may have `*`, which stands for every environment that has no entry of its own.
"""

from __future__ import annotations

import re
from datetime import date
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from vpce_guard.instants import instant
from vpce_guard.model import EnforcementAction, Profile

ORG_ID = r"^o-[a-z0-9]{10,32}$"
ACCOUNT_ID = r"^[0-9]{12}$"
RULE_ID = r"^VPCE-(COMMON|IFACE|GW|GWLB|ORG)-[0-9]{3}$"


def _read_action(value: object) -> object:
    return "inform" if value == "explain" else value


def _re2(value: str) -> str:
    """A pattern both engines take: RE2 has no look-around and no back-references."""
    if re.search(r"\(\?(?:[=!]|<[=!])|\\[1-9]", value):
        raise ValueError("look-around and back-references are not in RE2")
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


def _cidr(value: str) -> str:
    ip_network(value)
    return value


def _instant(value: str) -> str:
    if instant(value) is None:
        raise ValueError("is not a time with a zone, such as 2026-12-31T18:00:00Z")
    return value


def _day(value: str) -> str:
    if len(value) != 10:
        raise ValueError("is not a date, such as 2026-12-31")
    date.fromisoformat(value)
    return value


Action = Annotated[EnforcementAction, BeforeValidator(_read_action)]
Pattern = Annotated[str, AfterValidator(_re2)]
Cidr = Annotated[str, AfterValidator(_cidr)]
Instant = Annotated[str, AfterValidator(_instant), Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
Texts = str | list[str] | None
ByEnvironment = dict[str, bool]
SectionPointer = Annotated[
    str, Field(pattern=r"^(/[^/]+)+$", description="JSON Pointer of a section or of a member of one.")
]


def _check_not_empty(value: object) -> object:
    if value == {}:
        raise ValueError("must name what the waiver holds for")
    return value


def _check_naming(value: str) -> str:
    _re2(re.sub(r"\{(env|service|vpc|region)\}", "x", value))
    return value


class Section(BaseModel):
    """A part of the document."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class ClosedSection(BaseModel):
    """A part that takes only what it knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Regions(Section):
    """Where endpoints may be."""

    allowed: dict[str, list[str]] | None = Field(None, description="Regions by environment.")
    cross_region_allowed: bool | None = None


class Services(Section):
    """Which services endpoints may lead to, by the part of the name after the Region."""

    allow: list[str] | None = None
    deny: list[str] | None = None
    fips_variants: bool | None = Field(None, description="An entry also stands for the service's -fips variant.")


class RequiredTag(Section):
    """A tag every endpoint carries."""

    key: str
    pattern: Pattern | None = Field(None, description="RE2 expression the whole value matches.")
    envs: list[str] | None = Field(None, description="Only in these environments.")


class Tags(Section):
    """Tags endpoints carry."""

    required: list[RequiredTag] | None = None


class Naming(Section):
    """What the Name tag looks like."""

    pattern: Annotated[str, AfterValidator(_check_naming)] | None = Field(
        None, description="RE2 expression; {env}, {service} (dots as hyphens), {vpc} and {region} are filled in."
    )


class Availability(Section):
    """How many Availability Zones an interface endpoint spans."""

    min_azs: dict[str, Annotated[int, Field(ge=1)]] | None = Field(None, description="By environment.")


class Policy(Section):
    """What endpoint policies must and must not say."""

    required: ByEnvironment | None = None
    exempt_services: list[str] | None = None
    narrowing_keys: list[str] | None = Field(None, description="Condition keys that narrow a wildcard principal.")
    require_principal_org: bool | None = None
    require_resource_org: bool | None = None
    resource_org_exceptions: list[str] | None = None
    exception_conditions: dict[str, list[str]] | None = Field(
        None, description="Condition keys with the values that make an exception, as aws:PrincipalTag/dp:exclude: true."
    )
    forbid_star_action: ByEnvironment | None = None


class SubnetTiers(Section):
    """Which subnets endpoints may be in."""

    allowed: list[str] | None = Field(None, description="Values of the tier tag.")


class Network(Section):
    """Security groups, subnets and route tables endpoints may use."""

    allowed_client_cidrs: list[Cidr] | None = None
    allowed_prefix_lists: list[str] | None = None
    max_ipv4_prefix_open: int | None = Field(
        None, description="An IPv4 range with a shorter prefix is open whatever is allowed."
    )
    forbid_default_sg: bool | None = None
    tier_tag: str | None = None
    subnet_tiers: SubnetTiers | None = None
    require_all_private_route_tables: bool | None = None


class Dns(Section):
    """Private DNS."""

    require_private_dns: bool | None = None
    central_vpcs: list[str] | None = Field(
        None, description="Hub VPCs that share names through zones of their own, so that private DNS is off there."
    )
    exempt_services: list[str] | None = None


class Chooser(Section):
    """Which type is preferred."""

    prefer_gateway: bool | None = None
    access_path_tag: str | None = Field(
        None, description="Tag whose value names access paths, separated by spaces, where the intent does not."
    )


class ThirdParty(Section):
    """An endpoint service of another account that may be used."""

    service_name: str
    owner_account: str
    acceptance: Literal["manual", "auto"] | None = None
    expires: Day | None = None


class Limits(Section):
    """Quotas of the organisation's accounts where AWS raised them."""

    policy_chars: int | None = None
    security_groups_per_eni: int | None = None
    interface_gwlb_per_vpc: int | None = None
    gateway_per_region: int | None = None
    gateway_per_vpc: int | None = None
    resource_per_vpc: int | None = None
    service_network_per_vpc: int | None = None


class Quotas(Section):
    """The organisation's own ceilings."""

    interface_gwlb_per_vpc: int | None = None
    gateway_per_region: int | None = None
    warn_at: float | None = Field(None, description="Share of a ceiling from which on to warn.")


class Tier(Section):
    """A price for data up to a total per Region and month."""

    up_to_gb: float | None = Field(None, description="Upper end of the tier in GB; none for the last.")
    per_gb: Annotated[float, Field(ge=0)]


class TypePrice(Section):
    """What an endpoint of a type costs in a Region."""

    az_hour: Annotated[float, Field(ge=0)] = Field(description="Per Availability Zone (or endpoint) and hour.")
    gb: Annotated[float, Field(ge=0)] | None = Field(None, description="Per GB, where there are no tiers.")
    gb_tiers: list[Tier] | None = None
    cross_region_gb: Annotated[float, Field(ge=0)] | None = Field(None, description="Per GB from another Region.")
    status: str | None = None


class Prices(Section):
    """Prices with their date and source."""

    currency: str | None = None
    hours: Annotated[float, Field(gt=0)] | None = Field(None, description="Hours of a month; 730 if absent.")
    source: str | None = None
    date: Day | None = None
    regions: dict[str, dict[str, TypePrice]] | None = None


class Cost(Section):
    """Ceilings of what endpoints may cost a month, and prices."""

    max_monthly_per_endpoint: float | None = None
    max_monthly_per_vpc: float | None = None
    prices: Prices | None = Field(None, description="Instead of the packaged prices; see docs/explanation/cost.md.")


class Freeze(Section):
    """A time in which nothing changes."""

    from_: Annotated[Instant, Field(alias="from")]
    to: Instant
    envs: list[str] | None = None
    except_classes: list[str] | None = None


class Central(Section):
    """Services that are reached through endpoints of hub VPCs."""

    hub_vpcs: list[str] | None = None
    services: list[str] | None = None


class Features(Section):
    """What may be used at all."""

    cross_region: bool | None = None
    ip_types: list[Literal["ipv4", "dualstack", "ipv6"]] | None = None
    endpoint_types: list[str] | None = None


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
        None, description="Rules that may be waived; all VPCE-ORG rules if absent. Never one that AWS enforces."
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
    requesters: dict[str, list[str]] | None = Field(None, description="Principals that may ask, by environment.")
    waivers: list[Waiver] | None = None


class Layer(Sections):
    """Constraints of one part of the organisation. It may tighten; it loosens only what layers above leave open."""

    name: str = Field(min_length=1)
    level: Literal["unit", "account", "environment"]
    accounts_in: list[Annotated[str, Field(pattern=ACCOUNT_ID)]] | None = Field(None, description="Holds for these.")
    environments_in: list[str] | None = Field(None, description="Holds in these.")
    open: list[SectionPointer] | None = Field(None, description="What layers below may loosen.")


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
