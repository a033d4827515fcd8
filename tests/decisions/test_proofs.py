"""What is proved of the policy of a proposal goes into the input of rules, where org data ask for it."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import run
from vpce_guard.decisions import proofs
from vpce_guard.decisions.inputs import rego_input, rego_input_ahead
from vpce_guard.decisions.proofs import prove_policy
from vpce_guard.formats import read
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.model import Json, Proposal
from vpce_guard.org.data import EffectiveOrg, OrgData

PROVE = {"org_ids": ["o-abc1234567"], "policy": {"prove": True, "require_principal_org": True}}
ALL: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
# No single statement keeps to the organisation, and no pattern sees that the two together do.
KEPT_IN = [
    ALL,
    {
        **{name: value for name, value in ALL.items() if name != "Action"},
        "Effect": "Deny",
        "NotAction": "s3:*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc1234567"}},
    },
]


def org(document: dict[str, Any]) -> EffectiveOrg:
    return OrgData(document, "1", {}).effective(None, None)


def document(*statements: dict[str, Any], **members: Any) -> dict[str, Any]:
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "ServiceName": "com.amazonaws.us-east-1.kms",
        "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)},
    }
    return {"operation": "create", "request": request, **members}


def proposal(*statements: dict[str, Any], **members: Any) -> Proposal:
    (one,) = read(document(*statements, **members), format_name="proposal", at=DOCUMENT_TIME)
    return one


def answers(one: Proposal) -> dict[str, str]:
    return {question: found["answer"] for question, found in (prove_policy(one, org(PROVE)) or {}).items()}


def test_nothing_is_proved_unless_org_data_ask() -> None:
    assert prove_policy(proposal(ALL), org({"org_ids": ["o-abc1234567"]})) is None
    assert "proofs" not in rego_input(proposal(ALL), "aws-current", org({}))


def test_the_input_of_rules_has_each_answer() -> None:
    proofs = rego_input(proposal(*KEPT_IN), "aws-current", org(PROVE))["proofs"]
    assert proofs["outside_principals"] == {
        "answer": "proved",
        "request": None,
        "why": "No principal outside passes.",
    }
    assert proofs["outside_resources"]["answer"] == "refuted"
    assert proofs["outside_resources"]["request"]["resource"] == "arn:aws:kms:us-east-1:999999999999:key/a"


def test_only_actions_of_the_service_pass_through_its_endpoint() -> None:
    of_others = {**ALL, "Action": ["s3:*", "sqs:*"]}
    kept = {"outside_principals": "proved", "outside_resources": "proved"}
    assert answers(proposal(of_others)) == kept
    found = prove_policy(proposal({**ALL, "Action": "*"}), org(PROVE)) or {}
    assert found["outside_principals"]["request"]["action"].startswith("kms:")
    other = proposal(of_others)
    unknown = other.model_copy(update={"unknown": ("/request/ServiceName",)})
    assert set(answers(unknown).values()) == {"refuted"}


def test_the_same_policy_is_proved_once() -> None:
    assert prove_policy(proposal(ALL), org(PROVE)) is prove_policy(proposal(ALL), org(PROVE))


def test_a_changed_policy_is_compared_with_the_one_before() -> None:
    little = {**ALL, "Action": "kms:Decrypt"}
    current = {**document(little)["request"], "VpcEndpointId": "vpce-0a1b2c3d4e5f60718"}
    request = {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718"}
    changed = {**request, "PolicyDocument": {"Statement": [little, {**ALL, "Action": "kms:Encrypt"}]}}
    assert answers(proposal(operation="modify", current=current, request=changed))["newly_allowed"] == "refuted"
    kept = answers(proposal(operation="modify", current=current, request={**request, "PrivateDnsEnabled": True}))
    assert kept == {"outside_principals": "refuted", "outside_resources": "refuted"}
    assert answers(proposal(operation="modify", current=current, request={**request, "ResetPolicy": True})) == {}


@pytest.mark.parametrize(
    "members",
    [
        {"unknown": ["/request/PolicyDocument"]},
        {"unknown": ["/request/PolicyDocument/Statement/0/Resource"]},
        {"unknown": ["/request"]},
        {"unknown": ["/request/ResetPolicy"]},
        {"possibilities": [{"policy": {}}]},
        {"policy": {}},
    ],
)
def test_a_policy_that_is_not_known_is_not_proved(members: dict[str, Any]) -> None:
    assert answers(proposal(ALL).model_copy(update=members)) == {}


def test_a_policy_that_cannot_be_read_is_not_proved() -> None:
    assert answers(proposal({**ALL, "Effect": "Perhaps"})) == {}
    broken = {"request": {"error": "the text ends", "characters": 1}, "current": {"document": {"Statement": [ALL]}}}
    assert answers(proposal(ALL).model_copy(update={"policy": broken})) == {}
    assert answers(proposal(*[{**ALL, "Sid": "x" * 900}] * 25)) == {}


HARD: dict[str, list[dict[str, Any]]] = {
    "many patterns": [
        {**ALL, "Resource": [f"arn:aws:s3:::*{one}*{two}*" for two in "ghijklmnop"]} for one in "abcdefghijkl" * 4
    ],
    "many stars": [{**ALL, "Resource": f"arn:aws:s3:::{'a*' * 9500}"}],
    "denied patterns": [ALL]
    + [
        {**ALL, "Effect": "Deny", "Resource": [f"arn:aws:s3:::*{a}*{b}*{n}*" for b in "ghijkl"]}
        for n in range(10)
        for a in "abcde"
    ],
    "denied keys": [ALL]
    + [
        {**ALL, "Effect": "Deny", "Condition": {"StringEquals": {f"x:k{k % 9}": f"{n}" for k in range(n, n + 6)}}}
        for n in range(110)
    ],
    "many states": [
        {**ALL, "Resource": [f"arn:aws:s3:::*a{'?' * n}b*c{'?' * (n // 2)}" for n in range(10, 40)]},
        *({**ALL, "Effect": "Deny", "Resource": f"arn:aws:s3:::*a{'?' * n}"} for n in range(10, 60)),
    ],
    "everything twice": [ALL] * 200,
}


@pytest.mark.parametrize("shape", HARD)
def test_a_policy_has_so_much_work_and_no_more(shape: str) -> None:
    current = {**document(*HARD[shape])["request"], "VpcEndpointId": "vpce-0a1b2c3d4e5f60718"}
    request: dict[str, Any] = {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718"}
    request["PolicyDocument"] = {"Version": "2012-10-17", "Statement": [*HARD[shape][1:], ALL]}
    one = proposal(operation="modify", current=current, request=request)
    asking = org({**PROVE, "policy": {"prove": True, "resource_org_exceptions": ["*a*b*c"]}})
    events = 0

    def count(*_: object) -> None:
        nonlocal events
        events += 1

    prove_policy(proposal(ALL), asking)  # what is made once is made
    sys.setprofile(count)
    found = prove_policy(one, asking)
    sys.setprofile(None)
    assert found is not None
    assert {answer["answer"] for answer in found.values()} <= {"refuted", "undecided"}
    assert events < 1_500_000  # calls and returns, whatever the machine; some 60 ms


def test_others_have_the_event_loop_while_a_policy_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    gone_on = threading.Event()
    monkeypatch.setattr(proofs, "_prove", lambda _: {"went on": gone_on.wait(timeout=10)})

    async def ask() -> Json:
        asking = asyncio.create_task(rego_input_ahead(proposal({**ALL, "Sid": "new"}), "aws-current", org(PROVE)))
        await asyncio.sleep(0)
        gone_on.set()
        return await asking

    assert asyncio.run(ask())["proofs"] == {"went on": True}


def test_a_rule_goes_by_what_is_proved(tmp_path: Path) -> None:
    data = tmp_path / "org.json"

    def violated(**policy: Any) -> set[str]:
        data.write_text(json.dumps({**PROVE, "policy": {**PROVE["policy"], **policy}}))  # type: ignore[dict-item]
        done = run("check", "-", "--data", str(data), "-o", "json", stdin=json.dumps(document(*KEPT_IN)).encode())
        return {one["rule_id"] for one in json.loads(done.stdout)["decisions"][0]["violations"]}

    assert "VPCE-ORG-009" in violated(prove=False)
    assert "VPCE-ORG-009" not in violated()


def test_the_report_tells_each_answer(tmp_path: Path) -> None:
    data = tmp_path / "org.json"
    data.write_text(json.dumps(PROVE))
    done = run("check", "-", "--data", str(data), stdin=json.dumps(document(*KEPT_IN)).encode())
    lines = [line.strip() for line in done.stdout.decode().splitlines() if "proof" in line]
    assert lines == [
        "proof  outside_principals proved",
        "proof  outside_resources refuted: arn:aws:iam::999999999999:root, kms:GetKeyPolicy,"
        " arn:aws:kms:us-east-1:999999999999:key/a",
    ]
