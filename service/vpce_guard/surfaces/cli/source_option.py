"""`--source FOLDER`, the same for every command that builds policies; `check --source` is another, of Terraform."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

_Command = Callable[..., Any]


def source_option(
    text: str = "A folder of policies, once for each; own ones lie over the built-in rules. [default: rego]",
    *,
    default: Sequence[Path] = (Path("rego"),),
) -> Callable[[_Command], _Command]:
    """The option, with its help and the folders where none is given."""
    folder = click.Path(path_type=Path)
    return click.option("--source", metavar="FOLDER", multiple=True, type=folder, default=default, help=text)
