"""GET /metrics: what happened, counted as it did, and the state of things, read when it is asked for."""

from __future__ import annotations

import asyncio
import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import State

from vpce_guard import __version__
from vpce_guard.bundle.standing import why_outdated
from vpce_guard.decision_log.forward import Forwarder
from vpce_guard.decision_log.seals import SealSender
from vpce_guard.decision_log.writer import Writer
from vpce_guard.engines.guarded import GuardedEngine
from vpce_guard.errors import VpceGuardError
from vpce_guard.runtime.policy import Policy
from vpce_guard.runtime.rollout.in_force import Rollout
from vpce_guard.runtime.telemetry.metrics import ServiceMetrics
from vpce_guard.runtime.workers.counts import CountFile, read_counts
from vpce_guard.runtime.workers.siblings import Siblings
from vpce_guard.surfaces.api.http.callers import KeyFile
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.large.relay import LargeRequests
from vpce_guard.surfaces.api.routes.health import check_ready

router = APIRouter(tags=["service"], route_class=Route)
_PROBE_SECONDS = 5.0
_TELL_SECONDS = 2.0  # in which other workers tell what they counted; then what they told before counts
_TEXT = {
    "content": {"text/plain": {"schema": {"type": "string"}, "example": "vpce_guard_ready 1.0"}},
    "description": "Prometheus's text format",
}


class _Families(list[Metric]):
    """Families as prometheus-client wants them."""

    def collect(self) -> Iterable[Metric]:
        return self


