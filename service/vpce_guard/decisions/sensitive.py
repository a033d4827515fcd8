"""What a document marks as sensitive is judged, and neither shown nor kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vpce_guard.formats.neighbours import Peers
from vpce_guard.model import Decision, Json

HIDDEN = "(sensitive)"


def hide_in_decision(decision: Decision, sensitive: Sequence[str]) -> Decision:
    """The decision without the sensitive texts."""
    if not sensitive:
        return decision
    return Decision.model_validate(_hide(decision.model_dump(), sorted(sensitive, key=len, reverse=True)))


def hide_in_input(document: Json, sensitive: Sequence[str]) -> Json:
    """A proposal as it is kept, without the sensitive texts."""
    if not sensitive:
        return document
    hidden: Json = _hide(document, sorted(sensitive, key=len, reverse=True))
    return hidden


def _hide(value: Any, sensitive: Sequence[str]) -> Any:
    if isinstance(value, str):
        for text in sensitive:  # the longest first, as one may be in another
            value = value.replace(text, HIDDEN)
        return value
    if isinstance(value, Peers):
        return value.transform(tuple(sensitive), lambda peer: _hide(peer, sensitive))
    if isinstance(value, dict):
        return {_hide(name, sensitive): _hide(item, sensitive) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_hide(item, sensitive) for item in value)
    return value
