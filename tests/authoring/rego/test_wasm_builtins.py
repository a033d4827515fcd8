"""Builtins that wasm lacks are an error of the build, with file, line and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.own_rules import NAME_PREFIX, edit_own
from vpce_guard.authoring.rego.build import build
from vpce_guard.authoring.rego.wasm_builtins import explain_missing, missing_builtins
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.errors import SourceError


def test_a_rule_that_calls_one_is_refused_with_its_place(
    over_built_in: Sources, own_rules: Path, tmp_path: Path, opa: str
) -> None:
    edit_own(own_rules, f"{NAME_PREFIX}/name_prefix.rego", 'message := $"the', 'message := sprintf("%v", [1]) # $"the')
    with pytest.raises(SourceError) as raised:
        build(over_built_in, tmp_path / "bundle", opa=opa, explained=False)
    assert f"{own_rules}/{NAME_PREFIX}/name_prefix.rego:26: rego_type_error: undefined function sprintf" in (
        raised.value.detail
    )
    assert 'sprintf is not in wasm, in which policies run: write a template string: $"{name} is wrong"' in (
        raised.value.detail
    )


def test_what_wasm_has_is_not_missing() -> None:
    assert {"sprintf", "time.now_ns", "semver.compare", "json.patch"} <= missing_builtins()
    assert not {"object.get", "regex.match", "internal.member_2", "eq", "assign"} & missing_builtins()


def test_a_function_of_ones_own_that_is_not_there_is_told_as_opa_tells_it() -> None:
    assert explain_missing("undefined function data.acme.lib.x") == "undefined function data.acme.lib.x"
