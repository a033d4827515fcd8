"""Proposals of which not everything is known, but every way it may turn out: each way is judged.

What holds of the proposal as it stands stays. Beside that a rule is violated where it is in every way, not judged where
it is in some, or is worse in some, and passed where it is in none. Rules see one way at a time and need not know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from vpce_guard.engines import Engine, Evaluations
from vpce_guard.engines.evaluation import Evaluation, RawUndetermined, RawUnjudged, RawViolation, WaiverInForce
from vpce_guard.model import ENFORCEMENT_ORDER, Json

Denies = Mapping[str, Sequence[RawViolation]]
Doubts = Mapping[str, Sequence[RawUnjudged]]


async def evaluate(engine: Engine, inputs: Sequence[Json]) -> Evaluations:
    """The engine's answer to each input, its possibilities taken together. Raises EngineError."""
    answer = await engine.evaluate(spread(inputs))
    return answer._replace(evaluations=gather(inputs, answer.evaluations))


def spread(inputs: Sequence[Json]) -> list[Json]:
    """Each input as rules see it, followed by itself in each of its ways."""
    return [one for document in inputs for one in _ways(document)]


def gather(inputs: Sequence[Json], evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """One evaluation for each input, out of those of what spread() made of them."""
    answers = iter(evaluations)
    found = []
    for document in inputs:
        whole, *ways = [next(answers) for _ in range(1 + len(document.get("possibilities") or ()))]
        found.append(_combine(document, whole, ways) if ways else whole)
    return found


def as_it_stands(document: Json) -> Json:
    """An input without its possibilities."""
    if "possibilities" not in document:
        return document
    return {name: value for name, value in document.items() if name != "possibilities"}


def _ways(document: Json) -> Iterator[Json]:
    plain = as_it_stands(document)
    yield plain
    for way in document.get("possibilities") or ():
        yield {name: value for name, value in {**plain, **way}.items() if value is not None}


def _combine(document: Json, whole: Evaluation, ways: Sequence[Evaluation]) -> Evaluation:
    denies, doubts = [_denies(way) for way in ways], [_doubts(way) for way in ways]
    certain, unsure = _denies(whole), _doubts(whole)
    violations = list(whole.violations)
    undetermined: list[RawUnjudged] = []
    for rule in dict.fromkeys([*certain, *unsure, *(name for each in (*denies, *doubts) for name in each)]):
        found = [each.get(rule, ()) for each in denies]
        mildest = max(found, key=_mildness)
        least = min(_mildness(certain.get(rule, ())), _mildness(mildest))
        if _mildness(mildest) < _mildness(certain.get(rule, ())):
            violations += _violations([v for v in mildest if v not in certain.get(rule, ())], found, document)
        if any(_mildness(each) < least for each in found):
            undetermined += unsure.get(rule) or [_depends(rule, document)]
        elif any(rule in each for each in doubts):
            undetermined += unsure.get(rule) or next(each[rule] for each in doubts if rule in each)
    waivers = [*whole.waivers, *_waivers_of_all([way.waivers for way in ways], but=whole.waivers)]
    changed = {"violations": tuple(violations), "undetermined": tuple(undetermined), "waivers": tuple(waivers)}
    return whole.model_copy(update=changed)


def _denies(evaluation: Evaluation) -> Denies:
    found: defaultdict[str, list[RawViolation]] = defaultdict(list)
    for violation in evaluation.violations:
        found[violation.rule].append(violation)
    return found


def _doubts(evaluation: Evaluation) -> Doubts:
    found: defaultdict[str, list[RawUnjudged]] = defaultdict(list)
    for unjudged in evaluation.undetermined:
        found[unjudged.rule].append(unjudged)
    return found


def _violations(
    mildest: Sequence[RawViolation], ways: Sequence[Sequence[RawViolation]], document: Json
) -> Iterator[RawViolation]:
    """The violations of a rule in the way that is least wrong, told of the proposal as it stands."""
    for violation in mildest:
        same = all(violation in way for way in ways)
        message = violation.deny.message
        deny = {
            "path": _known_place(violation.deny.path, document),
            "message": message if same else f"Whichever of {len(ways)} possible values comes true: {message}",
            "fix": None,
        }
        yield violation.model_copy(update={"deny": violation.deny.model_copy(update=deny)})


def _mildness(way: Sequence[RawViolation]) -> int:
    """How little the worst of some violations does: one without an action of its own does what its rule does."""
    actions = (ENFORCEMENT_ORDER[violation.deny.enforcement_action or "deny"] for violation in way)
    return min(actions, default=ENFORCEMENT_ORDER["off"])


def _waivers_of_all(
    ways: Sequence[Sequence[WaiverInForce]], *, but: Sequence[WaiverInForce]
) -> Iterator[WaiverInForce]:
    """A waiver for each rule that has one in every way, but for those that have one already."""
    known = {waiver.rule for waiver in but}
    first, *others = ways
    for waiver in first:
        if waiver.rule not in known and all(waiver.rule in {one.rule for one in way} for way in others):
            yield waiver


def _known_place(path: str, document: Json) -> str:
    """The pointer, or that of the unknown value around what it points to."""
    around = [pointer for pointer in document["unknown"] if path == pointer or path.startswith(f"{pointer}/")]
    return min(around, key=len, default=path)


def _depends(rule: str, document: Json) -> RawUnjudged:
    unknown = tuple(document["unknown"])
    reason = (
        "it depends on which of several possible values comes true"
        if unknown
        else "it depends on the order in which endpoints are changed"
    )
    return RawUnjudged(rule=rule, undetermined=RawUndetermined(reason=reason, missing=unknown or ("/depends_on",)))
