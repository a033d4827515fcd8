"""Texts that repeat earlier ones are kept as what differs, and are read as they were."""

from __future__ import annotations

import asyncio
import os
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import Engine, delete, func, select, text, update

from tests.support.entries import KEYS, entry
from vpce_guard.decision_log import appending, chain, queries, retention
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.dictionaries import (
    Dictionaries,
    dictionary_name,
    inflate_texts,
    key_of,
    make_dictionary,
    pack_texts,
)
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.queries import Query
from vpce_guard.decision_log.tables import DECISIONS, PARTS
from vpce_guard.decision_log.writer import Writer
from vpce_guard.model import Entry

KEY = ("vpc-1", False)
GONE = "the dictionary of its texts is missing or was changed"


def content(number: int) -> dict[str, Any]:
    subnets = [{"SubnetId": f"subnet-{n:08x}", "AvailableIpAddressCount": 7 * n} for n in range(40)]
    return {"request": {"VpcId": "vpc-1"}, "context": {"Subnets": subnets}, "number": number}


def entries(numbers: Iterable[int]) -> list[Entry]:
    return [entry(number)._replace(input=content(number)) for number in numbers]


def write(engine: Engine, given: Sequence[Entry], *, ahead: bool = True, erase: tuple[str, ...] = ()) -> None:
    """Each as a request of its own, with its input begun before it is decided about."""

    async def all_of_them() -> None:
        writer = Writer(engine, erase=erase, keys=KEYS, required=True)
        for one in given:
            packed = writer.prepare([one.input])[0] if ahead else None
            await writer.write([one._replace(packed=packed)])
        await writer.close()

    asyncio.run(all_of_them())


def kept(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(select(DECISIONS).order_by(DECISIONS.c.number)).mappings())


def parts(engine: Engine) -> list[tuple[int, str]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(PARTS.c.number, PARTS.c.hash).order_by(PARTS.c.number))]


def test_texts_are_read_as_they_were() -> None:
    texts = [to_json(content(number)) for number in range(3)]
    result = b'{"decision_id":"id-1","allowed":true}'
    dictionary = make_dictionary(texts[0], result)
    for one in texts:
        packed = pack_texts(one, result, "id-1", dictionary)
        record = {"decision_id": "id-1", "input": packed.input, "result": packed.result}
        assert dictionary_name(record) == dictionary.name.hex()
        assert inflate_texts(record, dictionary.content) == {"decision_id": "id-1", "input": one, "result": result}
        assert len(packed.input) * 4 < len(zlib.compress(one, 1))


@pytest.mark.parametrize("wrong", ["input", "result", "both cut off", "input without", "dictionary"])
def test_what_does_not_fit_is_an_error(wrong: str) -> None:
    one, result = to_json(content(1)), b'{"decision_id":"id-1","allowed":true}' * 20
    dictionary = make_dictionary(one, result)
    packed = pack_texts(one, result, "id-1", dictionary)
    record = {"decision_id": "id-1", "input": packed.input, "result": packed.result}
    if wrong == "dictionary":
        with pytest.raises(zlib.error):
            inflate_texts(record, dictionary.content[:-200])
        return
    change = {
        "input": {"input": packed.input + b"x"},
        "result": {"result": packed.result + b"x"},
        "both cut off": {"input": packed.input[:-1], "result": packed.result[:-1]},
        "input without": {"input": one},
    }
    with pytest.raises(zlib.error):
        inflate_texts({**record, **change[wrong]}, dictionary.content)


def sizes(dictionaries: Dictionaries, texts: Iterable[bytes]) -> tuple[int, int]:
    """How many dictionaries were made, and the bytes of all records."""
    made, size = set(), 0
    for one in texts:
        found = dictionaries.find(KEY)
        made |= {found} if found is not None else set()
        packed = pack_texts(one, b"{}", "id", found)
        dictionaries.note(KEY, one, b"{}", packed)
        size += len(packed.input)
    return len(made), size


def test_a_dictionary_that_no_longer_helps_is_replaced() -> None:
    noise = {when: os.urandom(1500).hex() for when in ("then", "now")}
    texts = {when: [to_json({"a": noise[when], "n": n}) for n in range(200)] for when in noise}
    dictionaries = Dictionaries()
    assert sizes(dictionaries, texts["then"])[0] == 1
    made, size = sizes(dictionaries, texts["now"])
    assert (made, size < 40_000) == (2, True)  # 300 KB without


def test_what_never_repeats_has_few_dictionaries() -> None:
    made, _ = sizes(Dictionaries(), (to_json({"a": os.urandom(1500).hex()}) for _ in range(500)))
    assert made <= 10


def test_dictionaries_of_many_vpcs_are_bounded() -> None:
    dictionaries = Dictionaries()
    for number in range(50):
        key = (f"vpc-{number}", False)
        for _ in range(4):
            one = to_json({**content(number), "noise": os.urandom(800).hex()})
            dictionaries.note(key, one, b"{}", pack_texts(one, b"{}", "id", None))
    assert len(dictionaries._accounts) == 32
    assert dictionaries.find(("vpc-0", False)) == dictionaries.find(("vpc-49", False))


