"""Workbenches: which rules are meant, and what is built once for each content."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rego import FOLDER, edit
from vpce_guard.authoring.testing.bench import bench, choose_rules
from vpce_guard.errors import SettingsError


def test_rules_are_chosen_by_id_name_family_and_folder(rego: Path, root: Path) -> None:
    assert choose_rules(rego, []) is None
    for one in ("VPCE-GW-900", "gw.my_rule", "gw/my_rule", f"{rego}/{FOLDER}/"):
        assert choose_rules(rego, [one]) == {"gw.my_rule"}
    assert len(choose_rules(root / "rego", ["gwlb"]) or ()) == len(list((root / "rego/vpce/rules/gwlb").iterdir()))
    with pytest.raises(SettingsError, match=r"There is no rule 'gw\.your_rule'"):
        choose_rules(rego, ["gw.your_rule"])


def test_what_is_unchanged_is_not_built_again(rego: Path, opa: str) -> None:
    with bench(rego, names=["gw.my_rule"], opa=opa) as first:
        once = first.directory
    edit(rego, "my_rule_test.rego", "the service is NONE", "the service is DONE")
    with bench(rego, names=["gw.my_rule"], opa="/there/is/no/opa") as again:
        assert again.directory == once
    edit(rego, "my_rule.rego", "the service is", "this service is")
    with bench(rego, names=["gw.my_rule"], opa=opa) as changed:
        assert changed.directory != once
