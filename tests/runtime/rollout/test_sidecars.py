"""What OPAs say of themselves, kept by id."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.decision_log.database import open_database
from vpce_guard.errors import MalformedError
from vpce_guard.runtime.rollout.sidecars import keep_sidecar, list_sidecars, read_status

STATUS = {"labels": {"id": "opa-1"}, "bundles": {"vpce": {"active_revision": "r1"}}}


def test_the_last_word_of_an_opa_is_kept(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'decisions.db'}")
    keep_sidecar(database, read_status(STATUS))
    failed = {"vpce": {"active_revision": "r1", "code": "bundle_error", "message": "bad signature"}}
    keep_sidecar(database, read_status({**STATUS, "bundles": failed}))
    assert [(one.id, one.revision, one.error) for one in list_sidecars(database)] == [
        ("opa-1", "r1", "bundle_error: bad signature")
    ]


@pytest.mark.parametrize("status", [None, {}, {"labels": {"id": ""}}, {"labels": {"id": "a\0b"}}, {"labels": []}])
def test_what_names_no_opa_is_malformed(status: object) -> None:
    with pytest.raises(MalformedError):
        read_status(status)
