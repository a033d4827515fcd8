"""Output formats: one file each, with NAME and render(report, color=...)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vpce_guard.model import Decision, Edit


@dataclass(frozen=True)
class Report:
    """The decisions of one request.

    `edits` are the fixes that are surely the same as an edit of the caller's files, by decision_id and number of the
    violation.
    """

    request_id: str
    decisions: tuple[Decision, ...]
    edits: Mapping[tuple[str, int], tuple[Edit, ...]] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        """Whether every endpoint is allowed; a document that changes no endpoint is."""
        return all(decision.allowed for decision in self.decisions)

    @property
    def failed(self) -> bool:
        """Whether a decision could not be made."""
        return any(decision.error is not None for decision in self.decisions)


def endpoint_name(decision: Decision) -> str:
    """What to call the endpoint of a decision."""
    subject = decision.subject
    return subject.address or " ".join(p for p in (subject.endpoint_type, subject.service_name) if p) or "endpoint"


REPORTS = ("text", "json", "sarif", "junit", "github", "markdown")


def renderer(name: str) -> Callable[..., str]:
    """The render function of a report, imported only when it is asked for."""
    from importlib import import_module

    render: Callable[..., str] = import_module(f"vpce_guard.surfaces.reports.{name}").render
    return render
