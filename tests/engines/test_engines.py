"""What engines are asked, and what every answer must be: complete, well formed and of one revision."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.engines import check_answer, request_for, unexpected_revision
from vpce_guard.errors import EngineError
from vpce_guard.model import Json

GOOD: Json = {"revision": "r", "violations": [], "undetermined": [], "waivers": [], "reach": None}


def given(context: Json, *peers: Json, org: Json | None = None) -> Json:
    return {"operation": "create", "context": context, "peers": list(peers), **({"org": org} if org else {})}


def test_one_proposal_is_asked_about_as_it_is() -> None:
    document = given({"Region": "us-east-1"})
    assert request_for([document]) == ("result", document)


def test_what_a_batch_shares_goes_once() -> None:
    peer, org = {"VpcEndpointId": "vpce-1"}, {"services": {}}
    rule, asked = request_for(
        [given({"Region": "a", "AccountId": "1"}, peer, org=org), given({"Region": "a", "AccountId": "2"}, peer)]
    )
    assert rule == "results"
    assert asked["shared"] == {"context": {"Region": "a"}, "peers": [peer], "orgs": [org]}
    assert [one["own_context"] for one in asked["batch"]] == [{"AccountId": "1"}, {"AccountId": "2"}]
    assert [one["peer_indexes"] for one in asked["batch"]] == [[0], [0]]
    assert [one.get("org_index") for one in asked["batch"]] == [0, None]


def test_what_is_alike_in_python_only_is_not_shared() -> None:
    _, asked = request_for([given({"x": 1}), given({"x": True})])
    assert asked["shared"]["context"] == {}


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([GOOD], "gave 1 answers to 2 proposals"),
        ([GOOD, {**GOOD, "revision": "s"}], "under 2 bundle revisions at once"),
        ([GOOD, {**GOOD, "violations": None}], "the wrong shape: 1 errors"),
        (None, "the wrong shape"),
    ],
)
def test_an_answer_that_cannot_be_relied_on_is_an_error(answers: Any, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        check_answer(answers, count=2, engine="opa")


def test_a_good_answer_has_its_revision_and_engine() -> None:
    found = check_answer([GOOD, GOOD], count=2, engine="opa")
    assert (len(found.evaluations), found.revision, found.engine, found.fallback) == (2, "r", "opa", None)


def test_another_revision_says_which_is_expected() -> None:
    message = str(unexpected_revision("0" * 64, ours="1" * 64))
    assert "runs bundle revision 000000000000, this service expects 111111111111" in message
