"""Latency and throughput of POST /v1/decisions on both engines beside a bare `opa run -s`, in one run, as ratios.

One keep-alive connection for latency, then 32 for throughput, which as many workers as there are cores are asked
too; same bundle, same input; the rounds of the contenders alternate, so that noise falls on all of them. Traffic goes
to 127.0.0.1 only and is bounded in count.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from gates import hold
from processes import process

from vpce_guard.bundle.derived import packaged_file
from vpce_guard.formats import read

ROOT = Path(__file__).parents[1]
BUNDLE = packaged_file("vpce.tar.gz")
OPA = os.environ.get("OPA", "opa")
ROUNDS, CALLS, FEWEST, PARALLEL = 5, 100, 8, 32  # FEWEST: calls with many proposals
BARE, WORKERS = "bare opa", "embedded, all cores"


@dataclass(frozen=True)
class Contender:
    """Something to time: where it is asked, with what, and how many proposals a call holds."""

    name: str
    port: int
    path: str
    body: bytes
    proposals: int = 1


def main() -> None:
    """Run everything and print one table."""
    proposal = ordinary()
    document = {"document": proposal}
    raw = {"input": read(proposal)[0].as_input("aws-current")}
    with ExitStack() as stack:
        kept = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ["VPCE_GUARD_DATABASE_URL"] = f"sqlite:///{kept}/decisions.db"  # decisions are durable, as by default
        opa = stack.enter_context(process([OPA, "run", "-s", "-l", "error", "-b", str(BUNDLE)], "--addr", "/health"))
        serve = [sys.executable, "-m", "vpce_guard", "serve"]
        embedded = stack.enter_context(process(serve, "--port", "/readyz"))
        beside = [*serve, "--engine", "opa", "--opa-url", f"http://127.0.0.1:{opa}"]
        sidecar = stack.enter_context(process(beside, "--port", "/readyz"))
        workers = stack.enter_context(process([*serve, "--workers", str(os.cpu_count() or 1)], "--port", "/readyz"))
        items = json.dumps({"items": [document] * 100}).encode()
        one, dry = (json.dumps(content).encode() for content in (document, {**document, "dry_run": True}))
        contenders = [
            Contender(BARE, opa, "/v1/data/vpce/main/result", json.dumps(raw).encode()),
            Contender("embedded", embedded, "/v1/decisions", one),
            Contender("embedded, not recorded", embedded, "/v1/decisions", dry),
            Contender("sidecar", sidecar, "/v1/decisions", one),
            Contender("embedded, batch of 100", embedded, "/v1/decisions/batch", items, proposals=100),
            Contender("sidecar, batch of 100", sidecar, "/v1/decisions/batch", items, proposals=100),
            Contender(WORKERS, workers, "/v1/decisions", one),
        ]
        _report(contenders, _latencies(contenders), asyncio.run(_throughputs(contenders)))


def _report(contenders: list[Contender], times: list[dict[str, list[float]]], rates: list[dict[str, float]]) -> None:
    print(f"{'':<24}{'p50 ms':>9}{'p99 ms':>9}{'per s':>10}")
    for name in (contender.name for contender in contenders):
        sample = sorted(value for found in times for value in found[name])
        rate = statistics.median(found[name] for found in rates)
        print(f"{name:<24}{statistics.median(sample):>9.3f}{sample[int(len(sample) * 0.99)]:>9.3f}{rate:>10.0f}")
    print("Times and rates are per proposal, `per s` with 32 connections (a batch with 2); then against bare OPA.")
    ratios = {
        contender.name: [statistics.median(one[contender.name]) / statistics.median(one[BARE]) for one in times]
        for contender in contenders[1:]
    }
    more = {f"{name}, per s": [found[name] / found[BARE] for found in rates] for name in ratios}
    hold("decisions", {**ratios, **more})


def _latencies(contenders: list[Contender]) -> list[dict[str, list[float]]]:
    """The times of each round by contender, in ms a proposal."""
    rounds = []
    for _ in range(ROUNDS + 1):
        times: dict[str, list[float]] = {contender.name: [] for contender in contenders}
        for contender in contenders:
            connection = http.client.HTTPConnection("127.0.0.1", contender.port)
            for _ in range(max(FEWEST, CALLS // contender.proposals)):
                started = time.perf_counter()
                connection.request("POST", contender.path, contender.body, {"content-type": "application/json"})
                response = connection.getresponse()
                response.read()
                times[contender.name].append((time.perf_counter() - started) * 1000 / contender.proposals)
                assert response.status == 200, f"{contender.name}: {response.status}"
            connection.close()
        rounds.append(times)
    return rounds[1:]  # the first warms up


async def _throughputs(contenders: list[Contender]) -> list[dict[str, float]]:
    """The proposals a second of each round by contender."""
    async with aiohttp.ClientSession() as session:
        return [{one.name: await _rate(session, one) for one in contenders} for _ in range(ROUNDS)]


async def rate_of(contender: Contender) -> float:
    """The proposals a second of one contender."""
    async with aiohttp.ClientSession() as session:
        return await _rate(session, contender)


async def _rate(session: aiohttp.ClientSession, contender: Contender) -> float:
    calls, workers = (800, PARALLEL) if contender.proposals == 1 else (12, 2)
    url, left = f"http://127.0.0.1:{contender.port}{contender.path}", iter(range(calls))

    async def work() -> None:
        for _ in left:
            async with session.post(url, data=contender.body, headers={"content-type": "application/json"}) as answer:
                await answer.read()

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(workers)))
    return calls * contender.proposals / (time.perf_counter() - started)


def ordinary() -> Any:
    """An ordinary interface endpoint with the full context of the examples."""
    context = yaml.safe_load((ROOT / "rego/vpce/testing/context.yaml").read_text())
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
        "SecurityGroupIds": ["sg-0a000001"],
        "PrivateDnsEnabled": True,
    }
    return {"operation": "create", "request": request, "context": context}


if __name__ == "__main__":
    main()
