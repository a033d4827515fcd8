"""The shape of org data: the sections of a document and of its layers. A rule whose section is absent is not active.

Sections take members they do not know, so that a document of a later version still reads; `load` reports them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from vpce_guard.model import EnforcementAction, Json, Profile

ORG_ID = r"^o-[a-z0-9]{10,32}$"
ACCOUNT_ID = r"^[0-9]{12}$"
RULE_ID = r"^VPCE-(COMMON|IFACE|GW|GWLB|ORG)-[0-9]{3}$"


def _action(value: object) -> object:
    return {"explain": "inform", False: "off"}.get(value, value) if isinstance(value, str | bool) else value


Action = Annotated[EnforcementAction, BeforeValidator(_action)]
ByEnvironment = dict[str, bool]


class Section(BaseModel):
    """A part of the document."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class Closed(BaseModel):
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


class RequiredTag(Section):
    """A tag every endpoint carries."""

    key: str
    pattern: str | None = Field(None, description="RE2 expression the value matches.")
    envs: list[str] | None = Field(None, description="Only in these environments.")


class Tags(Section):
    """Tags endpoints carry."""

    required: list[RequiredTag] | None = None


class Naming(Section):
    """What the Name tag looks like."""

    pattern: str | None = Field(None, description="RE2 expression; {env} and {service} are filled in.")


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
    forbid_star_action: ByEnvironment | None = None


class Network(Section):
    """Security groups, subnets and route tables endpoints may use."""

    allowed_client_cidrs: list[str] | None = None
    allowed_prefix_lists: list[str] | None = None
    max_ipv4_prefix_open: int | None = None
    forbid_default_sg: bool | None = None
    tier_tag: str | None = None
    subnet_tiers: Json | None = Field(None, description='{"allowed": [values of the tier tag]}')
    require_all_private_route_tables: bool | None = None


class Dns(Section):
    """Private DNS."""

    require_private_dns: bool | None = None
    central_vpcs: list[str] | None = None
    exempt_services: list[str] | None = None


class Chooser(Section):
    """Which type is preferred."""

    prefer_gateway: bool | None = None


class ThirdParty(Section):
    """An endpoint service of another account that may be used."""

    service_name: str
    owner_account: str
    acceptance: Literal["manual", "auto"] | None = None
    expires: Annotated[date, Field(strict=False)] | None = None


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


class Cost(Section):
    """Ceilings of what endpoints may cost a month, and prices."""

    max_monthly_per_endpoint: float | None = None
    max_monthly_per_vpc: float | None = None
    prices: Json | None = None


class Freeze(Section):
    """A time in which nothing changes."""

    from_: Annotated[AwareDatetime, Field(alias="from", strict=False)]
    to: Annotated[AwareDatetime, Field(strict=False)]
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


class Waiver(Section):
    """An approved, expiring exception."""

    id: str
    rule: str = Field(pattern=RULE_ID)
    match: Annotated[Json, Field(min_length=1, description="vpc_id, service, account, address, tags")]
    approved_by: str
    requested_by: str | None = None
    owner: str | None = None
    ticket: str | None = None
    reason: str = Field(min_length=10)
    expires: Annotated[AwareDatetime, Field(strict=False)]


class Sections(Closed):
    """The sections a layer may hold."""

    profile: Profile | None = None
    enforcement: dict[str, Action] | None = Field(None, description="By rule id.")
    missing_context: Literal["per-rule", "deny", "warn"] | None = None
    environments: dict[str, str] | None = Field(None, description="Environment by account id or value of a VPC tag.")
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


class Document(Sections):
    """A whole org data document."""


def sections(document: Any) -> Document:
    """The document as its model. Raises pydantic's ValidationError."""
    return Document.model_validate(document)
