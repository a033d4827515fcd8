"""Where an endpoint of a document is found by those that it matters to, and where it finds those that matter to it.

A place is a VPC, why one looks there, and for which service or ARN. See neighbours.py for what rules are given of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vpce_guard.model import Json

_BY_SERVICE = ("Interface", "GatewayLoadBalancer", "Gateway")
_GONE = frozenset({"deleted", "failed", "rejected", "expired"})
_FREELY_NAMED = "com.amazonaws.vpce."
_OF_AWS = ".vpce.amazonaws.com"  # what the names end with that every interface endpoint gets; .cn may follow
# Services whose endpoints show that a policy of the endpoint for S3 must leave buckets of AWS open: the `endpoints` of
# rego/vpce/buckets/data.yaml.
SHOW_WORKLOADS = frozenset(
    {
        "cloudformation",
        "codeartifact.repositories",
        "codedeploy",
        "codedeploy-commands-secure",
        "drs",
        "ecr.dkr",
        "eks-auth",
        "elasticbeanstalk",
        "elasticbeanstalk-health",
        "elasticmapreduce",
        "imagebuilder",
        "mgn",
        "ssm",
    }
)
Place = tuple[str | None, str, str | None]  # a VPC or None, why, and of which service or ARN


def vpc_of(endpoint: Json) -> str | None:
    """The id of the VPC of an endpoint, or what stands for it; None where it is not known."""
    return text_of(endpoint, "VpcId")


def places(peer: Json) -> Iterator[Place]:
    """Where an endpoint is found by those that it is near to."""
    vpc, kind, service = vpc_of(peer), text_of(peer, "VpcEndpointType"), text_of(peer, "ServiceName")
    if vpc is None or kind is None or is_gone(peer):
        yield vpc, "all", None
    elif kind not in _BY_SERVICE:
        arn = text_of(peer, "ResourceConfigurationArn")
        yield (vpc, "resource", arn) if kind == "Resource" and arn else (vpc, "lattice", None)
    elif kind == "Gateway" or service is None:
        yield vpc, "all", None
    else:
        yield vpc, ("alike" if _owns_no_name(peer) else "service"), service
    if kind != "Gateway" and _has_private_names(peer):
        yield vpc, "names", None
    if service is not None and vpc is not None:
        yield from ((vpc, "called", name) for name in _short_names(service))
    if service and service.startswith(_FREELY_NAMED) and peer.get("PrivateDnsEnabled") is not False:
        yield vpc, "freely named", None


def _owns_no_name(peer: Json) -> bool:
    """Whether an endpoint is there and cannot clash with another: to rules it is like all others of its service."""
    state = str(peer.get("State") or "available").lower()
    return (
        peer.get("VpcEndpointType") == "Interface" and peer.get("PrivateDnsEnabled") is False and state == "available"
    )


def _has_private_names(peer: Json) -> bool:
    """Whether its DnsEntries may hold a private name, which rules compare where private DNS is not off."""
    if peer.get("PrivateDnsEnabled") is False:
        return False
    entries: Any = peer.get("DnsEntries")
    if not isinstance(entries, list):
        return bool(entries)
    return any(not (isinstance(one, dict) and _is_of_aws(one.get("DnsName"))) for one in entries)


def _is_of_aws(name: object) -> bool:
    return isinstance(name, str) and name.lower().removesuffix(".cn").endswith(_OF_AWS)


def search_places(endpoint: Json) -> list[Place] | None:
    """Where an endpoint finds those that are near to it, but for other services; None where all are."""
    vpc, kind, service = vpc_of(endpoint), text_of(endpoint, "VpcEndpointType"), text_of(endpoint, "ServiceName")
    if vpc is None or kind is None:
        return None
    found: list[Place] = [(vpc, "all", None), (None, "all", None), (None, "names", None), (None, "freely named", None)]
    if kind not in _BY_SERVICE:
        arn = text_of(endpoint, "ResourceConfigurationArn")
        if kind != "Resource" or arn is None:
            return None
        return [*found, (vpc, "resource", arn), (vpc, "lattice", None)]
    if service is None:
        return None
    found += [(vpc, "service", service), (vpc, "names", None)]
    if service.startswith(_FREELY_NAMED):
        found.append((vpc, "freely named", None))
    if service.endswith(".s3"):
        found += [(vpc, "called", name) for name in SHOW_WORKLOADS]
    elif not SHOW_WORKLOADS.isdisjoint(_short_names(service)):
        found.append((vpc, "called", "s3"))
    return found


def _short_names(service: str) -> Iterator[str]:
    """What a service may be called: its name and each end of it, and those without -fips."""
    yield service
    while "." in service:
        service = service.partition(".")[2]
        yield service
        if "-fips" in service:
            yield service.replace("-fips", "")


def is_gone(endpoint: Json) -> bool:
    """Whether an endpoint says that it is no more: deleted, failed, rejected or expired."""
    return str(endpoint.get("State", "")).lower() in _GONE


def text_of(endpoint: Json, member: str) -> str | None:
    """A member that is a text and not empty; None for any other."""
    value = endpoint.get(member)
    return value if isinstance(value, str) and value else None
