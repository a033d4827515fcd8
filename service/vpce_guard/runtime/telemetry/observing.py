"""The watch of a running service: each step timed and, where traces are on, a span."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from vpce_guard.decisions.observer import About, Step, StepName
from vpce_guard.errors import VpceGuardError
from vpce_guard.model import Decision
from vpce_guard.runtime.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from vpce_guard.runtime.telemetry.traces import Span, Traces


class Watching:
    """Tells metrics and, where they are on, traces."""

    def __init__(self, metrics: Metrics, traces: Traces | None = None) -> None:
        self.metrics = metrics
        self.traces = traces

    def step(self, name: StepName, /, **about: About) -> Step:
        """A step, timed."""
        return _Timed(self, name, about)

    def decided(self, decisions: Sequence[Decision], *, caller: str | None, dry_run: bool) -> None:
        """Count the decisions."""
        self.metrics.decided(decisions, caller=caller, dry_run=dry_run)

    def close(self) -> None:
        """Send the spans that wait. Blocks."""
        if self.traces is not None:
            self.traces.close()


class _Timed:
    """One step, from __enter__ to __exit__."""

    __slots__ = ("_about", "_name", "_span", "_started", "_watching")

    def __init__(self, watching: Watching, name: StepName, about: dict[str, About]) -> None:
        self._watching = watching
        self._name = name
        self._about = about
        self._span: Span | None = None

    def __enter__(self) -> _Timed:
        if self._watching.traces is not None:
            asks_another = self._about.get("engine") == "opa"
            self._span = self._watching.traces.step(self._name, asks_another=asks_another)
        self._started = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = time.perf_counter() - self._started
        metrics, engine = self._watching.metrics, str(self._about.get("engine", ""))
        metrics.took(self._name, seconds, engine=engine)
        failed = None if error is None else _kind(error)
        if failed is not None and self._name == "evaluate":
            metrics.engine_failed(engine, failed)
        if self._span is not None:
            self._span.end(self._about, failed=failed)

    def found(self, **about: About) -> None:
        self._about.update(about)


def _kind(error: BaseException) -> str:
    return error.code if isinstance(error, VpceGuardError) else "internal"
