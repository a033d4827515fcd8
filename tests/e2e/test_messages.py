"""What people read of rules: messages, reasons, titles and remediations of all examples, as the bundle renders them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.conftest import ROOT
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.model import Json

_VERBS = "has|is|names|allows|denies|compares|lets|leads|tests|passes|grants|does|uses|takes|needs"  # "statement 1 has"
_SINGULARS = "addresses? of|bus|class"
FAULTS = {
    "doubled space": r"\S {2}",
    "space before a mark": r" [,.;:!?](?:\s|$)",
    "space at an end": r"^\s|\s$",
    "value that is not known": r"<undefined>|\bNone\b",
    "one of several": rf"(?<![\w.,:/-])1 (?!to |{_VERBS}|{_SINGULARS})(?:\w+ ){{0,2}}?\w+s\b(?! of \d)(?<!ss)(?<!us)",
    "empty quotes": r"\"\"|''|``|\(\)|\[\]",
    "regular expression": r"\^[\w{(\[]|[\w})\]]\$(?:\W|$)|\[0-9\]|\[a-z\]|\.\*|\\[dws]",
    "ends in the middle": r"(?:\b(?:at|to|of|and|or|by|from)|[:,;(])$",
    "told for known": r"\btold\b|\btells?\b",
    "is no for is not a": r"(?<!there )\bis no (?!longer)",
    "state of 2023 for what a rule wants": r"\(2023 state\)|\(today\)",
}


@cache
def rendered() -> dict[tuple[str, str], set[str]]:
    """The texts by rule and kind: message, reason, and remediation where a case has its own."""
    texts: dict[tuple[str, str], set[str]] = {}
    for evaluation in asyncio.run(_evaluate([case.as_input() for case in cases(ROOT / "rego") if case.kind != "pass"])):
        for found in evaluation.violations:
            texts.setdefault((found.rule, "message"), set()).add(found.deny.message)
            if found.deny.remediation is not None:
                texts.setdefault((found.rule, "remediation"), set()).add(found.deny.remediation)
        for unsure in evaluation.undetermined:
            texts.setdefault((unsure.rule, "reason"), set()).add(unsure.undetermined.reason)
    for rule in open_bundle().rules.values():
        texts[rule.name, "title"] = {rule.title}
        texts.setdefault((rule.name, "remediation"), set()).add(rule.remediation)
    return texts


async def _evaluate(inputs: list[Json]) -> list[Evaluation]:
    engine = EmbeddedEngine(open_bundle(), timeout=60, memory_limit=256 << 20)
    try:
        return (await engine.evaluate(inputs)).evaluations
    finally:
        await engine.close()


def faulty(pattern: str) -> Iterator[str]:
    """Texts that a pattern of a fault is found in, with rule and kind."""
    fault = re.compile(pattern)
    for (rule, kind), texts in rendered().items():
        yield from (f"{rule} {kind}: {text}" for text in texts if fault.search(text))


@pytest.mark.parametrize("fault", FAULTS)
def test_no_text_has_a_fault(fault: str) -> None:
    assert list(faulty(FAULTS[fault])) == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("doubled space", "which account  belongs to is not known"),
        ("space before a mark", "a rule to the prefix list , network ACLs"),
        ("space at an end", "whether it is open "),
        ("value that is not known", "and <undefined> asks now"),
        ("one of several", "the endpoint spans 1 Availability Zones"),
        ("one of several", "subnet-1 has 1 free addresses"),
        ("empty quotes", 'the name is ""'),
        ("regular expression", "the name is not of the form ^{env}-{service}-vpce$"),
        ("regular expression", "expected [0-9]{4}"),
        ("ends in the middle", "the waiver ended at"),
        ("told for known", "whether it is in the VPC is not told"),
        ("is no for is not a", "vpc-1 is no id of a VPC"),
    ],
)
def test_each_fault_is_found(fault: str, text: str) -> None:
    assert re.search(FAULTS[fault], text)


def test_brackets_are_closed() -> None:
    for (rule, kind), texts in rendered().items():
        for text in (re.sub(r"'[^a-z']*'", "", text) for text in texts):
            for opened, closed in ("()", "[]", "{}"):
                assert text.count(opened) == text.count(closed), f"{rule} {kind}: {text}"


def test_every_rule_speaks_in_some_example() -> None:
    silent = [name for name in open_bundle().rules if (name, "message") not in rendered()]
    assert silent == []


def test_a_remediation_is_a_sentence_and_says_more_than_title_and_message() -> None:
    for name in open_bundle().rules:
        said = {text.casefold().rstrip(".") for text in rendered()[name, "message"] | rendered()[name, "title"]}
        for text in rendered()[name, "remediation"]:
            assert text[0].isupper(), f"{name}: {text}"
            assert text.endswith("."), f"{name}: {text}"
            assert len(text.split()) > 2, f"{name}: {text}"
            assert text.casefold().rstrip(".") not in said, f"{name}: {text}"


def test_a_title_is_no_message() -> None:
    for name in open_bundle().rules:
        (title,) = rendered()[name, "title"]
        assert title.casefold() not in {text.casefold() for text in rendered()[name, "message"]}, name
