"""A service that is killed under load has every decision in its log that a caller received. KILLS says how often."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

from tests.support.servers import Service
from tests.support.waiting import until
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS

KILLS = int(os.environ.get("KILLS", "3"))
CALLERS = 4


def load(service: Service, answered: list[str], stop: threading.Event) -> None:
    """Ask until there is no answer any more."""
    while not stop.is_set():
        status, decisions = service.decide(times=2)
        if status != 200:
            return
        answered.extend(decision["decision_id"] for decision in decisions)


def test_a_killed_service_loses_no_decision_it_answered(url: str) -> None:
    answered: list[str] = []
    for _ in range(KILLS):
        service, stop, before = Service(url), threading.Event(), len(answered)
        callers = [threading.Thread(target=load, args=(service, answered, stop)) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        until(lambda start=before: len(answered) >= start + 20)
        time.sleep(random.uniform(0, 0.5))  # noqa: S311
        service.end(signal.SIGKILL)
        stop.set()
        for caller in callers:
            caller.join(30)
    engine = open_database(url)
    kept = {event["decision_id"] for event in queries.read_all(engine, queries.Query())}
    assert len(answered) >= 20 * KILLS
    assert set(answered) <= kept
    verified = chain.verify(engine, NO_KEYS)
    assert verified.findings == ()
    assert verified.chains == KILLS
    engine.dispose()
    print(f"{KILLS} kills: {len(answered)} decisions answered, {len(kept)} kept")
