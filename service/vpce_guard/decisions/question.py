"""What decide() is asked, and what it answers to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vpce_guard.errors import VpceGuardError
from vpce_guard.model import Decision, Proposal, RequestKey


@dataclass(frozen=True, kw_only=True)
class Question:
    """Proposals of one request, how strictly to take them, and whether the decisions are recorded.

    `work` is how many bytes the rules are given for all of it. `notes` are those of the document.
    A request with a `key` is decided once.
    """

    proposals: Sequence[Proposal]
    request_id: str
    strict: bool = False
    record: bool = True
    requested_by: str | None = None
    work: int = 0
    notes: tuple[str, ...] = ()
    key: RequestKey | None = None


class Decisions(list[Decision]):
    """The decisions on one question. `failure` is why they are refusals, where none could be made or kept."""

    def __init__(self, decisions: Iterable[Decision], failure: VpceGuardError | None = None) -> None:
        super().__init__(decisions)
        self.failure = failure
