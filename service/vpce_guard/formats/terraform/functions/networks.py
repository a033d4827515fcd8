"""Terraform's functions of address ranges.

Source: https://developer.hashicorp.com/terraform/language/functions/cidrsubnet and on.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from vpce_guard.formats.terraform.conversions import to_whole_number

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _read(prefix: Any) -> _Network:
    if not isinstance(prefix, str) or "/" not in prefix:
        raise ValueError("no address range")
    return ipaddress.ip_network(prefix, strict=False)


def _longer(network: _Network, newbits: Any) -> int:
    """The length of a prefix with more bits."""
    bits = to_whole_number(newbits)
    if bits < 0 or network.prefixlen + bits > network.max_prefixlen:
        raise ValueError("no such subnet")
    return network.prefixlen + bits


def _at(network: _Network, address: int, length: int) -> str:
    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    return f"{kind(address)}/{length}"


def _cidrsubnet(prefix: Any, newbits: Any, number: Any) -> str:
    network, position = _read(prefix), to_whole_number(number)
    length = _longer(network, newbits)
    if not 0 <= position < 1 << (length - network.prefixlen):
        raise ValueError("no such subnet")
    return _at(network, int(network.network_address) + (position << (network.max_prefixlen - length)), length)


def _cidrsubnets(prefix: Any, *newbits: Any) -> list[str]:
    """Ranges after each other, each of which begins where one of its size may."""
    network, found = _read(prefix), []
    start = int(network.network_address)
    for bits in newbits:
        length = _longer(network, bits)
        if length == network.prefixlen:
            raise ValueError("not a longer prefix")
        size = 1 << (network.max_prefixlen - length)
        start = -(-start // size) * size
        if start + size - 1 > int(network.broadcast_address):
            raise ValueError("not enough addresses")
        found.append(_at(network, start, length))
        start += size
    return found


def _cidrhost(prefix: Any, number: Any) -> str:
    return str(_read(prefix)[to_whole_number(number)])


def _cidrnetmask(prefix: Any) -> str:
    network = _read(prefix)
    if network.version != 4:
        raise ValueError("of IPv4 only")
    return str(network.netmask)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "cidrsubnet": _cidrsubnet,
    "cidrsubnets": _cidrsubnets,
    "cidrhost": _cidrhost,
    "cidrnetmask": _cidrnetmask,
}
