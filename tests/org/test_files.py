"""Org data files that change while the service runs."""

from __future__ import annotations

from pathlib import Path

from tests.org.test_load import RULES
from vpce_guard.org.files import OrgFiles


def test_a_changed_file_is_taken_up_and_a_broken_one_is_not(tmp_path: Path) -> None:
    file = tmp_path / "org.yaml"
    file.write_text("services: {allow: [s3]}\n")
    files = OrgFiles([file], RULES)
    first = files.current.revision
    assert not files.refresh()
    file.write_text("services: {allow: s3}\n")
    assert files.refresh()
    assert files.current.revision == first
    assert "/services/allow" in str(files.error)
    file.write_text("services: {allow: [s3, sqs]}\n")
    assert files.refresh()
    assert (files.current.revision != first, files.error) == (True, None)
    kept = files.current
    file.unlink()
    assert files.refresh()
    assert files.current is kept
    assert "cannot be read" in str(files.error)


def test_the_files_that_a_document_names_are_looked_at_too(tmp_path: Path) -> None:
    main, layer = tmp_path / "org.yaml", tmp_path / "team.yaml"
    main.write_text("layers: [{name: a, level: unit, owner: a, file: team.yaml}]\n")
    layer.write_text("services: {allow: [s3]}\n")
    files = OrgFiles([main], RULES)
    first = files.current.revision
    files.refresh()  # what was found by reading counts as changed once
    assert not files.refresh()
    layer.write_text("services: {allow: [sqs]}\n")
    assert files.refresh()
    assert files.current.revision != first
    layer.unlink()
    assert files.refresh()
    assert (not files.refresh(), "team.yaml cannot be read" in str(files.error)) == (True, True)
    layer.write_text("services: {allow: [s3]}\n")
    assert files.refresh()
    assert (files.current.revision, files.error) == (first, None)
