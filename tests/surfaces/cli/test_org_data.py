"""Org data, waivers, cost and advice on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import run

ORG = """\
environments: {'111122223333': prod, '444455556666': dev}
services: {allow: [sqs, kms]}
availability: {min_azs: {prod: 2, '*': 1}}
cost: {max_monthly_per_endpoint: 30}
open: [/services/allow]
layers:
- {name: payments, level: account, accounts_in: ['111122223333'], availability: {min_azs: {prod: 3}}}
- {name: sandbox, level: environment, environments_in: [dev], services: {allow: [sqs, kms, athena]}}
waivers:
- id: W-7
  rule: VPCE-ORG-006
  match: {account: '111122223333'}
  requested_by: payments
  approved_by: netsec
  reason: moving to three zones
  expires: '2099-12-31T00:00:00Z'
"""


@pytest.fixture
def data(tmp_path: Path) -> str:
    file = tmp_path / "org.yaml"
    file.write_text(ORG)
    return str(file)


@pytest.fixture
def endpoint(tmp_path: Path, root: Path) -> str:
    import yaml

    context: dict[str, Any] = yaml.safe_load((root / "rego/vpce/testing/context.yaml").read_text())
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
        "SecurityGroupIds": ["sg-0a000001"],
        "PrivateDnsEnabled": True,
    }
    file = tmp_path / "endpoint.json"
    file.write_text(json.dumps({"operation": "create", "request": request, "context": context}))
    return str(file)


def test_a_check_under_org_data_tells_waivers_cost_and_layers(data: str, endpoint: str) -> None:
    done = run("check", endpoint, "--data", data, "-o", "json")
    assert done.returncode == 0, done.stderr
    (decision,) = json.loads(done.stdout)["decisions"]
    assert [(w["rule_id"], w["waiver_id"]) for w in decision["waived"]] == [("VPCE-ORG-006", "W-7")]
    assert decision["org"]["environment"] == "prod"
    assert decision["org"]["layers"] == ["organisation", "payments"]
    assert (decision["cost"]["monthly"], decision["cost"]["difference"]) == (14.6, 14.6)
    text = run("check", endpoint, "--data", data).stdout.decode()
    assert "waived VPCE-ORG-006  until 2099-12-31T00:00:00Z" in text
    assert "cost a month: 14.60 USD, data not counted" in text


def test_the_environment_gives_the_files_too(data: str, endpoint: str) -> None:
    done = run("check", endpoint, "-o", "json", VPCE_GUARD_ORG_DATA=data)
    assert json.loads(done.stdout)["decisions"][0]["org"]["layers"][1] == "payments"


def test_what_is_wrong_is_named_with_file_line_and_pointer(tmp_path: Path, endpoint: str) -> None:
    file = tmp_path / "org.yaml"
    file.write_text("services:\n  allow: sqs\nregions: {}\nlayers:\n- {name: a, level: team}\n")
    done = run("check", endpoint, "--data", str(file))
    assert done.returncode == 2
    said = done.stderr.decode()
    assert f"{file}:2: /services/allow" in said
    assert f"{file}:5: /layers/0/level" in said
    assert done.stdout == b""


def test_a_layer_that_loosens_what_is_not_open_is_refused(tmp_path: Path, endpoint: str) -> None:
    file = tmp_path / "org.yaml"
    file.write_text(ORG.replace("open: [/services/allow]\n", ""))
    done = run("check", endpoint, "--data", str(file))
    assert done.returncode == 2
    assert "/layers/1/services/allow is looser than organisation has it" in done.stderr.decode()


def test_show_tells_which_layer_a_value_comes_from(data: str) -> None:
    text = run("policy", "show", "--data", data, "--for", "account=111122223333").stdout.decode()
    assert "# layers: organisation, payments" in text
    assert "/availability/min_azs/prod: 3  # payments" in text
    assert '/services/allow: ["sqs","kms"]  # organisation' in text
    shown = json.loads(run("policy", "show", "--data", data, "--for", "environment=dev", "-o", "json").stdout)
    assert shown["sections"]["services"]["allow"] == ["sqs", "kms", "athena"]
    assert shown["origins"]["/services/allow"] == ["sandbox"]
    assert shown["undecided"] == {"/availability": "/context/AccountId"}
    assert run("policy", "show", "--data", data, "--for", "team=x").returncode == 2
    assert run("policy", "show").returncode == 2


def test_waivers_are_reviewed_with_the_decisions_that_used_them(data: str, tmp_path: Path) -> None:
    assert b"All waivers are in order" in run("policy", "waivers", "--data", data).stdout
    old = {"timestamp": "2020-01-01T00:00:00Z", "waived": []}
    log = tmp_path / "decisions.jsonl"
    log.write_text(json.dumps(old) + "\n" + json.dumps({**old, "timestamp": "2020-01-02T00:00:00Z"}))
    (unused,) = json.loads(run("policy", "waivers", str(log), "--data", data, "-o", "json").stdout)
    assert (unused["waiver_id"], unused["state"]) == ("W-7", "unused")
    file = tmp_path / "ended.yaml"
    file.write_text(ORG.replace("2099", "2020") + ORG[ORG.index("- id") :].replace("W-7", "W-8").replace("006", "999"))
    states = {
        f["waiver_id"]: f["state"]
        for f in json.loads(run("policy", "waivers", "--data", str(file), "-o", "json").stdout)
    }
    assert states == {"W-7": "ended", "W-8": "unknown rule"}


def test_the_schema_is_the_committed_one(root: Path) -> None:
    printed = json.loads(run("policy", "schema").stdout)
    assert printed == json.loads((root / "schemas/org-data.json").read_text()), "run `make openapi`"


def test_the_schema_of_input_is_the_committed_one(root: Path) -> None:
    printed = json.loads(run("policy", "schema", "--of", "input").stdout)
    assert printed == json.loads((root / "schemas/input.json").read_text()), "run `make openapi`"


def test_advice_is_text_or_json_and_its_exit_code_says_whether_there_is_any(
    endpoint: str, data: str, tmp_path: Path
) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps(json.loads(Path(endpoint).read_text())["context"]))
    done = run("advise", "--service", "s3", "--context", str(context))
    assert done.returncode == 0
    assert done.stdout.decode().startswith("Use Gateway: ")
    told = json.loads(run("advise", "--service", "sqs", "--context", str(context), "--data", data, "-o", "json").stdout)
    assert told["endpoint_type"] == "Interface"
    assert len(told["proposals"][0]["request"]["SubnetIds"]) == 3
    denied = run("advise", "--service", "athena", "--context", str(context), "--data", data)
    assert denied.returncode == 1
    assert "VPCE-ORG-002" in denied.stdout.decode()
    assert run("advise", "--service", "s3", "--access-path", "moon").returncode == 2
    assert run("advise", "--service", "s3", "--tag", "x").returncode == 2


def test_every_member_of_a_need_has_an_option() -> None:
    from vpce_guard.surfaces.cli.advise import command
    from vpce_guard.whatif.advice import Need

    options = {parameter.name for parameter in command.params}
    assert Need.model_fields.keys() - {"context", "tags"} <= options
    assert {"context_file", "tags"} <= options


def test_a_purpose_is_told_part_by_part_with_what_the_ways_cost(endpoint: str, tmp_path: Path) -> None:
    context = tmp_path / "context.json"
    context.write_text(json.dumps(json.loads(Path(endpoint).read_text())["context"]))
    done = run("advise", "--purpose", "images", "--vpcs", "3", "--context", str(context))
    told = done.stdout.decode()
    assert done.returncode == 0
    assert told.startswith("These serve: pull container images from private subnets: 3 endpoints.")
    assert "    s3 (Gateway): proposed; image layers lie in S3" in told
    assert "    central endpoints: " in told
    refused = run("advise", "--purpose", "lambda", "--with", "sqss", "--context", str(context))
    assert (refused.returncode, "does not know sqss" in refused.stdout.decode()) == (1, True)
    idle = run("advise", "--purpose", "lambda", "--context", str(context))
    assert (idle.returncode, idle.stdout.decode().startswith("Nothing is to be made: ")) == (0, True)
