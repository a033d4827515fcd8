"""Commands that judge take the same options about policies, in the same order."""

from __future__ import annotations

import click
import pytest

from vpce_guard.surfaces.cli.audit import command as audit
from vpce_guard.surfaces.cli.check import command as check


@pytest.mark.parametrize("command", [audit, check])
def test_they_stand_together_in_their_order(command: click.Command) -> None:
    names = [parameter.name for parameter in command.params]
    start = names.index("org_data")
    assert names[start : start + 5] == ["org_data", "bundle", "profile", "engine", "opa_url"]
