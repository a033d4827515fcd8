"""An inventory that audits in workers and on clusters are of."""

from __future__ import annotations

import pytest

from tests.support.audits import ACCOUNTS
from tests.support.existing import gateway, interface
from vpce_guard.decision_log.database import open_database
from vpce_guard.inventory.store import Unit, write_unit


@pytest.fixture(name="inventory", scope="module")
def inventory_of_accounts(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options of an audit of two endpoints in each of some accounts, under org data that want an owner."""
    folder = tmp_path_factory.mktemp("inventory")
    database = open_database(url := f"sqlite:///{folder / 'guard.db'}")
    for number in range(ACCOUNTS):
        account = f"{number:012}"
        endpoints = [
            interface(f"vpce-0a0000000{number:02}00001a", OwnerId=account),
            gateway(f"vpce-0a0000000{number:02}00002a", OwnerId=account, Tags=[]),
        ]
        write_unit(database, Unit(account, "us-east-1", "VpcEndpoints"), endpoints, snapshot="2026", source="aws")
    database.dispose()
    (folder / "org.json").write_text('{"tags": {"required": [{"key": "owner"}]}}')
    named = ("--inventory", "--database-url", url, "--data", str(folder / "org.json"))
    return (*named, "--at", "2026-11-30T12:00:00Z", "-o", "json")
