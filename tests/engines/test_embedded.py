"""The embedded engine's limits, cache and manners."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from tests.support.waiting import until
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import EngineError
from vpce_guard.formats import read
from vpce_guard.model import Json

REQUEST = {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.kms"}


def make(cache: Path | None = None, *, timeout: float = 60, memory_limit: int = 256 << 20) -> EmbeddedEngine:
    return EmbeddedEngine(open_bundle(), timeout=timeout, memory_limit=memory_limit, cache_dir=cache)


def documents(count: int) -> list[Json]:
    return [p.as_input("aws-current") for _ in range(count) for p in read(REQUEST)]


def test_a_batch_answers_what_single_calls_answer() -> None:
    engine = make()
    (single,) = asyncio.run(engine.evaluate(documents(1))).evaluations
    assert asyncio.run(engine.evaluate(documents(200))).evaluations == [single] * 200


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
@pytest.mark.parametrize("count", [1, 2])
def test_a_number_that_json_has_no_word_for_is_no_answer(number: float, count: int) -> None:
    document = {**documents(1)[0], "request": {**REQUEST, "Number": number}}
    with pytest.raises(EngineError, match="number in the input is too large"):
        asyncio.run(make().evaluate([document] * count))


def test_a_text_may_say_infinity() -> None:
    document = {**documents(1)[0], "request": {**REQUEST, "Text": "Infinity, -Infinity and NaN"}}
    assert asyncio.run(make().evaluate([document])).evaluations[0].violations


def answers(engine: EmbeddedEngine) -> bool:
    """Whether it decides within its time: a busy machine may take that away now and then."""
    try:
        return len(asyncio.run(engine.evaluate(documents(1))).evaluations) == 1
    except EngineError:
        return False


def test_a_call_past_its_time_is_given_up_and_the_next_one_works() -> None:
    engine = make(timeout=0.02)
    subnets = [{"SubnetId": f"subnet-{i}", "VpcId": "vpc-1"} for i in range(3000)]
    slow = read(
        {"VpcEndpointType": "Interface", **REQUEST, "SubnetIds": [s["SubnetId"] for s in subnets]},
        context={"Subnets": subnets},
    )[0].as_input("aws-current")
    with pytest.raises(EngineError, match="took longer"):
        asyncio.run(engine.evaluate([slow]))
    until(lambda: answers(engine))


def test_a_call_past_its_memory_is_given_up_and_the_next_one_works() -> None:
    engine = make(memory_limit=16 << 20)
    large = read(REQUEST, context={"Subnets": [{"SubnetId": str(i) * 50} for i in range(200_000)]})
    with pytest.raises(EngineError, match=r"memory|stopped"):
        asyncio.run(engine.evaluate([large[0].as_input("aws-current")]))
    until(lambda: answers(engine))


def test_memory_does_not_grow_with_calls() -> None:
    engine = make()
    asyncio.run(engine.evaluate(documents(50)))
    instance = engine._idle.get()
    engine._idle.put(instance)
    size = instance._memory.data_len(instance._store)
    for _ in range(60):
        asyncio.run(engine.evaluate(documents(50)))
    assert instance._memory.data_len(instance._store) == size


def test_org_data_that_an_instance_has_read_answer_as_those_in_the_input(root: Path) -> None:
    """Each is asked three times: once in the input, twice from the instance; more are asked than one instance keeps."""
    shown = [case.as_input() for case in cases(root / "rego", names={"org.regions", "org.tags"})]
    engine, expected = make(), [make().answers([document])[0] for document in shown]
    orgs = [dict(document["org"]) for document in shown for _ in range(4)]
    for _ in range(3):
        for number, org in enumerate(orgs):
            document, answer = shown[number // 4], expected[number // 4]
            assert engine.answers([{**document, "org": org}]) == [answer]
        without = [{name: value for name, value in shown[0].items() if name != "org"}]
        assert not any(found["rule"].startswith("org.") for found in engine.answers(without)[0]["violations"])
    together = [{**document, "org": orgs[0]} for document in shown]
    assert engine.answers(together) == engine.answers([{**one, "org": dict(orgs[0])} for one in together])


def test_threads_share_an_engine() -> None:
    engine = make()
    counts: list[int] = []

    def work() -> None:
        counts.extend(len(asyncio.run(engine.evaluate(documents(20))).evaluations) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [20] * 80


def test_the_compiled_module_is_cached_for_its_user_only(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    make(cache)
    (file,) = cache.glob("*.cwasm")
    assert cache.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_cache_that_others_can_write_is_not_trusted(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    cache.chmod(0o777)
    make(cache)
    assert list(cache.iterdir()) == []


def test_a_broken_cache_is_compiled_again(tmp_path: Path) -> None:
    make(tmp_path)
    (file,) = tmp_path.glob("*.cwasm")
    file.write_bytes(b"not a module")
    assert len(asyncio.run(make(tmp_path).evaluate(documents(1))).evaluations) == 1


def test_the_cache_keeps_what_was_used_last(tmp_path: Path) -> None:
    old = [tmp_path / f"policy-{number:02}.cwasm" for number in range(25)]
    for age, file in enumerate(reversed(old)):
        file.write_bytes(b"")
        os.utime(file, (age, age))
    make(tmp_path)
    left = sorted(tmp_path.glob("policy-??.cwasm"))
    assert left == old[:19]
    assert len(list(tmp_path.glob("*.cwasm"))) == 20


def test_what_is_compiled_quickly_answers_the_same(root: Path, tmp_path: Path) -> None:
    inputs = [case.as_input() for case in cases(root / "rego")][::4]  # some of each rule
    told = [
        [engine.answers([given]) for given in inputs]
        for engine in (
            EmbeddedEngine(open_bundle(), timeout=60, memory_limit=1 << 30, cache_dir=tmp_path, quick=quick)
            for quick in (False, True)
        )
    ]
    assert told[0] == told[1]
    assert {file.name.split("-")[0] for file in tmp_path.glob("*.cwasm")} == {"policy", "quick"}
