"""An engine that may fail, behind a breaker, and where one is set another engine that answers in its place."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from vpce_guard.engines import Engine, Evaluations, unexpected_revision
from vpce_guard.engines.breaker import Breaker
from vpce_guard.errors import EngineError, UnjudgeableError, VpceGuardError
from vpce_guard.logs import Logger
from vpce_guard.model import EngineName, Json

log = Logger("vpce_guard.engines")


def _no_other_rules(_: str) -> None:
    return None


class SpareEngine:
    """The engine that answers in place of another, made when it is first needed or by `warm`, in its own thread."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._made: Future[Engine] | None = None

    async def engine(self) -> Engine:
        """The engine, once it is made. Raises BundleError where it cannot be."""
        if self._made is None:
            self._made = Future()
            self._made.set_running_or_notify_cancel()  # from here on nobody who waits can cancel it
            threading.Thread(target=self._run, args=[self._made], name="spare-engine", daemon=True).start()
        if self._made.done():
            return self._made.result()
        return await asyncio.shield(asyncio.wrap_future(self._made))

    async def close(self) -> None:
        """Release what was made."""
        if self._made is not None and self._made.done() and self._made.exception() is None:
            await self._made.result().close()

    def _run(self, made: Future[Engine]) -> None:
        try:
            made.set_result(self._make())
        except BaseException as error:  # whoever waits is told
            made.set_exception(error)


class GuardedEngine:
    """An engine that is left alone while it fails, an answer under an unexpected revision among the failures.

    `revision` is that of the bundle in force, the only one under which the spare may answer; the engine may also under
    one that `others` knows. With a `spare` each engine has half of `timeout` (seconds), so that one call takes no
    longer than that in all. `fallbacks` counts the calls that the spare answered.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        breaker: Breaker,
        revision: str,
        timeout: float,
        others: Callable[[str], object | None] = _no_other_rules,
        spare: SpareEngine | None = None,
    ) -> None:
        self.name: EngineName = engine.name
        self.breaker = breaker
        self.fallbacks = 0
        self._engine = engine
        self._revision = revision
        self._timeout = timeout
        self._others = others
        self._spare = spare

    def expects(self, revision: str) -> bool:
        """Whether an answer of the engine under a revision counts."""
        return revision == self._revision or self._others(revision) is not None

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        """The answer of the engine, or of the spare with why in `fallback`. Raises EngineError for want of both."""
        began = time.monotonic()
        try:
            with self.breaker.call():
                answer = await self._engine.evaluate(inputs)
                if not self.expects(answer.revision):
                    raise unexpected_revision(answer.revision, ours=self._revision)
                return answer
        except UnjudgeableError:
            raise
        except EngineError as error:
            if self._spare is None:
                raise
            failed = error
        try:
            answer = await self._ask_spare(self._spare, inputs, until=began + self._timeout / 2)
        except VpceGuardError as error:
            raise EngineError(f"{failed} The embedded engine failed too: {error}") from None
        self.fallbacks += 1
        return answer._replace(fallback=str(failed))

    async def warm(self) -> None:
        """Make the spare ready, so that an outage does not find it cold."""
        await self._engine.warm()
        if self._spare is not None:
            try:
                await self._spare.engine()
                log.info("fallback_ready")
            except VpceGuardError as error:
                log.error("fallback_unusable", error=str(error))

    async def close(self) -> None:
        """Release both engines."""
        await self._engine.close()
        if self._spare is not None:
            await self._spare.close()

    async def _ask_spare(self, spare: SpareEngine, inputs: Sequence[Json], *, until: float) -> Evaluations:
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                engine = await spare.engine()
        except TimeoutError:
            raise EngineError("The embedded engine is not ready yet.", advice="Try again in a few seconds.") from None
        answer = await engine.evaluate(inputs)
        if answer.revision != self._revision:
            raise unexpected_revision(answer.revision, ours=self._revision)
        return answer
