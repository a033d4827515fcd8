"""A built bundle is opened as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import BundleError


def test_the_packaged_bundle_knows_its_rules_by_name() -> None:
    bundle = open_bundle()
    assert bundle.rules["common.vpc_named"].id == "VPCE-COMMON-001"
    assert len(bundle.revision) == 64


def test_a_folder_without_a_bundle_is_none(tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        open_bundle(tmp_path)
