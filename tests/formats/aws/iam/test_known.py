"""Names that IAM knows, and those that come near one it does not."""

from __future__ import annotations

from vpce_guard.formats.aws.iam import known


def test_a_pattern_fits_a_name_or_none() -> None:
    assert known.fits("get*", ["getobject"])
    assert not known.fits("gut*", ["getobject"])


def test_the_nearest_name_is_found() -> None:
    assert known.near("getobjct", ["getobject", "putobject", "deleteobject"]) == ("getobject",)
