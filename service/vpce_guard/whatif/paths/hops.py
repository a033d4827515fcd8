"""The hops of one client's path to an endpoint, as the facts tell them."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.whatif.paths.filters import answer_acl, answer_acl_to_gateway, answer_client_acl, answer_group
from vpce_guard.whatif.paths.names import answer_dns, answer_dns_of_gateway
from vpce_guard.whatif.paths.network import EndpointNetwork
from vpce_guard.whatif.paths.routing import answer_route, answer_route_to_gateway
from vpce_guard.whatif.paths.types import HopAnswer, HopKind, PathClient


def find_hops(found: EndpointNetwork, client: PathClient) -> Iterator[tuple[HopKind, HopAnswer]]:
    """The hops in the order in which a request meets them."""
    if found.type == "Gateway":
        if client.outside:
            yield "route", HopAnswer("stops", "a gateway endpoint serves the subnets of its own VPC only")
            return
        yield "dns", answer_dns_of_gateway(found)
        yield "client-group", HopAnswer("unknown", "which security groups the clients have is not told")
        yield "client-acl", answer_acl_to_gateway(found, client)
        yield "route", answer_route_to_gateway(found, client)
        return
    yield "dns", answer_dns(found, client)
    if not client.outside:
        yield "client-acl", answer_client_acl(found, client)
    yield "route", answer_route(found, client)
    yield "acl", answer_acl(found, client)
    yield "group", answer_group(found, client)
