"""From a need to endpoint types, in the order of preference: the type chooser of the rule catalogue, row by row."""

from __future__ import annotations

from dataclasses import dataclass

from vpce_guard.model import Json, Profile
from vpce_guard.whatif.advice.need import EndpointType, Need, NeededFact

_WITH_GATEWAY = ("s3", "dynamodb")
_PREFIXES = ("com amazonaws", "cn com amazonaws", "eu amazonaws", "aws api", "api aws", "aws sagemaker")
GLOBAL = ("cloudfront", "iam", "route53", "s3-global.accesspoint", "savingsplans")
"""Services without a Region in their name."""
_TRANSPORTS = {"tcp", "udp", "tls", "https", "http"}


@dataclass(frozen=True)
class Option:
    """A type that may serve the need, None where no endpoint does. `beside_gateway`: the VPC itself uses a gateway."""

    endpoint_type: EndpointType | None
    row: int
    why: str
    also: str = ""
    beside_gateway: bool = False


def options(need: Need, *, types: frozenset[str], profile: Profile, cross_region: bool = False) -> list[Option]:
    """The types that serve a need, best first; never empty. `types` are those the service is known to offer.

    `cross_region` says whether the service is known to be reached from other Regions.
    """
    if none := _option_without_endpoint(need):
        return [none]
    if need.purpose == "tunnel":
        return [Option("Tunnel", 12, "it leads to whole ranges of another network", "clients encapsulate")]
    if need.purpose == "inspection" or types == {"GatewayLoadBalancer"}:
        return [
            Option(
                "GatewayLoadBalancer",
                9,
                "it takes traffic out of its route to appliances and back",
                "one endpoint per Availability Zone; it has no security group and no policy",
            )
        ]
    if need.resource_configuration_arn:
        return [Option("Resource", 10, "it leads to one resource of another VPC without a load balancer")]
    if need.service_network_arn:
        return [Option("ServiceNetwork", 11, "it leads to all of a service network", "a /28 of each subnet is used")]
    return _options_of_service(need, profile, cross_region)


def find_needs(need: Need, context: Json, option: Option) -> list[NeededFact]:
    """What a need leaves out and nothing can be proposed without; `context` has its Region and account."""
    found = []
    kind = option.endpoint_type
    if kind in ("Resource", "Tunnel") and not need.resource_configuration_arn:
        what = "the resource configuration that it leads to"
        arn = "arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/rcfg-0a1b2c3d4e5f67890"
        found.append(NeededFact(member="resource_configuration_arn", what=what, example=arn))
    if kind in ("Interface", "Gateway", "GatewayLoadBalancer") and not need.service:
        example = "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f67890" if kind == "GatewayLoadBalancer" else "s3"
        found.append(NeededFact(member="service", what="the service that is to be reached", example=example))
    if kind in ("Interface", "Gateway") and _has_no_region(need) and not (need.service_region or context.get("Region")):
        found.append(NeededFact(member="region", what="the Region of the VPC", example="us-east-1"))
    vpc = context.get("Vpc")
    if not need.vpc_id and not (isinstance(vpc, dict) and vpc.get("VpcId")):
        what = "the VPC; a context tells its subnets, groups and route tables too"
        found.append(NeededFact(member="vpc_id", what=what, example="vpc-0a1b2c3d4e5f67890"))
    return found


def _has_no_region(need: Need) -> bool:
    """Whether the service is named by the part after the Region, or not at all."""
    return need.service not in GLOBAL and service_part(need) == (need.service or "") and not is_endpoint_service(need)


def is_used_from_outside(need: Need) -> bool:
    """Whether something outside the VPC is to use the endpoint."""
    return any(path != "vpc" for path in need.access_paths)


def service_part(need: Need) -> str:
    """The part of the service's name after the Region, or all of it where it is of another form."""
    name = need.service or ""
    labels = name.split(".")
    for prefix in map(str.split, _PREFIXES):
        if labels[: len(prefix)] == prefix and len(labels) > len(prefix) + 1 and labels[len(prefix)].count("-") >= 2:
            return ".".join(labels[len(prefix) + 1 :])
    return name.removeprefix("com.amazonaws.") if not is_endpoint_service(need) else name


def is_endpoint_service(need: Need) -> bool:
    """Whether the service is somebody's own, behind a load balancer."""
    return ".vpce-svc-" in (need.service or "")


def _option_without_endpoint(need: Need) -> Option | None:
    if need.initiator == "provider":
        return Option(None, 13, "endpoints carry connections of the consumer only: use peering or a transit gateway")
    if strange := [p for p in need.protocols if p.lower() not in _TRANSPORTS]:
        return Option(None, 13, f"endpoints do not carry {', '.join(strange)}: use peering or a transit gateway")
    if service_part(need) == "s3express" and all(path != "vpc" for path in need.access_paths):
        return Option(None, 4, "S3 Express One Zone has gateway endpoints only, which nothing outside the VPC can use")
    return None


def _options_of_service(need: Need, profile: Profile, cross_region: bool) -> list[Option]:
    name = service_part(need)
    if is_endpoint_service(need):
        return [Option("Interface", 8, "an interface endpoint leads to an endpoint service", "its provider accepts it")]
    if need.service_region and need.service_region != (need.region or need.context.get("Region")):
        if profile == "aws-2023":
            why = "endpoints lead to services of their own Region: use peering or a transit gateway to one over there"
            return [Option(None, 7, why)]
        if not cross_region:
            why = f"AWS does not list {name} among the services that PrivateLink reaches in other Regions: use peering"
            return [Option(None, 7, f"{why} or a transit gateway to an endpoint over there")]
        return [Option("Interface", 7, "PrivateLink leads to this service in other Regions", "data crosses Regions")]
    if name == "s3express":
        return [Option("Gateway", 4, "S3 Express One Zone has gateway endpoints only")]
    if name == "s3-global.accesspoint":
        return [Option("Interface", 5, "multi-Region access points have a service of their own")]
    if name in _WITH_GATEWAY and not is_used_from_outside(need):
        if need.policy_per_route_table:
            return [Option("Gateway", 14, "gateway endpoints in different route tables have policies of their own")]
        return [
            Option("Gateway", 1, "a gateway endpoint costs nothing and is scoped by route tables"),
            Option("Interface", 1, "an interface endpoint serves too, at a charge"),
        ]
    if name in _WITH_GATEWAY:
        why = "a gateway endpoint cannot be reached from outside its VPC"
        row = 2 if name == "s3" else 3
        alone = Option("Interface", row, why, "" if name == "s3" else "clients use the name of the endpoint")
        if "vpc" not in need.access_paths:
            return [alone]
        also = "clients in the VPC go on through a gateway endpoint, which costs nothing"
        return [Option("Interface", row, why, also, beside_gateway=True), alone]
    return [Option("Interface", 6, "AWS services but S3 and DynamoDB are reached through interface endpoints")]
