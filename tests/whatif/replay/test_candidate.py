"""What may be a candidate, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.candidates import within
from vpce_guard.bundle.bundle import PACKAGED, open_bundle
from vpce_guard.errors import BundleError, SettingsError
from vpce_guard.whatif.replay.candidate import Candidate, CandidateOpener


def test_a_built_bundle_is_opened(tmp_path: Path) -> None:
    bundle = CandidateOpener(work=tmp_path).bundle(str(PACKAGED))
    candidate = Candidate(bundle=bundle, bundle_name="packaged")
    assert candidate.name.startswith(f"packaged ({bundle.revision[:12]})")


@pytest.mark.parametrize("spec", ["nowhere", "git:-x", "git:main:../rego", "git:main:/rego"])
def test_what_is_no_candidate_is_told(tmp_path: Path, spec: str) -> None:
    with pytest.raises(SettingsError):
        CandidateOpener(work=tmp_path).bundle(spec)


def test_a_built_bundle_and_one_that_is_none(tmp_path: Path, opa: str) -> None:
    opener = CandidateOpener(work=tmp_path, opa=opa)
    assert opener.bundle(str(PACKAGED)).revision == open_bundle().revision
    with pytest.raises(SettingsError, match="is not a candidate"):
        opener.bundle(str(tmp_path))


def test_git_gives_what_was_committed(repository: Path, tmp_path: Path, opa: str) -> None:
    opener = CandidateOpener(work=tmp_path, opa=opa)
    with within(repository):
        assert opener.bundle("git:HEAD~1:policies/rego").revision == open_bundle().revision
        with pytest.raises(BundleError, match="git has no elsewhere at HEAD"):
            opener.bundle("git:HEAD:elsewhere")
        for spec in ("git:--output=x:rego", "git:HEAD:../rego", "git:HEAD:/etc", "git::rego"):
            with pytest.raises(SettingsError, match="is not a revision and a folder"):
                opener.bundle(spec)
