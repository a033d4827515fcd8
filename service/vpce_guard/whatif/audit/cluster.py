"""An audit on a Dask cluster: groups of questions go to workers wherever they are, and decisions come back, in order.

A group carries its questions, so workers need neither the inventory nor documents. Loaded only with `--cluster`.
"""

from __future__ import annotations

from collections.abc import Iterable

from vpce_guard.whatif.audit.asking import AuditGroup, DecidedGroups
from vpce_guard.whatif.audit.workers import GROUPS_AHEAD, AuditJob
from vpce_guard.whatif.cluster import work_on_cluster
from vpce_guard.whatif.workers import take_in_order


def decide_on_cluster(groups: Iterable[AuditGroup], job: AuditJob, address: str) -> DecidedGroups:
    """Groups with the decisions on their questions, in order, with few in flight.

    Raises EngineError where the scheduler cannot be reached, has no workers, or they are of another version.
    """
    with work_on_cluster(address, job) as workers:
        sent = ((group, workers.submit(group.questions) if group.questions else None) for group in groups)
        for group, future in take_in_order(sent, ahead=lambda: workers.count * GROUPS_AHEAD):
            yield group, workers.wait(future) if future is not None else []
