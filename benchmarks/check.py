"""`vpce-guard check` beside Checkov and conftest, whole processes, in one run, as ratios; and memory for a large plan.

conftest runs the same rules out of the same bundle, on input that is normalised already: the reading of plans and
templates, which it cannot do, is counted for vpce-guard only. Checkov runs its own rules. CHECKOV and CONFTEST name the
binaries; one that is not there is left out. Rounds of the contenders alternate. vpce-guard is installed into an
environment of its own first, as users have it.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from gates import gates, hold
from plans import plan, write

from vpce_guard.bundle.derived import packaged_file
from vpce_guard.engines import request_for
from vpce_guard.formats import read
from vpce_guard.formats.text import read_text

ROOT = Path(__file__).parents[1]
BUNDLE = packaged_file("vpce.tar.gz")
CHECKOV, CONFTEST = (shutil.which(os.environ.get(name.upper(), name)) for name in ("checkov", "conftest"))
ROUNDS = 7

TEMPLATE = """\
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Sqs:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: vpc-0a000001
      VpcEndpointType: Interface
      ServiceName: com.amazonaws.us-east-1.sqs
      SubnetIds: [subnet-0a000001, subnet-0a000002]
      SecurityGroupIds: [sg-0a000001]
      PrivateDnsEnabled: true
"""
MAIN = """\
package main

deny contains {"msg": violation.deny.message} if {
\tsome answer in ANSWERS
\tsome violation in answer.violations
}
"""


def main() -> None:
    """Run everything, print one table and check the gates."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        guard = _installed(work / "environment")
        measured = {"memory": _memory(guard, work)}  # first: a process that is forked starts with its parent's peak
        template, big = work / "template.yaml", work / "plan.json"
        template.write_text(TEMPLATE)
        size = write(big, document := plan(500, 5000))
        parsed = read_text(TEMPLATE.encode(), file="template", limit=10_000, yaml_limit=10_000).value
        one = [p.as_input("aws-current") for p in read(parsed)]
        many = [p.as_input("aws-current") for p in read(document)]
        print(f"plan of 500 endpoints among 5,000 other resources: {size / 1e6:.1f} MB")
        times = _alternate(
            {
                "template, vpce-guard": [guard, "check", str(template)],
                "template, conftest": _conftest(work / "one", "[data.vpce.main.result]", request_for(one)[1]),
                "template, checkov": [CHECKOV, "-f", str(template)] if CHECKOV else None,
            }
        )
        times |= _alternate(
            {
                "plan, vpce-guard": [guard, "check", str(big), "-o", "json"],
                "plan, conftest": _conftest(work / "many", "data.vpce.main.results", request_for(many)[1]),
            }
        )
        for name, seconds in times.items():
            print(f"{name:<24} {seconds:8.3f} s")
    for what, _, other in (name.partition("/") for name in gates("check") if "/" in name):
        if f"{what}, {other}" in times:
            measured[f"{what}/{other}"] = times[f"{what}, vpce-guard"] / times[f"{what}, {other}"]
    for name, ratio in measured.items():
        print(f"{name:<24} {ratio:8.2f} ({gates('check')[name]})")
    absent = [tool for tool, binary in (("checkov", CHECKOV), ("conftest", CONFTEST)) if binary is None]
    hold("check", measured, optional=frozenset(f"{what}/{tool}" for what in ("template", "plan") for tool in absent))


def _installed(environment: Path) -> str:
    """The command, installed from this repository."""
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin/pip", "install", "-q", "--disable-pip-version-check", ROOT], check=True)
    return str(environment / "bin/vpce-guard")


def _conftest(folder: Path, answers: str, content: object) -> list[str] | None:
    if CONFTEST is None:
        return None
    folder.mkdir()
    with tarfile.open(BUNDLE) as archive:
        archive.extractall(folder / "bundle", filter="data")
    (folder / "bundle/main.rego").write_text(MAIN.replace("ANSWERS", answers))
    (folder / "input.json").write_text(json.dumps(content))
    bundle = str(folder / "bundle")
    return [CONFTEST, "test", "-p", bundle, "-d", f"{bundle}/data.json", "-o", "json", str(folder / "input.json")]


def _alternate(commands: dict[str, list[str] | None]) -> dict[str, float]:
    """Median seconds of each command that is there."""
    present = {name: command for name, command in commands.items() if command}
    seconds: dict[str, list[float]] = {name: [] for name in present}
    for _ in range(ROUNDS):
        for name, command in present.items():
            started = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=False)
            seconds[name].append(time.perf_counter() - started)
            if done.returncode not in (0, 1) or not done.stdout:
                raise SystemExit(f"{name} failed: {done.stderr.decode()[:500]}")
    return {name: statistics.median(found) for name, found in seconds.items()}


def _memory(guard: str, work: Path) -> float:
    """The largest memory of a check of a 50 MB plan, against the plan's size."""
    path = work / "large.json"
    made = "import sys, pathlib, plans; plans.write(pathlib.Path(sys.argv[1]), plans.plan(100, 36_000, padding=10))"
    subprocess.run([sys.executable, "-c", made, path], cwd=Path(__file__).parent, check=True)
    size = path.stat().st_size
    process = subprocess.Popen([guard, "check", str(path), "-o", "json"], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit("the large plan was not judged")
    peak = used.ru_maxrss * 1024
    print(f"a plan of {size / 1e6:.1f} MB is checked in {peak / 1e6:.0f} MB: {peak / size:.1f} times")
    return peak / size


if __name__ == "__main__":
    main()
