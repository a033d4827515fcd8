"""Pages for people at /console: what the API's routes call, in a browser, with no logic of their own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.route import Route
from vpce_guard.surfaces.console import static_files
from vpce_guard.surfaces.console.door import Door
from vpce_guard.surfaces.console.pages import advice, check, decisions, health, policies, rules, sign_in
from vpce_guard.surfaces.console.sessions import Sessions

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_MODULES = (static_files, sign_in, check, rules, decisions, advice, policies, health)
KEY_BYTES = 32


@dataclass(frozen=True)
class Console:
    """The pages of one service, and its sessions; what `make_app` takes as `pages`."""

    sessions: Sessions

    @property
    def routes(self) -> Sequence[Route]:
        """Every route of the console."""
        return [route for module in _MODULES for route in module.router.routes if isinstance(route, Route)]

    def surround(self, app: ASGIApp) -> ASGIApp:
        """The application within the door of the console."""
        return Door(app, sessions=self.sessions)


def make_console(settings: Settings, *, key: bytes | None = None) -> Console | None:
    """The console, where the settings have one. `key` seals its sessions, where the settings name none."""
    if not settings.console:
        return None
    seal = settings.console_key.encode() if settings.console_key is not None else key or secrets.token_bytes(KEY_BYTES)
    make_sessions = partial(Sessions, idle=settings.console_idle, life=settings.console_life)
    return Console(make_sessions(seal))
