"""Values of Pulumi's properties, where some are not known until the program has run, and some are secret.

Source: Pulumi's property-values schema. A preview prints the sentinel of an unknown value of whatever type, and
"[secret]" in the place of a secret.
"""

from __future__ import annotations

from typing import Any

UNKNOWN_VALUES = (
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
)
_SIGNATURE = "4dabf18193072939515e22adb298388d"  # a member of secrets, assets and references to resources
_SECRET = "[secret]"  # noqa: S105 - what Pulumi prints in the place of one


def is_unknown(value: Any) -> bool:
    """Whether a value, as a whole, is not known or not shown."""
    if isinstance(value, str):
        return value == _SECRET or any(sentinel in value for sentinel in UNKNOWN_VALUES)
    return isinstance(value, dict) and _SIGNATURE in value


def has_unknown(value: Any) -> bool:
    """Whether any part of a value is not known."""
    if isinstance(value, dict) and not is_unknown(value):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else is_unknown(value)


def split(value: Any, rename: Any = str) -> tuple[Any, Any]:
    """A value without what is not known, and the marks of that, as Terraform has `after` and `after_unknown`.

    `rename` gives the names of members. What is unknown of an object is left out, in a list it is None.
    """
    if is_unknown(value):
        return None, True
    if isinstance(value, list):
        parts = [split(item, rename) for item in value]
        return [known for known, _ in parts], [mark for _, mark in parts] if any(m for _, m in parts) else False
    if isinstance(value, dict):
        named = {rename(name): split(item, rename) for name, item in value.items()}
        marks = {name: mark for name, (_, mark) in named.items() if mark}
        return {name: known for name, (known, mark) in named.items() if mark is not True}, marks or False
    return value, False
