"""What the build says a package depends on: everything it names, however it names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.authoring.rego.dependencies import Dependencies, dependencies
from vpce_guard.authoring.rego.trees import parse_trees

MAIN = "package vpce.main\n\nresult := [deny | some deny in data.vpce.rules[_][_].deny]\n"


def found(opa: str, **more: str) -> Dependencies:
    """The dependencies of main, two rules and a library, with texts added by file."""
    texts = {
        "main": MAIN,
        "one": "package vpce.rules.gw.one\n\nimport data.vpce.lib.shared as s\n\ndeny contains s.x\n",
        "two": "package vpce.rules.gw.two\n\ndeny contains 1 if input.request\n",
        "shared": "package vpce.lib.shared\n\nx := 1\n",
    }
    for name, text in more.items():
        texts[name] = texts.get(name, "") + text
    return dependencies(parse_trees(texts, source=Path(), opa=opa), {"roots": ["vpce"], "revision": "r"})


def changed(before: Dependencies, after: Dependencies) -> set[str]:
    return {name for name, package in before.packages.items() if after.packages[name].digest != package.digest}


def test_a_change_is_one_of_all_that_depend_on_it(opa: str) -> None:
    assert changed(found(opa), found(opa, shared="y := 2\n")) == {"vpce.lib.shared", "vpce.rules.gw.one"}
    assert changed(found(opa), found(opa, two="y := 2\n")) == {"vpce.rules.gw.two"}


def test_comments_and_layout_are_no_change(opa: str) -> None:
    assert found(opa) == found(opa, shared="\n# a comment\n\n")


def test_another_way_to_ask_rules_is_another_entry(opa: str) -> None:
    assert found(opa).entry
    assert found(opa).entry != found(opa, main="y := 2\n").entry
    assert found(opa).entry == found(opa, shared="y := 2\n").entry


@pytest.mark.parametrize("body", ["data[input.x]", "walk(data, [_, 1])", "data.vpce[input.x]", "data.other.x"])
def test_where_anything_may_be_named_nothing_is_told(opa: str, body: str) -> None:
    assert found(opa, two=f"y if {body}\n").entry == ""


def test_a_folder_of_packages_is_all_of_them(opa: str) -> None:
    walks = "y := data.vpce.lib[input.x]\n"
    assert "vpce.rules.gw.two" in changed(found(opa, two=walks), found(opa, two=walks, shared="y := 2\n"))


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        ("data.org.limits", True),
        ("input.org.limits", True),
        ('object.get(input, "org", {})', True),
        ("input[input.x]", True),
        ("walk(input, [_, 1])", True),
        ('object.get(input, ["request", "VpcId"], "")', False),
        ("s.f(input)", False),
        ("input.labels.team", False),
    ],
)
def test_reading_org_data_is_told(opa: str, body: str, reads: bool) -> None:
    function = "f(given) := given.labels\n"
    assert found(opa, one=f"y := {body}\n", shared=function).packages["vpce.rules.gw.one"].reads_org is reads


def test_reading_org_data_through_a_function_is_told(opa: str) -> None:
    with_org = found(opa, one="y := s.f(input)\n", shared="f(given) := given.org\n")
    assert with_org.packages["vpce.rules.gw.one"].reads_org
    assert not with_org.packages["vpce.rules.gw.two"].reads_org
