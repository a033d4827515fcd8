"""What is wrong with the heads of a rule is found in its text, before it is asked."""

from __future__ import annotations

import pytest

from vpce_guard.authoring.rego.metadata import rule_files
from vpce_guard.authoring.rego.yields import find_wrong_heads
from vpce_guard.bundle.source_folders import CHECKOUT

DENY = 'deny contains {"message": message, "path": "/request"} if {\n\tmessage := $"{input.x}"\n}\n'


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (DENY, []),
        (
            "package a\n\nimport data.b\n",
            [(1, "the rule has no deny, so it never finds anything: write")],
        ),
        (DENY.replace("deny", "denies"), [(1, "denies is nothing a rule is asked for; did you mean deny?")]),
        (DENY.replace("deny", "Deny"), [(1, "Deny is nothing a rule is asked for; did you mean deny?")]),
        (
            DENY + "undetermind contains x if y\n",
            [(4, "undetermind is nothing a rule is asked for; did you mean u")],
        ),
        (DENY + "undetermined_ports := 1\n", []),
        ('deny contains "no" if input.x\n', [(1, 'deny yields a text: yield {"message": …, "path": …}')]),
        ('deny contains $"no {x}" if x\n', [(1, "deny yields a text")]),
        ('deny contains said if {\n\tinput.x\n\tsaid := $"no {input.x}"\n}\n', [(3, "deny yields a text")]),
        ("deny contains said if {\n\tsaid := _found\n}\n", []),
        ('deny contains found if {\n\tfound := {"message": "a", "path": "b"}\n}\nsaid := "a"\n', []),
        ("deny := {1}\n", [(1, "deny is a set: write")]),
        ('deny contains {"message": "a"} if input.x\n', [(1, "deny yields an object without path")]),
        (
            DENY + 'undetermined contains {"reason": "a"} if {\n\tb\n}\n',
            [(4, "undetermined yields an object without")],
        ),
    ],
)
def test_a_head_that_says_nothing_is_told_with_its_line(text: str, wrong: list[tuple[int, str]]) -> None:
    found = list(find_wrong_heads(text))
    assert [line for line, _ in found] == [line for line, _ in wrong]
    assert all(told.says.startswith(says) for told, (_, says) in zip(found, wrong, strict=True))


def test_nothing_is_wrong_with_the_built_in_rules() -> None:
    assert [(name, *w) for name, file in rule_files(CHECKOUT).items() for w in find_wrong_heads(file.read_text())] == []
