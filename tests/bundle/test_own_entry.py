"""How vpce.main asks own rules: for the endpoint types that source.yaml names, org data or not."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.own_rules import edit_own
from vpce_guard.authoring.rego.build import build
from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.bundle.sources import json_file
from vpce_guard.engines.embedded import EmbeddedEngine

RULE = """# METADATA
# title: Told of all
# description: It says something of every endpoint.
# related_resources:
# - ref: https://policies.example.com/all
# custom:
#   id: ACME-%s-001
#   kind: org
#   severity: warning
#   enforcement_action: warn
#   effect: org-decision
#   remediation: Nothing.
#   reads: []
package acme.rules.%s.told

deny contains {"message": $"it is {data.acme.facts.is} of {input.endpoint.VpcEndpointType}", "path": "/request"}
"""
FAMILIES = {"all": "all", "gateways": "[Gateway]", "eni": "[Interface, Resource]"}


@pytest.fixture
def bundle(own_rules: Path, built_in_rules: Path, tmp_path: Path, opa: str) -> Bundle:
    """A rule in each of some families, with data of their own."""
    listed = "".join(f"  {family}: {types}\n" for family, types in FAMILIES.items())
    edit_own(own_rules, "source.yaml", "  general: all\n", f"  general: all\n{listed}")
    for family in FAMILIES:
        folder = own_rules / f"acme/rules/{family}/told"
        folder.mkdir(parents=True)
        (folder / "told.rego").write_text(RULE % (family.upper(), family))
        (folder / "examples.yaml").write_text("examples: {pass: []}\n")
    (own_rules / "acme/facts").mkdir()
    (own_rules / "acme/facts/data.yaml").write_text("is: there\n")
    build(open_sources([built_in_rules, own_rules]), tmp_path / "bundle", opa=opa, explained=False)
    return open_bundle(tmp_path / "bundle")


def rules_that_say_something(bundle: Bundle, kind: str) -> list[str]:
    engine = EmbeddedEngine(bundle, timeout=10, memory_limit=1 << 28)
    endpoint = {"VpcEndpointType": kind}
    given: Any = {"operation": "create", "request": endpoint, "endpoint": endpoint, "context": {}, "peers": []}
    answer = asyncio.run(engine.evaluate([{**given, "unknown": [], "profile": "aws-current"}]))
    asyncio.run(engine.close())
    (found,) = answer.evaluations
    return sorted(f"{v.rule}: {v.deny.message}" for v in found.violations if v.rule.startswith("acme."))


def test_a_family_is_asked_for_its_endpoint_types(bundle: Bundle) -> None:
    assert rules_that_say_something(bundle, "Gateway") == [
        "acme.all.told: it is there of Gateway",
        "acme.gateways.told: it is there of Gateway",
    ]
    assert rules_that_say_something(bundle, "Resource") == [
        "acme.all.told: it is there of Resource",
        "acme.eni.told: it is there of Resource",
    ]
    assert rules_that_say_something(bundle, "Tunnel") == ["acme.all.told: it is there of Tunnel"]


def test_the_bundle_says_what_own_rules_are_and_what_they_stand_on(bundle: Bundle, built_in_rules: Path) -> None:
    from vpce_guard import __version__
    from vpce_guard.authoring.rego.opa import OPA_VERSION
    from vpce_guard.bundle.sources import read_deciding, revision_of

    assert bundle.rules["acme.eni.told"].endpoint_types == ("Interface", "Resource")
    assert bundle.rules["acme.all.told"].endpoint_types is None
    assert bundle.catalogue.own_data == {"acme": {"facts": {"is": "there"}}}
    assert bundle.catalogue.built_in is not None
    assert bundle.catalogue.built_in.version == __version__
    beneath = revision_of(read_deciding(built_in_rules), opa_version=OPA_VERSION)
    assert bundle.catalogue.built_in.revision == beneath != bundle.revision


def test_opa_holds_the_same_under_both_roots(bundle: Bundle) -> None:
    files = unpack(bundle.for_opa, members=10_000)
    assert json.loads(files["/.manifest"])["roots"] == ["vpce", "acme"]
    data = json.loads(files["/data.json"])
    assert data["acme"] == {"facts": {"is": "there"}}
    assert data["vpce"]["revision"] == bundle.revision
    assert "/vpce/main/asks_acme.rego" in files


def test_other_bundles_may_lie_beside_it_in_an_opa_if_their_roots_are_others(
    bundle: Bundle, tmp_path: Path, opa: str
) -> None:
    (tmp_path / "ours.tar.gz").write_bytes(bundle.for_opa)
    beside = {"apart": ["shop"], "of us": ["acme/facts"]}
    for name, roots in beside.items():
        manifest = {"roots": roots, "rego_version": 1}
        rego = f"package {roots[0].replace('/', '.')}\n\nopens := 9\n"
        (tmp_path / f"{name}.tar.gz").write_bytes(
            pack({"/.manifest": json_file(manifest), f"/{roots[0]}/of.rego": rego.encode()})
        )

    def ask(name: str) -> subprocess.CompletedProcess[bytes]:
        loaded = ["-b", "ours.tar.gz", "-b", f"{name}.tar.gz"]
        query = "[data.vpce.revision, data.acme.facts.is, data.shop.opens]"
        return subprocess.run(
            [opa, "eval", *loaded, "-f", "raw", query], cwd=tmp_path, capture_output=True, check=False
        )

    assert json.loads(ask("apart").stdout) == [bundle.revision, "there", 9]
    assert b"overlap" in ask("of us").stderr


def test_own_sources_without_a_rule_change_no_answer(built_in_rules: Path, tmp_path: Path, opa: str) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/source.yaml").write_text("{root: acme, prefix: ACME, families: {net: all}}")
    sources: Sources = open_sources([built_in_rules, tmp_path / "own"])
    build(sources, tmp_path / "bundle", opa=opa, explained=False)
    assert [rule.id for rule in open_bundle(tmp_path / "bundle").catalogue.rules] == ["VPCE-GW-001"]
