"""What may be a candidate, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.errors import SettingsError
from vpce_guard.whatif.replay.candidate import Candidate, CandidateOpener


def test_a_built_bundle_is_opened(tmp_path: Path) -> None:
    bundle = CandidateOpener(work=tmp_path).bundle(str(PACKAGED))
    candidate = Candidate(bundle=bundle, bundle_name="packaged")
    assert candidate.name.startswith(f"packaged ({bundle.revision[:12]})")


@pytest.mark.parametrize("spec", ["nowhere", "git:-x", "git:main:../rego", "git:main:/rego"])
def test_what_is_no_candidate_is_told(tmp_path: Path, spec: str) -> None:
    with pytest.raises(SettingsError):
        CandidateOpener(work=tmp_path).bundle(spec)
