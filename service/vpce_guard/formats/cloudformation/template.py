"""CloudFormation templates, as JSON or YAML, and change sets.

Source: the AWS CloudFormation template reference.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.cloudformation.carried import is_carrier, open_carried
from vpce_guard.formats.cloudformation.change_set import is_change_set, read_change_set
from vpce_guard.formats.cloudformation.family import read_family
from vpce_guard.formats.cloudformation.shape import is_template
from vpce_guard.formats.cloudformation.stack import Stack
from vpce_guard.formats.document import Document, Extras


def read(document: Any, given: Extras) -> Document:
    """A draft for each endpoint of the template that is created, or may be.

    Raises MalformedError for what CloudFormation would refuse, and for templates of which a macro of one's own makes
    what is known only to CloudFormation.
    """
    if is_change_set(document):
        return read_change_set(document, given)
    if not is_template(document) and is_carrier(document):
        document, given = open_carried(document, given)
    return read_family(Stack(document, given))
