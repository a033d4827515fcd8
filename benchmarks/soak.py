"""Ten minutes at 80 % of peak: the service on its durable log, some workers, 127.0.0.1 only.

    python benchmarks/soak.py [SECONDS [WORKERS]]

First the peak is found (closed loop, 32 connections, 15 s), then requests come at 80 % of that rate whether or not the
ones before are answered, and are timed from when they were due, so that a stall is seen by all that it delays. Four of
five are single decisions, of three kinds, allowed and denied; the fifth is a batch of ten.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
from gates import hold
from processes import process

from decisions import ordinary

CONNECTIONS, PEAK_SECONDS, SHARE = 32, 15.0, 0.8
MOST_WAITING = 2000


def main() -> None:
    """Run everything, print what was measured and check the gates."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    workers = sys.argv[2] if len(sys.argv) > 2 else "2"
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
    with ExitStack() as stack:
        kept = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["VPCE_GUARD_DATABASE_URL"] = f"sqlite:///{kept}/decisions.db"
        os.environ["VPCE_GUARD_LOG_LEVEL"] = "warning"
        serve = [sys.executable, "-m", "vpce_guard", "serve", "--workers", workers]
        port = stack.enter_context(process(serve, "--port", "/readyz"))
        url, pid = f"http://127.0.0.1:{port}", _listener(port)
        peak = asyncio.run(_peak(url))
        soak = asyncio.run(_soak(url, pid, rate=peak * SHARE, seconds=seconds))
        verified = subprocess.run(
            [sys.executable, "-m", "vpce_guard", "log", "verify"], capture_output=True, text=True, check=False
        )
    print(f"{workers} workers, peak {peak:.0f} requests/s")
    print(f"{soak['requests']:.0f} requests in {seconds:.0f} s at {peak * SHARE:.0f}/s")
    for name in (
        "errors",
        "p50 ms",
        "p99 ms",
        "most ms",
        "p99 against p50",
        "memory MiB, second fifth",
        "memory MiB, last fifth",
    ):
        print(f"{name:<28}{soak[name]:>10.1f}")
    print(verified.stdout.strip())
    hold("soak", {**soak, "errors": soak["errors"] + verified.returncode})


async def _peak(url: str) -> float:
    bodies, done, stop = _bodies(), 0, time.monotonic() + PEAK_SECONDS

    async def work(session: aiohttp.ClientSession, number: int) -> None:
        nonlocal done
        while time.monotonic() < stop:
            path, body = bodies[number % len(bodies)]
            async with session.post(url + path, data=body) as answer:
                await answer.read()
            number, done = number + 1, done + 1

    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(work(session, n) for n in range(CONNECTIONS)))
    return done / PEAK_SECONDS


async def _soak(url: str, pid: int, *, rate: float, seconds: float) -> dict[str, float]:
    bodies, times, errors = _bodies(), [], 0
    memory: list[tuple[float, float]] = []
    waiting: set[asyncio.Task[None]] = set()
    started = time.perf_counter()

    async def ask(session: aiohttp.ClientSession, due: float, number: int) -> None:
        nonlocal errors
        path, body = bodies[number % len(bodies)]
        try:
            async with session.post(url + path, data=body) as answer:
                found = json.loads(await answer.read())
                errors += answer.status != 200 or ("results" in found) != (path != "/v1/decisions")
        except (aiohttp.ClientError, OSError, ValueError):
            errors += 1
        times.append((time.perf_counter() - due) * 1000)

    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        for number in range(int(rate * seconds)):
            due = started + number / rate
            if (ahead := due - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            if number % max(int(rate), 1) == 0:
                memory.append(((due - started) / seconds, _resident(pid)))
            if len(waiting) >= MOST_WAITING:
                errors += 1  # it was due and could not even be sent
                continue
            task = asyncio.create_task(ask(session, due, number))
            waiting.add(task)
            task.add_done_callback(waiting.discard)
        await asyncio.gather(*waiting)
    times.sort()
    early = statistics.median(size for share, size in memory if 0.2 <= share < 0.4)
    late = statistics.median(size for share, size in memory if share >= 0.8)
    return {
        "requests": len(times),
        "errors": errors,
        "p50 ms": statistics.median(times),
        "p99 ms": times[int(len(times) * 0.99)],
        "p99 against p50": times[int(len(times) * 0.99)] / statistics.median(times),
        "most ms": times[-1],
        "memory MiB, second fifth": early,
        "memory MiB, last fifth": late,
        "memory, last fifth against second": late / early,
    }


def _bodies() -> list[tuple[str, bytes]]:
    """Three kinds of decisions and a batch, allowed and denied."""
    good = ordinary()
    bad: Any = json.loads(json.dumps(good))
    bad["request"]["SubnetIds"] = ["subnet-0a100001", "subnet-0a200001"]
    gateway = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
    single = [("/v1/decisions", json.dumps({"document": d}).encode()) for d in (good, bad, gateway, good)]
    batch = json.dumps({"items": [{"document": d} for d in (good, bad) for _ in range(5)]}).encode()
    return [*single, ("/v1/decisions/batch", batch)]


def _listener(port: int) -> int:
    """The process id of whoever listens: a child of this process."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    for child in children:
        if f"--port\0{port}" in Path(f"/proc/{child}/cmdline").read_text():
            return int(child)
    raise SystemExit("the service is not there")


def _resident(pid: int) -> float:
    """Resident memory of a process and its children in MiB; what several share counts once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (own,) = (int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own / 1024 + sum(_resident(int(child)) for child in children)


if __name__ == "__main__":
    main()
