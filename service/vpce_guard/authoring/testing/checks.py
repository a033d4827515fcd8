"""What the examples of a rule must satisfy, on whichever engine: the one place that says so, for authors and CI alike.

Each check is a function of the cases of one or many rules and an engine that runs their bundle, and gives a Result for
each thing it looked at.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vpce_guard.authoring.testing.examples import Case
from vpce_guard.bundle import example_files
from vpce_guard.bundle.rules import Rule, package_of
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.engines import Engine
from vpce_guard.engines.evaluation import Evaluation, RawDeny, RawUndetermined
from vpce_guard.errors import EngineError
from vpce_guard.formats.aws.endpoint import endpoint_after
from vpce_guard.model import Json

Check = Literal["rego", "example", "fix", "hidden", "operations", "enough"]

_BATCH = 100
ALWAYS_THERE = ("time", "principal", "Partition", "AccountId", "ManagedPrefixLists", "ServiceDetails")
NEVER_HIDDEN = ("VpcEndpointId", "VpcEndpointType", "ServiceName")


@dataclass(frozen=True)
class Line:
    """One member of the sets compared: `both` for one expected and found, else where it is alone."""

    where: Literal["both", "expected", "found"]
    text: str


@dataclass(frozen=True)
class Result:
    """What one check says of one thing at a place; it passed where `problem` is empty."""

    check: Check
    rule: str
    name: str
    file: Path
    line: int
    problem: str = ""
    diff: tuple[Line, ...] = ()
    engine: str = ""

    @property
    def has_passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problem


async def all_of_them(
    cases: Sequence[Case], engine: Engine, rules: dict[str, Rule], *, revision: str, all_rules: bool = True
) -> AsyncIterator[list[Result]]:
    """The results of each check that asks an engine."""
    yield await examples_give_what_they_say(cases, engine)
    yield await fixes_work(cases, engine, rules, revision=revision, all_rules=all_rules)
    yield await hiding_a_value_never_passes(cases, engine, rules)
    yield await other_operations_are_not_its_business(cases, engine, rules)


async def examples_give_what_they_say(cases: Sequence[Case], engine: Engine) -> list[Result]:
    """Each example finds exactly the violations it names, and misses exactly what it says."""
    results = []
    for case, evaluation in zip(cases, await _evaluate(cases, engine), strict=True):
        if isinstance(evaluation, EngineError):
            results.append(_result("example", case, f"the engine fails: {evaluation}", engine=engine))
            continue
        problem, diff = _compare(case, evaluation)
        results.append(_result("example", case, problem, engine=engine, diff=diff))
    return results


async def fixes_work(
    cases: Sequence[Case], engine: Engine, rules: dict[str, Rule], *, revision: str, all_rules: bool = True
) -> list[Result]:
    """Each fix an example names is made for its proposal, and is verified exactly where the example says so.

    Where not all rules are there to object (`all_rules`), only that what is to be verified is.
    """
    results = []
    for case in cases:
        expected = {v.path: v for v in case.example.violations if v.fix is not None}
        if not expected:
            continue
        terms = Terms(rules=rules, revision=revision, profile=case.example.profile, org=case.org)
        question = Question(proposals=[case.proposal], request_id="example", record=False)
        ((decision,),) = await decide([question], engine=engine, terms=terms)
        found = {v.path: v for v in decision.violations if v.rule_id == rules[case.rule].id}
        said = {_fix(path, v.fix, verified=v.fix_verified is True) for path, v in expected.items()}
        got = set()
        for path in expected.keys() & found.keys():
            ignored = not all_rules and expected[path].fix_verified is not True
            got.add(_fix(path, found[path].fix, verified=found[path].fix_verified is True and not ignored))
        problem = "" if said == got else decision.error or "the fix is another, or does not hold"
        results.append(_result("fix", case, problem, engine=engine, diff=_diff(said, got) if problem else ()))
    return results


async def hiding_a_value_never_passes(cases: Sequence[Case], engine: Engine, rules: dict[str, Rule]) -> list[Result]:
    """A failing example with one context member absent, or one request member unknown, is never silent."""
    failing = [case for case in cases if case.kind == "fail"]
    asked = [
        (case, pointer, document)
        for case in failing
        for pointer, document in hide_members(case.as_input(), rules[case.rule].optional)
    ]
    found = await _evaluate_documents([document for _, _, document in asked], engine)
    silent: dict[int, list[str]] = {id(case): [] for case in failing}
    for (case, pointer, _), evaluation in zip(asked, found, strict=True):
        if isinstance(evaluation, EngineError):
            silent[id(case)].append(f"{pointer} ({evaluation})")
        elif not denied_by(case, evaluation) and not undetermined_by(case, evaluation):
            silent[id(case)].append(pointer)
    return [
        _result(
            "hidden",
            case,
            f"passes where {', '.join(at)} is not known: it must deny all the same, or be undetermined"
            if (at := silent[id(case)])
            else "",
            engine=engine,
        )
        for case in failing
    ]


async def other_operations_are_not_its_business(
    cases: Sequence[Case], engine: Engine, rules: dict[str, Rule]
) -> list[Result]:
    """An example told as an operation that METADATA does not name gives nothing."""
    asked = [
        (case, operation)
        for case in cases
        for operation in ("create", "modify", "delete")
        if operation not in rules[case.rule].operations
    ]
    found = await _evaluate_documents(
        [{**case.as_input(), "operation": operation} for case, operation in asked], engine
    )
    results = []
    for (case, operation), evaluation in zip(asked, found, strict=True):
        problem = ""
        if isinstance(evaluation, EngineError):
            problem = f"told as {operation}, the engine fails: {evaluation}"
        elif denied_by(case, evaluation) or undetermined_by(case, evaluation):
            problem = f"told as {operation}, which METADATA `operations` does not name, it says something"
        results.append(_result("operations", case, problem, engine=engine))
    return results


def there_are_enough(sources: Sources, cases: Sequence[Case], rules: Collection[Rule]) -> list[Result]:
    """A rule has two passing and two failing examples, and one without what it needs where it needs context."""
    results = []
    for rule in rules:
        kinds = [case.kind for case in cases if case.rule == rule.name]
        needs = [p for p in rule.reads if p.startswith(("/context/", "/current/")) and p not in rule.optional]
        wrong = [f"{kinds.count(k)} {k} examples of at least 2" for k in ("pass", "fail") if kinds.count(k) < 2]
        if needs and "undetermined" not in kinds:
            wrong.append(f"no undetermined example, though it needs {', '.join(needs)}")
        file = sources.place(package_of(rule.name).replace(".", "/")) / example_files.FILE
        results.append(Result("enough", rule.name, "enough examples", file, 1, problem="; ".join(wrong)))
    return results


def denied_by(case: Case, evaluation: Evaluation) -> list[RawDeny]:
    """What the rule of a case denies."""
    return [v.deny for v in evaluation.violations if v.rule == case.rule]


def undetermined_by(case: Case, evaluation: Evaluation) -> list[RawUndetermined]:
    """What the rule of a case cannot judge."""
    return [u.undetermined for u in evaluation.undetermined if u.rule == case.rule]


def hide_members(document: Json, optional: Sequence[str] = ()) -> Iterator[tuple[str, Json]]:
    """The input with one context member absent, or one request member unknown, at a time, by what is hidden.

    Not hidden is what the rule takes only where it is given, and what every reader always knows.
    """
    for member in document["context"]:
        if f"/context/{member}" not in optional and member not in ALWAYS_THERE:
            yield f"/context/{member}", {**document, "context": _drop_member(document["context"], member)}
    for member in document["request"]:
        if f"/request/{member}" in optional or member in NEVER_HIDDEN:
            continue
        request, unknown = _drop_member(document["request"], member), [*document["unknown"], f"/request/{member}"]
        defaults = _drop_member(document.get("defaults", {}), member)
        endpoint = endpoint_after(document["operation"], request, document.get("current"), unknown, defaults=defaults)
        changed = {**_drop_member(document, "endpoint"), "request": request, "unknown": unknown}
        yield f"/request/{member}", changed if endpoint is None else {**changed, "endpoint": endpoint}


def _drop_member(members: Json, name: str) -> Json:
    return {key: value for key, value in members.items() if key != name}


async def _evaluate(cases: Sequence[Case], engine: Engine) -> list[Evaluation | EngineError]:
    return await _evaluate_documents([case.as_input() for case in cases], engine)


async def _evaluate_documents(documents: Sequence[Json], engine: Engine) -> list[Evaluation | EngineError]:
    """An evaluation of each document; where a batch fails each of it alone, so that the one at fault is known."""
    found: list[Evaluation | EngineError] = []
    for start in range(0, len(documents), _BATCH):
        batch = documents[start : start + _BATCH]
        try:
            found += (await engine.evaluate(batch)).evaluations
        except EngineError as error:
            found += [error] if len(batch) == 1 else [(await _evaluate_documents([one], engine))[0] for one in batch]
    return found


def _compare(case: Case, evaluation: Evaluation) -> tuple[str, tuple[Line, ...]]:
    """What is wrong with an evaluation, and the sets compared."""
    found = {_violation(d.path, d.enforcement_action) for d in denied_by(case, evaluation)}
    missing = {pointer for u in undetermined_by(case, evaluation) for pointer in u.missing}
    expected = {_violation(v.path, v.enforcement_action) for v in case.example.violations}
    expected |= {f"missing {pointer}" for pointer in case.example.missing}
    got = found | {f"missing {pointer}" for pointer in missing}
    is_kind = "fail" if found else "undetermined" if missing else "pass"
    if expected != got:
        return "it finds something else", _diff(expected, got)
    if any(not u.missing for u in undetermined_by(case, evaluation)):
        return "an undetermined names nothing that is missing", ()
    if "<undefined>" in str(evaluation):
        return "a message or reason holds <undefined>: a template takes a value that need not be there", ()
    if case.kind != is_kind:
        return f"it stands under {case.kind} and is a {is_kind} example", ()
    return "", ()


def _violation(path: str, action: str | None) -> str:
    return f"violation {path}" + (f" ({action})" if action else "")


def _fix(path: str, fix: Sequence[Json] | None, *, verified: bool) -> str:
    told = json.dumps(list(fix or ()), sort_keys=True)
    return f"fix of {path}: {told}{', verified' if verified else ''}"


def _diff(expected: set[str], found: set[str]) -> tuple[Line, ...]:
    return tuple(
        Line("both" if text in expected & found else "expected" if text in expected else "found", text)
        for text in sorted(expected | found)
    )


def _result(check: Check, case: Case, problem: str, *, engine: Engine, diff: tuple[Line, ...] = ()) -> Result:
    name = f"{case.kind}: {case.example.name}"
    # a line is looked up only where it is told
    line = case.line if problem else 0
    return Result(check, case.rule, name, case.file, line, problem=problem, diff=diff, engine=engine.name)
