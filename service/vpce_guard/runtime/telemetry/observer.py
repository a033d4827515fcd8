"""The observer of a running service: each step timed and, where traces are on, a span."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from vpce_guard.decisions.observer import Fact, Step, StepName
from vpce_guard.errors import VpceGuardError
from vpce_guard.model import Decision
from vpce_guard.runtime.telemetry.metrics import ServiceMetrics

if TYPE_CHECKING:
    from vpce_guard.runtime.telemetry.traces import Span, Traces


class TelemetryObserver:
    """Tells metrics and, where they are on, traces."""

    def __init__(self, metrics: ServiceMetrics, traces: Traces | None = None) -> None:
        self.metrics = metrics
        self.traces = traces

    def step(self, name: StepName, /, **about: Fact) -> Step:
        """A step, timed."""
        return _TimedStep(self, name, about)

    def note_decisions(self, decisions: Sequence[Decision], *, caller: str | None, dry_run: bool) -> None:
        """Count the decisions."""
        self.metrics.count_decisions(decisions, caller=caller, dry_run=dry_run)

    def close(self) -> None:
        """Send the spans that wait. Blocks."""
        if self.traces is not None:
            self.traces.close()


class _TimedStep:
    """One step, from __enter__ to __exit__."""

    __slots__ = ("_about", "_name", "_observer", "_span", "_started")

    def __init__(self, observer: TelemetryObserver, name: StepName, about: dict[str, Fact]) -> None:
        self._observer = observer
        self._name = name
        self._about = about
        self._span: Span | None = None

    def __enter__(self) -> _TimedStep:
        if self._observer.traces is not None:
            asks_another = self._about.get("engine") == "opa"
            self._span = self._observer.traces.step(self._name, asks_another=asks_another)
        self._started = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = time.perf_counter() - self._started
        metrics, engine = self._observer.metrics, str(self._about.get("engine", ""))
        metrics.measure_step(self._name, seconds, engine=engine)
        failed = None if error is None else _kind(error)
        if failed is not None and self._name == "evaluate":
            metrics.count_engine_failure(engine, failed)
        if self._span is not None:
            self._span.end(self._about, failed=failed)

    def note(self, **about: Fact) -> None:
        self._about.update(about)


def _kind(error: BaseException) -> str:
    return error.code if isinstance(error, VpceGuardError) else "internal"
