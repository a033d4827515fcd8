"""Output formats: one file each, with NAME and render(report, color=...)."""

from __future__ import annotations

from dataclasses import dataclass

from vpce_guard.model import Decision


@dataclass(frozen=True)
class Report:
    """The decisions of one request."""

    request_id: str
    decisions: tuple[Decision, ...]

    @property
    def allowed(self) -> bool:
        """Whether every endpoint is allowed; a document that changes no endpoint is."""
        return all(decision.allowed for decision in self.decisions)

    @property
    def failed(self) -> bool:
        """Whether a decision could not be made."""
        return any(decision.error is not None for decision in self.decisions)
