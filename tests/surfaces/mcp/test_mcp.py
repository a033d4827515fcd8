"""Agents beside the API: without the extra there is one line that says what to install."""

from __future__ import annotations

import sys

import pytest

from tests.support.command import run
from vpce_guard.errors import SettingsError
from vpce_guard.surfaces.mcp import Agents


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    with pytest.raises(SettingsError):
        Agents()
    for arguments in (("mcp",), ("mcp", "--http", "127.0.0.1:8080")):
        done = run(*arguments)
        assert done.returncode == 2
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith('vpce-guard: Agents need the extra `mcp`. Run `pip install "vpce-guard[mcp] @ ')
