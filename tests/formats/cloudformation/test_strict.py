"""Ordinary self-contained templates with a Region and an account: what --strict still does not know, and why.

In `strict/` each template makes what its endpoints need. What it tells is judged; the rules below are left, as AWS or
people alone know what they ask about.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import read_text
from vpce_guard.model import Decision
from vpce_guard.org.data import no_org_data

FOLDER = Path(__file__).parent / "strict"
GIVEN = {"AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}
ZONES_OF_AWS = "VPCE-IFACE-005"  # in which zones a service of AWS is offered: describe-vpc-endpoint-services
TYPES_OF_PROVIDER = "VPCE-COMMON-005"  # the same command, of a provider's service
ACCEPTANCE_OF_PROVIDER = "VPCE-COMMON-025"  # the same

OPEN: dict[str, dict[str, set[str]]] = {
    "consumer": {"Endpoint": {ZONES_OF_AWS, TYPES_OF_PROVIDER, ACCEPTANCE_OF_PROVIDER}},
    "dualstack": {"Kms": {ZONES_OF_AWS}},
    "ecs_cluster": {"EcrApi": {ZONES_OF_AWS}, "EcrDkr": {ZONES_OF_AWS}, "S3": set()},
    "for_each": {f"Endpoint{s}": {ZONES_OF_AWS} for s in ("ssm", "ssmmessages", "ec2messages", "kms", "logs")},
    "gateway_and_interface": {"S3": set(), "Sqs": {ZONES_OF_AWS}},
    "inspection": {"Firewall": set(), "Second": set()},
    "lambda": {"Table": set(), "Secrets": {ZONES_OF_AWS}},
    "own_service": {"Consumer": set()},
    "private_api": {"ApiEndpoint": {ZONES_OF_AWS}},
    "resource_configuration": {"Db": set()},
    "service_network": {"Association": set()},
    "session_manager": {f"Endpoint{s}": {ZONES_OF_AWS} for s in ("ssm", "ssmmessages", "ec2messages")},
    "two_regions": {"Logs": {ZONES_OF_AWS}, "Secrets": {ZONES_OF_AWS}},
}


@cache
def decided() -> Mapping[str, list[Decision]]:
    """The decisions on each template, decided by one engine."""
    bundle = open_bundle()
    engine = EmbeddedEngine(bundle, timeout=60, memory_limit=256 << 20)
    terms = Terms(rules=bundle.rules, revision=bundle.revision, profile="aws-current", org=no_org_data({}))
    questions = []
    for name in OPEN:
        text = read_text((FOLDER / f"{name}.yaml").read_bytes(), file=name, limit=1 << 20, yaml_limit=1 << 20)
        given = Extras(parameters=GIVEN, text=text)
        questions.append(Question(proposals=read(text.value, given=given), request_id=name, strict=True))
    return dict(zip(OPEN, asyncio.run(decide(questions, engine=engine, terms=terms)), strict=True))


@pytest.mark.parametrize("name", OPEN)
def test_only_what_others_know_is_undetermined(name: str) -> None:
    found = {str(d.subject.address): {u.rule_id for u in d.undetermined} for d in decided()[name]}
    assert found == OPEN[name]


@pytest.mark.parametrize("name", OPEN)
def test_nothing_is_denied_or_warned_about(name: str) -> None:
    rules = {v.rule_id for d in decided()[name] for v in d.violations if v.enforcement_action != "inform"}
    assert rules == set()


def test_every_template_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(OPEN)
