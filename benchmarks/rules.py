"""What the rules cost in the embedded engine, in one run, as ratios.

1. All rules against the nineteen the product began with, on an ordinary interface proposal with full context.
2. A context with 10 or 1,000 other endpoints, subnets and route tables: how much the answer slows down, beside how much
   reading alone does, which is what a bundle without rules takes.
"""

from __future__ import annotations

import asyncio
import copy
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import yaml
from gates import hold

from vpce_guard.authoring.rego.build import build
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import read
from vpce_guard.model import Json

ROOT = Path(__file__).parents[1]
REGO = ROOT / "rego"
OPA = os.environ.get("OPA", "opa")
ROUNDS, CALLS = 9, 60
FIRST = {
    "VPCE-COMMON": ("002", "003", "006", "009", "010", "013"),
    "VPCE-IFACE": ("001", "002", "004", "007", "014"),
    "VPCE-GW": ("001", "002", "004", "008", "012"),
    "VPCE-GWLB": ("001", "004", "005"),
}


def main() -> None:
    """Print both tables and check the gates."""
    every = {rule.name for rule in open_bundle().catalogue.rules}
    first = {r.name for r in open_bundle().catalogue.rules if r.id[-3:] in FIRST.get(r.id[:-4], ())}
    with tempfile.TemporaryDirectory() as work:
        engines = {
            name: _engine(Path(work) / name.replace(" ", "-"), rules)
            for name, rules in (("all rules", every), ("first rules", first), ("no rules", set[str]()))
        }
        documents = {"ordinary": _input(0), "10 others": _input(10), "1,000 others": _input(1000)}
        rounds = asyncio.run(_times(engines, documents))
    print(f"{'p50 in ms':<14}" + "".join(f"{size:>14}" for size in documents))
    for name in engines:
        middle = [statistics.median(times[name, size] for times in rounds) for size in documents]
        print(f"{name:<14}" + "".join(f"{value:>14.3f}" for value in middle))
    hold(
        "rules",
        {
            "all rules against the first": [t["all rules", "ordinary"] / t["first rules", "ordinary"] for t in rounds],
            "990 more of each in the context": [_more(t, "all rules") / _more(t, "no rules") for t in rounds],
        },
    )


def _more(times: dict[tuple[str, str], float], name: str) -> float:
    return times[name, "1,000 others"] - times[name, "10 others"]


def _engine(work: Path, rules: set[str]) -> EmbeddedEngine:
    """An engine over a bundle with only these rules."""
    source = work / "rego"
    for part in ("main", "lib", "testing", "services"):
        shutil.copytree(REGO / "vpce" / part, source / "vpce" / part)
    for rule in rules:
        folder = Path("vpce/rules", *rule.split("."))
        shutil.copytree(REGO / folder, source / folder)
    shutil.copy(REGO / ".manifest", source)
    build(source, work / "built", opa=OPA, explained=False)
    return EmbeddedEngine(open_bundle(work / "built"), timeout=30, memory_limit=1 << 30, cache_dir=work)


async def _times(engines: dict[str, EmbeddedEngine], documents: dict[str, Json]) -> list[dict[tuple[str, str], float]]:
    """The median of a call in ms in each round; the contenders take turns, so that noise falls on all of them."""
    rounds = []
    for _ in range(ROUNDS + 1):
        times = {}
        for name, engine in engines.items():
            for size, document in documents.items():
                sample = []
                for _ in range(CALLS // 4 if size.startswith("1,") else CALLS):
                    started = time.perf_counter()
                    await engine.evaluate([document])
                    sample.append((time.perf_counter() - started) * 1000)
                times[name, size] = statistics.median(sample)
        rounds.append(times)
    return rounds[1:]  # the first warms up


def _input(others: int) -> Json:
    """An ordinary interface endpoint with full context and as many other endpoints, subnets and route tables."""
    context = yaml.safe_load((REGO / "vpce/testing/context.yaml").read_text())
    for number in range(others):
        subnet, table, endpoint = (copy.deepcopy(context[k][0]) if context[k] else {} for k in _KINDS)
        context["Subnets"].append({**subnet, "SubnetId": f"subnet-9{number:08x}"})
        context["RouteTables"].append({**table, "RouteTableId": f"rtb-9{number:08x}"})
        context["VpcEndpoints"].append(
            {
                **endpoint,
                "VpcEndpointId": f"vpce-9{number:08x}",
                "VpcId": f"vpc-9{number:08x}",
                "VpcEndpointType": "Interface",
                "ServiceName": "com.amazonaws.us-east-1.sqs",
                "State": "available",
                "SubnetIds": [f"subnet-9{number:08x}"],
                "PrivateDnsEnabled": True,
            }
        )
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
        "SecurityGroupIds": ["sg-0a000001"],
        "PrivateDnsEnabled": True,
    }
    return read({"operation": "create", "request": request, "context": context})[0].as_input("aws-current")


_KINDS = ("Subnets", "RouteTables", "VpcEndpoints")

if __name__ == "__main__":
    main()
