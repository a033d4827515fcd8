"""How the time of a decision grows with what stands beside it, in one run, as ratios.

1. `vpce-guard check` of a plan with 100 and 1,000 endpoints of one VPC: time an endpoint, without the time of a plan of
   one; and the most memory that a plan of 5,000 takes.
2. The same endpoint under the packaged example of org data, and under org data ten times as large.
"""

from __future__ import annotations

import asyncio
import copy
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml
from gates import hold
from plans import plan, write

from decisions import ordinary
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import read
from vpce_guard.org.load import read_org_data

ROOT = Path(__file__).parents[1]
ROUNDS, CALLS = 5, 60
ONE, FEW, MANY, MOST = 1, 100, 1000, 5000


def main() -> None:
    """Print what was measured and check the gates."""
    with tempfile.TemporaryDirectory() as folder:
        measured = _endpoints(Path(folder))
    hold("scale", {**measured, "org data ten times larger": asyncio.run(_org_data())})


def _endpoints(folder: Path) -> dict[str, float | list[float]]:
    services = sorted(name for name, facts in open_bundle().data["services"]["services"].items() if _offered(facts))
    for count in (ONE, FEW, MANY, MOST):
        write(folder / f"{count}.json", plan(count, 0, in_vpc=count, services=services))
    memory = _run(folder / f"{MOST}.json")[1]  # first: a process that is forked starts with its parent's peak
    rounds = [{count: _run(folder / f"{count}.json")[0] for count in (ONE, FEW, MANY)} for _ in range(ROUNDS)]
    each = [[(seconds[count] - seconds[ONE]) / count for count in (FEW, MANY)] for seconds in rounds]
    few, many = (statistics.median(found) * 1000 for found in zip(*each, strict=True))
    print(f"an endpoint of {FEW} takes {few:.2f} ms, one of {MANY:,} {many:.2f} ms")
    return {"1,000 endpoints of one VPC against 100": [many / few for few, many in each], "MiB for 5,000": memory}


def _offered(facts: dict[str, Any]) -> bool:
    return "Interface" in facts.get("types", ()) and "aws" in facts.get("partitions", ["aws"])


def _run(document: Path) -> tuple[float, float]:
    """Seconds and MiB of a check."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "vpce_guard", "check", str(document), "-o", "json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{document.name} was not judged")
    return time.perf_counter() - started, used.ru_maxrss / 1024


async def _org_data() -> list[float]:
    """How much slower a decision is where the organisation's document is ten times as large, for other accounts too."""
    bundle = open_bundle()
    rules = {rule.id: rule for rule in bundle.catalogue.rules}
    document = yaml.safe_load((ROOT / "rego/vpce/testing/org.yaml").read_text())
    engine = EmbeddedEngine(bundle, timeout=30, memory_limit=1 << 30)
    proposal = read(ordinary())[0]
    inputs = [
        rego_input(proposal, "aws-current", read_org_data(one, rules).effective_for(proposal.context))
        for one in (document, _larger(document))
    ]
    print(f"{len(yaml.safe_dump(document)):,} and {len(yaml.safe_dump(_larger(document))):,} bytes of org data")
    rounds = []
    for _ in range(ROUNDS + 1):
        samples: tuple[list[float], list[float]] = [], []
        for sample, given in zip(samples, inputs, strict=True):
            for _ in range(CALLS):
                started = time.perf_counter()
                await engine.evaluate([given])
                sample.append(time.perf_counter() - started)
        few, many = map(statistics.median, samples)
        rounds.append(many / few)
    return rounds[1:]  # the first warms up


def _larger(document: dict[str, Any]) -> dict[str, Any]:
    """Ten times as many accounts, layers for them, and waivers."""
    larger = copy.deepcopy(document)
    accounts = [f"{number:012}" for number in range(900000000000, 900000000110)]
    larger["environments"] |= dict.fromkeys(accounts, "dev")
    example = document["waivers"][0]
    larger["waivers"] += [{**example, "id": f"W-{one}", "match": {"account": one}} for one in accounts]
    return larger


if __name__ == "__main__":
    main()
