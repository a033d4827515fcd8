"""An export and the log it was made from tell the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.recording import GATEWAY, again, many, record
from vpce_guard.bundle.bundle import PACKAGED
from vpce_guard.errors import UnreadableError


def test_an_export_tells_the_same_as_the_log(url: str, tmp_path: Path) -> None:
    many(url, 60)
    record(url, GATEWAY, log_erase=("/request/RouteTableIds",))
    export = tmp_path / "export.jsonl"
    exported = subprocess.run(
        [sys.executable, "-m", "vpce_guard", "log", "export", "--database-url", url], capture_output=True, check=True
    )
    export.write_bytes(exported.stdout)
    for asked in ({}, {"label": "team:t-1"}, {"account": "000000000003", "limit": 2}, {"rule": "VPCE-GW-001"}):
        given: dict[str, Any] = {"candidate": str(PACKAGED), **asked}
        assert again(url, tmp_path, export=export, **given).part == again(url, tmp_path, **given).part
    export.write_text('{"decision_id": "x"}\n')
    with pytest.raises(UnreadableError, match="record 1 is not a decision event"):
        again(url, tmp_path, export=export, candidate=str(PACKAGED))