class MetricsPage:
    """All that /metrics tells of one application, and of its siblings where it is one of several workers."""

    def __init__(
        self, state: State, metrics: ServiceMetrics, known: Sequence[object], *, siblings: Siblings | None = None
    ) -> None:
        self._state = state
        self._metrics = metrics
        self._key_files = [source for source in known if isinstance(source, KeyFile)]
        self._ready = False
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(metrics)
        self._registry.register(self)
        self._siblings = siblings
        self._file = CountFile(siblings.folder) if siblings is not None else None
        self._writing = asyncio.Lock()

    async def answer(self, accept: str) -> Response:
        """The page in the format that is accepted, made off the event loop. Raises OSError."""
        encode, media_type = _choose_encoder(accept)
        if self._siblings is None:
            self._ready = await self._can_decide()
            content = await run_in_threadpool(encode, self._registry)
        else:
            await asyncio.gather(self.write(), self._siblings.tell("tell", within=_TELL_SECONDS))
            content = await run_in_threadpool(self._encode_all, encode, self._siblings.folder)
        return Response(content, headers={"content-type": media_type})

    async def write(self) -> None:
        """Tell the other workers what is counted here. Raises OSError."""
        async with self._writing:
            self._ready = await self._can_decide()
            if self._file is not None:
                await run_in_threadpool(self._file.write, self._registry.collect())

    @staticmethod
    def _encode_all(encode: Callable[[Any], bytes], folder: Path) -> bytes:
        return encode(_Families(read_counts(folder)))

    def families(self) -> Iterable[Metric]:
        """Everything on the page."""
        return self._registry.collect()

    async def _can_decide(self) -> bool:
        """Whether /readyz would say so; no for an engine that takes longer than a scrape should."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                await check_ready(self._state.guard)
        except (VpceGuardError, TimeoutError):
            return False
        return True

    def collect(self) -> Iterator[Metric]:
        """The state of things, as prometheus-client asks for it."""
        about = {"version": __version__, "python": platform.python_version()}
        yield _info("build", "The program.", about)
        yield _gauge("ready", "1 where /readyz would say ready.", self._ready)
        yield _gauge("requests_in_flight", "Requests being answered.", self._metrics.in_flight)
        if self._key_files:
            refused = any(source.error is not None for source in self._key_files)
            yield _gauge("api_keys_refused", "1 while a newer file of API keys is wrong and not used.", refused)
        yield from self._policy()
        yield from self._sidecar()
        yield from self._log()
        yield from self._forwarder()
        yield from self._anchors()
        yield from self._shadow()

    def _policy(self) -> Iterator[Metric]:
        policy: Policy = self._state.guard.policy
        yield _info(
            "bundle", "The bundle in force.", {"revision": policy.bundle.revision, "engine": policy.engine.name}
        )
        yield _gauge(
            "bundle_activated_timestamp_seconds", "When the bundle was put in force.", policy.since.timestamp()
        )
        newer = [found.error for found in (self._state.life, self._state.following) if found is not None]
        yield _gauge("bundle_refused", "1 while a newer bundle, or edit, cannot be used.", any(newer))
        outdated = why_outdated(policy.bundle) is not None
        yield _gauge("bundle_outdated", "1 while it stands on other built-in rules than are installed.", outdated)
        org = policy.org
        if org.current.revision:
            yield _info("org_data", "The org data in force.", {"revision": org.current.revision})
            yield _gauge("org_data_loaded_timestamp_seconds", "When they were taken up.", org.since.timestamp())
            yield _gauge("org_data_refused", "1 while newer org data are wrong and not used.", org.error is not None)

    def _sidecar(self) -> Iterator[Metric]:
        engine = self._state.guard.policy.engine
        if not isinstance(engine, GuardedEngine):
            return
        yield _counter(
            "engine_fallbacks", "Calls that the embedded engine answered in place of the sidecar.", engine.fallbacks
        )
        state = GaugeMetricFamily("vpce_guard_breaker_state", "1 for the state it is in.", labels=["state"])
        for name in ("closed", "open", "half-open"):
            state.add_metric([name], float(engine.breaker.state == name))
        yield state
        yield _counter("breaker_opened", "How often it opened.", engine.breaker.opened)

    def _log(self) -> Iterator[Metric]:
        writer: Writer | None = self._state.guard.decision_log
        if writer is None:
            return
        large: LargeRequests | None = self._state.large
        apart = large.log_counts if large is not None else Counter[str]()
        yield _gauge("decision_log_queue_length", "Decisions that wait to be written.", writer.waiting)
        yield _gauge("decision_log_lag_seconds", "How long the one that waits longest has.", writer.lag_seconds)
        yield _counter("decision_log_written", "Decisions written.", writer.written + apart["written"])
        yield _counter("decision_log_lost", "Decisions that could not be written.", writer.lost + apart["lost"])
        yield _counter("decision_log_commits", "Transactions.", writer.commits + apart["commits"])
        yield _counter("decision_log_failures", "Transactions that failed.", writer.failures + apart["failures"])
        yield _gauge("decision_log_failing", "1 while the last attempt failed.", writer.last_error is not None)

    def _forwarder(self) -> Iterator[Metric]:
        forwarder: Forwarder | None = self._state.guard.forwarder
        if forwarder is None:
            return
        yield _counter("forwarder_sent", "Decisions the sink has taken.", forwarder.forwarded)
        yield _counter("forwarder_missed", "Decisions deleted before they were sent.", forwarder.missed)
        yield _counter("forwarder_failures", "Attempts to send that failed.", forwarder.failures)
        yield _gauge("forwarder_lag_seconds", "Age of the oldest that is not sent.", forwarder.lag_seconds)
        yield _gauge("forwarder_lag_decisions", "Decisions that are not sent yet.", forwarder.lag_records)

    def _anchors(self) -> Iterator[Metric]:
        senders: Sequence[SealSender] = self._state.guard.anchoring
        if not senders:
            return
        sent = CounterMetricFamily("vpce_guard_anchor_sent", "Seals a place outside has taken.", labels=["place"])
        failures = CounterMetricFamily("vpce_guard_anchor_failures", "Attempts that failed.", labels=["place"])
        lag = GaugeMetricFamily(
            "vpce_guard_anchor_lag_seconds", "How long a seal has not been there.", labels=["place"]
        )
        for sender in senders:
            sent.add_metric([sender.place.kind], sender.sent)
            failures.add_metric([sender.place.kind], sender.failures)
            lag.add_metric([sender.place.kind], sender.lag_seconds)
        yield from (sent, failures, lag)

    def _shadow(self) -> Iterator[Metric]:
        life: Rollout | None = self._state.life
        if life is None or life.shadow is None:
            return
        counts = life.shadow.counts
        judged = CounterMetricFamily("vpce_guard_shadow_decisions", "Decisions a candidate judged.", labels=["what"])
        for what, number in (("judged", counts.judged), ("skipped", counts.skipped), ("failed", counts.failed)):
            judged.add_metric([what], number)
        yield judged
        kinds = CounterMetricFamily("vpce_guard_shadow_differences", "What it made of them.", labels=["kind"])
        for kind, number in counts.tally.kinds.items():
            kinds.add_metric([kind], number)
        yield kinds


@router.get("/metrics", response_class=Response, responses={200: _TEXT})
@require_scope("health", turn=False)
async def get_metrics(request: Request) -> Response:
    """Numbers for Prometheus, in its text format or as OpenMetrics. Asks the engine once, as /readyz does."""
    page: MetricsPage = request.app.state.metrics
    return await page.answer(request.headers.get("accept", ""))


def _choose_encoder(accept: str) -> tuple[Callable[[Any], bytes], str]:
    """What writes the page in the format that is accepted; the plain one for a header that makes no sense."""
    try:
        return choose_encoder(accept)
    except Exception:  # anybody may send any, and the library takes it apart without care
        return choose_encoder("")


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"vpce_guard_{name}", text, value=float(value))


def _counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"vpce_guard_{name}", text, value=value)


def _info(name: str, text: str, labels: dict[str, str]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"vpce_guard_{name}_info", text, labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family
