"""`vpce-guard explain`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from tests.support.world import SQS, sync_world
from tests.surfaces.api.routes.test_explanations import DOCUMENT, recorded
from tests.surfaces.api.routes.test_explanations import client as client
from tests.surfaces.api.routes.test_explanations import url as url
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.packing import encode, unpack
from vpce_guard.decision_log.tables import DECISIONS
from vpce_guard.errors import NotFoundError, OtherBundleError
from vpce_guard.surfaces.cli.explain import command


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), catch_exceptions=True)


def test_the_command_explains_a_file(tmp_path: Path) -> None:
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps(DOCUMENT))
    result = run(str(file), "--rule", "vpce-iface-002")
    assert result.exception is None
    assert result.output.splitlines()[:3] == [
        "DENIED create Interface com.amazonaws.us-east-1.sqs",
        "What decided: 1",
        "  VPCE-IFACE-002  Violated: One subnet per Availability Zone: subnet subnet-0a000002 is in the same",
    ]
    assert result.output.splitlines()[-1] == "Smallest change: It would be allowed with: remove /request/SubnetIds/1."


def test_what_decided_comes_first_and_what_did_not_is_folded_away(tmp_path: Path) -> None:
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps(DOCUMENT))
    lines = run(str(file)).output.splitlines()
    assert lines[1] == "What decided: 1"
    change = next(i for i, line in enumerate(lines) if line.startswith("Smallest change: "))
    folded = next(i for i, line in enumerate(lines) if line.startswith("Decided nothing (--all says why): "))
    assert change < folded
    assert "Not violated: " in lines[folded]
    assert not any(line.startswith("Not violated: ") for line in lines)
    unfolded = run(str(file), "--all", "--no-flip").output
    assert "\nNot violated: " in unfolded
    assert "Decided nothing" not in unfolded


def test_in_strict_mode_what_could_not_be_judged_decided(tmp_path: Path) -> None:
    file = tmp_path / "proposal.json"
    request: dict[str, object] = {
        "VpcEndpointType": "Gateway",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.s3",
    }
    request["RouteTableIds"] = ["rtb-0a000001"]
    file.write_text(json.dumps({"operation": "create", "request": request}))
    strict = run(str(file), "--strict", "--no-flip", "-o", "json").output
    (explanation,) = json.loads(strict)["explanations"]
    decided = {rule["rule_id"] for rule in explanation["rules"] if rule["outcome"] == "undetermined"}
    assert explanation["allowed"] is False
    assert set(explanation["decided_by"]) == decided
    (mild,) = json.loads(run(str(file), "--no-flip", "-o", "json").output)["explanations"]
    assert (mild["allowed"], mild["decided_by"]) == (True, [])
    page = run(str(file), "--no-flip", "-o", "markdown").output
    assert "<details><summary>Not judged: " in page
    assert "**What decided**" in run(str(file), "--strict", "--no-flip", "-o", "markdown").output


@pytest.mark.parametrize("output", ["json", "markdown"])
def test_the_command_explains_in_other_formats(tmp_path: Path, output: str) -> None:
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps(DOCUMENT))
    result = run(str(file), "-o", output, "--no-flip")
    assert result.exception is None
    assert ("| VPCE-IFACE-002 | Violated" in result.output) is (output == "markdown")
    assert result.output.startswith("### DENIED" if output == "markdown" else '{\n  "explanations"')


def test_the_command_explains_a_recorded_decision(client: TestClient, url: str) -> None:
    decision_id = recorded(client)
    result = run(decision_id, "--database-url", url, "--no-flip", "--rule", "VPCE-IFACE-002", "-o", "json")
    (explanation,) = json.loads(result.output)["explanations"]
    assert explanation["decision_id"] == decision_id


def test_the_command_says_what_to_do_about_another_bundle_or_no_decision(
    client: TestClient, url: str, tmp_path: Path
) -> None:
    decision_id = recorded(client)
    org = tmp_path / "org.yaml"
    org.write_text("regions:\n  default: [us-east-1]\n")
    kept = run(decision_id, "--database-url", url, "--data", str(org), "--no-flip", "-o", "json")
    assert json.loads(kept.output)["explanations"][0]["notes"] == []
    with client.app.state.guard.decision_log.database.begin() as connection:  # type: ignore[attr-defined]
        result = unpack(connection.execute(select(DECISIONS.c.result)).scalar_one())
        result["org"] = {"revision": "2" * 64, "environment": None, "layers": []}
        connection.execute(update(DECISIONS).values(result=encode(result)))
    other = run(decision_id, "--database-url", url, "--data", str(org))
    assert isinstance(other.exception, OtherBundleError)
    assert (other.exception.exit_code, "--current" in other.exception.advice) == (2, True)
    assert run(decision_id, "--database-url", url, "--data", str(org), "--current", "--no-flip").exception is None
    nobody = "0" * 8 + "-0000-0000-0000-" + "0" * 12
    mistyped = tmp_path / "mistyped.db"
    for database in (url, f"sqlite:///{mistyped}"):
        assert isinstance(run(nobody, "--database-url", database).exception, NotFoundError)
    assert not mistyped.exists()


def test_a_file_is_explained_with_what_the_inventory_tells(tmp_path: Path, sqlite_url: str) -> None:
    sync_world(open_database(sqlite_url))
    file = tmp_path / "request.json"
    file.write_text(json.dumps(SQS))
    without, with_it = (
        run(str(file), "--strict", "--no-flip", "--database-url", sqlite_url, *more) for more in ((), ("--inventory",))
    )
    assert without.output.startswith("DENIED")
    assert with_it.output.startswith("ALLOWED")
