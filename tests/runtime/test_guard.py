"""What a guard makes of a document and of its settings before decide() is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.support.recording import GATEWAY, KMS
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.question import Question
from vpce_guard.model import Decision, Profile
from vpce_guard.org.load import read_org_data
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.policy import OtherBundles, terms_of
from vpce_guard.settings import Settings

STATED = {"operation": "create", "request": GATEWAY, "context": {"time": "2020-01-01T00:00:00Z"}}


def test_only_what_is_not_recorded_takes_the_time_of_the_document(guard: Guard) -> None:
    times = [guard.question(STATED, request_id="r", record=record).proposals[0].instant for record in (True, False)]
    assert times[1] == "2020-01-01T00:00:00.000000Z"
    assert times[0] is not None
    assert times[0] > "2026"


def test_the_service_makes_strict_what_a_caller_does_not(guard: Guard) -> None:
    strict = replace(guard, settings=Settings(strict=True))
    asked = [(one, given) for one in (guard, strict) for given in (False, True)]
    assert [one.question(KMS, request_id="r", strict=given).strict for one, given in asked] == [False, True, True, True]


@pytest.mark.parametrize(
    ("setting", "document", "profile"),
    [
        (None, {}, "aws-current"),
        (None, {"profile": "aws-2023"}, "aws-2023"),
        ("aws-current", {"profile": "aws-2023"}, "aws-current"),
    ],
)
def test_the_profile_that_is_set_wins_over_that_of_org_data(
    setting: Profile | None, document: dict[str, Any], profile: Profile
) -> None:
    bundle = open_bundle()
    org = read_org_data(document, {rule.id: rule for rule in bundle.catalogue.rules})
    assert terms_of(bundle, org, setting).profile == profile


def test_who_looks_on_gets_what_was_decided(guard: Guard) -> None:
    seen: list[tuple[Sequence[Question], list[list[Decision]]]] = []

    class Listener:
        def offer(self, questions: Sequence[Question], decided: list[list[Decision]]) -> None:
            seen.append((questions, decided))

    questions = [guard.question(KMS, request_id="r")]
    decided = asyncio.run(replace(guard, listener=Listener()).decide(questions))
    assert seen == [(questions, decided)]


def test_other_bundles_are_those_a_rollout_knows() -> None:
    others = OtherBundles()
    assert others("r") is None
    rules = open_bundle().rules
    others.find_rules = {"r": rules}.get
    assert (others("r"), others("s")) == (rules, None)
