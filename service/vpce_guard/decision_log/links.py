"""What came to be of decisions, as it was found last.

It stands beside the log: no chain has it, and no replay reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Connection, Select, delete, insert, select
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.tables import DECISIONS, LINKS
from vpce_guard.model import FrozenModel

_STEP = 500  # links of one transaction: SQLite has one writer, whom the service must not wait for

LinkOutcome = Literal["as decided", "differs", "decided again", "several possible", "waiting", "never made", "no VPC"]
LinkCertainty = Literal["tag", "request", "only one"]


class DecisionLink(FrozenModel):
    """What became of a decision, made at `decided` on an endpoint of a service in a VPC, as of `linked` (RFC 3339).

    `endpoint_ids` is the endpoint, or all that could be it; `certainty` is how it was found, None where it was not.
    `differs` are the members of the request that the endpoint has otherwise. A decision that was `decided again` before
    the endpoint was made is told with the endpoint of the last one. Nothing is looked for without a VPC.
    """

    decision_id: str
    decided: str
    vpc_id: str | None
    service: str | None
    outcome: LinkOutcome
    certainty: LinkCertainty | None
    endpoint_ids: tuple[str, ...]
    differs: tuple[str, ...]
    linked: str


def keep_links(database: Database, links: Sequence[DecisionLink]) -> None:
    """Keep links in the place of earlier ones of their decisions, as far as the log has those.

    An endpoint that was found once stays, although it is not found any more: what was made may be deleted.
    """
    for start in range(0, len(links), _STEP):
        some = links[start : start + _STEP]
        ids = [one.decision_id for one in some]
        logged = select(DECISIONS.c.decision_id).where(DECISIONS.c.decision_id.in_(ids))
        found_before = select(LINKS.c.decision_id).where(LINKS.c.decision_id.in_(ids), LINKS.c.is_certain)
        with database.begin() as connection:
            known = set(connection.execute(logged).scalars())
            certain = set(connection.execute(found_before).scalars())
            rows = [
                _row(one)
                for one in some
                if one.decision_id in known and (one.certainty is not None or one.decision_id not in certain)
            ]
            if rows:
                written = [row["decision_id"] for row in rows]
                connection.execute(delete(LINKS).where(LINKS.c.decision_id.in_(written)))
                connection.execute(insert(LINKS), rows)


def find_links(database: Database, decision_ids: Sequence[str]) -> dict[str, DecisionLink]:
    """The links of those decisions that have one, by their ids."""
    if not decision_ids:
        return {}
    chosen = select(LINKS.c.decision_id, LINKS.c.content).where(LINKS.c.decision_id.in_(decision_ids))
    with database.connect() as connection:
        return {row.decision_id: DecisionLink.model_validate_json(row.content) for row in connection.execute(chosen)}


def delete_links(connection: Connection, decision_ids: Select[Any]) -> None:
    """Forget the links of decisions that go."""
    connection.execute(delete(LINKS).where(LINKS.c.decision_id.in_(decision_ids)))


def _row(one: DecisionLink) -> dict[str, object]:
    content = one.model_dump_json()
    return {"decision_id": one.decision_id, "is_certain": one.certainty is not None, "content": content}
