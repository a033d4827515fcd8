"""Coverage of the source documents cannot go stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.authoring.coverage.sentences import read
from vpce_guard.errors import BundleError

EXAMPLES = {"VPCE-GW-001": {"fail": [{"name": "fires"}]}, "VPCE-GW-002": {"pass": [{"name": "silent"}]}}


def written(folder: Path, entry: str) -> Path:
    (folder / "coverage.yaml").write_text(f"document.txt:\n- {{sentence: s1, {entry}}}\n")
    return folder


def test_a_sentence_names_rules_that_fire_or_says_why_none_does(tmp_path: Path) -> None:
    (covered,) = read(written(tmp_path, "rules: [VPCE-GW-001]"), EXAMPLES)
    assert (covered.file, covered.rules) == ("document.txt", ("VPCE-GW-001",))
    (excused,) = read(written(tmp_path, "note: advice"), EXAMPLES)
    assert excused.note == "advice"
    assert read(tmp_path / "absent", EXAMPLES) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("says: something", "s1: no rule covers it and no note says why"),
        ("rules: [VPCE-GW-999]", "s1: there is no rule VPCE-GW-999"),
        ("rules: [VPCE-GW-002]", "s1: no example fires VPCE-GW-002"),
        ("colour: blue", "cannot be read"),
    ],
)
def test_what_would_go_stale_is_an_error_with_its_place(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(BundleError, match=message):
        read(written(tmp_path, entry), EXAMPLES)
