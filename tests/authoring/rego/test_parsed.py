"""Files that are parsed together are told as if each had been parsed alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from vpce_guard.authoring.rego.opa import run_confined
from vpce_guard.authoring.rego.parsed import ParsedFile, parse_files
from vpce_guard.errors import BundleError
from vpce_guard.model import Json

FIRST = """\
# METADATA
# scope: package
# title: package of the first
package vpce.rules.gw.first

import data.vpce.lib.zones
import data.vpce.lib.endpoint as kept

deny contains {"path": p} if {
\tsome p in kept.paths
}

size := 1 if {
\tinput.a
} else := 2 if {
\tinput.b["c d"][0]
}"""
NEWER = """\
package vpce.newer

import rego.v2

holds if not {
\tinput.a
}
"""
WITHOUT_RULES = "\n\npackage vpce.empty\n"
LAST = """\
package vpce.lib["of-zones"]

# METADATA
# custom: {"file": "mine", "row": 3}
and := 1

not_one if not and == 1
"""


def files_of(folder: Path, texts: Sequence[str]) -> list[Path]:
    (folder / "vpce").mkdir()
    paths = [folder / f"vpce/{turn}.rego" for turn in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths


def rules_alone(path: Path, opa: str) -> list[Json]:
    command = [opa, "parse", "-f", "json", "--json-include", "locations,-comments", str(path)]
    rules: list[Json] = json.loads(run_confined(command).stdout).get("rules", [])
    return rules


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return files_of(tmp_path, [FIRST, NEWER, WITHOUT_RULES, LAST])


@pytest.fixture
def parsed(paths: list[Path], tmp_path: Path, opa: str) -> list[ParsedFile]:
    return parse_files(tmp_path, paths, opa)


def test_each_has_its_package_and_its_imports(parsed: list[ParsedFile]) -> None:
    assert [(file.file, file.package) for file in parsed] == [
        ("vpce/0.rego", "vpce.rules.gw.first"),
        ("vpce/1.rego", "vpce.newer"),
        ("vpce/2.rego", "vpce.empty"),
        ("vpce/3.rego", "vpce.lib.of-zones"),
    ]
    zones, endpoint = ("data", "vpce", "lib", "zones"), ("data", "vpce", "lib", "endpoint")
    assert [file.imports for file in parsed] == [{"zones": zones, "kept": endpoint}, {"v2": ("rego", "v2")}, {}, {}]


def test_each_has_the_rules_it_has_alone_at_the_same_lines(
    parsed: list[ParsedFile], paths: list[Path], tmp_path: Path, opa: str
) -> None:
    assert [len(file.rules) for file in parsed] == [2, 1, 0, 2]
    for file, path in zip(parsed, paths, strict=True):
        alone = json.dumps(rules_alone(path, opa)).replace(f"{tmp_path}/", "")
        assert json.loads(alone) == list(file.rules)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("package vpce.x\n\nfoo := {\n", "vpce/1.rego:4: rego_parse_error: unexpected eof token\n"),
        ("package vpce.x\n\nfoo := ]\n\nbar := 1\n", "vpce/1.rego:3: rego_parse_error: unexpected ] token"),
        ("# empty\n", "vpce/1.rego:1: rego_parse_error: package expected"),
    ],
)
def test_what_is_no_rego_is_an_error_at_its_own_place(tmp_path: Path, opa: str, wrong: str, message: str) -> None:
    with pytest.raises(BundleError) as told:
        parse_files(tmp_path, files_of(tmp_path, [FIRST, wrong, LAST]), opa)
    assert str(told.value).startswith(message)


def test_no_files_are_none(tmp_path: Path, opa: str) -> None:
    assert parse_files(tmp_path, [], opa) == []


def test_they_are_parsed_by_one_process(tmp_path: Path, opa: str) -> None:
    counting = tmp_path / "opa"
    counting.write_text(f'#!/bin/sh\necho >> {tmp_path}/calls\nexec {opa} "$@"\n')
    counting.chmod(0o755)
    parse_files(tmp_path, files_of(tmp_path, [FIRST, WITHOUT_RULES, LAST]), str(counting))
    assert (tmp_path / "calls").read_text() == "\n"
