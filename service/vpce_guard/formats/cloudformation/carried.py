"""A template inside of what AWS's own command takes or prints: CreateStack, CreateChangeSet, GetTemplate and the like.

Source: the AWS CloudFormation API reference, CreateStack and GetTemplate.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vpce_guard.formats.cloudformation.nested import read_body, read_pairs
from vpce_guard.formats.cloudformation.shape import is_template
from vpce_guard.formats.document import Extras
from vpce_guard.model import Json

_OF_STACK_SETS = "StackSetName"


def is_carrier(document: Any) -> bool:
    """Whether a document is no template and carries one."""
    body = document.get("TemplateBody") if isinstance(document, dict) else None
    return is_template(body) or (isinstance(body, str) and "Resources" in body and "AWS::" in body)


def open_carried(document: Json, given: Extras) -> tuple[Any, Extras]:
    """The template that a document carries, and what is given for it: parameters that are given beside win.

    A stack set has Regions and accounts of its own, of which the context given for all tells nothing.
    Raises UnreadableError for a body that cannot be read, TooLargeError for one that is too large.
    """
    name = document.get("StackName")
    told = read_pairs(document.get("Parameters")) | ({"AWS::StackName": name} if isinstance(name, str) else {})
    given = replace(given, text=None, parameters={**told, **given.parameters})  # the lines are those of the body
    if _OF_STACK_SETS in document:
        given = replace(given, context={}, imports=None, is_elsewhere=True)
    body = document["TemplateBody"]
    return (read_body(body, "TemplateBody").value if isinstance(body, str) else body), given
