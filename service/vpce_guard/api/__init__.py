"""REST over FastAPI: thin endpoints over Guard, RFC 9457 problems for every error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from vpce_guard import __version__
from vpce_guard.api import admission, advice, decisions, health, log, org_data, problems, rules, run_task
from vpce_guard.api.access import Access
from vpce_guard.api.log import keep_days
from vpce_guard.api.schema import openapi
from vpce_guard.wiring import Guard

__all__ = ["make_app"]


def make_app(guard: Guard) -> FastAPI:
    """The application over one guard. Raises SettingsError when it would be open to strangers."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(guard.watch_org())]
        if guard.decision_log is not None and guard.settings.log_days is not None:
            tasks.append(asyncio.create_task(keep_days(guard.decision_log, guard.settings.log_days)))
        yield
        for task in tasks:
            task.cancel()
        await guard.engine.close()
        if guard.decision_log is not None:
            await guard.decision_log.close()

    app = FastAPI(
        title="vpce-guard",
        version=__version__,
        summary="Policy-as-code admission for AWS VPC endpoints",
        lifespan=lifespan,
    )
    app.state.guard = guard
    problems.install(app)
    for module in (decisions, log, admission, run_task, advice, rules, org_data, health):
        app.include_router(module.router)
    app.add_middleware(Access, settings=guard.settings)
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]
    return app
