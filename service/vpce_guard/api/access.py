"""Who may ask: holders of an API key, or, where none is configured, callers on this machine."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING

from vpce_guard.api.problems import respond
from vpce_guard.errors import CredentialsError, SettingsError
from vpce_guard.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OPEN = frozenset({"/healthz", "/readyz", "/v1/run-task"})  # the last is signed
_LOCAL_NAMES = frozenset({b"localhost", b"127.0.0.1", b"[::1]", b"testserver"})


class Access:
    """ASGI middleware. Raises SettingsError at start when a reachable address has no credentials."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._digests = _digests(settings.api_keys_file) if settings.api_keys_file else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] == "http" and scope["path"] not in _OPEN and not self._known(dict(scope["headers"])):
            await respond(scope, receive, send, self._refusal())
            return
        await self._app(scope, receive, send)

    def _known(self, headers: dict[bytes, bytes]) -> bool:
        if self._digests is None:  # a page of another site must not reach a local service under its own name
            name = headers.get(b"host", b"").rsplit(b":", 1)
            return headers.get(b"host", b"") in _LOCAL_NAMES or name[0] in _LOCAL_NAMES
        scheme, _, key = headers.get(b"authorization", b"").partition(b" ")
        digest = hashlib.sha256(key.strip()).hexdigest()
        return scheme.lower() == b"bearer" and any(hmac.compare_digest(digest, known) for known in self._digests)

    def _refusal(self) -> CredentialsError:
        if self._digests is None:
            return CredentialsError("Only callers on this machine are answered.", advice="Use http://127.0.0.1.")
        return CredentialsError("The API key is missing or not known.", advice="Send `Authorization: Bearer KEY`.")


def check_exposure(settings: Settings) -> None:
    """Raise SettingsError when the service would answer other machines without credentials."""
    if settings.api_keys_file is None and not _is_loopback(settings.host):
        raise SettingsError(
            f"Bound to {settings.host}, the service would answer anyone: no credentials are configured.",
            advice="Set VPCE_GUARD_API_KEYS_FILE, or bind to 127.0.0.1.",
        )
    if settings.api_keys_file is not None:
        _digests(settings.api_keys_file)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _digests(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The API keys file {path} cannot be read: {error}.") from None
    digests = []
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        name, _, digest = text.rpartition(":")
        if not name or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise SettingsError(f"{path}:{number} is not `name:sha256 of the key in hex`.")
        digests.append(digest)
    if not digests:
        raise SettingsError(f"The API keys file {path} names no key.")
    return tuple(digests)
