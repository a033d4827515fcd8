"""Fuzz both engines: python tools/fuzz.py [SEED] [CASES]

Examples with one to three values replaced by others, of any JSON type where the reader lets them pass, are judged by
the embedded engine one by one and by OPA in a batch. Neither may fail, and both must find the same; else exit code 1.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.bundle.derived import packaged_file
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import EngineError, MalformedError
from vpce_guard.formats.aws import types as shapes
from vpce_guard.model import Json

OPA = os.environ.get("OPA", "opa")
PARTS = ("context", "request", "current", "intent", "peers", "endpoint", "policy")
VALUES: list[Any] = [None, "", 0, -1, 1.5, True, False, "x", [], {}, [None], [1], ["x"], {"a": 1}, 10**20]
VALUES += ["10.0.0.0/16", "10.0.0.0/99", "::/0", "vpc-0a000001"]


def main(seed: int, number: int) -> int:
    """Judge the cases on both engines and print what differs."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    examples = [to_json(case.as_input()) for case in cases(PACKAGED.parents[2] / "rego")]
    inputs: list[Json] = []
    while len(inputs) < number:
        document = json.loads(chance.choice(examples))
        _spoil(document, chance)
        if _readable(document):
            inputs.append(document)
    wrong = 0
    for document, ours, theirs in zip(inputs, asyncio.run(_embedded(inputs)), _opa(inputs), strict=True):
        if ours != theirs:
            wrong += 1
            print(json.dumps({"embedded": ours, "opa": theirs, "input": document}))
    print(f"seed {seed}: {number} cases, {wrong} on which the engines differ or fail")
    return int(wrong > 0)


def _spoil(document: Json, chance: random.Random) -> None:
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            places.append((value, key))
            if isinstance(child, dict | list):
                walk(child)

    for part in PARTS:
        if isinstance(document.get(part), dict | list):
            walk(document[part])
    for _ in range(chance.choice([1, 1, 2, 3])):
        holder, key = chance.choice(places)
        holder[key] = copy.deepcopy(chance.choice(VALUES))


def _readable(document: Json) -> bool:
    """Whether the reader would hand this over."""
    parts = {part: document[part] for part in ("request", "current", "context", "intent") if document.get(part)}
    try:
        shapes.require(parts, where="the case")
    except MalformedError:
        return False
    return isinstance(document.get("peers"), list) and all(isinstance(peer, dict) for peer in document["peers"])


async def _embedded(inputs: list[Json]) -> list[Any]:
    engine = EmbeddedEngine(open_bundle(), timeout=10, memory_limit=1 << 29)
    answers: list[Any] = []
    for document in inputs:
        try:
            (evaluation,) = (await engine.evaluate([document])).evaluations
            answers.append(_comparable(evaluation.model_dump(mode="json")))
        except EngineError as error:
            answers.append(f"failed: {error}")
    await engine.close()
    return answers


def _opa(inputs: list[Json]) -> list[Any]:
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "input.json"
        file.write_text(json.dumps({"batch": inputs}))
        command = [OPA, "eval", "-f", "json", "-b", str(packaged_file("vpce.tar.gz")), "-i", str(file)]
        done = subprocess.run([*command, "data.vpce.main.results"], capture_output=True, text=True, check=False)
    result = json.loads(done.stdout).get("result")
    if not result:
        raise SystemExit(f"OPA failed: {done.stdout or done.stderr}")
    return [_comparable(answer) for answer in result[0]["expressions"][0]["value"]]


def _comparable(answer: Json) -> Any:
    violations = [
        [v["rule"], v["deny"]["path"], v["deny"].get("enforcement_action"), v["deny"]["message"]]
        for v in answer["violations"]
    ]
    undetermined = [[u["rule"], sorted(u["undetermined"]["missing"])] for u in answer["undetermined"]]
    return [sorted(violations, key=str), sorted(undetermined, key=str)]


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(arguments or [random.SystemRandom().randrange(1 << 32)]), *([] if arguments[1:] else [2000])))
