"""Text that others wrote, as people may be shown it: every control character is seen and none acts.

A name in a document may hold line breaks, escape sequences of terminals, workflow commands of a CI system or characters
that turn the direction of writing. Reports for machines (JSON, SARIF) keep the text as it is.
"""

from __future__ import annotations

import re
from typing import Any

from vpce_guard.model import Decision

_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e", "\x07": "\\a"}
_COMMAND = re.compile(r"^(\s*)(::|##\[)")


def visible(text: str) -> str:
    """The text with each control character written out: a line break as \\n, an escape as \\e, others as \\u200e."""
    return _ACTING.sub(lambda found: _SHORT.get(found[0], f"\\u{ord(found[0]):04x}"), text)


def visible_decision(decision: Decision) -> Decision:
    """The decision with every text in it visible; line breaks of a remediation are spaces."""
    if not _ACTING.search("".join(_texts(told := decision.model_dump()))):
        return decision
    return Decision.model_validate(_rewrite(told))


def harmless_line(line: str) -> str:
    """A line that no CI system takes for a command of a workflow."""
    return _COMMAND.sub(r"\1\\\2", line)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list | tuple) else []


def _rewrite(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return visible(" ".join(value.split("\n")) if name in ("remediation", "title") else value)
    if isinstance(value, dict):
        return {key: _rewrite(each, key) for key, each in value.items()}
    return tuple(_rewrite(each) for each in value) if isinstance(value, list | tuple) else value
