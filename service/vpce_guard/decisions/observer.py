"""What decide() tells while it works, and to whom. Must know nothing of metrics or traces."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Protocol

from vpce_guard.model import Decision

StepName = Literal["read", "evaluate", "judge", "record"]
Fact = str | int | bool | None


class Step(Protocol):
    """One step on the way to a decision, entered when it begins and left when it ends or fails."""

    def __enter__(self) -> Step:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End; `error` is what the step failed with."""

    def note(self, **about: Fact) -> None:
        """Add what is known only now: names and numbers, never contents of documents."""


class Observer(Protocol):
    """Is told of each step and each decision. Must be quick and must not raise."""

    def step(self, name: StepName, /, **about: Fact) -> Step:
        """A step that is about to begin."""

    def note_decisions(self, decisions: Sequence[Decision], *, caller: str | None, dry_run: bool) -> None:
        """The decisions of one question, as they are answered."""


class _UnobservedStep:
    """A step nobody observes."""

    def __enter__(self) -> _UnobservedStep:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def note(self, **_: Fact) -> None:
        return None


class _NoObserver:
    """Observes nothing."""

    _step = _UnobservedStep()

    def step(self, name: StepName, /, **about: Fact) -> Step:  # noqa: ARG002
        return self._step

    def note_decisions(self, decisions: Sequence[Decision], *, caller: str | None, dry_run: bool) -> None:  # noqa: ARG002
        return None


NO_OBSERVER: Observer = _NoObserver()
