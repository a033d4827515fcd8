"""What is never kept is nowhere in the record: not in copies, columns, labels, messages, nor under another name."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import to_json
from sqlalchemy import Engine

from tests.support.entries import KEYS, entry, write
from tests.surfaces.reports.test_reports import violation
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.packing import unpack
from vpce_guard.decision_log.records import row
from vpce_guard.decision_log.tables import LABELS
from vpce_guard.errors import SettingsError
from vpce_guard.model import Subject

SECRET = "vpc-5ec2e7"


def kept(content: dict[str, Any], pointers: tuple[str, ...], **decided: Any) -> dict[str, Any]:
    columns, labels = row(entry(1, **decided)._replace(input=content), Mask(pointers))
    for name in ("input", "result"):
        columns[name] = to_json(unpack(columns[name])).decode()
    return {**columns, "label_rows": labels}


def test_what_is_to_be_erased_is_never_written(engine: Engine) -> None:
    write(engine, range(1), erase=("/request/Secret", "/request/List/*/a", "/none", "/labels/*", "/context"))
    event = queries.find_event(engine, "id-0000")
    assert event is not None
    assert event["input"] == {"labels": {}, "request": {"VpcId": "vpc-1", "List": [{}]}}
    assert event["erased"] == [
        "/input/request/Secret",
        "/input/request/List/0/a",
        "/input/labels/team",
        "/input/context",
    ]
    assert (event["labels"], event["masked"]) == ({}, [])
    with engine.connect() as connection:
        assert connection.execute(LABELS.select()).all() == []
    assert list(queries.read_all(engine, queries.Query(account_id="111122223330"))) == []
    assert chain.verify(engine, KEYS).findings == ()


def test_what_was_erased_is_in_no_message_subject_or_column() -> None:
    content = {"request": {"VpcId": SECRET, "Note": f"for {SECRET}"}, "endpoint": {"VpcId": SECRET}, "labels": {}}
    subject = Subject(
        address=f"module.{SECRET}.x", endpoint_type="Gateway", service_name="s", vpc_id=SECRET, source=None
    )
    found = kept(
        content,
        ("/request/VpcId",),
        subject=subject,
        violations=(violation("deny", message=f"{SECRET} is no VPC", fix=({"op": "add", "value": [SECRET]},)),),
        error=f"{SECRET} failed",
    )
    assert [name for name, value in found.items() if SECRET in str(value)] == []
    assert found["input"] == '{"request":{"Note":"for [erased]"},"endpoint":{},"labels":{}}'
    assert '"message":"[erased] is no VPC"' in found["result"]
    assert (found["vpc_id"], found["error"]) == (None, "[erased] failed")
    assert found["erased"] == '["/input/request/VpcId","/input/endpoint/VpcId"]'
    assert "/result/violations/0/fix/0/value/0" in found["masked"]
    assert "/input/request/Note" in found["masked"]


def test_a_policy_is_erased_as_text_and_as_it_was_read() -> None:
    content = {
        "request": {"PolicyDocument": '{"Statement": []}'},
        "policy": {"request": {"document": {"Statement": ["arn:secret"]}, "characters": 3}},
        "peers": [{"PolicyDocument": "p", "VpcEndpointId": "vpce-1"}],
    }
    reason = violation("deny", message="arn:secret is outside")
    found = kept(content, ("/request/PolicyDocument",), violations=(reason,))
    assert found["input"] == '{"request":{},"policy":{},"peers":[{"VpcEndpointId":"vpce-1"}]}'
    assert '"message":"[erased] is outside"' in found["result"]


def test_a_number_that_was_erased_is_in_no_message_and_short_texts_change_none() -> None:
    content = {"request": {"Port": 54321, "Zone": "us"}}
    found = kept(content, ("/request/*",), violations=(violation("deny", message="54321 of us-east is used"),))
    assert '"message":"[erased] of us-east is used"' in found["result"]


def test_texts_of_the_result_are_erased_where_asked_for() -> None:
    found = kept({"labels": {"a": "b"}}, ("/result/subject/address", "/result/violations/*/message"))
    assert '"address":"[erased]"' in found["result"]
    assert '"message":"[erased]"' in found["result"]
    assert '"rule_id":"VPCE-GW-001"' in found["result"]
    assert found["masked"] == '["/result/subject/address","/result/violations/0/message"]'


def test_input_may_be_spelled_out() -> None:
    assert kept({"intent": {"a": "b"}}, ("/input/intent/a",))["erased"] == '["/input/intent/a"]'


def test_a_masked_decision_is_still_a_decision(engine: Engine) -> None:
    from vpce_guard.model import Decision

    write(engine, range(2), erase=("/result/subject", "/result/violations", "/request/*"))
    event = queries.find_event(engine, "id-0001")
    assert event is not None
    decision = Decision.model_validate(event["result"])
    assert decision.subject.vpc_id == "[erased]"
    assert [v.rule_id for v in decision.violations] == ["VPCE-GW-001"]
    assert decision.violations[0].enforcement_action == "deny"


@pytest.mark.parametrize("pointer", ["request/Tags", "", "/", "/input", "/result", "/result/violations/*/rule_id"])
def test_what_cannot_be_erased_is_told_at_the_start(pointer: str) -> None:
    with pytest.raises(SettingsError, match="LOG_ERASE"):
        Mask((pointer,))


def test_a_member_is_taken_out_of_each_possibility_too() -> None:
    content = {"request": {"VpcId": "vpc-1"}, "possibilities": [{"request": {"VpcId": "vpc-2"}}, {"unknown": []}]}
    masked = Mask(["/request/VpcId"]).apply(content, {})
    assert masked.input == {"request": {}, "possibilities": [{"request": {}}, {"unknown": []}]}
    assert masked.erased == ["/input/request/VpcId", "/input/possibilities/0/request/VpcId"]
