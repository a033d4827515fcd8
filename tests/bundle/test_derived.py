"""What Python alone makes of rego/ is there when it is asked for, and is of this state of the sources."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from vpce_guard.bundle import derived
from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import BundleError


@pytest.fixture
def checkout(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that holds the committed build results alone."""
    policy = tmp_path / "service/vpce_guard/policy"
    policy.mkdir(parents=True)
    for name in derived.COMMITTED:
        shutil.copy(derived.PACKAGED / name, policy)
    shutil.copytree(root / "rego", tmp_path / "rego")
    monkeypatch.setattr(derived, "PACKAGED", policy)
    monkeypatch.setattr(derived, "CHECKOUT", tmp_path / "rego")
    return tmp_path


@pytest.mark.usefixtures("checkout")
def test_a_fresh_checkout_has_every_file_of_the_bundle() -> None:
    bundle = open_bundle(derived.PACKAGED)
    assert set(derived.DERIVED) <= set(bundle.files)
    assert all(bundle.files[name] for name in bundle.files)
    assert set(bundle.examples) == {rule.id for rule in bundle.catalogue.rules}
    data = unpack(bundle.for_opa, members=10_000)["/data.json"]
    assert json.loads(data)["vpce"]["revision"] == bundle.revision


def test_an_edited_example_is_there_at_once(checkout: Path) -> None:
    bundle = open_bundle(derived.PACKAGED)
    rule = bundle.catalogue.rules[0]
    before = bundle.files["examples.json"]
    path = checkout.joinpath("rego/vpce/rules", *rule.name.split("."), "examples.yaml")
    path.write_text(path.read_text().replace("pass:", "pass: # edited", 1) + "\n")
    assert json.loads(bundle.files["examples.json"]) == json.loads(before)
    path.write_text("examples: {pass: []}\n")
    assert json.loads(bundle.files["examples.json"])[rule.id] == {"pass": []}


def test_an_edit_of_what_decides_leaves_the_archive_that_was_made(checkout: Path) -> None:
    made = derived.read("vpce.tar.gz")
    main = checkout / "rego/vpce/main/main.rego"
    main.write_text(main.read_text() + "\nmore := 1\n")
    assert derived.read("vpce.tar.gz") == made
    (derived.PACKAGED / "vpce.tar.gz").unlink()
    with pytest.raises(BundleError, match=r"changed since the build results were made. Run `make bundle`"):
        derived.read("vpce.tar.gz")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
@pytest.mark.usefixtures("checkout")
def test_a_checkout_that_is_only_read_gives_the_files_too() -> None:
    derived.PACKAGED.chmod(0o555)
    try:
        assert derived.read("testing.json")
        assert not (derived.PACKAGED / "testing.json").exists()
    finally:
        derived.PACKAGED.chmod(0o755)


def test_a_directory_of_somebody_else_holds_what_it_holds(tmp_path: Path) -> None:
    shutil.copy(derived.PACKAGED / "catalogue.json", tmp_path)
    with pytest.raises(BundleError, match=r"examples\.json cannot be read"):
        _ = open_bundle(tmp_path).examples
