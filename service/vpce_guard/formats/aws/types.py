"""The JSON types of AWS's objects, so that no rule has to guess what a value of the wrong type means.

Only types are held here: which values, combinations and members are legal is for the rules to say. null stands
for "not given" or "not known" everywhere. Source: botocore ec2 2016-11-15, CreateVpcEndpointRequest,
ModifyVpcEndpointRequest and the Describe* results.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json

_OPEN = ConfigDict(strict=True, extra="allow")

Text = str | None
Flag = bool | None
Texts = list[str | None] | None
Objects = list[Json | None] | None


@with_config(_OPEN)
class _Tag(TypedDict, total=False):
    Key: Text
    Value: Text


@with_config(_OPEN)
class _TagSpecification(TypedDict, total=False):
    ResourceType: Text
    Tags: list[_Tag | None] | None


@with_config(_OPEN)
class _DnsOptions(TypedDict, total=False):
    DnsRecordIpType: Text
    PrivateDnsOnlyForInboundResolverEndpoint: Flag
    PrivateDnsPreference: Text
    PrivateDnsSpecifiedDomains: Texts


@with_config(_OPEN)
class _SubnetConfiguration(TypedDict, total=False):
    SubnetId: Text
    Ipv4: Text
    Ipv6: Text


@with_config(_OPEN)
class _Request(TypedDict, total=False):
    VpcEndpointType: Text
    VpcEndpointId: Text
    VpcId: Text
    ServiceName: Text
    ServiceRegion: Text
    ServiceNetworkArn: Text
    ResourceConfigurationArn: Text
    IpAddressType: Text
    ClientToken: Text
    DryRun: Flag
    PolicyDocument: str | Json | None
    PrivateDnsEnabled: Flag
    ResetPolicy: Flag
    SubnetIds: Texts
    AddSubnetIds: Texts
    RemoveSubnetIds: Texts
    RouteTableIds: Texts
    AddRouteTableIds: Texts
    RemoveRouteTableIds: Texts
    SecurityGroupIds: Texts
    AddSecurityGroupIds: Texts
    RemoveSecurityGroupIds: Texts
    DnsOptions: _DnsOptions | None
    SubnetConfigurations: list[_SubnetConfiguration | None] | None
    TagSpecifications: list[_TagSpecification | None] | None


@with_config(_OPEN)
class _Group(TypedDict, total=False):
    GroupId: Text
    GroupName: Text


@with_config(_OPEN)
class _Endpoint(TypedDict, total=False):
    VpcEndpointId: Text
    VpcEndpointType: Text
    VpcId: Text
    ServiceName: Text
    ServiceRegion: Text
    ServiceNetworkArn: Text
    ResourceConfigurationArn: Text
    State: Text
    OwnerId: Text
    IpAddressType: Text
    PolicyDocument: str | Json | None
    PrivateDnsEnabled: Flag
    RequesterManaged: Flag
    RouteTableIds: Texts
    SubnetIds: Texts
    Groups: list[_Group | None] | None
    DnsOptions: _DnsOptions | None
    Tags: list[_Tag | None] | None


@with_config(_OPEN)
class _Subnet(TypedDict, total=False):
    SubnetId: Text
    VpcId: Text
    OwnerId: Text
    AvailabilityZone: Text
    AvailabilityZoneId: Text
    CidrBlock: Text
    AvailableIpAddressCount: int | None
    Ipv6Native: Flag
    Ipv6CidrBlockAssociationSet: Objects
    Tags: list[_Tag | None] | None


@with_config(_OPEN)
class _RouteTable(TypedDict, total=False):
    RouteTableId: Text
    VpcId: Text
    Associations: Objects
    Routes: Objects


@with_config(_OPEN)
class _SecurityGroup(TypedDict, total=False):
    GroupId: Text
    GroupName: Text
    VpcId: Text
    OwnerId: Text
    IpPermissions: Objects
    IpPermissionsEgress: Objects


@with_config(_OPEN)
class _ServiceDetail(TypedDict, total=False):
    ServiceName: Text
    ServiceRegion: Text
    Owner: Text
    ServiceType: Objects
    AvailabilityZones: Texts
    AvailabilityZoneIds: Texts
    SupportedIpAddressTypes: Texts
    PrivateDnsName: Text
    PrivateDnsNames: Objects
    PrivateDnsNameVerificationState: Text
    VpcEndpointPolicySupported: Flag
    AcceptanceRequired: Flag
    ManagesVpcEndpoints: Flag


@with_config(_OPEN)
class _Workload(TypedDict, total=False):
    Name: Text
    ResourceType: Text
    SubnetIds: Texts


@with_config(_OPEN)
class _Context(TypedDict, total=False):
    Region: Text
    AccountId: Text
    Partition: Text
    time: Text
    principal: Text
    OptedInRegions: Texts
    Vpc: Json | None
    Subnets: list[_Subnet | None] | None
    RouteTables: list[_RouteTable | None] | None
    SecurityGroups: list[_SecurityGroup | None] | None
    VpcEndpoints: list[_Endpoint | None] | None
    ServiceDetails: list[_ServiceDetail | None] | None
    ManagedPrefixLists: Objects
    PrivateHostedZones: Objects
    SecurityGroupVpcAssociations: Objects
    ResourceConfigurations: Objects
    ServiceNetworks: Objects
    NetworkAcls: Objects
    NetworkInterfaces: Objects
    Workloads: list[_Workload | None] | None
    Kubernetes: Json | None


@with_config(_OPEN)
class _Intent(TypedDict, total=False):
    access_paths: Texts
    client_hypervisor: Text
    protocols: Texts
    initiator: Text
    usable_immediately: Flag
    app_subnets: Texts
    custom_dns_resolves_service: Flag
    client_cidrs: Texts
    change_class: Text


@with_config(ConfigDict(strict=True, extra="ignore"))
class ProposalParts(TypedDict, total=False):
    """The parts of a proposal that hold AWS's objects."""

    request: _Request
    current: _Endpoint | None
    context: _Context
    intent: _Intent


_PARTS = TypeAdapter(ProposalParts)
_MUST_BE = {
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "int_type": "must be a whole number",
}


def require(parts: Json, *, where: str) -> None:
    """Nothing, where every known member of request, current, context and intent has AWS's type.

    Else raises MalformedError with a pointer to each that has not; `where` tells a person which endpoint is meant.
    """
    try:
        _PARTS.validate_python(parts)
    except ValidationError as error:
        places = {pointer: detail for e in error.errors(include_url=False) for pointer, detail in [_place(e)]}
        raise MalformedError(
            f"{where} has values of the wrong type: " + "; ".join(f"{p} {d}" for p, d in places.items()) + ".",
            advice="Members are spelled and typed as in the AWS API; see docs/reference/formats.md.",
            pointers=tuple(Pointer(pointer=p, code="type", detail=d) for p, d in places.items()),
        ) from None


def _place(error: Any) -> tuple[str, str]:
    """The pointer of a wrong value and what it must be; the branches of a union are left out of the pointer."""
    parts = [str(part) for part in error["loc"]]
    if parts[-1] in ("str", "dict[str,any]"):
        return "/" + "/".join(parts[:-1]), "must be a string or an object"
    return "/" + "/".join(parts), _MUST_BE.get(error["type"], error["msg"])
