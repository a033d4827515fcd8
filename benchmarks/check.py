"""`vpce-guard check` beside its peers, whole processes, in one run, as ratios; and memory for a large plan.

conftest runs the same rules out of the same bundle, on input that is normalised already: the reading of plans and
templates, which it cannot do, is counted for vpce-guard only. Checkov and cloudformation-validate run their own rules,
cfn-guard three of GUARD. Python with the libraries of the command imported is the floor. tools/peers installs what can
be had; a peer that cannot is left out, and the run says so.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from gates import hold
from plans import plan, write

from vpce_guard.bundle.derived import packaged_file
from vpce_guard.engines import request_for
from vpce_guard.formats import read
from vpce_guard.formats.text import read_text

ROOT = Path(__file__).parents[1]
BUNDLE = packaged_file("vpce.tar.gz")
PEERS = ("conftest", "checkov", "cloudformation-validate", "cfn-guard")
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


GUARD = """\
let endpoints = Resources.*[ Type == "AWS::EC2::VPCEndpoint" ]

rule several_zones when %endpoints !empty { %endpoints.Properties.SubnetIds[1] exists }
rule private_names when %endpoints !empty { %endpoints.Properties.PrivateDnsEnabled == true }
rule in_a_vpc when %endpoints !empty { %endpoints.Properties.VpcId exists }
"""
VALIDATE = "import sys, cloudformation_validate as c; print(c.RegoEngine().validate_template(sys.argv[1]))"
LIBRARIES = "import click, msgspec, pydantic, wasmtime, yaml; print('imported')"  # no command here starts sooner

Times = dict[str, list[float]]


def main() -> None:
    """Run everything and check the gates."""
    peers = {name: path for name in PEERS if (path := _peer(name))}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        guard = _installed(work / "environment")
        memory = _memory(guard, work)  # first: a process that is forked starts with its parent's peak
        template, big = work / "template.yaml", work / "plan.json"
        template.write_text(TEMPLATE)
        (work / "rules.guard").write_text(GUARD)
        size = write(big, document := plan(500, 5000))
        parsed = read_text(TEMPLATE.encode(), file="template", limit=10_000, yaml_limit=10_000).value
        one = [p.as_input("aws-current") for p in read(parsed)]
        many = [p.as_input("aws-current") for p in read(document)]
        print(f"plan of 500 endpoints among 5,000 other resources: {size / 1e6:.1f} MB")
        floor = [str(Path(guard).with_name("python")), "-c", LIBRARIES]
        small: dict[str, list[str]] = {"vpce-guard": [guard, "check", str(template)], "python with libraries": floor}
        large: dict[str, list[str]] = {"vpce-guard": [guard, "check", str(big), "-o", "json"]}
        for name, path in peers.items():
            if name == "conftest":
                small[name] = _conftest(path, work / "one", "[data.vpce.main.result]", request_for(one)[1])
                large[name] = _conftest(path, work / "many", "data.vpce.main.results", request_for(many)[1])
            elif name == "checkov":
                small[name] = [path, "-f", str(template)]
            elif name == "cfn-guard":
                small[name] = [path, "validate", "-S", "all", "-d", str(template), "-r", str(work / "rules.guard")]
            else:
                small[name] = [path, "-c", VALIDATE, str(template)]
        times = {"template": _alternate(small), "plan": _alternate(large)}
    measured: dict[str, float | list[float]] = {"memory": memory}
    for what, seconds in times.items():
        for name, found in seconds.items():
            print(f"{what + ', ' + name:<36} {statistics.median(found):8.3f} s")
            if name != "vpce-guard":
                measured[f"{what}/{name}"] = [a / b for a, b in zip(seconds["vpce-guard"], found, strict=True)]
    absent = set(PEERS) - peers.keys()
    hold("check", measured, optional=frozenset(f"{what}/{tool}" for what in times for tool in absent))


def _peer(name: str) -> str | None:
    """The path of a peer; None where it cannot be installed."""
    done = subprocess.run([ROOT / "tools/peers", name], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(f"{name} is left out: it cannot be installed here")
        return None
    return done.stdout.strip()


def _installed(environment: Path) -> str:
    """The command, installed from this repository."""
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin/pip", "install", "-q", "--disable-pip-version-check", ROOT], check=True)
    return str(environment / "bin/vpce-guard")


def _conftest(conftest: str, folder: Path, answers: str, content: object) -> list[str]:
    folder.mkdir()
    with tarfile.open(BUNDLE) as archive:
        archive.extractall(folder / "bundle", filter="data")
    (folder / "bundle/main.rego").write_text(MAIN.replace("ANSWERS", answers))
    (folder / "input.json").write_text(json.dumps(content))
    bundle = str(folder / "bundle")
    return [conftest, "test", "-p", bundle, "-d", f"{bundle}/data.json", "-o", "json", str(folder / "input.json")]


def _alternate(commands: dict[str, list[str]]) -> Times:
    """The seconds of each command in each round."""
    seconds: Times = {name: [] for name in commands}
    for number in range(ROUNDS + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=False)
            if number:  # the first round fills caches
                seconds[name].append(time.perf_counter() - started)
            if done.returncode not in (0, 1, *((19,) if name == "cfn-guard" else ())) or not done.stdout:
                raise SystemExit(f"{name} failed: {done.stderr.decode()[:500]}")
    return seconds


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
