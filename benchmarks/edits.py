"""How long an author waits: from saving an edit to the first decision under it, and to what `policy test` says of it.

`serve --watch` and `policy test --watch` run as users run them, over a copy of rego/ with own rules over it. Edits
alternate between a built-in rule, its METADATA, the library that every rule uses, and an own rule; each comes when the
last has settled.
"""

from __future__ import annotations

import http.client
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from gates import hold
from processes import process

from vpce_guard.authoring.init import read_names, write_repository

ROOT = Path(__file__).parents[1]
OPA = os.environ.get("OPA", "opa")
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PAUSE = 3.0  # seconds between edits
EVERY = 0.05  # seconds between questions
LONGEST = 60  # seconds that an edit may take
DOCUMENT = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.kms", "RouteTableIds": ["rtb-0a000001"]}
RULE = "vpce/rules/gw/gateway_service/gateway_service.rego"
OWN_RULE = "rego/acme/rules/general/name_prefix/name_prefix.rego"


def main() -> None:
    """Measure, print, hold the gates."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(ROOT / "rego", work / "rego")
        write_repository(work / "own", read_names("acme", None))
        served = {f"serve --watch, {kind}": seconds for kind, seconds in _served(work).items()}
        tested = {
            "policy test": list(_tested(work, work / "rego" / RULE)),
            "policy test, an own rule": list(_tested(work, work / "own" / OWN_RULE)),
        }
    hold(
        "edits",
        {
            "serve --watch, s": max(served.values(), key=median),
            "policy test --watch, s": max(tested.values(), key=median),
            **{f"{name}, s": seconds for name, seconds in {**served, **tested}.items()},
        },
    )


def _served(work: Path) -> dict[str, list[float]]:
    rego = work / "rego"
    rule, library, own = rego / RULE, rego / "vpce/lib/endpoint/endpoint.rego", work / "own" / OWN_RULE
    texts = {file: file.read_text() for file in (rule, library, own)}
    title = next(line for line in texts[rule].splitlines() if line.startswith("# title: "))
    seconds: dict[str, list[float]] = {"a rule": [], "METADATA": [], "a library": [], "an own rule": []}
    with _service(work) as port:
        for number in range(ROUNDS):
            edited = texts[rule] + _addition(number)
            for kind, file, text in (
                ("a rule", rule, edited),
                ("METADATA", rule, edited.replace(title, f"{title} {number}")),  # and nothing else of the file
                ("a library", library, texts[library] + f'\ntype := "{number}" if input.none == {number}\n'),
                ("an own rule", own, texts[own] + edited.removeprefix(texts[rule])),
            ):
                time.sleep(PAUSE)
                before = _revision(port)
                started = time.monotonic()
                file.write_text(text)
                while _revision(port) == before:
                    assert time.monotonic() - started < LONGEST, f"{kind}: the edit is not in force"
                    time.sleep(EVERY)
                seconds[kind].append(time.monotonic() - started)
    for file, text in texts.items():
        file.write_text(text)
    return seconds


def _addition(number: int) -> str:
    """What an edit adds to a rule: a violation that no proposal has."""
    return f'\ndeny contains {{"message": "edited", "path": "/{number}"}} if input.none == {number}\n'


@contextmanager
def _service(work: Path) -> Iterator[int]:
    settings = {
        "VPCE_GUARD_DATABASE_URL": f"sqlite:///{work / 'decisions.db'}",
        "VPCE_GUARD_CACHE_DIR": str(work / "cache"),
        "VPCE_GUARD_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "vpce_guard", "serve", "--watch", *_sources(work), "--opa", OPA]
    with process(command, "--port", "/readyz", environment=settings) as port:
        yield port


def _revision(port: int) -> str:
    """The bundle that decides now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/v1/decisions", json.dumps({"document": DOCUMENT}))
    decided: Any = json.loads(connection.getresponse().read())
    connection.close()
    return str(decided["decisions"][0]["bundle"]["revision"])


def _sources(work: Path) -> list[str]:
    return ["--source", str(work / "rego"), "--source", str(work / "own/rego")]


def _tested(work: Path, rule: Path) -> Iterator[float]:
    """Seconds from an edit of a rule to the summary of its tests."""
    text = rule.read_text()
    command = [sys.executable, "-m", "vpce_guard", "policy", "test", str(rule.parent), "--watch"]
    command += [*_sources(work), "--opa", OPA]
    environment = {**os.environ, "XDG_CACHE_HOME": str(work / "home"), "PYTHONUNBUFFERED": "1"}
    tests = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
    )
    assert tests.stdout is not None
    try:
        _wait(tests, "passed")
        for number in range(ROUNDS):
            time.sleep(PAUSE)
            started = time.monotonic()
            rule.write_text(text + _addition(number))
            _wait(tests, "passed")
            yield time.monotonic() - started
    finally:
        tests.terminate()
        tests.wait(30)
        rule.write_text(text)


def _wait(process: subprocess.Popen[bytes], word: str) -> None:
    """Wait until a line with a word is printed."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        said = b""
        while word.encode() not in said:
            assert selector.select(LONGEST), said.decode()
            said += os.read(process.stdout.fileno(), 65536)


if __name__ == "__main__":
    main()
