"""What the log takes for a decision, in SQLite with all its indexes, as parts of what was asked.

An ordinary decision against its input compressed alone (zlib, level 1), over 300 whose contexts and results differ a
little; and 200 endpoints of one request against the request.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import sqlite3
import tempfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

from gates import hold
from pydantic_core import to_json

from decisions import ordinary
from vpce_guard.logs import configure
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import load_settings

BEFORE, DECISIONS, ENDPOINTS = 20, 300, 200
DECISION, REQUEST = "a decision against its input compressed", "200 endpoints against their request"


def main() -> None:
    """Measure both and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "decisions.db"
        settings = {"VPCE_GUARD_DATABASE_URL": f"sqlite:///{file}", "VPCE_GUARD_TIMEOUT": "60"}
        measured = asyncio.run(_measure(settings, file))
    hold("records", measured)


async def _measure(settings: dict[str, str], file: Path) -> dict[str, float]:
    configure("error")
    guard = make_guard(load_settings(environ={**os.environ, **settings}))
    guard.decision_log = log = open_log(guard.settings)
    assert log is not None
    document = ordinary()
    await _decide(guard, [_varied(document, number) for number in range(BEFORE)])
    start = _size(file)
    await _decide(guard, [_varied(document, number) for number in range(DECISIONS)])
    a_decision = (_size(file) - start) / DECISIONS
    (proposal,) = guard.question(document, request_id="r").proposals
    compressed = len(zlib.compress(to_json(proposal.as_input("aws-current")), 1))
    start = _size(file)
    request = {"document": {"proposals": [_endpoint(document, number) for number in range(ENDPOINTS)]}}
    await _decide(guard, [request["document"]], context=document["context"])
    a_request = _size(file) - start
    await log.close()
    asked = len(json.dumps({**request, "context": document["context"]}))
    return {DECISION: a_decision / compressed, REQUEST: a_request / asked}


async def _decide(guard: Guard, documents: list[Any], context: Any = None) -> None:
    for number, document in enumerate(documents):
        ((decision, *_),) = await guard.decide([guard.question(document, context=context, request_id=f"r{number}")])
        if decision.error is not None:
            raise SystemExit(decision.error)


def _varied(document: Any, number: int) -> Any:
    varied = copy.deepcopy(document)
    varied["context"]["Vpc"]["CidrBlock"] = f"10.{number % 250}.0.0/16"
    varied["context"]["Subnets"][0]["AvailableIpAddressCount"] = number
    return varied


def _endpoint(document: Any, number: int) -> Any:
    request = {**document["request"], "ServiceName": f"com.amazonaws.us-east-1.s{number}"}
    return {"operation": "create", "address": f"e{number}", "request": request}


def _size(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        names = ("page_count", "freelist_count", "page_size")
        pages, free, size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return int((pages - free) * size)


if __name__ == "__main__":
    main()
