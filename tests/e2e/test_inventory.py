"""The inventory as somebody keeps it: a sync that is killed goes on with what lacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from tests.support.moto_aws import UNKNOWN
from tests.support.waiting import until
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.tables import INVENTORY_SLICES

REGIONS = "us-east-1,us-east-2,us-west-2,eu-west-1,eu-central-1,ap-southeast-2"


def test_a_sync_that_is_killed_goes_on_with_what_lacks(moto_url: str, tmp_path: Path) -> None:
    assert moto_url
    database = open_database(f"sqlite:///{tmp_path / 'inventory.db'}")
    command = [sys.executable, "-m", "vpce_guard", "inventory", "sync", "--regions", REGIONS, "--without", UNKNOWN]
    command += ["--database-url", database.url.render_as_string(), "--concurrency", "1"]

    def units() -> int:
        with database.connect() as connection:
            counted = select(func.count()).select_from(INVENTORY_SLICES).where(INVENTORY_SLICES.c.vpc_id == "")
            return int(connection.execute(counted).scalar_one())

    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        until(lambda: units() >= 4)
        process.kill()
    there = units()
    assert 4 <= there < 66
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"; {66 - there} kinds read, {there} were there.\n" in done.stdout
    assert units() == 66
