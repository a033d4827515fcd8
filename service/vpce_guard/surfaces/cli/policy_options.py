"""The options that say by which policies, org data and engine a command judges: they become settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])
_OPTIONS = (
    click.option(
        "--data", "org_data", metavar="FILE", multiple=True, help="Org data, YAML or JSON; may be given more than once."
    ),
    click.option("--bundle", metavar="PATH", help="Directory of a built bundle instead of the packaged one."),
    click.option(
        "--profile",
        type=click.Choice(["aws-current", "aws-2023"]),
        help="Which version of AWS's behaviour to judge by.",
    ),
    click.option("--engine", type=click.Choice(["embedded", "opa"]), help="Where policies run."),
    click.option("--opa-url", metavar="URL", help="The OPA sidecar, with --engine opa."),
)


_INVENTORY = (
    click.option(
        "--inventory", is_flag=True, default=None, help="Take what is not told from the inventory; see inventory sync."
    ),
    click.option("--database-url", metavar="URL", help="Where the inventory is. [default: as for serve]"),
)


def inventory_options(command: _Command) -> _Command:
    """Give a command the options that say whether it uses the inventory, and where that is."""
    for option in reversed(_INVENTORY):
        command = option(command)
    return command


def policy_options(command: _Command) -> _Command:
    """Give a command the options, in their order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
