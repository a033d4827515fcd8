"""`serve --watch`: folders of Rego whose edits come into force while the service runs; a broken one never does."""

from __future__ import annotations

import asyncio
import time

from vpce_guard.authoring.rego.edited import EditedFolder
from vpce_guard.decision_log.terms import keep_bundle
from vpce_guard.errors import SettingsError, VpceGuardError
from vpce_guard.logs import Logger
from vpce_guard.runtime.background import close_later
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_policy
from vpce_guard.settings import Settings

log = Logger("vpce_guard.watch")
_DEBOUNCE = 100  # milliseconds in which edits count as one
_CONCERNS = (".rego", ".yaml", ".manifest")


class FolderWatch:
    """The state of a followed folder: `error` says why the last edit is not in force, if it is not."""

    def __init__(self, guard: Guard, folder: EditedFolder) -> None:
        self.guard = guard
        self.error: str | None = None
        self._folder = folder

    async def run(self) -> None:
        """Put each edit in force until cancelled."""
        from watchfiles import awatch

        looked = False  # at what was edited after the first build and before the watch began
        async for edits in awatch(*self._folder.source, debounce=_DEBOUNCE, step=20, yield_on_timeout=True):
            if not looked or any(path.endswith(_CONCERNS) for _, path in edits):
                await self.apply_edit()
                looked = True

    async def apply_edit(self) -> None:
        """Build the folder and put it in force, or say why not and leave what is."""
        started = time.perf_counter()
        try:
            bundle = await asyncio.to_thread(self._folder.build)
            if bundle.revision == self.guard.bundle.revision:
                self.error = None
                return
            policy = await asyncio.to_thread(make_policy, self.guard.settings, bundle, quick=True)
        except (VpceGuardError, OSError) as error:
            self.error = str(error)
            log.error("edit_refused", error=self.error, kept=self.guard.bundle.revision)
            return
        old, self.guard.policy, self.error = self.guard.policy, policy, None
        close_later(old, self.guard.settings)
        log.info("edit_in_force", revision=bundle.revision, seconds=round(time.perf_counter() - started, 2))
        if (kept := self.guard.decision_log) is not None:
            await asyncio.to_thread(keep_bundle, kept.database, bundle, keys=kept.keys)


def check_watchable(settings: Settings) -> None:
    """Raises SettingsError for settings under which a followed folder would not be what decides."""
    if settings.engine != "embedded":
        raise SettingsError(
            "--watch needs the embedded engine.", advice="An OPA of your own follows files with `opa run --watch`."
        )
