"""What of a rego folder decides, and what it is hashed and packed from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.sources import deciding_files, opa_archive, read_data, read_deciding, revision_of


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small rego folder."""
    files = {
        ".manifest": '{"roots": ["vpce"]}',
        "vpce/main/main.rego": "package vpce.main\n",
        "vpce/main/main_test.rego": "package vpce.main_test\n",
        "vpce/services/data.yaml": "s3: {gateway: true}\n",
        "vpce/lib/more/data.yaml": "[1, 2]\n",
        "vpce/rules/gw/a/examples.yaml": "examples: {pass: []}\n",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def test_tests_and_examples_do_not_decide(source: Path) -> None:
    assert [file.relative_to(source).as_posix() for file in deciding_files(source)] == [
        ".manifest",
        "vpce/lib/more/data.yaml",
        "vpce/main/main.rego",
        "vpce/services/data.yaml",
    ]


def test_a_revision_is_of_contents_names_and_the_compiler(source: Path) -> None:
    first = revision_of(read_deciding(source), opa_version="1")
    (source / "vpce/main/main_test.rego").write_text("changed")
    assert revision_of(read_deciding(source), opa_version="1") == first
    assert revision_of(read_deciding(source), opa_version="2") != first
    (source / "vpce/main/main.rego").rename(source / "vpce/main/other.rego")
    renamed = revision_of(read_deciding(source), opa_version="1")
    (source / "vpce/main/other.rego").write_text("package vpce.main # changed\n")
    assert len({first, renamed, revision_of(read_deciding(source), opa_version="1")}) == 3


def test_data_lie_at_the_path_of_their_folder(source: Path) -> None:
    assert read_data(read_deciding(source), source) == {"services": {"s3": {"gateway": True}}, "lib": {"more": [1, 2]}}


def test_the_archive_holds_sources_data_and_the_revision(source: Path) -> None:
    archive = opa_archive(read_deciding(source), revision="r", data=read_data(read_deciding(source), source))
    files = unpack(archive, members=10)
    assert set(files) == {"/.manifest", "/data.json", "/vpce/main/main.rego"}
    assert json.loads(files["/.manifest"]) == {"roots": ["vpce"], "revision": "r"}
    assert json.loads(files["/data.json"])["vpce"]["revision"] == "r"
    assert opa_archive(read_deciding(source), revision="r", data=read_data(read_deciding(source), source)) == archive
