"""Records decisions as the service does, and replays them."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decision_log.queries import Query, read_all
from vpce_guard.decision_log.terms import keep_bundle, keep_org
from vpce_guard.decision_log.writer import Writer
from vpce_guard.decisions.existing import settle_existing
from vpce_guard.decisions.question import Question
from vpce_guard.formats import read
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.model import Decision, Entry, Json
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.whatif.replay.request import Request, replay, replay_of
from vpce_guard.whatif.replay.results import ReplayResult

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
KMS = {**GATEWAY, "ServiceName": "com.amazonaws.us-east-1.kms"}


def record(url: str, *documents: Json, labels: dict[str, str] | None = None, **settings: Any) -> list[Decision]:
    """The decisions on documents at the times they state, in the log at a URL with what they were made under."""
    given = Settings(database_url=url, **settings)
    writer = open_log(given)
    assert writer is not None
    guard = replace(make_guard(given), decision_log=writer)
    keep_bundle(writer.database, guard.bundle, keys=writer.keys)
    keep_org(writer.database, guard.org.current.revision, guard.org.current.document, keys=writer.keys)

    async def decide() -> list[list[Decision]]:
        questions = [
            Question(
                proposals=settle_existing(read(document, labels=labels, at=DOCUMENT_TIME), given.existing),
                request_id="r",
                strict=given.strict,
            )
            for document in documents
        ]
        try:
            return await guard.decide(questions)
        finally:
            await guard.engine.close()
            await writer.close()

    return [decision for decisions in asyncio.run(decide()) for decision in decisions]


def write(url: str, *entries: Entry) -> None:
    """Write entries into the log at a URL."""
    writer = Writer(open_database(url), erase=(), keys=NO_KEYS, required=True)

    async def written() -> None:
        await writer.write(entries)
        await writer.close()

    asyncio.run(written())


def changed(url: str, change: Callable[[Json, Json], None], *, copies: int = 1) -> None:
    """Write copies of the first decision, with its result and input changed, under ids of their own."""
    event = next(iter(read_all(open_database(url), Query())))
    entries = []
    for _ in range(copies):
        result, given = json.loads(json.dumps([event["result"], event["input"]]))
        result["decision_id"] = str(uuid.uuid4())
        change(result, given)
        entries.append(Entry(Decision.model_validate(result), given, "somebody"))
    for start in range(0, copies, 1000):
        write(url, *entries[start : start + 1000])


def many(url: str, count: int) -> None:
    """Fill a log with so many decisions that are all different, over several accounts, some of which do not hold."""
    record(url, KMS)
    numbers = iter(range(count))

    def change(result: Json, given: Json) -> None:
        number = next(numbers)
        given["context"]["AccountId"] = f"{number % 7:012}"
        given["labels"] = {"team": f"t-{number % 3}", "number": str(number)}
        result["timestamp"] = f"2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}.000Z"
        if number % 50 == 0:
            result["violations"] = result["violations"][:1]

    changed(url, change, copies=count)


def again(url: str, tmp_path: Path, **asked: Any) -> ReplayResult:
    """The replay of a log."""
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    settings = Settings(database_url=url, bundle_keys_file=asked.pop("keys_file", None))
    return replay(Request(settings=settings, work=work, **asked))


def under(url: str, tmp_path: Path, bundle: Bundle, opa: str, **asked: Any) -> ReplayResult:
    """The replay of a log under a bundle that is opened already."""
    from vpce_guard.whatif.replay.candidate import Candidate

    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    request = Request(settings=Settings(database_url=url), work=work, opa=opa, **asked)
    return replay_of(request, Candidate(bundle=bundle, bundle_name="candidate"))


def ids(replayed: ReplayResult) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Each example by kind, decision and rules."""
    for kind, examples in replayed.tally.examples.items():
        for example in examples:
            yield kind, example.about.decision_id, example.rules
