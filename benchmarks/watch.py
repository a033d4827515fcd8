"""What watching adds to a decision in-process: the same decisions in turns, watched and not, as a ratio of medians.

Of CPU time, because a difference this small is lost in what else the machine does. Without a log and without log
lines, which would only make the difference look smaller.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from gates import hold

from vpce_guard import logs
from vpce_guard.decisions.observer import NO_OBSERVER
from vpce_guard.runtime.wiring import make_guard, make_observer
from vpce_guard.settings import Settings

CALLS = 5000
VPC = {"VpcId": "vpc-0a000001"}
DOCUMENTS = {
    "allowed": {**VPC, "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]},
    "denied": {**VPC, "ServiceName": "com.amazonaws.us-east-1.kms"},
}


async def main() -> None:
    """Measure both documents, and hold the gates."""
    logs.configure("error")
    measured = {f"{name}, watched": await ratio(document) for name, document in DOCUMENTS.items()}
    hold("watch", measured)


async def ratio(document: dict[str, Any]) -> float:
    """The median time watched as a part of that unwatched."""
    guard = make_guard(Settings())
    watches = (NO_OBSERVER, make_observer(guard.settings))
    times: tuple[list[int], list[int]] = ([], [])
    for call in range(CALLS):
        for which in (0, 1) if call % 2 else (1, 0):
            guard.observer = watches[which]
            started = time.thread_time_ns()
            await guard.decide([guard.question(document, request_id="r")])
            times[which].append(time.thread_time_ns() - started)
    unwatched, watched = (statistics.median(sample[CALLS // 10 :]) for sample in times)
    return watched / unwatched


if __name__ == "__main__":
    asyncio.run(main())
