"""What a service shares with its replicas: org data, API keys, and what each caller has asked for."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from pydantic_core import from_json, to_json

from vpce_guard.errors import SettingsError
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.replicas.contents import SharedContent
from vpce_guard.runtime.replicas.following import Replica
from vpce_guard.surfaces.api.http.callers import CallerSource, KeyFile, Pace


class SharedOrgData:
    """The org data of whatever policy is in force."""

    name = "org data"

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    def read_files(self) -> bytes | None:
        """The document of this machine's files."""
        return to_json(self._guard.org.local.document) if self._guard.settings.org_data else None

    def take(self, content: bytes) -> None:
        """Put a document in force. Raises SettingsError for one that is none."""
        self._guard.org.take(from_json(content))


def make_replica(guard: Guard, known: Sequence[CallerSource], pace: Pace | None) -> Replica:
    """What keeps this service with its replicas. Raises SettingsError without a database that they can share."""
    if guard.decision_log is None:
        raise SettingsError(
            "Replicas share the database of the decision log, and there is none.",
            advice="Set VPCE_GUARD_DECISION_LOG=required, or VPCE_GUARD_REPLICAS=false.",
        )
    contents: list[SharedContent] = [SharedOrgData(guard)]
    contents += [one for one in known if isinstance(one, KeyFile)]
    return Replica(
        guard.decision_log.database,
        contents=contents,
        pace=pace,
        keys=guard.decision_log.keys,
        process=uuid.uuid4().hex,
    )
