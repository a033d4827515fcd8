"""Where a request comes from, for log lines alone: nothing is allowed or refused by it.

`X-Forwarded-For` counts only as far as trusted proxies wrote it: anybody else may send one.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_MOST = 50  # proxies in a row that are looked at


class Addresses:
    """Tells where requests come from, behind the proxies of some networks."""

    def __init__(self, proxies: Sequence[str]) -> None:
        self._proxies = [ipaddress.ip_network(proxy) for proxy in proxies]

    def find_client(self, scope: Scope) -> str | None:
        """The last address on the way that is no proxy's; None where who connected has none."""
        peer = _parse(scope["client"][0]) if scope.get("client") else None
        if peer is None:
            return None
        for hop in reversed(_hops(scope["headers"])):
            if not self._is_proxy(peer) or (address := _parse(hop)) is None:
                break
            peer = address
        return str(peer)

    def _is_proxy(self, address: _Address) -> bool:
        return any(address in network for network in self._proxies)


def _hops(headers: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """What proxies, or anybody, wrote: the nearest last."""
    told = b",".join(value for name, value in headers if name == b"x-forwarded-for").decode("latin-1")
    return [hop.strip() for hop in told.rsplit(",", _MOST)[-_MOST:]] if told else []


def _parse(text: str) -> _Address | None:
    """An address, also as `1.2.3.4:56` and `[::1]:56`, which some proxies write."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
