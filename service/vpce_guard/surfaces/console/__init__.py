"""Pages for people at /console: what the API's routes call, in a browser, with no logic of their own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pydantic_core import to_json

from vpce_guard.errors import SettingsError
from vpce_guard.setting_values import is_loopback, is_private_url
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.route import Route
from vpce_guard.surfaces.console import static_files
from vpce_guard.surfaces.console.door import Door
from vpce_guard.surfaces.console.pages import (
    advice,
    check,
    decisions,
    health,
    policies,
    provider_sign_in,
    replays,
    rules,
    sign_in,
)
from vpce_guard.surfaces.console.sessions import Sessions

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from vpce_guard.surfaces.console.provider import SignInProvider

_MODULES = (static_files, sign_in, provider_sign_in, check, rules, decisions, advice, policies, replays, health)
KEY_BYTES = 32
_SCOPE = re.compile(r"[!#-\[\]-~]+")  # RFC 6749, 3.3


@dataclass(frozen=True)
class Console:
    """The pages of one service, and its sessions; what `make_app` takes as `pages`."""

    sessions: Sessions
    provider: SignInProvider | None = None

    @property
    def routes(self) -> Sequence[Route]:
        """Every route of the console."""
        return [route for module in _MODULES for route in module.router.routes if isinstance(route, Route)]

    def surround(self, app: ASGIApp) -> ASGIApp:
        """The application within the door of the console."""
        return Door(app, sessions=self.sessions, provider=self.provider)


def make_console(settings: Settings, *, key: bytes | None = None) -> Console | None:
    """The console, where the settings have one. `key` seals its sessions, where the settings name none.

    Raises SettingsError for a sign-in with an identity provider that cannot work.
    """
    if not settings.console:
        return None
    seal = settings.console_key.encode() if settings.console_key is not None else key or secrets.token_bytes(KEY_BYTES)
    make_sessions = partial(Sessions, idle=settings.console_idle, life=settings.console_life)
    if settings.oidc_client_id is None:
        if settings.oidc_client_secret is not None:
            raise SettingsError("oidc_client_secret needs oidc_client_id.")
        return Console(make_sessions(seal))
    _check_provider(settings)
    from vpce_guard.surfaces.console.provider import SignInProvider

    # Whom another provider or client named is nobody here: the seal is of this one
    seal += to_json([settings.oidc_issuer, settings.oidc_client_id, settings.oidc_scope_prefix])
    return Console(make_sessions(seal), SignInProvider(settings, seal))


def _check_provider(settings: Settings) -> None:
    """Raise SettingsError where nobody could sign in with the identity provider, or others could listen."""
    if not (settings.oidc_issuer and settings.oidc_audience and settings.oidc_jwks_url):
        raise SettingsError("oidc_client_id needs oidc_issuer, oidc_audience and oidc_jwks_url.")
    for name in ("oidc_issuer", "oidc_jwks_url", "console_url"):
        if (url := getattr(settings, name)) is not None and not is_private_url(url):
            raise SettingsError(f"With oidc_client_id, {name} must begin with https://, or be on this machine.")
    if "openid" not in settings.oidc_scopes or not all(map(_SCOPE.fullmatch, settings.oidc_scopes)):
        raise SettingsError("oidc_scopes must hold openid, and no scope with a space in it.")
    if settings.console_url is None and not is_loopback(settings.host):
        raise SettingsError(
            "oidc_client_id needs console_url, to which the identity provider sends people back.",
            advice="Set it to the address of the service in a browser, such as https://guard.example.",
        )
