"""Terraform's functions that write values as text and read them, and its hashes.

Source: https://developer.hashicorp.com/terraform/language/functions/jsonencode and on.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

from vpce_guard.formats.terraform.conversions import to_text
from vpce_guard.formats.terraform.values import AnyOrder, JsonText, is_whole, stands_in

_ESCAPED = re.compile("[<>&\u2028\u2029]")  # as Go's encoder writes them


def _jsonencode(value: Any) -> Any:
    if isinstance(value, AnyOrder) or not is_whole(value) or stands_in(value):
        return JsonText(value)
    written = json.dumps(_without_fractions(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _without_fractions(value: Any) -> Any:
    """The value with whole numbers written as such."""
    if isinstance(value, float) and value == int(value):
        return int(value)
    if isinstance(value, dict):
        return {name: _without_fractions(item) for name, item in value.items()}
    return [_without_fractions(item) for item in value] if isinstance(value, list) else value


def _jsondecode(text: Any) -> Any:
    return json.loads(to_text(text), parse_float=lambda number: _without_fractions(float(number)))


def _hash(name: str) -> Callable[[Any], str]:
    return lambda text: hashlib.new(name, to_text(text).encode(), usedforsecurity=False).hexdigest()


FUNCTIONS: Mapping[str, Callable[..., Any]] = {"jsonencode": _jsonencode}
LOOKING_INSIDE: Mapping[str, Callable[..., Any]] = {
    "jsondecode": _jsondecode,
    "base64encode": lambda text: base64.b64encode(to_text(text).encode()).decode(),
    "base64decode": lambda text: base64.b64decode(to_text(text), validate=True).decode(),
    "urlencode": lambda text: quote_plus(to_text(text), safe="~"),
    "md5": _hash("md5"),
    "sha1": _hash("sha1"),
    "sha256": _hash("sha256"),
    "sha512": _hash("sha512"),
}
