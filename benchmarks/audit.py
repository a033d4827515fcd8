"""What `audit --inventory` of 100,000 endpoints takes: processor time against that of the rules alone, and memory.

The inventory is that of inventory.py. Each audit is a command in a process of its own; memory is the most that it had
(ru_maxrss). The rules alone are given the same inputs, group by group, in a process of their own, and only the
engine's work is timed. `benchmarks/audit.py NUMBER` takes another number, and a tenth of it beside.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from gates import hold

from inventory import fill
from vpce_guard.decision_log.database import open_database
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.whatif.audit.kept import ask_kept

AT = "2026-11-30T12:00:00Z"
MOST = 100_000


class Used(NamedTuple):
    """Seconds of processor time, and the most memory in MiB, of a process that ended."""

    seconds: float
    memory: float


def main(count: int) -> None:
    """Fill two inventories and audit each; then the rules of the larger one alone."""
    with tempfile.TemporaryDirectory() as folder:
        used = {}
        for number in (count // 10, count):
            url = f"sqlite:///{folder}/{number}.db"
            fill(url, number)
            used[number] = audit(url, Path(folder) / f"{number}.json", number)
            print(f"audit of {number:,}: {used[number].seconds:.1f} s of processor time, {used[number].memory:.0f} MiB")
        told = subprocess.run([sys.executable, __file__, "--rules", url], capture_output=True, check=True)
    rules = float(told.stdout)
    print(f"the rules alone of {count:,}: {rules:.1f} s")
    few, many = used[count // 10], used[count]
    measured = {
        "100,000 endpoints against their rules alone": many.seconds / rules,
        "MiB of 100,000 against 10,000": many.memory / few.memory,
        "MiB for 100,000": many.memory,
    }
    if count == MOST:
        hold("audit", measured)
    else:
        print("\n".join(f"{name}, with {count:,}: {value:.2f}" for name, value in measured.items()))


def audit(url: str, report: Path, number: int) -> Used:
    """What the command uses that writes the report of all the inventory."""
    command = [sys.executable, "-m", "vpce_guard", "audit", "--inventory", "--at", AT, "-o", f"json={report}"]
    environment = {**os.environ, "VPCE_GUARD_DATABASE_URL": url, "VPCE_GUARD_TIMEOUT": "60"}  # as the rules have
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, process.returncode
    with report.open(encoding="utf-8") as written:
        found = sum('"evaluate_ms"' in line for line in written)
    assert found == number, found
    return Used(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


async def judge_rules(url: str) -> float:
    """Seconds of processor time of the rules alone."""
    guard = make_guard(Settings(timeout=60))
    org = guard.org.current
    seconds = 0.0
    for group in ask_kept(open_database(url), [], at=AT).groups("r"):
        inputs = [
            rego_input(one, "aws-current", org.effective_for(one.context), all_peers=False)
            for question in group.questions
            for one in question.proposals
        ]
        if not inputs:  # of the last group, where nothing was left for it
            continue
        began = time.process_time()
        await guard.engine.evaluate(inputs)
        seconds += time.process_time() - began
    await guard.engine.close()
    return seconds


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rules"]:
        print(json.dumps(asyncio.run(judge_rules(sys.argv[2]))))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else MOST)
