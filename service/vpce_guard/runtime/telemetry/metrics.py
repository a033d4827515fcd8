"""What happened, in numbers that Prometheus reads. What *is*, the state of things, is read in api/metrics.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client.core import Metric

from vpce_guard.decisions.observer import StepName
from vpce_guard.model import Decision
from vpce_guard.runtime.telemetry.numbers import ENDPOINTS, NOBODY, Counts, Distribution, Histograms, Names

_MOST_RULES = 1000
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OUTCOMES = ("allowed", "denied", "undetermined", "error")


class ServiceMetrics:
    """The numbers of one application; a collector of prometheus-client."""

    def __init__(self, *, most_callers: int, hide_callers: bool = False) -> None:
        self.in_flight = 0
        self._callers = Names(most_callers, hide=hide_callers)
        self._rules = Names(_MOST_RULES)
        self._decisions = Counts(
            "vpce_guard_decisions", "Decisions by outcome.", "outcome", "engine", "fallback", "dry_run"
        )
        self._by_caller = Counts(
            "vpce_guard_caller_decisions", "Decisions by who asked.", "caller", "outcome", names=self._callers
        )
        self._violations = Counts(
            "vpce_guard_violations",
            "Violations that are not waived.",
            "rule_id",
            "enforcement_action",
            names=self._rules,
        )
        self._undetermined = Counts(
            "vpce_guard_undetermined", "Rules that could not be judged.", "rule_id", names=self._rules
        )
        self._waived = Counts("vpce_guard_waived", "Violations that are waived.", "rule_id", names=self._rules)
        self._failures = Counts(
            "vpce_guard_engine_failures", "Engine calls without an answer that counts.", "engine", "reason"
        )
        self._requests = Counts("vpce_guard_requests", "Requests answered.", "route", "method", "status")
        self._refusals = Counts("vpce_guard_refusals", "Requests refused, by why.", "reason")
        self._request = Histograms("vpce_guard_request_duration_seconds", "Time to answer a request.", "route")
        self._read = Histograms("vpce_guard_read_duration_seconds", "Time to read one document into proposals.")
        self._evaluate = Histograms("vpce_guard_engine_call_duration_seconds", "Time of one engine call.", "engine")
        self._record = Histograms(
            "vpce_guard_log_write_duration_seconds", "Time until the decisions of a request were in the log."
        )
        self._times: dict[StepName, Distribution] = {"read": self._read.get(), "record": self._record.get()}
        self._endpoints = Histograms("vpce_guard_document_endpoints", "Endpoints of one document.", bounds=ENDPOINTS)

    def start_at_zero(self, engine: str) -> None:
        """Begin what an alert watches at zero: of a series that is not there no increase is seen."""
        for outcome in OUTCOMES:
            self._decisions.seen[outcome, engine, "false", "false"] += 0
        for reason in ("engine", "revision"):
            self._failures.seen[engine, reason] += 0

    def count_decisions(self, decisions: Sequence[Decision], *, caller: str | None, dry_run: bool) -> None:
        """Count the decisions of one question."""
        named, dry = self._callers.label(caller or NOBODY), "true" if dry_run else "false"
        self._endpoints.get().add(len(decisions))
        for decision in decisions:
            outcome = outcome_of(decision)
            self._decisions.seen[outcome, decision.engine, "true" if decision.fallback else "false", dry] += 1
            self._by_caller.seen[named, outcome] += 1
            for violation in decision.violations:
                self._violations.seen[self._rules.label(violation.rule_id), violation.enforcement_action] += 1
            for undetermined in decision.undetermined:
                self._undetermined.seen[(self._rules.label(undetermined.rule_id),)] += 1
            for waived in decision.waived:
                self._waived.seen[(self._rules.label(waived.rule_id),)] += 1

    def measure_step(self, step: StepName, seconds: float, *, engine: str) -> None:
        """Count the time of one step; `engine` is who evaluated."""
        if step == "evaluate":
            self._evaluate.get(engine).add(seconds)
        elif (times := self._times.get(step)) is not None:
            times.add(seconds)

    def count_engine_failure(self, engine: str, reason: str) -> None:
        """Count an engine call without an answer that counts."""
        self._failures.seen[engine, reason] += 1

    def count_request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request; `route` is a template, never a path."""
        self._requests.seen[route, method if method in _METHODS else "other", str(status)] += 1
        self._request.get(route).add(seconds)

    def count_refusal(self, reason: str) -> None:
        """Count one request that was refused; `reason` is the code of one of our errors."""
        self._refusals.seen[(reason,)] += 1

    def take(self) -> dict[str, Any]:
        """What was counted since the last time, but for requests: as JSON, for the metrics of another process."""
        return {name: found.take() for name, found in self._work_families()}

    def add(self, taken: Mapping[str, Any]) -> None:
        """Count what take() gave in another process."""
        for name, found in self._work_families():
            found.add(taken[name])

    def _work_families(self) -> Iterator[tuple[str, Counts | Histograms]]:
        for name, value in vars(self).items():
            if isinstance(value, Counts | Histograms) and value not in (self._requests, self._request):
                yield name, value

    def collect(self) -> Iterator[Metric]:
        """All of them, as prometheus-client asks for them."""
        for value in vars(self).values():
            if isinstance(value, Counts | Histograms):
                yield value.family()


def outcome_of(decision: Decision) -> str:
    """`allowed`, `denied` by a violation, refused because something is `undetermined`, or refused for an `error`."""
    if decision.error is not None:
        return "error"
    if decision.allowed:
        return "allowed"
    denied = any(violation.enforcement_action == "deny" for violation in decision.violations)
    return "denied" if denied else "undetermined"
