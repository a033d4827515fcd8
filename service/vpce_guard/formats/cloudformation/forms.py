"""What CloudFormation's documents look like."""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.cloudformation.carried import is_carrier
from vpce_guard.formats.cloudformation.change_set import is_change_set
from vpce_guard.formats.cloudformation.shape import is_template


def detect(document: Any) -> bool:
    """Whether the document looks like a template, carries one, or is a change set."""
    return is_change_set(document) or is_template(document) or is_carrier(document)
