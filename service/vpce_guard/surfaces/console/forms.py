"""What a form of the console sends: its fields, once it is sure that one of our own pages sent it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request

from vpce_guard.errors import ForbiddenError, MalformedError
from vpce_guard.surfaces.api.asking import read_body
from vpce_guard.surfaces.console.rendering import visitor_of

MEDIA_TYPE = "application/x-www-form-urlencoded"
FORM = {"type": "object"}
MOST_SMALL = 64 << 10  # bytes of a form without a document
_MOST_FIELDS = 200


async def read_form(request: Request) -> Mapping[str, str]:
    """The fields of a form by name; of one that is given twice the last. Line ends are as a file has them.

    Raises ForbiddenError for a form that no page of this session sent, and MalformedError.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise MalformedError("This is not the form of a page.", advice="Send it from the page.")
    fields = await read_body(request, _parse)
    if not hmac.compare_digest(fields.get("form_token", "").encode(), visitor_of(request).form_token.encode()):
        raise ForbiddenError("The session that this form belongs to has ended.", advice="Load the page again.")
    return fields


def _parse(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise MalformedError("The form cannot be read.", advice="Load the page again.") from None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}
