"""An engine is asked about many at once; where a call fails, about each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.support.possibilities import FIRST, SECOND, THIRD, one_of
from tests.support.recording import again, record
from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.errors import BundleError, EngineError
from vpce_guard.formats import read
from vpce_guard.model import Json
from vpce_guard.org.data import no_org_data
from vpce_guard.whatif.replay.asking import CandidateQuestion, ask_engine

ORG = no_org_data({}).effective_for({})


class Engine:
    """Answers with the VPC it is asked about; fails for calls that hold what it does not take."""

    def __init__(self, refuses: str = "", error: Exception | None = None, revision: str = "r") -> None:
        self.refuses, self.error, self.revision = refuses, error, revision
        self.calls: list[list[str]] = []

    def answers(self, inputs: Sequence[Json]) -> list[Json]:
        vpcs = [one["request"]["VpcId"] for one in inputs]
        self.calls.append(vpcs)
        if self.error is not None and (not self.refuses or self.refuses in vpcs):
            raise self.error
        return [{"revision": self.revision, "vpc": vpc} for vpc in vpcs]


def asked(engine: Engine, *vpcs: str) -> list[Json | str]:
    opened: Any = SimpleNamespace(engine=engine, bundle=SimpleNamespace(revision="r", compares_all_peers=True))
    documents = [{"VpcId": vpc, "ServiceName": "com.amazonaws.us-east-1.s3"} for vpc in vpcs]
    return ask_engine([CandidateQuestion(read(one)[0], "aws-current", ORG) for one in documents], opened)


def found(answers: list[Json | str]) -> list[str]:
    return [one if isinstance(one, str) else one["vpc"] for one in answers]


def test_those_of_one_vpc_go_together_and_answers_keep_their_order() -> None:
    engine = Engine()
    assert found(asked(engine, "vpc-0b000001", "vpc-0a000001", "vpc-0b000001")) == [
        "vpc-0b000001",
        "vpc-0a000001",
        "vpc-0b000001",
    ]
    assert engine.calls == [["vpc-0a000001", "vpc-0b000001", "vpc-0b000001"]]


def test_one_that_fails_spoils_no_other() -> None:
    engine = Engine("vpc-0b000001", EngineError("It is too large."))
    answers = found(asked(engine, "vpc-0a000001", "vpc-0b000001", "vpc-0c000001"))
    assert answers == ["vpc-0a000001", "It is too large.", "vpc-0c000001"]
    assert len(engine.calls) == 4


def test_a_bundle_that_does_not_run_is_asked_once() -> None:
    engine = Engine(error=BundleError("policy.wasm cannot be compiled."))
    assert found(asked(engine, "vpc-0a000001", "vpc-0b000001")) == ["policy.wasm cannot be compiled."] * 2
    assert len(engine.calls) == 1


def test_an_answer_of_another_bundle_is_none() -> None:
    (answer,) = found(asked(Engine(revision="other"), "vpc-0a000001"))
    assert answer == "The engine answered under another bundle revision."


def test_what_is_one_of_several_is_replayed_to_the_decision_that_was_made(url: str, tmp_path: Path) -> None:
    made = record(
        url, one_of([FIRST, SECOND], [SECOND, FIRST]), one_of([FIRST, THIRD], [FIRST, SECOND]), one_of([FIRST], [THIRD])
    )
    unsure = ["VPCE-IFACE-002" in {one.rule_id for one in decision.undetermined} for decision in made]
    assert ([decision.allowed for decision in made], unsure) == ([False, True, True], [False, True, False])
    part = again(url, tmp_path, candidate=str(PACKAGED)).part
    assert (part.read, part.reasons, part.tally.kinds["unchanged"]) == (3, {}, 3)
