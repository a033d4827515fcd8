"""Copies of sources to work on."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.authoring.rego.stages import copy_stage
from vpce_guard.errors import SettingsError


def test_a_stage_of_one_rule_has_what_it_sees_and_no_other_rule(root: Path) -> None:
    with copy_stage(root / "rego", ["gw.gateway_service"]) as stage:
        rules = sorted(path.parent.name for path in (stage / "vpce/rules").glob("*/*/*.rego"))
        assert set(rules) == {"gateway_service"}
        assert (stage / "vpce/main/main.rego").is_file()


def test_a_folder_that_is_none_of_policies_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is not a folder of policies"), copy_stage(tmp_path):
        pass
