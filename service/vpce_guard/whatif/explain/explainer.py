"""Explains on engines of its own, in-process: neither the engine that decides nor its event loop waits for it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.decisions.judge import Terms
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.engines.probes import Probes, open_probes
from vpce_guard.errors import EngineError
from vpce_guard.model import Proposal, Verdict
from vpce_guard.whatif.explain.explaining import explain
from vpce_guard.whatif.explain.flip import Budget, smallest_flip
from vpce_guard.whatif.explain.recorded import RecordedDecision
from vpce_guard.whatif.explain.types import Explanation, Flip

_TIMEOUT = 10.0  # seconds of one engine call: probes do more than decisions


class _Engines(NamedTuple):
    """What decides, and what says why."""

    engine: EmbeddedEngine
    probes: Probes

    async def close(self) -> None:
        """Stop the clocks of both engines."""
        await self.engine.close()
        await self.probes.close()


class Explainer:
    """The probes and the rules of one bundle; loaded when first asked, from any thread."""

    def __init__(self, bundle: Bundle, *, memory_limit: int, cache_dir: Path | None = None) -> None:
        self._bundle = bundle
        self._memory_limit = memory_limit
        self._cache_dir = cache_dir
        self._lock = threading.Lock()
        self._loaded: _Engines | None = None

    @property
    def revision(self) -> str:
        """The revision of the bundle it explains."""
        return self._bundle.revision

    def explain(
        self, proposal: Proposal, terms: Terms, *, strict: bool = False, only: str | None = None, flip: bool = True
    ) -> Explanation:
        """One proposal explained, with the smallest change that turns the answer if `flip` is. Not for an event loop.

        Raises BundleError where the bundle has no probes, NotFoundError for a rule that does not exist, EngineError.
        """
        if only is not None:
            only = self._bundle.rule(only.upper()).id
        return asyncio.run(self._explain(proposal, terms, strict=strict, only=only, flip=flip))

    def explain_recorded(
        self, recorded: RecordedDecision, terms: Terms, *, only: str | None = None, flip: bool = True
    ) -> Explanation:
        """The same for a recorded decision, under its profile; the notes say where it comes out otherwise now."""
        found = self.explain(
            recorded.proposal,
            replace(terms, profile=recorded.profile),
            strict=recorded.strict,
            only=only,
            flip=flip,
        )
        notes = list(recorded.notes)
        if found.allowed != recorded.decision.allowed:
            was, now = ("allowed" if one else "denied" for one in (recorded.decision.allowed, found.allowed))
            notes.append(f"Judged again it is {now}, but it was {was}.")
        return found.model_copy(update={"decision_id": recorded.decision.decision_id, "notes": tuple(notes)})

    def close(self) -> None:
        """Stop the clocks of the engines."""
        with self._lock:
            loaded, self._loaded = self._loaded, None
        if loaded is not None:
            asyncio.run(loaded.close())

    async def _explain(
        self, proposal: Proposal, terms: Terms, *, strict: bool, only: str | None, flip: bool
    ) -> Explanation:
        engine, probes = self._load()
        found, verdict = await explain(proposal, terms=terms, engine=engine, probes=probes, strict=strict, only=only)
        if not flip:
            return found
        turned = await self._flip(proposal, verdict, terms, engine, strict=strict)
        return found.model_copy(update={"flip": turned})

    async def _flip(
        self, proposal: Proposal, verdict: Verdict, terms: Terms, engine: EmbeddedEngine, *, strict: bool
    ) -> Flip | None:
        services = self._bundle.data.get("services", {})
        try:
            return await smallest_flip(
                proposal, verdict, terms=terms, engine=engine, services=services, strict=strict, budget=Budget()
            )
        except EngineError as error:
            to: Literal["allowed", "denied"] = "denied" if verdict.allowed else "allowed"
            words = f"Changes could not be tried: {error}"
            return Flip(to=to, patch=None, denied_by=(), tried=0, exhausted=False, words=words)

    def _load(self) -> _Engines:
        with self._lock:
            if self._loaded is None:
                bundle, memory_limit, cache_dir = self._bundle, self._memory_limit, self._cache_dir
                self._loaded = _Engines(
                    EmbeddedEngine(bundle, timeout=_TIMEOUT, memory_limit=memory_limit, cache_dir=cache_dir),
                    open_probes(bundle, timeout=_TIMEOUT, memory_limit=memory_limit, cache_dir=cache_dir),
                )
            return self._loaded
