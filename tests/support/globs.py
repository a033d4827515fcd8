"""Globs as patterns of sets of texts."""

from __future__ import annotations

from vpce_guard.decisions.reach.languages import ANY_MANY, ANY_ONE, Language, Pattern, Token


def glob(text: str) -> Pattern:
    return tuple({"*": ANY_MANY, "?": ANY_ONE}.get(character, Token(frozenset(character))) for character in text)


def glob_set(*texts: str) -> Language:
    return Language(glob(text) for text in texts)
