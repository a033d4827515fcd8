"""What no way of building the service goes below, in the same rounds as a bare OPA: each part alone, and their sums.

Parts: an answer of fixed bytes from the service's own HTTP server; the policy alone, in process; a commit of a record
to a log on this disk; OPA itself asked in batches. What the service
takes beyond its sum (`make bench` has it) is what is left to win; what the sum takes beyond an aim cannot be won here.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from gates import hold
from processes import process
from starlette.types import Receive, Scope, Send

from decisions import BARE, BUNDLE, OPA, PARALLEL, Contender, ordinary, rate_of
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.engines import request_for
from vpce_guard.engines.batches import BATCH
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import read

ROUNDS, CALLS, MANY = 7, 60, 100
RECORD = 2_500  # bytes of an ordinary decision in the log
HTTP = [sys.executable, "-m", "uvicorn", "floors:fixed", "--log-level", "error", "--no-access-log"]
_ANSWER = json.dumps({"decisions": ["x" * 1_500]}).encode()

Parts = dict[str, list[float]]  # a figure for each round


async def fixed(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI application that reads what it is sent and answers the same bytes always."""
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await send(
            {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(_ANSWER))]}
        )
        await send({"type": "http.response.body", "body": _ANSWER})


def main() -> None:
    """Measure the parts and print their sums against a bare OPA."""
    proposal = ordinary()
    one = read(proposal)[0].as_input("aws-current")
    many = [read(proposal)[0].as_input("aws-current") for _ in range(MANY)]
    bodies = [json.dumps({"input": document}).encode() for document in (one, request_for(many[:BATCH])[1])]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # as here: the server imports this file
    with ExitStack() as stack:
        opa = stack.enter_context(process([OPA, "run", "-s", "-l", "error", "-b", str(BUNDLE)], "--addr", "/health"))
        served = stack.enter_context(process(HTTP, "--port", "/"))
        several = stack.enter_context(process([*HTTP, "--workers", str(os.cpu_count() or 1)], "--port", "/"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        commit = _commit(folder)
        engine = EmbeddedEngine(open_bundle(), timeout=30, memory_limit=1 << 30)
        bare = Contender(BARE, opa, "/v1/data/vpce/main/result", bodies[0])
        empty = Contender("http", several, "/", bodies[0])
        parts: Parts = defaultdict(list)
        for _ in range(ROUNDS):
            parts["opa"].append(_median(_asking(opa, bare.path, bodies[0])))
            parts["http"].append(_median(_asking(served, "/", bodies[0])))
            parts["policy"].append(_median(lambda: engine.answers([one])))
            parts["commit"].append(_median(commit))
            parts["batch"].append(_median(lambda: asyncio.run(engine.evaluate(many)), 6) / MANY)
            parts["opa batch"].append(_median(_asking(opa, "/v1/data/vpce/main/results", bodies[1]), 6) / BATCH)
            parts["opa rate"].append(asyncio.run(rate_of(bare)))
            parts["http rate"].append(asyncio.run(rate_of(empty)))
            parts["record"].append(_median(lambda: zlib.compress(bodies[0])))
    hold("floors", _floors(parts))


def _floors(parts: Parts) -> Parts:
    cores = os.cpu_count() or 1
    rounds = [dict(zip(parts, values, strict=True)) for values in zip(*parts.values(), strict=True)]
    alone = {name: [one[name] / one["opa"] for one in rounds] for name in ("http", "policy", "commit", "batch")}
    sums: dict[str, Callable[[dict[str, float]], float]] = {
        "embedded, recorded": lambda one: (one["http"] + one["policy"] + one["commit"]) / one["opa"],
        "embedded, not recorded": lambda one: (one["http"] + one["policy"]) / one["opa"],
        "sidecar, recorded": lambda one: (one["opa"] + one["http"] + one["commit"]) / one["opa"],
        "batch of 100, embedded": lambda one: (one["batch"] + (one["http"] + one["commit"]) / MANY) / one["opa"],
        "batch of 100, sidecar": lambda one: one["opa batch"] / min(cores, MANY / BATCH) / one["opa"],
        f"{PARALLEL} connections, all cores, per s": lambda one: (
            cores / (cores / one["http rate"] + one["policy"] + one["record"]) / one["opa rate"]
        ),
    }
    return {
        **{f"{name} alone": values for name, values in alone.items()},
        **{name: [floor(one) for one in rounds] for name, floor in sums.items()},
    }


def _asking(port: int, path: str, body: bytes) -> Callable[[], None]:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def ask() -> None:
        connection.request("POST", path, body, {"content-type": "application/json"})
        response = connection.getresponse()
        response.read()
        assert response.status == 200

    return ask


def _commit(folder: Path) -> Callable[[], None]:
    """Adds a record to a table and commits it to the disk, as the log does."""
    connection = sqlite3.connect(folder / "records.db", isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE records (content BLOB)"):
        connection.execute(statement)

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO records VALUES (?)", (os.urandom(RECORD),))
        connection.execute("COMMIT")

    return commit


def _median(call: Callable[[], object], calls: int = CALLS) -> float:
    times = []
    for _ in range(calls):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main()
