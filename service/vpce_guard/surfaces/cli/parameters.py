"""Parameters of templates, from NAME=VALUE and from files in any shape that AWS's own tools take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vpce_guard.errors import UnreadableError
from vpce_guard.formats.text import read_text
from vpce_guard.settings import Settings


def read_parameters(values: Sequence[str], settings: Settings) -> dict[str, Any]:
    """The parameters by name; a later value wins. Raises UnreadableError for a file that holds none."""
    found: dict[str, Any] = {}
    for value in values:
        name, equals, content = value.partition("=")
        if equals:
            found[name] = content
            continue
        try:
            data = Path(value).read_bytes()
        except OSError as error:
            raise UnreadableError(
                f"{value} cannot be read: {error.strerror}.", advice="Give a file or NAME=VALUE."
            ) from None
        document = read_text(data, file=value, limit=settings.max_body, yaml_limit=settings.max_yaml).value
        if isinstance(document, dict) and isinstance(document.get("Parameters"), dict):
            document = document["Parameters"]
        if isinstance(document, list) and all(isinstance(i, dict) and "ParameterKey" in i for i in document):
            document = {item["ParameterKey"]: item.get("ParameterValue") for item in document}
        if not isinstance(document, dict):
            raise UnreadableError(
                f"There are no parameters in {value}.",
                advice='Write {"Name": "value"} or what `aws cloudformation` takes.',
            )
        found |= document
    return found
