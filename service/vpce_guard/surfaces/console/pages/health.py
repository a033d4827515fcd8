"""/console/health: whether the service can decide now, with which engine and bundle, and how its log does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from vpce_guard import __version__
from vpce_guard.engines.guarded import GuardedEngine
from vpce_guard.errors import VpceGuardError
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.routes.health import Readiness, readyz
from vpce_guard.surfaces.console.paths import ROOT
from vpce_guard.surfaces.console.rendering import render

router = APIRouter(route_class=Route, include_in_schema=False)
_LIMITS = (
    "max_body",
    "max_yaml",
    "max_endpoints",
    "max_batch",
    "max_work",
    "max_concurrent",
    "request_timeout",
    "timeout",
    "caller_rate",
    "caller_burst",
)


class Fact(NamedTuple):
    """One line: what, how it is, and whether it is as it should be (None where that is no question)."""

    what: str
    told: str
    is_good: bool | None = None


@router.get(f"{ROOT}/health")
@require_scope("read")
async def get_health(request: Request) -> Response:
    """The state of things now. Asks the engine once, as /readyz does."""
    guard = guard_of(request)
    ready: Readiness | None = None
    failure = ""
    try:
        ready = await readyz(request)
    except VpceGuardError as error:
        failure = str(error)
    groups = {
        "Decisions": tuple(_decision_facts(guard, ready, failure)),
        "Decision log": tuple(_log_facts(guard)),
        "Limits": tuple(_limits(guard)),
    }
    return render(request, "health.html", here="health", groups=groups, is_ready=ready is not None, version=__version__)


def _decision_facts(guard: Guard, ready: Readiness | None, failure: str) -> Iterator[Fact]:
    yield Fact("Can decide", "yes" if ready else failure, ready is not None)
    yield Fact("Engine", ready.engine if ready else guard.engine.name)
    if isinstance(guard.engine, GuardedEngine):
        yield Fact("Breaker of the sidecar", guard.engine.breaker.state, guard.engine.breaker.state == "closed")
    yield Fact("Bundle in force", guard.bundle.revision)
    yield Fact("In force since", _moment(guard.policy.since))
    yield Fact("Rules", str(len(guard.bundle.catalogue.rules)))
    yield Fact("Profile", guard.terms.profile)
    if guard.org.current.revision:
        yield Fact("Org data", guard.org.current.revision)
        yield Fact("Org data since", _moment(guard.org.since))
    if guard.org.error is not None:
        yield Fact("Newer org data refused", guard.org.error, False)
    for what, told in (("Answered by", "fallback"), ("Newer bundle refused", "refused"), ("Outdated", "outdated")):
        if ready is not None and (reason := getattr(ready, told)) is not None:
            yield Fact(what, reason, False)


def _log_facts(guard: Guard) -> Iterator[Fact]:
    writer = guard.decision_log
    if writer is None:
        yield Fact("Decisions are kept", "no", None)
        return
    yield Fact("Written since the start", f"{writer.written:,}")
    yield Fact("Waiting to be written", f"{writer.waiting:,}, the oldest for {writer.lag_seconds:.1f} s")
    yield Fact("Lost", f"{writer.lost:,}", writer.lost == 0)
    yield Fact("Failures", f"{writer.failures:,}", writer.last_error is None)
    if writer.last_error is not None:
        yield Fact("Last error", str(writer.last_error), False)
    if guard.forwarder is not None:
        sent = guard.forwarder
        yield Fact("Not sent on yet", f"{sent.lag_records:,}, the oldest for {sent.lag_seconds:.0f} s")
    for sender in guard.anchoring:
        yield Fact(f"Seals not at the {sender.place.kind} yet", f"for {sender.lag_seconds:.0f} s")
    yield Fact("Verification", "`vpce-guard log verify` says whether the log is whole")


def _limits(guard: Guard) -> Sequence[Fact]:
    told = {name: getattr(guard.settings, name) for name in _LIMITS}
    return [Fact(name, f"{value:,}" if isinstance(value, int) else str(value)) for name, value in told.items() if value]


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
