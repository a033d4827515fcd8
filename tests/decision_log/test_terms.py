"""What decisions were made under is kept beside them, once, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decision_log.terms import keep_bundle, keep_org, load_bundle, load_org


def test_a_bundle_comes_back_with_all_its_files(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'log.db'}")
    bundle = open_bundle()
    assert load_bundle(database, bundle.revision) is None
    keep_bundle(database, bundle, keys=NO_KEYS)
    keep_bundle(database, bundle, keys=NO_KEYS)
    kept = load_bundle(database, bundle.revision)
    assert kept is not None
    assert kept.catalogue == bundle.catalogue
    assert dict(kept.files) == dict(bundle.files)


def test_org_data_come_back_and_none_are_not_kept(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'log.db'}")
    keep_org(database, "", {}, keys=NO_KEYS)
    keep_org(database, "abc", {"services": {"deny": ["sqs"]}}, keys=NO_KEYS)
    keep_org(database, "abc", {"services": {"deny": ["sqs"]}}, keys=NO_KEYS)
    assert load_org(database, "") is None
    assert load_org(database, "abc") == {"services": {"deny": ["sqs"]}}
