"""Names in the package: what does something is named by a verb, what holds something by a noun, one class per name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

# Participles, pronouns and adjectives that say nothing of what a function does or gives. Regular participles are found
# by their ending.
BARE = """
    above after again alike all another any bare before below best better beyond both bound built by chosen common
    durable each empty every few first found given gone held here hidden in is kept known last late later left
    legal local lost made many met most new newest none of off oldest on one only other others out own plain
    present pure read_by run_by said same saw seen sent set_up short shown some standing such taken that there
    these thing this those told true under understood unequal unread unsure until whole within without written
    wrong
"""
REGULAR = re.compile(r"[a-z]{2,}(?<!e)ed")  # not `need`, `feed`, `seed`
# Verbs and nouns with that ending, and members that the contract names.
FINE = {"allowed": "the contract's word for the answer", "undetermined": "the contract's word", "embed": "a verb"}

# Public classes of one name in several modules: they mean the same, or a page for users fixes both names.
SHARED = {
    "BatchAnswer": "what the service answers and what its client reads",
    "Cost": "the cost of a decision, and the section `cost` of org data",
    "Policy": "what decides, and the section `policy` of org data",
}


def named(root: Path) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, bool]]:
    """Every function and class of the package, with its file and whether it stands at the top of that."""
    for path in sorted((root / "service/vpce_guard").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield path.relative_to(root), node, node in tree.body


def is_bare(name: str) -> bool:
    """Whether a name is one word that is no verb and no noun."""
    word = name.strip("_")
    word = word[:1].lower() + word[1:]  # `UnknownName` is two words
    return word not in FINE and (word in BARE.split() or REGULAR.fullmatch(word) is not None)


def test_no_function_is_named_by_a_bare_participle(root: Path) -> None:
    found = [
        f"{path}:{node.lineno} {node.name}"
        for path, node, _ in named(root)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_bare(node.name)
    ]
    assert found == []


def test_no_class_is_named_by_a_bare_participle(root: Path) -> None:
    found = [
        f"{path}:{node.lineno} {node.name}"
        for path, node, _ in named(root)
        if isinstance(node, ast.ClassDef) and is_bare(node.name)
    ]
    assert found == []


def test_a_public_class_has_its_name_for_itself(root: Path) -> None:
    places: dict[str, list[str]] = {}
    for path, node, top in named(root):
        if top and isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            places.setdefault(node.name, []).append(str(path))
    shared = {name: found for name, found in places.items() if len(found) > 1}
    assert {name: found for name, found in shared.items() if name not in SHARED} == {}
    assert set(SHARED) == set(shared)


def test_bare_names_are_told_from_verbs() -> None:
    assert [name for name in ("_told", "listed", "One", "list_rules", "find", "allowed", "_read") if is_bare(name)] == [
        "_told",
        "listed",
        "One",
    ]


def test_words_are_sorted_and_defined_once(root: Path) -> None:
    text = (root / "docs/words.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)[2:]
    assert words == sorted(set(words), key=str.lower)
    assert len(words) > 40
