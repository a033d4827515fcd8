"""The inventory as somebody keeps it: a sync that is killed goes on, and decisions take what is not told from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.support.moto_aws import UNKNOWN
from tests.support.serving import serving
from tests.support.waiting import until
from tests.support.world import SQS, VPC, sync_world
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
    assert f"; {66 - there} lists read, {there} there already.\n" in done.stdout
    assert units() == 66


def ask(port: int, path: str, content: object = None) -> Any:
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_strict_works_for_who_sends_a_request_alone_and_replays_as_it_was_decided(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    database = open_database(url)
    sync_world(database)
    asked = {"document": SQS, "strict": True}
    with serving(tmp_path) as port:
        without = ask(port, "/v1/decisions", {**asked, "dry_run": True})
    with serving(tmp_path, inventory=True) as port:
        answer = ask(port, "/v1/decisions", asked)
        sync_world(database, Subnets=[], Vpcs=[], SecurityGroups=[])
        later = ask(port, "/v1/decisions", {**asked, "dry_run": True})
        (decision,) = answer["decisions"]
        kept = ask(port, f"/v1/decisions/{decision['decision_id']}")
        explained = ask(port, f"/v1/decisions/{decision['decision_id']}/explanation")
    assert (without["allowed"], answer["allowed"], later["allowed"]) == (False, True, False)
    assert decision["inventory"]["taken"] == kept["input"]["context"]["Inventory"]["taken"]
    assert decision["inventory"]["note"] is None
    assert {one["VpcId"] for one in kept["input"]["context"]["Subnets"]} == {VPC}
    assert explained["allowed"]
    (tmp_path / "org.json").write_text(json.dumps({"services": {"deny": ["kms"]}}))
    command = [sys.executable, "-m", "vpce_guard", "replay", "--log", url, "-o", "json", "--workers", "1"]
    done = subprocess.run([*command, "--candidate-data", tmp_path / "org.json"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    replayed = json.loads(done.stdout)
    assert (replayed["compared"], replayed["not_reproduced"]["total"]) == (1, 0)
    assert replayed["kinds"]["unchanged"] == 1
    database.dispose()


def test_a_check_takes_what_is_not_told_from_the_inventory_and_says_when_that_is_too_old(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    sync_world(open_database(url))
    (tmp_path / "request.json").write_text(json.dumps(SQS))
    command = [sys.executable, "-m", "vpce_guard", "check", "request.json", "--strict"]
    command += ["--inventory", "--database-url", url]
    fresh = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert fresh.returncode == 0, fresh.stdout + fresh.stderr
    environment = {**os.environ, "VPCE_GUARD_INVENTORY_MAX_AGE": "0.001"}
    old = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert old.returncode == 1
    assert "was left out. Run `vpce-guard inventory sync`." in " ".join(old.stdout.split())
