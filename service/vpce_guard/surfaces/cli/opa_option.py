"""`--opa`, the same for every command that runs it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

_Command = Callable[..., Any]


def opa_option(
    text: str = "The opa binary, of the pinned version.",
) -> Callable[[_Command], _Command]:
    """The option, with its help; a path is made absolute, because opa is run in other folders than this one."""
    return click.option("--opa", default="opa", show_default=True, callback=_absolute, help=text)


def _absolute(_context: click.Context, _option: click.Parameter, opa: str) -> str:
    """A name without a folder is looked for in PATH."""
    return os.path.abspath(opa) if os.path.dirname(opa) else opa
