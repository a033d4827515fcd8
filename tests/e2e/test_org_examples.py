"""The worked org data documents do what their pages say, on one and the same change."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings

NAMES = ("small-team", "regulated-bank", "landing-zone")


def decided(root: Path, name: str) -> dict[str, tuple[str, str]]:
    """The decision on each endpoint, and the rules that deny, warn or are waived."""
    folder = root / "examples/org-data"
    guard = make_guard(Settings(org_data=(folder / f"{name}.yaml",), timeout=10))
    assert guard.org.current.warnings == ()
    document, context = (json.loads((folder / f).read_text()) for f in ("change.json", "context.json"))
    question = guard.question(document, context=context, request_id="r")
    (decisions,) = asyncio.run(guard.decide([question]))
    found = {}
    for decision in decisions:
        words = {f"{v.rule_id} {v.enforcement_action}" for v in decision.violations if v.enforcement_action != "inform"}
        words |= {f"{w.rule_id} waived" for w in decision.waived}
        address = str(decision.subject.address).removeprefix("aws_vpc_endpoint.")
        found[address] = ("allowed" if decision.allowed else "denied", ", ".join(sorted(words)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_page_tells_the_decisions_its_document_makes(root: Path, name: str) -> None:
    page = (root / f"docs/how-to/org-data/{name}.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (allowed|denied) \| ([^|]*) \|$", page, re.MULTILINE)
    assert {address: (decision, rules.strip()) for address, decision, rules in rows} == decided(root, name)


def test_no_two_documents_decide_alike(root: Path) -> None:
    allowed = [frozenset(a for a, (word, _) in decided(root, name).items() if word == "allowed") for name in NAMES]
    assert len(set(allowed)) == len(NAMES)
    assert all(0 < len(each) < 6 for each in allowed)
