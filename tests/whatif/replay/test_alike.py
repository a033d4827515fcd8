"""What differs in its time only is judged once, as long as the time makes no difference; and not one moment longer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from tests.support.recording import GATEWAY, record
from vpce_guard.authoring.rego.dependencies import dependencies
from vpce_guard.authoring.rego.trees import parse_trees
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import PACKAGED, Bundle, open_bundle
from vpce_guard.bundle.sources import deciding_files
from vpce_guard.decision_log.database import open_database
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.instants import format_instant
from vpce_guard.model import Json
from vpce_guard.whatif.compare import KINDS
from vpce_guard.whatif.replay.alike import key_of
from vpce_guard.whatif.replay.candidate import Candidate
from vpce_guard.whatif.replay.library import Library, Workspace
from vpce_guard.whatif.replay.moments import moments, only_compares, time_readers
from vpce_guard.whatif.replay.sources import LogSource, ParsedRecord, Selection
from vpce_guard.whatif.replay.windows import Judge

NONE = dict.fromkeys(KINDS, 0)
EVER = ("2000-01-01T00:00:00.000000Z", "2090-01-01T00:00:00.000000Z")
FREEZE = {"freeze": [{"from": "2026-12-20T00:00:00Z", "to": "2027-01-05T00:00:00Z", "reason": "the end of the year"}]}


def test_the_rules_of_the_product_do_nothing_with_the_time_but_compare_it(root: Path) -> None:
    """Examples are judged again at other times between the same moments; `moments` must name all that matter."""
    engine = EmbeddedEngine(open_bundle(), timeout=60, memory_limit=1 << 30)
    looked = 0
    for case in list(cases(root / "rego"))[::3]:  # some of each rule
        given = case.as_input()
        if "instant" not in given:
            continue
        (before,) = engine.answers([given])
        named = moments(case.org.effective_for(case.proposal.context))
        for other in _between(given["instant"], named):
            moved = {**given, "instant": other, "context": {**given["context"], "time": other}}
            assert engine.answers([moved]) == [before], (case.rule, case.example.name, other)
            looked += 1
    assert looked > 300


def _between(moment: str, named: tuple[str, ...]) -> list[str]:
    """The first and last instants that lie between the same moments."""
    earlier = max((m for m in named if m <= moment), default=EVER[0])
    later = min((m for m in named if m > moment), default=EVER[1])
    return [earlier, format_instant(datetime.fromisoformat(later) - timedelta(microseconds=1))]


def test_the_packaged_bundle_only_compares() -> None:
    assert only_compares(open_bundle())


@pytest.mark.parametrize(
    "code",
    [
        'deny contains {"message": "late", "path": ""} if input.instant > "2026"',
        'deny contains {"message": "late", "path": ""} if input.context.time',
        'deny contains {"message": "late", "path": ""} if org.now == "x"',
        'deny contains {"message": $"at {input.instant}", "path": ""} if true',
        'deny contains {"message": "late", "path": ""} if input["instant"]',
        'deny contains {"message": "late", "path": ""} if object.get(input, ["context", "time"], "")',
        'deny contains {"message": "late", "path": ""} if some x in input.context',
        'deny contains {"message": "late", "path": ""} if walk(input, [_, "2026"])',
        'deny contains {"message": "late", "path": ""} if time.parse_rfc3339_ns(input.labels.at)',
    ],
)
def test_a_rule_of_somebody_else_that_looks_at_the_time_is_seen(root: Path, opa: str, code: str) -> None:
    bundle = _with(root, opa, code)
    assert list(time_readers(bundle.catalogue.packages)) == ["vpce.rules.gw.late"]
    assert not only_compares(bundle)


def test_a_rule_of_somebody_else_that_does_not_is_fine(root: Path, opa: str) -> None:
    code = """
