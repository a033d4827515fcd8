"""Tools for agents by the Model Context Protocol: what the API's routes call, with no logic of their own.

A call of a tool is a request to a route of this very application (inside.py). So scopes, limits, turns and the log are
those of the API. Over HTTP, messages come to /mcp, by the same callers; over standard input the caller is this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vpce_guard import installation
from vpce_guard.errors import SettingsError
from vpce_guard.surfaces.api.http.route import Route

if TYPE_CHECKING:
    from starlette.types import ASGIApp

PATH = "/mcp"


class Agents:
    """The routes that agents need beside those of the API; what `make_app` takes as `pages`.

    Raises SettingsError where the extra is not installed.
    """

    def __init__(self) -> None:
        check_installed()
        from vpce_guard.surfaces.mcp import checking, messages

        self.routes: Sequence[Route] = [
            route for module in (checking, messages) for route in module.router.routes if isinstance(route, Route)
        ]

    def surround(self, app: ASGIApp) -> ASGIApp:
        """The application as it is: agents have no sessions, they send their keys."""
        return app


def check_installed() -> None:
    """Raise SettingsError, which says what to install, where the SDK of the protocol is not there."""
    try:
        import mcp.server  # noqa: F401
    except ImportError:
        raise SettingsError("Agents need the extra `mcp`.", advice=installation("mcp")) from None
