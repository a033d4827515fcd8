"""opa is of the pinned version, and what it says names the author's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.authoring.rego.opa import OPA_VERSION, require_version, with_source_paths
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.errors import BundleError


def test_paths_of_a_copy_are_told_as_those_of_the_source() -> None:
    told = with_source_paths("rego/vpce/main/main.rego:1: not my-rego/vpce/x", Sources(Path("/work/policies")))
    assert told == "/work/policies/vpce/main/main.rego:1: not my-rego/vpce/x"


def test_another_opa_is_refused(tmp_path: Path) -> None:
    opa = tmp_path / "opa"
    opa.write_text("#!/bin/sh\necho Version: 0.1.0\n")
    opa.chmod(0o755)
    with pytest.raises(BundleError):
        require_version(str(opa))


def test_another_opa_in_its_place_is_asked_again(tmp_path: Path) -> None:
    opa = tmp_path / "opa"
    opa.write_text(f"#!/bin/sh\necho 'Version: {OPA_VERSION}'\necho asked >> {tmp_path}/asked\n")
    opa.chmod(0o755)
    require_version(str(opa))
    require_version(str(opa))
    assert (tmp_path / "asked").read_text() == "asked\n"
    opa.write_text("#!/bin/sh\necho Version: 0.1.0\n")
    with pytest.raises(BundleError, match="is not OPA"):
        require_version(str(opa))


def test_an_opa_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be run"):
        require_version(str(tmp_path / "opa"))
