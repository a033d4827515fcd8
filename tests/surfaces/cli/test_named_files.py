"""Files that others name: which are read, and which lie elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vpce_guard.formats.text import Text, read_text
from vpce_guard.surfaces.cli.named_files import NamedFiles

KIND = "My::Net::Ends::MODULE"


def decode(path: Path) -> Text:
    return read_text(path.read_bytes(), file=str(path), limit=1 << 20, yaml_limit=1 << 20)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    (tmp_path / "given/a").mkdir(parents=True)
    for name in ("given/a/child.json", "given/other.json", "outside.json"):
        (tmp_path / name).write_text(json.dumps({"file": name}))
    return tmp_path / "given"


def test_files_in_the_same_folder_and_in_those_that_are_given_are_read(given: Path) -> None:
    named = NamedFiles(decode, [given])
    parent = given / "a/parent.json"
    found = [named.open(parent, place) for place in ("./child.json", "../other.json")]
    assert [text.value for text in found if text] == [{"file": "given/a/child.json"}, {"file": "given/other.json"}]
    assert named.parts_of([parent]) == {(given / "a/child.json").resolve(), (given / "other.json").resolve()}
    assert named.parts_of([given / "a/else.json"]) == set()


@pytest.mark.parametrize("place", ["../../outside.json", "/etc/hostname", "missing.json", "../a", "broken.json"])
def test_nothing_else_is(given: Path, place: str) -> None:
    (given / "a/broken.json").write_text("{")
    named = NamedFiles(decode, [given])
    assert named.open(given / "a/parent.json", place) is None
    assert named.parts_of([given / "a/parent.json"]) == set()


def test_without_folders_only_files_in_the_same_folder_are_read(given: Path) -> None:
    assert NamedFiles(decode, []).open(given / "a/parent.json", "../other.json") is None


def test_of_files_that_name_each_other_one_stands_for_all(given: Path) -> None:
    first, second, itself = (given / name for name in ("other.json", "a/child.json", "itself.json"))
    itself.write_text("{}")
    named = NamedFiles(decode, [given])
    for file, place in ((first, "a/child.json"), (second, "../other.json"), (itself, "itself.json")):
        assert named.open(file, place) is not None
    assert named.parts_of([first, second, itself]) == {second.resolve()}
    assert named.parts_of([second]) == {first.resolve()}


def module(folder: Path, told_in: str, fragments: tuple[str, ...] = ("ends.json",)) -> None:
    (folder / "fragments").mkdir(parents=True)
    (folder / told_in).write_text(json.dumps({"typeName": KIND}))
    for name in fragments:
        (folder / "fragments" / name).write_text(json.dumps({"Resources": {}}))


@pytest.mark.parametrize("told_in", ["schema.json", ".rpdk-config"])
def test_the_fragment_of_a_module_lies_beside_what_tells_its_type(given: Path, told_in: str) -> None:
    module(given / "module", told_in)
    named = NamedFiles(decode, [given])
    user = given / "user.json"
    assert named.open_module(user, KIND) == {"Resources": {}}
    assert named.open_module(user, "My::Other::MODULE") is None
    assert named.parts_of([user]) == {(given / "module/fragments/ends.json").resolve()}


def test_of_several_fragments_none_is_the_one(given: Path) -> None:
    module(given / "module", "schema.json", ("a.json", "b.json"))
    assert NamedFiles(decode, [given]).open_module(given / "user.json", KIND) is None
