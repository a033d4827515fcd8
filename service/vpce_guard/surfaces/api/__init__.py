"""REST over FastAPI: thin endpoints over Guard, RFC 9457 problems for every error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import FastAPI

from vpce_guard import __version__
from vpce_guard.formats import load_readers
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.runtime.rollout.source_reload import FolderWatch
from vpce_guard.runtime.wiring import make_observer
from vpce_guard.runtime.workers.siblings import Siblings
from vpce_guard.surfaces.api.http import problems
from vpce_guard.surfaces.api.http.access import AccessControl, find_sources, pace_of
from vpce_guard.surfaces.api.http.addresses import Addresses
from vpce_guard.surfaces.api.http.callers import CallerSource
from vpce_guard.surfaces.api.http.origins import Origins
from vpce_guard.surfaces.api.http.requests import Requests
from vpce_guard.surfaces.api.http.route import Route
from vpce_guard.surfaces.api.http.turns import Turns
from vpce_guard.surfaces.api.large.relay import make_large
from vpce_guard.surfaces.api.openapi.schema import openapi
from vpce_guard.surfaces.api.parts import Parts
from vpce_guard.surfaces.api.replica import make_replica
from vpce_guard.surfaces.api.routes import (
    admission,
    advice,
    audit,
    bundles,
    decisions,
    evaluation,
    explanations,
    health,
    log,
    metrics,
    org_data,
    pages,
    portal,
    reach,
    replays,
    rules,
    run_task,
    services,
)
from vpce_guard.surfaces.api.routes.replaying import Replays
from vpce_guard.surfaces.api.workers import AmongWorkers

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["Pages", "make_app"]
_MODULES = (
    decisions,
    evaluation,
    log,
    explanations,
    bundles,
    replays,
    admission,
    run_task,
    portal,
    advice,
    reach,
    audit,
    rules,
    services,
    org_data,
    health,
    metrics,
    pages,
)


class Pages(Protocol):
    """Pages for people that are served beside the API, by the same callers and limits."""

    @property
    def routes(self) -> Sequence[Route]:
        """What they are reached by."""

    def surround(self, app: ASGIApp) -> ASGIApp:
        """The application within what makes credentials of a session, before anybody asks who calls."""


# FastAPI's own spans and logs would carry query strings and stack traces
_NO_TELEMETRY: Any = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def make_app(
    guard: Guard,
    *,
    following: FolderWatch | None = None,
    large: bool = False,
    callers: Sequence[CallerSource] | None = None,
    siblings: Siblings | None = None,
    pages: Pages | None = None,
) -> FastAPI:
    """The application over one guard, whose bundle is that of a followed folder or the one activated last.

    It observes the guard. With `large` large requests have a process of their own. `callers` are who is let in,
    if not whom the settings name; `siblings` the other workers, if this is one of several. Raises SettingsError when it
    would be open to strangers. `pages` are served beside the API.
    """
    load_readers()
    database = guard.decision_log.database if guard.decision_log is not None and following is None else None
    life = Rollout(guard, database) if database is not None else None
    known = find_sources(guard.settings) if callers is None else callers
    guard.observer = observer = make_observer(guard.settings)
    pace = pace_of(guard.settings)
    replica = make_replica(guard, known, pace) if guard.settings.replicas else None
    explaining = explanations.ExplainerPool()
    replaying = Replays(guard.decision_log.database) if guard.decision_log is not None else None
    apart = make_large(guard, observer.metrics) if large else None
    app = FastAPI(
        title="vpce-guard",
        version=__version__,
        summary="Policy-as-code admission for AWS VPC endpoints",
        lifespan=lambda _: parts.running(),
        openapi_url=None,
        redirect_slashes=False,  # a path has one spelling
        telemetry=_NO_TELEMETRY,
    )
    app.state.guard, app.state.life, app.state.following = guard, life, following
    app.state.large, app.state.replica = apart, replica
    app.state.metrics = page = metrics.MetricsPage(app.state, observer.metrics, known, siblings=siblings)
    app.state.explaining, app.state.replays = explaining, replaying
    app.state.turns = Turns(guard.settings)
    shared_pace = pace if replica is None else None  # which the database shares already
    among = AmongWorkers(siblings, page=page, life=life, pace=shared_pace) if siblings is not None else None
    parts: Parts = Parts(
        guard,
        rollout=life,
        following=following,
        replica=replica,
        observer=observer,
        explaining=explaining,
        replaying=replaying,
        large=apart,
        workers=among,
    )
    problems.install(app)
    app.state.callers = known
    for module in _MODULES:
        app.router.routes += module.router.routes
    if pages is not None:
        app.router.routes += pages.routes
    open_paths = _open_paths(app, health=guard.settings.open_health)
    app.add_middleware(AccessControl, known=known, pace=pace, open_paths=open_paths)
    if pages is not None:
        app.add_middleware(pages.surround)
    if guard.settings.cors_origins:
        app.add_middleware(Origins, allowed=guard.settings.cors_origins)
    settings = guard.settings
    addresses = Addresses(settings.trusted_proxies) if settings.log_client else None
    app.add_middleware(Requests, observer=observer, access_log=settings.access_log, addresses=addresses)
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]
    return app


def _open_paths(app: FastAPI, *, health: bool) -> frozenset[str]:
    """The paths that answer without a caller. Raises TypeError for a route that does not say what it needs."""
    wild = [route for route in app.routes if not isinstance(route, Route)]
    if wild:
        raise TypeError(f"These routes are none of ours: {wild}.")
    needs = {"signature", "nothing"} | ({"health"} if health else set())
    return frozenset(route.path for route in app.routes if isinstance(route, Route) and route.needs in needs)
