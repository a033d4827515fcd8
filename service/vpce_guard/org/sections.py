"""The sections of org data that rules read. A rule whose section is absent is not active.

Sections take members they do not know, so that a document of a later version still reads; `load` reports them.
Tables by environment may have `*`, which stands for every environment that has no entry of its own.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from vpce_guard.org.values import ByEnvironment, Cidr, Day, Instant, Pattern, Section, check_re2


def _check_naming(value: str) -> str:
    check_re2(re.sub(r"\{(env|service|vpc|region)\}", "x", value))
    return value


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
    prove: bool | None = Field(
        None, description="Decide by proof whom a policy lets through and to what; rules go by what is proved."
    )
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
    source: str | None = None
    date: Day | None = None


class Prices(Section):
    """Prices with their date and source."""

    currency: str | None = None
    hours: Annotated[float, Field(gt=0)] | None = Field(None, description="Hours of a month; 730 if absent.")
    source: str | None = None
    date: Day | None = None
    regions: dict[str, dict[str, TypePrice]] | None = Field(
        None, description="By Region and type; NatGateway and TransitGatewayAttachment are compared with in advice."
    )


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


class RequiredEndpoints(Section):
    """Services that some VPCs must have an endpoint for; every member given must agree."""

    services: list[str] = Field(min_length=1, description="The part of the name after the Region, or the full name.")
    envs: list[str] | None = Field(None, description="Only in these environments.")
    vpcs: list[str] | None = Field(None, description="Only in these VPCs, by id.")
    vpc_tags: dict[str, str] | None = Field(None, description="Only in VPCs with these tags.")


class Features(Section):
    """What may be used at all."""

    cross_region: bool | None = None
    ip_types: list[Literal["ipv4", "dualstack", "ipv6"]] | None = None
    endpoint_types: list[str] | None = None
