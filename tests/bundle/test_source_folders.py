"""The folders a bundle is built from: own sources over the built-in rules, and what two sources may not both hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.own_rules import NAME_PREFIX, edit_own
from vpce_guard.bundle.source_folders import CHECKOUT, Sources, open_sources
from vpce_guard.bundle.sources import read_deciding
from vpce_guard.errors import SettingsError, SourceError


def test_own_rules_lie_over_those_that_are_installed(own_rules: Path) -> None:
    sources = open_sources(own_rules)
    assert sources.built_in == CHECKOUT
    assert sources.roots == ("vpce", "acme")
    assert sources.folders == (own_rules,)


def test_a_rule_is_named_with_its_root(over_built_in: Sources, own_rules: Path) -> None:
    assert over_built_in.rule_folders() == {
        "gw.gateway_service": over_built_in.built_in / "vpce/rules/gw/gateway_service",
        "acme.general.name_prefix": own_rules / NAME_PREFIX,
    }
    assert over_built_in.edited_rules() == {"acme.general.name_prefix"}
    assert open_sources(over_built_in.built_in).edited_rules() is None


def test_any_number_of_own_sources_lie_beside_each_other(own_rules: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "source.yaml").write_text("{root: shop, prefix: SHOP, families: {net: [Interface]}}")
    assert open_sources([own_rules, other]).roots == ("vpce", "acme", "shop")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("root: acme", "root: vpce", r"source.yaml:2: /root: vpce is taken; name your organisation, e.g. acme"),
        ("root: acme", "root: Acme", r"source.yaml:2: /root: String should match"),
        ("prefix: ACME", "prefix: VPCE", r"source.yaml:3: /prefix: ids of that prefix are those of the built-in rules"),
        ("prefix: ACME\n", "", r"source\.yaml:1: /prefix: Field required"),
        (
            "general: all",
            "general: [Gatway]",
            r"source.yaml:7: /families/general: write all, or a list of",
        ),
        (
            "families:",
            "familys:",
            r"source.yaml:6: /families: Field required; /familys: Extra",
        ),
        ("root: acme", "root: [", r"source.yaml:\d+: "),
    ],
)
def test_a_description_that_is_wrong_is_told_with_file_and_line(
    own_rules: Path, old: str, new: str, message: str
) -> None:
    edit_own(own_rules, "source.yaml", old, new)
    with pytest.raises(SourceError, match=message):
        open_sources(own_rules)


def test_two_sources_of_one_root_are_told_with_both_places(own_rules: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "source.yaml").write_text("root: acme\nprefix: OTHER\nfamilies: {}\n")
    with pytest.raises(SourceError) as raised:
        open_sources([own_rules, other])
    assert raised.value.detail == f"{other}/source.yaml:1: {own_rules}/source.yaml has the root acme, too."


def test_a_folder_that_shadows_the_built_in_rules_is_refused(own_rules: Path) -> None:
    (own_rules / "vpce/rules/gw/gateway_service").mkdir(parents=True)
    with pytest.raises(SourceError, match=f"{own_rules}/vpce:1: it shadows the built-in rules in {CHECKOUT}/vpce"):
        open_sources(own_rules)


def test_a_package_of_the_built_in_rules_is_refused_with_both_places(over_built_in: Sources, own_rules: Path) -> None:
    rule = f"{NAME_PREFIX}/name_prefix.rego"
    edit_own(own_rules, rule, "package acme.rules.general.name_prefix", "package vpce.lib.org")
    with pytest.raises(SourceError) as raised:
        read_deciding(over_built_in)
    assert raised.value.detail == (
        f"{own_rules}/{NAME_PREFIX}/name_prefix.rego:15: the package is vpce.lib.org, which is in "
        f"{over_built_in.built_in}/vpce/lib/org; packages of this source begin with acme."
    )


def test_two_folders_of_built_in_rules_are_refused(built_in_rules: Path, root: Path) -> None:
    with pytest.raises(SettingsError, match="cannot both hold the built-in rules"):
        open_sources([built_in_rules, root / "rego"])


def test_a_file_is_found_by_its_name_in_a_bundle(over_built_in: Sources, own_rules: Path) -> None:
    own, built_in = own_rules / "acme/section.yaml", over_built_in.built_in / ".manifest"
    assert [over_built_in.place(name) for name in ("acme/section.yaml", ".manifest")] == [own, built_in]
    assert [over_built_in.name(path) for path in (own, built_in)] == ["acme/section.yaml", ".manifest"]
    with pytest.raises(ValueError, match="is in no source"):
        over_built_in.name(Path("/somewhere/else"))
