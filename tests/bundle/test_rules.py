"""The rules of the catalogue: each rests on public pages, and says so."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.rules import AwsFact, Citation, RelatedResource, Rule

PAGE = "https://docs.aws.amazon.com/page"


def rule(**more: Any) -> Rule:
    given: dict[str, Any] = {
        "name": "gw.own",
        "title": "t",
        "description": "d",
        "id": "VPCE-GW-900",
        "kind": "documented",
        "severity": "error",
        "enforcement_action": "deny",
        "effect": "hygiene",
        "remediation": "r",
        "reads": ("/request/VpcId",),
        **more,
    }
    return Rule(**given)


SEEN = AwsFact(text="it was so", doc="https://github.com/a/b/issues/1", status="observed", evidence="issue")
SAID = AwsFact(text="it is so", doc=PAGE, status="documented")


def test_the_best_page_is_that_named_for_the_rule_then_one_of_aws_then_what_was_seen() -> None:
    assert rule(aws=(SEEN,)).source == SEEN.doc
    assert rule(aws=(SEEN, SAID)).pages == (PAGE, SEEN.doc)
    named = RelatedResource(ref="https://docs.aws.amazon.com/named")
    assert rule(aws=(SEEN, SAID), related_resources=(named,)).source == named.ref


def test_a_rule_without_a_public_page_does_not_load() -> None:
    with pytest.raises(ValidationError, match="no public page"):
        rule()


@pytest.mark.parametrize("doc", ["none", "", "http://docs.aws.amazon.com/x", "botocore 1.44.5", "https://nowhere"])
def test_what_is_no_address_does_not_load(doc: str) -> None:
    with pytest.raises(ValidationError):
        AwsFact(text="x", doc=doc, status="documented")


@pytest.mark.parametrize(
    "more", [{"status": "observed"}, {"status": "documented", "evidence": "issue"}, {"status": "from memory"}]
)
def test_what_is_observed_names_its_evidence_and_nothing_else_does(more: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AwsFact.model_validate({"text": "x", "doc": PAGE, **more})


def test_only_the_two_documents_are_cited() -> None:
    with pytest.raises(ValidationError):
        Citation.model_validate({"file": "notes.txt", "pointer": "1", "paraphrase": "x"})


def test_sections_of_org_data_are_told_once_and_by_their_names() -> None:
    read = ("/org/policy/narrowing_keys", "/org/policy", "/org/environment_names", "/request/VpcId")
    assert rule(aws=(SAID,), reads=read, optional=("/org/org_ids",)).org_sections == (
        "policy",
        "environments",
        "org_ids",
    )


def test_every_packaged_rule_has_a_source_that_anyone_can_open() -> None:
    sources = {one.id: one.source for one in open_bundle().catalogue.rules}
    assert {i: s for i, s in sources.items() if not s.startswith("https://")} == {}
