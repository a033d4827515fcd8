"""The YAML files of policy authors, read as every other YAML is, and with merge keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vpce_guard.errors import SourceError
from vpce_guard.formats import yaml_text
from vpce_guard.formats.yaml_text import YamlError


def parse(text: str) -> Any:
    """The value of a text; None where it holds nothing. Raises YamlError."""
    nodes = yaml_text.compose(text)
    if len(nodes) > 1:
        raise YamlError("holds more than one document", line=nodes[1].start_mark.line + 1)
    return yaml_text.value(nodes[0], merge_keys=True) if nodes else None


def load(path: Path) -> Any:
    """The value of a file. Raises SourceError with file and line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from None
    return parse_content(content, path)


def parse_content(content: bytes, path: Path) -> Any:
    """The value of what a file holds. Raises SourceError with file and line."""
    try:
        return parse(content.decode())
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}:1: is no text: {error}.") from None
    except YamlError as error:
        where = f"{error.pointer} " if error.pointer else ""
        raise SourceError(f"{path}:{error.line or 1}: {where}{error.problem}.") from None


def line_in(path: Path, pointer: str) -> int:
    """The line of what a JSON Pointer names in a YAML file; 1 where the file is no YAML."""
    try:
        nodes = yaml_text.compose(path.read_text())
    except YamlError as error:
        return error.line or 1
    return yaml_text.line(nodes[0], pointer) if nodes else 1
