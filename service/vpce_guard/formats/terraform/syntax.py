"""Syntax trees of Terraform's expressions: their texts, names and parts."""

from __future__ import annotations

from pydantic_core import from_json
from tree_sitter import Node


def children(node: Node) -> list[Node]:
    """The named nodes inside a node, comments left out."""
    return [child for child in node.named_children if child.type != "comment"]


def text(node: Node | None) -> str:
    """The source of a node; nothing where there is none."""
    return (node.text or b"").decode(errors="replace") if node is not None else ""


def identifier(node: Node) -> str:
    """The identifier of a variable or of an attribute step."""
    if node.type != "identifier":
        node = next((child for child in node.named_children if child.type == "identifier"), node)
    return text(node)


def unescape(quoted: str) -> str:
    """What stands between quotes, as it is meant."""
    try:
        return unescape_markers(str(from_json(f'"{quoted}"')))
    except ValueError:
        return quoted


def unescape_markers(raw: str) -> str:
    """A text in which a doubled marker stands for itself."""
    return raw.replace("$${", "${").replace("%%{", "%{")
