"""Values in a cookie that only the service can read or make: AES-256-GCM under a key of what they are for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from typing import Any

from pydantic_core import from_json, to_json

_NONCE = 12


class Sealing:
    """Seals lists of values for one purpose. `about` names it: what is sealed for another does not open."""

    def __init__(self, secret: bytes, about: bytes) -> None:
        self.key = hashlib.sha256(about + secret).digest()
        self._about = about

    def seal(self, values: list[Any]) -> str:
        """The values, as JSON has them, as text for a cookie."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(self.key).encrypt(nonce, to_json(values), self._about)
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, cookie: str) -> list[Any] | None:
        """The values in a cookie; None for one that was not sealed here for this."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            sealed = base64.urlsafe_b64decode(cookie.encode("ascii"))
            values = from_json(AESGCM(self.key).decrypt(sealed[:_NONCE], sealed[_NONCE:], self._about))
        except (ValueError, binascii.Error, InvalidTag):
            return None
        return values if isinstance(values, list) else None
