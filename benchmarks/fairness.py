"""Two greedy callers and one polite one: the service on its durable log, one process, 127.0.0.1 only.

    python benchmarks/fairness.py [SECONDS] [REST]

The polite caller asks for one decision five times a second and is timed from when each was due: first alone, then
beside the others, who send as fast as they are answered on eight connections each: small documents, large ones,
documents that are too much work, and pages of decisions. Memory is read at the start, after a warm-up that gives every
kind, and REST seconds (60) after the end: of the service and its process for large requests together.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
from gates import hold
from processes import process
from soak import _listener, _resident

from decisions import ordinary

PER_SECOND, CONNECTIONS = 5, 8
CALLERS = ("greedy-one", "greedy-two", "polite")
Call = tuple[str, str, bytes | None]


def main() -> None:
    """Run everything, print what was measured and check the gates."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    rest = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    with ExitStack() as stack:
        kept = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keys = kept / "keys"
        keys.write_text("".join(f"{name}:{hashlib.sha256(name.encode()).hexdigest()}\n" for name in CALLERS))
        os.environ["VPCE_GUARD_DATABASE_URL"] = f"sqlite:///{kept}/decisions.db"
        os.environ["VPCE_GUARD_API_KEYS_FILE"] = str(keys)
        os.environ["VPCE_GUARD_LOG_LEVEL"] = "error"
        port = stack.enter_context(process([sys.executable, "-m", "vpce_guard", "serve"], "--port", "/readyz"))
        found = asyncio.run(_measure(f"http://127.0.0.1:{port}", _listener(port), seconds, rest))
    for name, value in found.items():
        print(f"{name:<44}{value:>10.2f}")
    hold("fairness", found)


async def _measure(url: str, pid: int, seconds: float, rest: float) -> dict[str, float]:
    await _polite(url, 2.0)
    for caller in CALLERS[:2]:
        await _greedy(url, caller, until=time.monotonic() + 5.0)
    begun = _all_resident(pid)
    alone, alone_median, refused_alone = await _polite(url, seconds)
    until = time.monotonic() + seconds
    greedy = [asyncio.create_task(_greedy(url, caller, until=until)) for caller in CALLERS[:2]]
    beside, beside_median, refused = await _polite(url, seconds)
    answered = sum((counts for counts in await asyncio.gather(*greedy)), Counter())
    most = _all_resident(pid)
    await asyncio.sleep(rest)
    after = _all_resident(pid)
    print("greedy callers were answered", dict(sorted(answered.items())))
    return {
        "polite, alone, p99 ms": alone,
        "polite, beside two greedy, p99 ms": beside,
        "polite, alone, p50 ms": alone_median,
        "polite, beside two greedy, p50 ms": beside_median,
        "p99 beside against alone": beside / alone,
        "refused to the polite": refused + refused_alone,
        "memory MiB, start": begun,
        "memory MiB, end": most,
        "memory MiB, after the rest": after,
        "memory after the rest against start": after / begun,
    }


def _all_resident(pid: int) -> float:
    """Resident memory in MiB of a process and those that it started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _resident(pid) + sum(_resident(int(child)) for child in children)


async def _polite(url: str, seconds: float) -> tuple[float, float, int]:
    """The p99 and the median in milliseconds, and how many were not answered with 200."""
    body, times, refused = json.dumps({"document": ordinary()}).encode(), [], 0
    headers = {"authorization": f"Bearer {CALLERS[2]}"}
    started = time.perf_counter()
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=60)) as session:
        for number in range(int(seconds * PER_SECOND)):
            due = started + number / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            try:
                async with session.post(url + "/v1/decisions", data=body) as answer:
                    await answer.read()
                    refused += answer.status != 200
            except (aiohttp.ClientError, TimeoutError):
                refused += 1
            times.append((time.perf_counter() - due) * 1000)
    times.sort()
    return times[int(len(times) * 0.99)], times[len(times) // 2], refused


async def _greedy(url: str, caller: str, *, until: float) -> Counter[int]:
    """How often each status was answered."""
    statuses: Counter[int] = Counter()
    headers = {"authorization": f"Bearer {caller}"}

    async def work(session: aiohttp.ClientSession, calls: Iterator[Call]) -> None:
        while time.monotonic() < until:
            method, path, body = next(calls)
            try:
                async with session.request(method, url + path, data=body) as answer:
                    statuses[answer.status] += 1
                    while await answer.content.read(1 << 16):
                        pass
            except (aiohttp.ClientError, TimeoutError):
                statuses[0] += 1

    calls = cycle(_calls())
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=120)) as session:
        await asyncio.gather(*(work(session, calls) for _ in range(CONNECTIONS)))
    return statuses


def _calls() -> list[Call]:
    small = json.dumps({"document": ordinary()}).encode()
    large = json.dumps({"document": [_gateway(n, f"vpc-{n:08x}") for n in range(200)]}).encode()
    work = json.dumps({"document": [_gateway(n, "vpc-0a000001") for n in range(1000)]}).encode()
    return [
        *[("POST", "/v1/decisions", small)] * 4,
        ("POST", "/v1/decisions", large),
        ("POST", "/v1/decisions", work),
        ("GET", "/v1/decisions?limit=500", None),
    ]


def _gateway(number: int, vpc: str) -> dict[str, Any]:
    tags = [{"Key": "Name", "Value": f"endpoint-{number}"}]
    request = {"VpcId": vpc, "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": [f"rtb-{number:08x}"]}
    tagged = [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    return {"operation": "create", "request": {**request, "VpcEndpointType": "Gateway", "TagSpecifications": tagged}}


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    main()
