"""How the rules of two bundles differ."""

from __future__ import annotations

import dataclasses
from typing import Any

from vpce_guard.bundle.bundle import Bundle, Package, open_bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.whatif.rule_changes import RuleChange, find_rule_changes

GW, DNS = [rule for rule in open_bundle().catalogue.rules if rule.name in ("gw.gateway_service", "gw.dns_record_type")]
DIGESTS = {f"vpce.rules.{rule.name}": Package(digest="1") for rule in (GW, DNS)}


def bundle_of(*rules: Rule, **packages: Any) -> Bundle:
    catalogue = open_bundle().catalogue.model_copy(update={"rules": rules, "packages": {**DIGESTS, **packages}})
    return dataclasses.replace(open_bundle(), catalogue=catalogue)


def test_the_same_rules_do_not_differ() -> None:
    assert find_rule_changes(bundle_of(GW, DNS), bundle_of(GW, DNS)) == []


def test_rules_are_new_and_gone() -> None:
    assert find_rule_changes(bundle_of(GW), bundle_of(DNS)) == [
        RuleChange(GW.id, GW.title, "gone"),
        RuleChange(DNS.id, DNS.title, "new"),
    ]


def test_what_metadata_says_otherwise_is_told_before_and_after() -> None:
    lower = GW.model_copy(update={"enforcement_action": "warn", "description": "other words"})
    assert find_rule_changes(bundle_of(GW), bundle_of(lower)) == [
        RuleChange(GW.id, GW.title, "changed", members=(("enforcement_action", "deny", "warn"),))
    ]


def test_a_rule_whose_rego_is_another_may_answer_otherwise() -> None:
    name = f"vpce.rules.{GW.name}"
    expected = [RuleChange(GW.id, GW.title, "changed", may_answer_otherwise=True)]
    assert find_rule_changes(bundle_of(GW), bundle_of(GW, **{name: Package(digest="2")})) == expected


def test_of_a_bundle_that_does_not_tell_every_rule_may_answer_otherwise() -> None:
    catalogue = open_bundle().catalogue.model_copy(update={"rules": (GW,), "packages": {}})
    older = dataclasses.replace(open_bundle(), catalogue=catalogue)
    assert [c.may_answer_otherwise for c in find_rule_changes(older, bundle_of(GW))] == [True]
