"""Which bundle is in force in this process. Every process that shares a database comes to the same one by itself.

A bundle is verified and its engine started before anything changes; then the policy is swapped as a whole, so that each
request is judged under one bundle. What fails on the way leaves the last good one in force.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.bundle.standing import why_outdated
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decision_log.terms import keep_bundle, keep_org
from vpce_guard.errors import BundleError, ConflictError, NotFoundError, RefusedError, VpceGuardError
from vpce_guard.instants import now
from vpce_guard.logs import Logger
from vpce_guard.runtime.background import close_later, run_in_background
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.policy import Policy
from vpce_guard.runtime.rollout import store
from vpce_guard.runtime.rollout.beside import Shadow, ShadowCounts, read_counts
from vpce_guard.runtime.rollout.store import BundleRow, RolloutStep, StepKind
from vpce_guard.runtime.rollout.trial import Trial, try_bundle
from vpce_guard.runtime.rollout.verified import VerifiedBundles
from vpce_guard.runtime.wiring import make_policy

if TYPE_CHECKING:
    pass

log = Logger("vpce_guard.bundles")
_EVERY = 0.5  # seconds between looks at the database
_LATE = 4.0  # seconds after which a process that cannot come to what is in force decides nothing more


class _PreviousBundle(NamedTuple):
    """The bundle that was in force before, and until when (on the monotonic clock) a sidecar may still run it."""

    revision: str
    rules: Mapping[str, Rule]
    until: float


async def _tell_nobody() -> None:
    """Of a service that is one process."""


class Rollout:
    """The bundles of a guard's database, for one event loop; what blocks runs in threads.

    `tell_others` returns once no other worker of this service decides under the bundle before; who starts them sets it.
    """

    def __init__(self, guard: Guard, database: Database) -> None:
        self.guard = guard
        self.database = database
        self._keys = guard.decision_log.keys if guard.decision_log is not None else NO_KEYS
        self.own = guard.bundle
        self._verified = VerifiedBundles(database, self.own, guard.settings)
        self.version = 0
        self.last: RolloutStep | None = None  # the activation that put in force what is in force
        self.error: str | None = None
        self._behind: float | None = None  # since when (on the monotonic clock) another bundle is in force elsewhere
        self.changed = asyncio.Event()  # set, and replaced, when another bundle comes into force
        self._before: _PreviousBundle | None = None
        self.shadow: Shadow | None = None
        self.process = uuid.uuid4().hex
        self.tell_others: Callable[[], Awaitable[None]] = _tell_nobody
        self._shadowing: asyncio.Task[None] | None = None
        self._busy = asyncio.Lock()

    async def start(self) -> None:
        """Keep the bundle this service came with, and put in force what was activated last.

        Raises VpceGuardError where that cannot be: another bundle in its place would be another policy.
        """
        await asyncio.to_thread(keep_bundle, self.database, self.own, keys=self._keys)
        self.guard.others.find_rules = self.rules_of
        self.guard.why_outdated = self.why_outdated
        await self.catch_up()

    async def catch_up(self) -> None:
        """Put in force what another process activated last. Raises VpceGuardError where that cannot be."""
        async with self._busy:
            await self._follow()

    async def catch_up_or_refuse(self) -> None:
        """Put in force what another process activated last; decide nothing more until that is done."""
        try:
            await self.catch_up()
        except (VpceGuardError, SQLAlchemyError, OSError) as error:
            self.error, self._behind = str(error), float("-inf")
            log.error("bundle_not_followed", error=self.error, kept=self.guard.bundle.revision)

    async def follow_database(self) -> None:
        """Follow what other processes activate, and keep org data that come into force, until cancelled."""
        kept = ""
        while True:
            try:
                async with self._busy:
                    await self._follow()
                    await self._follow_shadow()
                org = self.guard.org.current
                if org.revision != kept:
                    await asyncio.to_thread(keep_org, self.database, org.revision, org.document, keys=self._keys)
                    kept = org.revision
            except (VpceGuardError, SQLAlchemyError, OSError) as error:
                if self.error != str(error):
                    log.error("bundle_not_followed", error=str(error), kept=self.guard.bundle.revision)
                self.error = str(error)
            await asyncio.sleep(_EVERY)

    async def upload(self, archive: bytes, *, by: str | None, reason: str) -> tuple[BundleRow, Trial]:
        """Keep a signed archive that its own examples speak for. Raises RefusedError, ConflictError."""
        try:
            signed = await asyncio.to_thread(self._verified.open, archive)
        except BundleError as error:
            raise await self._refusal(error, "unknown", by=by, reason=reason) from None
        trial = await self._try(signed.files)
        if trial.wrong:
            raise await self._refusal(trial.error(), signed.revision, by=by, reason=reason)
        stored = BundleRow(
            revision=signed.revision, version=signed.version, key_id=signed.key_id, added=now(), added_by=by
        )
        if await asyncio.to_thread(store.add_bundle, self.database, stored, archive, keys=self._keys):
            await self.take("uploaded", stored.revision, by=by, reason=reason)
        return stored, trial

    async def activate(self, revision: str, *, by: str | None, reason: str, rollback: bool) -> RolloutStep:
        """Put a bundle in force: in this service before this returns, in others as soon as they look.

        One that has not decided yet is tried first. Raises NotFoundError; RefusedError where it cannot be used;
        ConflictError for an older one that is no rollback.
        """
        async with self._busy:
            await self._follow()
            try:
                policy, version = await self._prepare(revision)
            except NotFoundError:
                raise
            except VpceGuardError as error:
                raise await self._refusal(error, revision, by=by, reason=reason) from None
            if (trial := await self._try_before_first_use(policy.bundle)) is not None and trial.wrong:
                await policy.engine.close()
                raise await self._refusal(trial.error(), revision, by=by, reason=reason)
            if version < self.version and not rollback:
                raise ConflictError(
                    f"Version {version} is older than version {self.version}, which is in force.",
                    advice="Set `rollback` to true to activate an older version.",
                )
            step: StepKind = "rolled_back" if rollback else "activated"
            after = self.last.number if self.last else 0
            taken = await self.take(step, revision, by=by, reason=reason, after=after)
            self._put_in_force(policy, version, taken)
            await self._follow_shadow()
        await self.tell_others()  # not while busy: one of them may be activating too
        return taken

    async def put_beside(self, revision: str, *, by: str | None, reason: str) -> RolloutStep:
        """Let a kept bundle judge beside the one in force, in every process. Raises NotFoundError, RefusedError."""
        async with self._busy:
            try:
                await asyncio.to_thread(self._verified.find, revision)
            except BundleError as error:
                raise await self._refusal(error, revision, by=by, reason=reason) from None
            taken = await self.take("shadowed", revision, by=by, reason=reason)
            await self._follow_shadow()
            return taken

    async def drop(self, *, by: str | None, reason: str) -> RolloutStep:
        """Take away what judges beside. Raises NotFoundError where nothing does."""
        async with self._busy:
            await self._follow_shadow()
            if self.shadow is None:
                raise NotFoundError("No shadow bundle is active.")
            taken = await self.take("dropped", self.shadow.step.revision, by=by, reason=reason)
            await self._follow_shadow()
            return taken

    async def counts(self) -> tuple[RolloutStep, ShadowCounts]:
        """What judges beside, and what all processes counted since. Raises NotFoundError where nothing does."""
        if self.shadow is None:
            raise NotFoundError("No shadow bundle is active.")
        step, mine = self.shadow.step, self.shadow.counts
        total = await asyncio.to_thread(read_counts, self.database, step.number, but=self.process)
        total.merge(mine)
        return step, total

    async def close(self) -> None:
        """End what judges beside in this process."""
        self.guard.listener, self.shadow = None, None
        if self._shadowing is not None:
            self._shadowing.cancel()
            await asyncio.gather(self._shadowing, return_exceptions=True)
            self._shadowing = None

    async def _prepare(self, revision: str) -> tuple[Policy, int]:
        """The policy of a kept bundle, verified again, its engine started, and its version. Raises VpceGuardError."""
        found = await asyncio.to_thread(self._verified.find, revision)
        policy = await asyncio.to_thread(make_policy, self.guard.settings, found.bundle, others=self.guard.others)
        return policy, found.version

    def rules_of(self, revision: str) -> Mapping[str, Rule] | None:
        """The rules of a bundle that a sidecar may run while another is in force here; None for any other.

        That is the one before, for as long as `bundle_grace`, and one that another process has just activated; for a
        request that began under the one before, also the one that is in force by now.
        """
        if revision == self.guard.bundle.revision:
            return self.guard.bundle.rules
        before = self._before
        if before is not None and before.revision == revision and time.monotonic() < before.until:
            return before.rules
        try:
            last = next(iter(store.last_activations(self.database)), None)
            if last is not None and last.revision == revision and last != self.last:
                return self._verified.find(revision).bundle.rules
        except (VpceGuardError, SQLAlchemyError) as error:
            log.error("bundle_not_known", revision=revision, error=str(error))
        return None

    async def take(
        self, step: StepKind, revision: str, *, by: str | None, reason: str, after: int | None = None
    ) -> RolloutStep:
        """Record a step. Raises ConflictError where another activation came first."""
        add = partial(store.add_step, self.database, step, revision, keys=self._keys)
        return await asyncio.to_thread(add, by=by, reason=reason, after=after)

    async def _try(self, files: Mapping[str, bytes]) -> Trial:
        settings = self.guard.settings
        return await try_bundle(files, timeout=settings.timeout, memory_limit=settings.memory_limit)

    async def _try_before_first_use(self, bundle: Bundle) -> Trial | None:
        """The outcome of a bundle's examples; None for one that has decided before: going back is not to wait."""
        if bundle.revision == self.own.revision:
            return None
        if await asyncio.to_thread(store.was_in_force, self.database, bundle.revision):
            return None
        return await self._try(bundle.files)

    async def _refusal(self, error: VpceGuardError, revision: str, *, by: str | None, reason: str) -> RefusedError:
        await self.take("refused", revision, by=by, reason=f"{reason}: {error.detail}")
        log.warning("bundle_refused", revision=revision, by=by, error=error.detail)
        return RefusedError(error.detail, advice=error.advice, pointers=error.pointers)

    async def _follow(self) -> None:
        last = next(iter(await asyncio.to_thread(store.last_activations, self.database)), None)
        if last is not None and last != self.last:
            self._behind = self._behind or time.monotonic()
            policy, version = await self._prepare(last.revision)
            self._put_in_force(policy, version, last)
        self.error = self._behind = None

    def why_outdated(self) -> str | None:
        """Why nothing may be decided here: others have had another bundle for a while; None where they have not."""
        if self._behind is None or time.monotonic() - self._behind <= _LATE:
            return None
        return f"Another bundle is in force than this service has: {self.error}"

    async def _follow_shadow(self) -> None:
        step = await asyncio.to_thread(store.shadow_step, self.database)
        if step == (self.shadow.step if self.shadow else None):
            return
        await self.close()
        if step is None:
            return
        found = await asyncio.to_thread(self._verified.find, step.revision)
        apart = self.guard.settings.model_copy(update={"engine": "embedded"})
        policy = await asyncio.to_thread(make_policy, apart, found.bundle)
        self.shadow = Shadow(policy, step, self.guard.settings, database=self.database, process=self.process)
        self.guard.listener = self.shadow
        self._shadowing = asyncio.create_task(self.shadow.run())

    def _put_in_force(self, policy: Policy, version: int, taken: RolloutStep) -> None:
        """Swap: from here on each new request is judged under this policy, and none under both."""
        old = self.guard.policy
        if old.org.shared is not None:
            policy.org.take(old.org.shared)
        until = time.monotonic() + self.guard.settings.bundle_grace
        self._before = _PreviousBundle(old.bundle.revision, old.bundle.rules, until)
        self.guard.policy = policy
        self.version, self.last, self.error = version, taken, None
        self.changed.set()
        self.changed = asyncio.Event()
        run_in_background(policy.engine.warm())
        close_later(old, self.guard.settings)
        if (outdated := why_outdated(policy.bundle)) is not None:
            log.warning("bundle_outdated", revision=policy.bundle.revision, detail=outdated)
        log.info("bundle_in_force", revision=policy.bundle.revision, step=taken.step, by=taken.by, reason=taken.reason)
