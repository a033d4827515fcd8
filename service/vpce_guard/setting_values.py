"""What single settings may be: addresses, keys by id, origins and networks. What is wrong is told without secrets."""

from __future__ import annotations

import json
import re
from ipaddress import ip_address, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator


def _url(value: str) -> str:
    if not re.match(r"https?://[^/\s]", value):
        raise ValueError("must begin with https:// or http:// and a host")
    return value


Url = Annotated[str, AfterValidator(_url)]
NAMELESS_URL = r"^https?://[^/@]+(/.*)?$"  # which is logged: it holds no name and password
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")


def _origin(value: str) -> str:
    if not re.fullmatch(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", value):
        raise ValueError("must be an origin as browsers write it, such as https://console.example: no path and no *")
    return value


def is_loopback(host: str) -> bool:
    """Whether an address to bind to is reached from this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_private_url(url: str) -> bool:
    """Whether nobody on the way reads what is sent to an address: over TLS, or on this machine."""
    try:
        told = urlsplit(url)
        host = told.hostname
    except ValueError:
        return False
    return bool(host) and (told.scheme == "https" or (told.scheme == "http" and is_loopback(host or "")))


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError("must be an address or a network, such as 10.0.0.0/8") from None


class _Members(dict[str, Any]):
    """An object as it was read, and how many members it had."""

    def __init__(self, members: list[tuple[str, Any]]) -> None:
        super().__init__(members)
        self.given = len(members)


def _read_keys(value: Any) -> Any:
    """Keys by id, also as JSON text. What is wrong is told without what stands there, which may be a key."""
    try:
        keys = value if isinstance(value, dict) else json.loads(value, object_pairs_hook=_Members)
    except ValueError:
        keys = None
    if not isinstance(keys, dict):
        raise ValueError('must be a JSON object such as {"2026-01": "a key"}')
    if isinstance(keys, _Members) and keys.given > len(keys):
        raise ValueError("has an id twice")
    if not all(_KEY_ID.fullmatch(key_id) for key_id in keys):
        raise ValueError("an id has 1 to 32 of A-Z a-z 0-9 . _ -")
    if not all(isinstance(key, str) and len(key) >= 16 for key in keys.values()):
        raise ValueError("a key has at least 16 characters")
    return keys


Keys = Annotated[dict[str, str], BeforeValidator(_read_keys)]
Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
