"""Mistakes in the ids and names of an endpoint's properties that need no value to be seen.

A list stands in the place of one id, one id in that of a list, or `${Vpc}` in plain text, where the author meant
Fn::Sub. CloudFormation refuses the first two, and hands the third on as it is, to EC2 that knows no such thing.
Source: the AWS CloudFormation user guide, Ref, parameters and Fn::Sub.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.cloudformation.words import Symbol
from vpce_guard.model import Json

_NAME = re.compile(r"\$\{([A-Za-z0-9:]+)(\.[A-Za-z0-9.]+)?\}")
_TEXTS = ("VpcId", "ServiceName", "ServiceRegion", "ServiceNetworkArn", "ResourceConfigurationArn")
_LISTS = ("SubnetIds", "RouteTableIds", "SecurityGroupIds")


def require_well_placed(properties: Json, names: Container[str], pointer: str) -> None:
    """Raise MalformedError for a mistake in the properties, worked out, of an endpoint whose place is `pointer`.

    `names` are the parameters and resources of the template. Other names in braces are for whatever fills the
    template in before.
    """
    for name in _LISTS:
        if _is_text(properties.get(name)):
            raise _mistake(f"{pointer}/{name}", "must be a list, and is one value", "Put it in a list.")
    for place, value in _single_values(properties, pointer):
        if isinstance(value, list) or (isinstance(value, Symbol) and value.is_list):
            raise _mistake(place, "must be one value, and is a list", "Give the list itself, without a list around it.")
        for found in _NAME.finditer(value) if isinstance(value, str) else ():
            if found[1].startswith("AWS::") or found[1] in names:
                advice = "Write !Sub before the text; without it AWS is asked for what is called that."
                raise _mistake(place, f"has {found[0]} in plain text, which only Fn::Sub fills in", advice)


def _single_values(properties: Json, pointer: str) -> Iterator[tuple[str, Any]]:
    """The values that each are one id or name, with their places."""
    for name in _TEXTS:
        yield f"{pointer}/{name}", properties.get(name)
    for name in _LISTS:
        listed = properties.get(name)
        for index, item in enumerate(listed if isinstance(listed, list) else ()):
            yield f"{pointer}/{name}/{index}", item


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, Symbol) and value.is_text)


def _mistake(place: str, detail: str, advice: str) -> MalformedError:
    return MalformedError(
        f"The template is wrong: {place} {detail}.",
        advice=advice,
        pointers=(Pointer(pointer=place, code="template", detail=detail),),
    )
