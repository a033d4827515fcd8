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


def policy_options(command: _Command) -> _Command:
    """Give a command the options, in their order."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
