"""A folder that is edited: a build makes anew what the edit changed, and gives what a first build would."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.bundles import RULE
from vpce_guard.authoring.rego import build
from vpce_guard.authoring.rego.edited import EditedFolder
from vpce_guard.authoring.rego.stages import copy_stage
from vpce_guard.bundle.bundle import Bundle
from vpce_guard.errors import SourceError


@pytest.fixture
def rego(root: Path, tmp_path: Path) -> Path:
    """Sources of one rule."""
    with copy_stage(root / "rego", ["gw.gateway_service"]) as stage:
        shutil.copytree(stage, tmp_path / "rego")
    return tmp_path / "rego"


@pytest.fixture
def folder(rego: Path, opa: str) -> EditedFolder:
    return EditedFolder(rego, opa=opa)


def edit(rego: Path, old: str, new: str) -> None:
    text = (rego / RULE).read_text()
    assert old in text
    (rego / RULE).write_text(text.replace(old, new, 1))


def forbid_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def compile_wasm(*_: object, **__: object) -> bytes:
        raise AssertionError("policy.wasm is compiled")

    monkeypatch.setattr(build, "compile_wasm", compile_wasm)


def built_anew(rego: Path, opa: str) -> Bundle:
    return EditedFolder(rego, opa=opa).build()


def test_what_did_not_change_is_not_built(rego: Path, folder: EditedFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = folder.build()
    (rego / "vpce/rules/gw/gateway_service/gateway_service_test.rego").write_text("package decides_nothing")
    monkeypatch.setattr("vpce_guard.authoring.rego.edited.begin_build", None)
    assert folder.build() is first


def test_metadata_are_checked_and_not_compiled(
    rego: Path, folder: EditedFolder, opa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.build()
    edit(rego, "enforcement_action: deny", "enforcement_action: warn")
    anew = built_anew(rego, opa)
    forbid_compiling(monkeypatch)
    bundle = folder.build()
    assert bundle.rules["gw.gateway_service"].enforcement_action == "warn"
    assert dict(bundle.files) == dict(anew.files)


def test_metadata_that_opa_refuses_are_refused(
    rego: Path, folder: EditedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = folder.build()
    text = (rego / RULE).read_text()
    line = next(line for line in text.splitlines() if line.startswith("# description"))
    forbid_compiling(monkeypatch)
    edit(rego, line, "# scope: nonsense")
    with pytest.raises(SourceError, match=rf"{rego / RULE}:1: rego_parse_error: invalid annotation scope"):
        folder.build()
    (rego / RULE).write_text(text)
    assert folder.build() is first


def test_metadata_with_another_line_are_compiled(rego: Path, folder: EditedFolder, opa: str) -> None:
    first = folder.build()
    edit(rego, "# custom:", "# custom:\n# # a comment")
    bundle = folder.build()
    assert bundle.revision != first.revision
    assert dict(bundle.files) == dict(built_anew(rego, opa).files)


def test_metadata_that_make_an_entrypoint_are_refused(rego: Path, folder: EditedFolder) -> None:
    folder.build()
    edit(rego, "# title:", "# entrypoint: true #")
    with pytest.raises(SourceError, match="METADATA has unknown keys: entrypoint"):
        folder.build()


def test_metadata_of_a_file_that_is_no_rule_are_compiled(rego: Path, folder: EditedFolder, opa: str) -> None:
    beside = rego / "vpce/rules/gw/gateway_service/beside.rego"
    beside.write_text("# METADATA\n# scope: package\n# title: Beside\npackage vpce.beside\n\nsaid := true\n")
    folder.build()
    beside.write_text(beside.read_text().replace("title: Beside", "entrypoint: true"))
    assert folder.build().wasm == built_anew(rego, opa).wasm


def test_an_edit_of_a_library_is_compiled(rego: Path, folder: EditedFolder) -> None:
    before = folder.build().wasm
    library = rego / "vpce/lib/endpoint/endpoint.rego"
    library.write_text(library.read_text() + '\ntype := "none" if input.none == 1\n')
    assert folder.build().wasm != before


def test_an_edit_of_the_data_is_taken_up(rego: Path, folder: EditedFolder) -> None:
    wasm = folder.build().wasm
    extra = rego / "vpce/extra/data.yaml"
    extra.parent.mkdir()
    for number in (1, 2):
        extra.write_text(f"some: [{number}]\n")
        assert folder.build().data["extra"] == {"some": [number]}
    assert folder.build().wasm == wasm


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (RULE, b"# METADATA\n# title: \xff\npackage x\n", r"gateway_service\.rego:1: is no text"),
        (".manifest", b"{", r"\.manifest is no JSON"),
        ("vpce/services/data.yaml", b"a: [", r"vpce/services/data\.yaml:\d: "),
        ("vpce/services/data.yaml", b"\xff", r"vpce/services/data\.yaml:1: is no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    rego: Path, folder: EditedFolder, file: str, content: bytes, message: str
) -> None:
    (rego / file).write_bytes(content)
    with pytest.raises(SourceError, match=message):
        folder.build()


def test_a_file_that_is_gone_before_it_is_read_is_told(rego: Path, folder: EditedFolder) -> None:
    os.symlink(rego / "nowhere", rego / "vpce/gone.rego")
    with pytest.raises(SourceError, match=r"vpce/gone\.rego cannot be read: No such file"):
        folder.build()