def test_the_key_is_the_vpc() -> None:
    assert key_of({"endpoint": {"VpcId": "vpc-2"}, "request": {}}, is_cut=True) == ("vpc-2", True)
    assert key_of({"endpoint": {"VpcId": ["x"]}, "request": None}, is_cut=False) == (None, False)


@pytest.mark.parametrize("ahead", [True, False])
def test_everyone_reads_whole_records(engine: Engine, *, ahead: bool) -> None:
    write(engine, entries(range(10)), ahead=ahead)
    assert [dictionary_name(record) is not None for record in kept(engine)][-1]
    events = list(queries.read_all(engine, Query()))
    assert [event["input"] for event in events] == [content(number) for number in range(10)]
    assert [event["result"] for event in events] == [one.decision.model_dump(mode="json") for one in entries(range(10))]
    assert {event["bundles"]["vpce"]["revision"] for event in events} == {events[0]["result"]["bundle"]["revision"]}
    assert queries.find_event(engine, "id-0009") == events[9]
    without = queries.page(engine, Query(), limit=1, with_input=False).events[0]
    assert (without["input"], without["result"]) == (None, events[9]["result"])
    assert chain.verify(engine, KEYS).findings == ()


def test_what_is_erased_is_in_no_dictionary(engine: Engine) -> None:
    secret = [one._replace(input={**one.input, "secret": "hidden-word"}) for one in entries(range(10))]
    write(engine, secret, erase=("/secret",))
    with engine.connect() as connection:
        (name, dictionary), *_ = connection.execute(select(PARTS.c.hash, PARTS.c.content)).all()
    assert b"hidden-word" not in (dictionary if dictionary.startswith(b"{") else zlib.decompress(dictionary))
    assert dictionary_name(kept(engine)[-1]) == name
    assert [event["input"] for event in queries.read_all(engine, Query())] == [content(n) for n in range(10)]


@pytest.mark.parametrize(
    "change",
    [
        delete(PARTS),
        update(PARTS).values(content=b"{}"),
        update(PARTS).values(content=b"xx"),
        update(PARTS).values(hash="ab" * 16),
        update(PARTS).values(hash=""),
    ],
)
def test_a_dictionary_that_was_changed_is_found(engine: Engine, change: Any) -> None:
    write(engine, entries(range(6)))
    needing = sum(dictionary_name(record) is not None for record in kept(engine))
    with engine.begin() as connection:
        connection.execute(change)
    assert [fault.problem for fault in chain.verify(engine, KEYS).findings] == [GONE] * needing
    assert needing >= 3


def test_a_record_that_names_another_dictionary_is_found(engine: Engine) -> None:
    write(engine, entries(range(6)))
    result = kept(engine)[-1]["result"]
    with engine.begin() as connection:
        other = result[:1] + bytes(16) + result[17:]
        connection.execute(update(DECISIONS).where(DECISIONS.c.decision_id == "id-0005").values(result=other))
    assert [fault.problem for fault in chain.verify(engine, KEYS).findings] == ["it was changed"]


def test_a_dictionary_is_kept_again_for_later_decisions(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "SPAN", 5)
    write(engine, entries(range(16)))
    numbers = [number for number, _ in parts(engine)]
    assert (len(numbers), {name for _, name in parts(engine)}.__len__()) == (3, 1)
    assert retention.prune(engine, "2026-01-01T10:00:00.000Z", KEYS) == 10
    assert len(parts(engine)) == sum(number > 10 for number in numbers)
    assert chain.verify(engine, KEYS).findings == ()
    assert len(list(queries.read_all(engine, Query()))) == 6


def test_a_writer_whose_records_all_went_keeps_its_dictionary_again(engine: Engine) -> None:
    appender = Appender(engine, mask=Mask(()), keys=KEYS)
    for one in entries(range(8)):
        appender.append([one])
    assert retention.prune(engine, "9999-01-01T00:00:00.000Z", KEYS) == 8
    assert parts(engine) == []
    for one in entries(range(8, 10)):
        appender.append([one])
    appender.close()
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(PARTS)).scalar() == 1
    assert [event["input"]["number"] for event in queries.read_all(engine, Query())] == [8, 9]
    assert chain.verify(engine, KEYS).findings == ()


def test_a_transaction_that_fails_does_not_count_as_having_kept_it(engine: Engine) -> None:
    appender = Appender(engine, mask=Mask(()), keys=KEYS)
    for number in range(2):
        appender.append(entries([number]))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE decision_rules RENAME TO away"))
    with pytest.raises(Exception, match="decision_rules"):
        appender.append(entries([3]))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO decision_rules"))
    appender.append(entries([5]))
    appender.close()
    assert dictionary_name(kept(engine)[-1]) in {name for _, name in parts(engine)}
    assert chain.verify(engine, KEYS).findings == ()