# at what time it is does not matter: input.instant
deny contains {"message": "not at this time now", "path": ""} if {
	input.labels.team == "x"
	count(endpoint.unknown_members(input, ["VpcId"])) == 0
}
"""
    assert only_compares(_with(root, opa, code))


def test_what_is_handed_all_of_the_input_must_be_the_product_s(root: Path, opa: str) -> None:
    code = "deny contains {} if endpoint.unknown_members(input, [])"
    changed = {"vpce/lib/endpoint/endpoint.rego": "\nof_somebody_else := 1\n"}
    assert not only_compares(_with(root, opa, code, changed))


def test_a_bundle_that_was_built_before_the_build_told_may_do_anything_with_the_time() -> None:
    bundle = open_bundle()
    assert not only_compares(replace(bundle, catalogue=bundle.catalogue.model_copy(update={"packages": {}})))


def _with(root: Path, opa: str, code: str, more: Mapping[str, str] = MappingProxyType({})) -> Bundle:
    """The packaged bundle with one more rule, as far as its catalogue tells what packages depend on: the rule's own."""
    rego = root / "rego"
    files = (file for file in deciding_files(rego) if file.suffix == ".rego" and "rules" not in file.parts)
    texts = {file.relative_to(rego).as_posix(): file.read_text() for file in files}
    head = "package vpce.rules.gw.late\n\nimport data.vpce.lib.endpoint\nimport data.vpce.lib.org\n\n"
    texts["vpce/rules/gw/late/late.rego"] = head + code
    for file, text in more.items():
        texts[file] += text
    found = dependencies(parse_trees(texts, source=rego, opa=opa), json.loads((rego / ".manifest").read_text()))
    bundle = open_bundle()
    return replace(bundle, catalogue=bundle.catalogue.model_copy(update={"packages": found.packages}))


def recorded(text: bytes) -> ParsedRecord:
    return ParsedRecord(text, {"bundle": {"revision": "r"}, "org": None, "error": None}, ())


def key(time: str, **more: Any) -> Any:
    given = {"context": {"time": time, "Region": "r"}, **more, "instant": f"{time}.000000Z"}
    return key_of(recorded(json.dumps(given).encode()))


def test_the_key_leaves_out_the_time_and_nothing_else() -> None:
    one, other = key("2026-01-01T00:00:00"), key("2026-01-02T00:00:00")
    assert one[0] == other[0]
    assert one[1] == "2026-01-01T00:00:00.000000Z"
    assert key("2026-01-01T00:00:00", labels={"a": "b"})[0] != one[0]
    assert key("2026-01-01T00:00:00", labels={"time": "x"})[0] != key("2026-01-01T00:00:00", labels={"time": "y"})[0]


def test_the_key_does_not_depend_on_the_order_of_members() -> None:
    last = b'{"context":{"time":"t","Region":"r"},"labels":{},"instant":"i"}'
    first = b'{"instant":"i","labels":{},"context":{"Region":"r","time":"t"}}'
    assert key_of(recorded(first)) == key_of(recorded(last)) is not None


@pytest.mark.parametrize(
    "text",
    [
        b'{"context":{"time":"x"},"labels":{"instant":"2026"}}',
        b'{"context":{"Region":"r"},"instant":"2026"}',
        b'{"context":{"time":1},"instant":"2026"}',
        b'{"context":[],"instant":"2026"}',
        b"[]",
        b"{",
    ],
)
def test_there_is_no_key_without_a_time(text: bytes) -> None:
    assert key_of(recorded(text)) is None


def judge(url: str, tmp_path: Path, org: Json | None) -> Judge:
    library = Library(open_database(url), {}, {}, Workspace(tmp_path, 256 << 20, "no-opa"))
    return Judge(library, Candidate(bundle=open_bundle(PACKAGED), bundle_name="c", org=org))


def asked(judged: Judge, url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, Any]:
    """How many proposals an engine was asked about, and what came of the log."""
    counts: list[int] = []
    answers = EmbeddedEngine.answers

    def counted(self: EmbeddedEngine, inputs: Any) -> Any:
        counts.append(len(inputs))
        return answers(self, inputs)

    monkeypatch.setattr(EmbeddedEngine, "answers", counted)
    (window,) = LogSource(open_database(url), Selection(), until="9999").windows(None)
    kinds = judged.judge(window.records).tally.kinds
    monkeypatch.undo()
    return sum(counts), kinds


def at(time: str) -> Json:
    return {"operation": "create", "request": GATEWAY, "context": {"Region": "us-east-1", "time": time}}


def test_one_of_many_is_asked_about(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(url, *(at(f"2026-03-0{day}T00:00:00Z") for day in range(1, 8)))
    judged = judge(url, tmp_path, None)
    assert asked(judged, url, monkeypatch) == (1, {**NONE, "unchanged": 7})
    assert asked(judged, url, monkeypatch) == (0, {**NONE, "unchanged": 7})


def test_a_moment_of_the_candidate_tells_them_apart(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = ("2026-12-18", "2026-12-19", "2026-12-20", "2026-12-31", "2027-01-05")
    record(url, *(at(f"{day}T00:00:00Z") for day in times))
    _, kinds = asked(judge(url, tmp_path, FREEZE), url, monkeypatch)
    assert kinds == {**NONE, "newly_denied": 2, "unchanged": 3}
