"""The embedded engine's limits and manners."""

from __future__ import annotations

import asyncio
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


def make(*, timeout: float = 60, memory_limit: int = 256 << 20) -> EmbeddedEngine:
    return EmbeddedEngine(open_bundle(), timeout=timeout, memory_limit=memory_limit)


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


def test_what_is_compiled_quickly_answers_the_same(root: Path, tmp_path: Path) -> None:
    inputs = [case.as_input() for case in cases(root / "rego")][::8]  # some of each rule
    optimised = make(memory_limit=1 << 30)
    quick = EmbeddedEngine(open_bundle(), timeout=60, memory_limit=1 << 30, cache_dir=tmp_path, quick=True)
    assert [quick.answers([given]) for given in inputs] == [optimised.answers([given]) for given in inputs]
