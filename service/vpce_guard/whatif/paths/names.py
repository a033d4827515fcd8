"""DNS: whether the name of the service leads clients to the endpoint."""

from __future__ import annotations

from vpce_guard.whatif.paths.members import objects, text
from vpce_guard.whatif.paths.network import EndpointNetwork
from vpce_guard.whatif.paths.types import HopAnswer, PathClient


def answer_dns(found: EndpointNetwork, client: PathClient) -> HopAnswer:
    """That of an endpoint with network interfaces."""
    if found.intent.get("custom_dns_resolves_service") is True:
        return HopAnswer("passes", "the proposal says that your own DNS resolves the service")
    if client.outside:
        return HopAnswer(
            "unknown",
            "clients outside the VPC need an inbound Resolver endpoint or the endpoint's own names, and nothing tells "
            "of either",
        )
    private = found.endpoint.get("PrivateDnsEnabled")
    if found.is_hidden("PrivateDnsEnabled") or not isinstance(private, bool):
        return HopAnswer("unknown", "whether private DNS is on is not told")
    if not private:
        return HopAnswer("unknown", "private DNS is off: only clients that use the endpoint's own names come here")
    options = found.endpoint.get("DnsOptions")
    if isinstance(options, dict) and options.get("PrivateDnsOnlyForInboundResolverEndpoint") is True:
        return HopAnswer(
            "partly", "private DNS is for inbound Resolver endpoints only: in the VPC the name leads to the gateway"
        )
    return _names_in_vpc(found, "private DNS is on")


def answer_dns_of_gateway(found: EndpointNetwork) -> HopAnswer:
    """That of a gateway endpoint, which has the names that the service has everywhere."""
    if found.intent.get("custom_dns_resolves_service") is True:
        return HopAnswer("passes", "the proposal says that your own DNS resolves the service")
    return _names_in_vpc(found, "the VPC resolves names")


def _names_in_vpc(found: EndpointNetwork, otherwise: str) -> HopAnswer:
    options = found.context.get("DhcpOptions")
    servers = [
        text(server.get("Value"))
        for option in objects(options.get("DhcpConfigurations") if isinstance(options, dict) else None)
        if option.get("Key") == "domain-name-servers"
        for server in objects(option.get("Values"))
    ]
    if own := [one for one in servers if one != "AmazonProvidedDNS"]:
        return HopAnswer("unknown", f"the VPC uses the name server {own[0]}; what it answers is not told")
    told = {name: found.attribute(name) for name in ("EnableDnsSupport", "EnableDnsHostnames")}
    needed = told if found.type != "Gateway" else {"EnableDnsSupport": told["EnableDnsSupport"]}
    if off := [name for name, value in needed.items() if value is False]:
        return HopAnswer("stops", f"{' and '.join(off)} of the VPC is off")
    if None in needed.values():
        return HopAnswer("unknown", "the DNS attributes of the VPC are not told")
    return HopAnswer("passes", otherwise)
