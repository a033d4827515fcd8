"""Names in braces that stand in plain text, where the author meant Fn::Sub.

CloudFormation hands such text on as it is, and EC2 knows no VPC or service of that name.
Source: the AWS CloudFormation user guide, Fn::Sub.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.model import Json

_NAME = re.compile(r"\$\{([A-Za-z0-9:]+)(\.[A-Za-z0-9.]+)?\}")
_MEMBERS = (
    *("VpcId", "ServiceName", "ServiceRegion", "ServiceNetworkArn", "ResourceConfigurationArn"),
    *("SubnetIds", "RouteTableIds", "SecurityGroupIds"),
)


def require_filled_in(properties: Json, names: Container[str], pointer: str) -> None:
    """Raise MalformedError for plain text of an endpoint's properties with `${Name}` of a parameter or resource.

    `names` are those of the template. Other names in braces are for whatever fills the template in before.
    """
    for place, text in _texts(properties, pointer):
        for found in _NAME.finditer(text):
            if found[1].startswith("AWS::") or found[1] in names:
                detail = f"has {found[0]} in plain text, which only Fn::Sub fills in"
                raise MalformedError(
                    f"The template is wrong: {place} {detail}.",
                    advice="Write !Sub before the text; without it AWS is asked for what is called that.",
                    pointers=(Pointer(pointer=place, code="template", detail=detail),),
                )


def _texts(properties: Json, pointer: str) -> Iterator[tuple[str, str]]:
    for member in _MEMBERS:
        value: Any = properties.get(member)
        if isinstance(value, str):
            yield f"{pointer}/{member}", value
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, str):
                yield f"{pointer}/{member}/{index}", item
