"""Whose actions pass through an endpoint: the IAM prefixes of its service, which the service catalogue tells.

`make services` writes them into endpoints.json with the day and the place of what they are made of.
"""

from __future__ import annotations

import functools
import re
from importlib.resources import files

from pydantic_core import from_json

from vpce_guard.model import Json

_REGION = re.compile(r"\.[a-z]{2,4}(?:-[a-z]+){1,2}-\d+\.(?P<part>.+)")
_CELL = re.compile(r"\.c-[0-9a-z]+|[0-9]+")
_GLOBAL = "com.amazonaws."


def service_part(name: str) -> str:
    """The part of a service's name after the Region; of a name without one, what follows com.amazonaws."""
    found = _REGION.search(name)
    return found["part"] if found is not None else name.removeprefix(_GLOBAL)


def without_cell(part: str) -> str:
    """The part of a service's name without the cell by which AWS numbers some (transfer.server.c-0001).

    Without what one resource is called, too, where each has an endpoint service: `dsql-` for dsql-fnh4.
    """
    return next((name for name in _data()["cells"] if _is_cell_of(name, part)), part)


def _is_cell_of(name: str, part: str) -> bool:
    rest = part.removeprefix(name)
    if rest == part:
        return False
    return _CELL.fullmatch(rest) is not None or (name.endswith("-") and rest.isascii() and rest.isalnum())


def action_prefixes(name: str) -> tuple[str, ...]:
    """The prefixes of the actions that pass through an endpoint for a service; none where they are not known."""
    part, data = service_part(name), _data()
    whole = without_cell(part)
    return tuple(data["prefixes"].get(part) or (data["prefixes"].get(whole, ()) if whole in data["cells"] else ()))


@functools.cache
def _data() -> Json:
    data: Json = from_json(files(__package__).joinpath("endpoints.json").read_bytes())
    return data
