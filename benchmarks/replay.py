"""Replay of a large, varied decision log beside a loop over a bare `opa run -s`, in one run, as a ratio.

OPA gets a sample of the same inputs, spread over the log, on one keep-alive connection, half of them before the replay
and half after it. The replay makes every decision twice, as recorded and under a candidate, in as many processes as
there are processors; candidate and workers are set up within the time. It is timed as users have it, then with what
differs from another in its time only judged as well, then with the whole candidate asked besides.

RECORDS says how many decisions; LOG names a database that is kept, and filled where it has fewer.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import varied_log
from gates import hold
from processes import process
from pydantic_core import from_json, to_json

from vpce_guard import logs
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.derived import packaged_file
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.queries import Query, count
from vpce_guard.decisions.inputs import read_recorded, rego_input
from vpce_guard.org.load import load
from vpce_guard.settings import Settings
from vpce_guard.whatif.replay.candidate import Candidate, CandidateOpener
from vpce_guard.whatif.replay.request import Request, replay_of
from vpce_guard.whatif.replay.sources import LogSource, Selection

ROOT = Path(__file__).parents[1]
OPA = os.environ.get("OPA", "opa")
RECORDS = int(os.environ.get("RECORDS", "100000"))
SAMPLE = 2000
CHANGES = (
    ("common/policy_is_a_filter", "enforcement_action: inform", "enforcement_action: deny"),
    ("eni/one_subnet_per_az", "is in the same Availability Zone", "shares its Availability Zone"),
    ("org/min_azs", "enforcement_action: deny", "enforcement_action: warn"),
)


def main() -> None:
    """Make the log, time everything, print."""
    logs.configure("error")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        url = f"sqlite:///{os.environ.get('LOG') or work / 'decisions.db'}"
        if count(open_database(url), Query()) < RECORDS:
            print(f"making {RECORDS} decisions ...", file=sys.stderr)
            varied_log.write(url, records=RECORDS - count(open_database(url), Query()))
        inputs = _inputs(url)
        ratios, growths = [], []
        for name, reuse, opa in (
            ("as users have it", True, OPA),
            ("without reuse of what is alike", False, OPA),
            ("nor of rules that did not change", False, "no-opa"),
        ):
            before = _opa(inputs[::2])
            rate, early, late, told = _replayed(url, work, reuse=reuse, opa=opa)
            bare = len(inputs) / (before + _opa(inputs[1::2]))
            ratios.append(rate / bare)
            growths.append(late / early)
            print(f"{name}: {rate:,.0f} decisions/s, both passes; OPA {bare:,.0f}/s; ratio {ratios[-1]:.1f}")
            print(f"  peak memory of all processes {early} MiB at a tenth, {late} MiB at the end; {told}")
    hold(
        "replay",
        {
            "proposals per second against bare OPA": ratios[0],
            "the same without reuse of what is alike": ratios[1],
            "nor of rules that did not change": ratios[2],
            "memory at the end against at a tenth": max(growths),
        },
    )


def _inputs(url: str) -> list[bytes]:
    """A sample of what was judged, as OPA's REST API takes it; says how varied the log is."""
    org = load([varied_log.ORG_DATA], open_bundle().rules)
    seen: set[bytes] = set()
    sample: list[bytes] = []
    number = allowed = 0
    source = LogSource(open_database(url), Selection(limit=RECORDS), until="9999")
    for window in source.windows(None):
        for record in window.records:
            read = record.read()
            proposal = read_recorded(from_json(read.text))
            given = rego_input(proposal, "aws-current", org.effective_for(proposal.context))
            if number % (RECORDS // SAMPLE) == 0 and len(sample) < SAMPLE:
                sample.append(to_json({"input": given}))
            number += 1
            allowed += read.result["allowed"]
            given["context"].pop("time"), given.pop("instant")
            seen.add(hashlib.blake2b(to_json(given), digest_size=8).digest())
    print(f"{number:,} decisions, {allowed / number:.0%} allowed; all inputs differ, {len(seen) / number:.0%} of them")
    print(f"in more than their time; {sum(map(len, sample)) / len(sample) / 1024:.1f} KiB of input on average")
    return sample


def _replayed(url: str, work: Path, *, reuse: bool, opa: str) -> tuple[float, int, int, str]:
    """Decisions a second, memory at a tenth and at the end in MiB, and what came of it."""
    bundle = CandidateOpener(work=work, opa=OPA).bundle(str(_changed(work)))
    request = Request(
        settings=Settings(database_url=url),
        work=work,
        limit=RECORDS,
        workers=os.cpu_count() or 1,
        opa=opa,
        reuse=reuse,
    )
    memory: dict[int, int] = {}

    def told(read: int, _: int | None) -> None:
        memory[read] = _memory()

    started = time.perf_counter()
    replayed = replay_of(request, Candidate(bundle=bundle, bundle_name="candidate"), told)
    seconds = time.perf_counter() - started
    early = next(size for read, size in memory.items() if read >= RECORDS / 10)
    kinds = {**replayed.tally.kinds, "not reproduced": replayed.not_reproduced}
    return replayed.part.read / seconds, early, max(memory.values()), str(kinds)


def _changed(work: Path) -> Path:
    """The rego folder with some rules changed."""
    target = work / "rego"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "rego", target)
    for rule, old, new in CHANGES:
        file = target / "vpce/rules" / rule / f"{Path(rule).name}.rego"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
    return target


def _memory() -> int:
    """Peak resident memory of this process and its children, in MiB."""
    mine = str(os.getpid())
    children = Path(f"/proc/{mine}/task/{mine}/children").read_text().split()
    peaks = [
        int(line.split()[1])
        for process in (mine, *children)
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmHWM:")
    ]
    return sum(peaks) >> 10


def _opa(inputs: list[bytes]) -> float:
    """Seconds that OPA takes for some inputs, one after the other, warmed up."""
    command = [OPA, "run", "-s", "-l", "error", "-b", str(packaged_file("vpce.tar.gz"))]
    with process(command, "--addr", "/health") as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for given in inputs[:100]:
            _ask(connection, given)
        started = time.perf_counter()
        for given in inputs:
            _ask(connection, given)
        return time.perf_counter() - started


def _ask(connection: http.client.HTTPConnection, given: bytes) -> None:
    connection.request("POST", "/v1/data/vpce/main/result", given, {"content-type": "application/json"})
    response = connection.getresponse()
    response.read()
    assert response.status == 200


if __name__ == "__main__":
    main()
