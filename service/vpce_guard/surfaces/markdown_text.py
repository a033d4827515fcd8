"""Text that others wrote, as Markdown may hold it, and what folds it away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vpce_guard.surfaces.visible import visible

_MOST_TEXT = 300
_ENTITIES = {"<": "&lt;", ">": "&gt;"}


def fold(title: str, lines: Sequence[str]) -> Iterator[str]:
    """Lines under a title that opens them; nothing where there are none."""
    if lines:
        yield from ("", f"<details><summary>{title}</summary>", "", *lines, "", "</details>")


def inline(text: str) -> str:
    """Text that cannot break out of a table cell, mention anyone or become markup."""
    text = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 3] + "..."
    for character in "\\`*_{}[]<>#|~":
        text = text.replace(character, _ENTITIES.get(character, f"\\{character}"))
    return visible(" ".join(text.split())).replace("@", "@\u200b")


def code(text: str) -> str:
    """Text that stays within backquotes."""
    return visible(" ".join(text.split())).replace("`", "'").replace("|", "\\|")
