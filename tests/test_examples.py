"""Every example of every rule gives what it says, and hiding what a failing one depends on never lets it pass."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from vpce_guard.authoring.examples import Case, cases
from vpce_guard.bundle import open_bundle
from vpce_guard.decide import Question, decide
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.judge import Terms
from vpce_guard.model import Evaluation, Rule

CASES = list(cases(Path(__file__).parents[1] / "rego"))
ids = [f"{case.rule}: {case.kind}: {case.example.name}" for case in CASES]


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return EmbeddedEngine(open_bundle(), timeout=10, memory_limit=256 << 20)


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_example(case: Case, engine: EmbeddedEngine) -> None:
    (evaluation,) = asyncio.run(engine.evaluate([case.as_input()])).evaluations
    found = {(d.path, d.enforcement_action) for d in _denies(case, evaluation)}
    missing = {pointer for u in _undetermined(case, evaluation) for pointer in u.missing}
    assert found == {(v.path, v.enforcement_action) for v in case.example.violations}
    assert missing == set(case.example.missing)
    assert all(u.missing for u in _undetermined(case, evaluation))
    assert "<undefined>" not in str(evaluation)
    assert case.kind == ("fail" if found else "undetermined" if missing else "pass")


FIXED = [c for c in CASES if any(v.fix is not None for v in c.example.violations)]


@pytest.mark.parametrize("case", FIXED, ids=[f"{c.rule}: {c.example.name}" for c in FIXED])
def test_a_fix_is_made_for_this_document_and_tried(case: Case, engine: EmbeddedEngine) -> None:
    bundle = open_bundle()
    question = Question(proposals=[case.proposal], request_id="r")
    ((decision,),) = asyncio.run(
        decide(
            [question],
            engine=engine,
            terms=Terms(rules=bundle.rules, revision=bundle.revision, profile=case.example.profile, org=case.org),
        )
    )
    found = {v.path: v for v in decision.violations if v.rule_id == bundle.rules[case.rule].id}
    for expected in case.example.violations:
        if expected.fix is not None:
            assert found[expected.path].fix == expected.fix
            assert found[expected.path].fix_verified is (expected.fix_verified is True)


def test_every_rule_has_two_passing_and_two_failing_examples() -> None:
    kinds = {rule.name: {"pass": 0, "fail": 0, "undetermined": 0} for rule in open_bundle().catalogue.rules}
    for case in CASES:
        kinds[case.rule][case.kind] += 1
    assert {rule: k for rule, k in kinds.items() if k["pass"] < 2 or k["fail"] < 2} == {}


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.kind == "fail"], ids=[i for c, i in zip(CASES, ids, strict=True) if c.kind == "fail"]
)
def test_hiding_a_value_never_turns_a_failure_into_a_pass(case: Case, engine: EmbeddedEngine) -> None:
    variants = list(_hidden(case.as_input(), open_bundle().rules[case.rule].optional))
    evaluations = asyncio.run(engine.evaluate([document for _, document in variants])).evaluations
    passed = [
        pointer
        for (pointer, _), evaluation in zip(variants, evaluations, strict=True)
        if not _denies(case, evaluation) and not _undetermined(case, evaluation)
    ]
    assert passed == []


def test_a_rule_that_needs_context_has_an_example_without_it() -> None:
    told = {case.rule for case in CASES if case.kind == "undetermined"}
    needing = {
        rule.name
        for rule in open_bundle().catalogue.rules
        if any(p.startswith(("/context/", "/current/")) and p not in rule.optional for p in rule.reads)
    }
    assert needing - told == set()


@pytest.mark.parametrize("rule", open_bundle().catalogue.rules, ids=lambda rule: rule.id)
def test_a_rule_says_nothing_about_an_operation_that_is_not_its_business(rule: Rule, engine: EmbeddedEngine) -> None:
    foreign = [
        (case, {**case.as_input(), "operation": operation})
        for case in CASES
        if case.rule == rule.name
        for operation in {"create", "modify", "delete"} - set(rule.operations)
    ]
    evaluations = asyncio.run(engine.evaluate([document for _, document in foreign])).evaluations if foreign else []
    said = [
        (case.example.name, document["operation"])
        for (case, document), evaluation in zip(foreign, evaluations, strict=True)
        if _denies(case, evaluation) or _undetermined(case, evaluation)
    ]
    assert said == []


def _denies(case: Case, evaluation: Evaluation) -> list[Any]:
    return [v.deny for v in evaluation.violations if v.rule == case.rule]


def _undetermined(case: Case, evaluation: Evaluation) -> list[Any]:
    return [u.undetermined for u in evaluation.undetermined if u.rule == case.rule]


def _hidden(document: dict[str, Any], optional: Sequence[str] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """The input with one context member absent, or one request member unknown, at a time.

    Not hidden is what the rule takes only where it is given.
    """
    from vpce_guard.formats.endpoint import after

    for member in document["context"]:
        if f"/context/{member}" not in optional and member not in (
            "time",
            "principal",
            "Partition",
            "AccountId",
            "ManagedPrefixLists",
            "ServiceDetails",
        ):
            copied = copy.deepcopy(document)
            del copied["context"][member]
            yield f"/context/{member}", copied
    for member in document["request"]:
        if f"/request/{member}" in optional or member in ("VpcEndpointId", "VpcEndpointType", "ServiceName"):
            continue
        copied = copy.deepcopy(document)
        del copied["request"][member]
        copied["unknown"] = [*document["unknown"], f"/request/{member}"]
        endpoint = after(copied["operation"], copied["request"], copied.get("current"), copied["unknown"])
        copied["endpoint"] = endpoint
        if endpoint is None:
            del copied["endpoint"]
        yield f"/request/{member}", copied
