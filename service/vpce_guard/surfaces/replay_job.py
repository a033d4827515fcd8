"""One replay for the service, in a process of its own that stays out of the way.

Run as `python -m vpce_guard.surfaces.replay_job`. Reads an Order from its input and writes a JSON object on a line
for each step: `{"read", "total"}`, at last `{"report"}` and `{"page"}`, or `{"error"}`. It runs when nobody else wants
the processor, in bounded memory.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict, StrictBool
from pydantic_core import to_json

from vpce_guard.decision_log.database import default_url, open_database
from vpce_guard.decision_log.terms import load_bundle
from vpce_guard.errors import NotFoundError, VpceGuardError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.model import Json
from vpce_guard.settings import Settings
from vpce_guard.surfaces.reports.replay import html, json
from vpce_guard.whatif.replay.candidate import Candidate
from vpce_guard.whatif.replay.request import Request, replay_of
from vpce_guard.whatif.workers import end_with

_MOST_MEMORY = 2 << 30


class ReplayChoice(BaseModel):
    """Which recorded decisions: each member that is given must hold. Times are RFC 3339; `until` is exclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: str | None = None
    until: str | None = None
    label: str | None = None
    account: str | None = None
    rule: str | None = None
    service: str | None = None
    allowed: StrictBool | None = None
    limit: int | None = None
    sample: float | None = None


class ReplayOrder(BaseModel):
    """What the service asks of the process it starts, which is `parent`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parent: int
    settings: Settings
    revision: str | None
    org_data: Json | None
    choice: ReplayChoice


def main() -> None:
    """Do what is ordered."""
    order = ReplayOrder.model_validate_json(sys.stdin.buffer.read())
    end_with(order.parent)
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, _MOST_MEMORY))
    try:
        with make_temporary_folder("vpce-guard-replay-") as work:
            request = Request(settings=order.settings, work=Path(work), **order.choice.model_dump())
            replayed = replay_of(request, candidate(order), lambda read, total: _tell({"read": read, "total": total}))
        _tell({"report": json.document(replayed)})
        _tell({"page": html.render(replayed)})
    except VpceGuardError as error:
        _tell({"error": str(error)})


def candidate(order: ReplayOrder) -> Candidate:
    """What is proposed. Raises NotFoundError for a bundle that is not kept."""
    bundle = None
    if order.revision is not None:
        bundle = load_bundle(open_database(order.settings.database_url or default_url()), order.revision)
        if bundle is None:
            raise NotFoundError(f"This service keeps no bundle {order.revision}.")
    org_name = "the org data that was sent" if order.org_data is not None else None
    bundle_name = "a kept bundle" if bundle is not None else None
    return Candidate(bundle=bundle, bundle_name=bundle_name, org=order.org_data, org_name=org_name)


def _tell(step: Json) -> None:
    sys.stdout.buffer.write(to_json(step) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
