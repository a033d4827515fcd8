"""`vpce-guard audit`: endpoints that exist, from each kind of document, and what changed since."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Done, run
from tests.support.existing import ACCOUNT, config_item, gateway, interface, subnet
from tests.support.organisation import CENTRE, make_organisation
from vpce_guard.decision_log.database import open_database
from vpce_guard.inventory.store import Unit, write_unit
from vpce_guard.surfaces.reports import report_names

AT = ("--at", "2026-11-30T12:00:00Z")
ORG = {"tags": {"required": [{"key": "owner"}]}}
SUBNETS = {"Subnets": [subnet("subnet-0a100001", "a"), subnet("subnet-0a200001", "b")]}


@pytest.fixture
def audit(tmp_path: Path) -> Any:
    """Runs an audit of documents under org data that want an owner; paths are of files in a folder of the test."""
    (tmp_path / "org.json").write_text(json.dumps(ORG))

    def audit_documents(*documents: Any, options: tuple[str, ...] = ("-o", "json"), at: tuple[str, ...] = AT) -> Done:
        paths = []
        for number, document in enumerate(documents):
            paths.append(str(tmp_path / f"{number}.json"))
            Path(paths[-1]).write_text(json.dumps(document))
        return run("audit", *paths, "--data", str(tmp_path / "org.json"), *at, *options)

    return audit_documents


def violated(done: Done) -> dict[str, set[str]]:
    """The rules that each endpoint violates, by its id, those that only inform left out."""
    report = json.loads(done.stdout)
    ids = {one["decision_id"]: one["endpoint_id"] for one in report["audit"]["endpoints"]}
    return {
        ids[one["decision_id"]]: {v["rule_id"] for v in one["violations"] if v["enforcement_action"] != "inform"}
        for one in report["decisions"]
    }


def test_endpoints_of_several_answers_are_judged_beside_each_other(audit: Any) -> None:
    done = audit({"VpcEndpoints": [interface(), gateway()]}, SUBNETS)
    assert done.returncode == 1
    assert violated(done) == {"vpce-0a00000000000002a": {"VPCE-ORG-003"}, "vpce-0a00000000000001a": set()}


def test_each_endpoint_is_left_out_of_its_own_surroundings(audit: Any) -> None:
    route = {"DestinationPrefixListId": "pl-63a5400a", "GatewayId": "vpce-0a00000000000002a", "State": "active"}
    table = {"RouteTableId": "rtb-0a000001", "VpcId": "vpc-0a000001", "OwnerId": ACCOUNT, "Routes": [route]}
    lists = [{"PrefixListId": "pl-63a5400a", "PrefixListName": "com.amazonaws.us-east-1.s3"}]
    tagged = gateway(Tags=[{"Key": "owner", "Value": "net"}])
    done = audit({"VpcEndpoints": [tagged], "RouteTables": [table], "ManagedPrefixLists": lists})
    (decision,) = json.loads(done.stdout)["decisions"]
    assert "VPCE-GW-004" not in {one["rule_id"] for one in decision["violations"]}


def test_what_aws_refuses_to_make_is_evidence_and_not_a_denial(audit: Any) -> None:
    one_zone = {"Subnets": [subnet("subnet-0a100001", "a"), subnet("subnet-0a200001", "a")]}
    done = audit({"VpcEndpoints": [interface()]}, one_zone)
    (decision,) = json.loads(done.stdout)["decisions"]
    (told,) = [one for one in decision["violations"] if one["rule_id"] == "VPCE-IFACE-002"]
    assert (done.returncode, told["enforcement_action"], told["severity"]) == (0, "inform", "info")


def test_quotas_free_addresses_and_freezes_are_of_changes(audit: Any, tmp_path: Path) -> None:
    freeze = {"from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z", "reason": "year"}
    (tmp_path / "freeze.json").write_text(json.dumps({"freeze": [freeze]}))
    done = audit(
        {"VpcEndpoints": [interface()]}, SUBNETS, options=("-o", "json", "--data", str(tmp_path / "freeze.json"))
    )
    assert done.returncode == 0, done.stderr
    assert violated(done) == {"vpce-0a00000000000001a": set()}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_snapshot_of_config_is_judged_and_what_it_does_not_record_is_not_known(packed: bool, tmp_path: Path) -> None:
    snapshot = json.dumps({"configSnapshotId": "s", "configurationItems": [config_item(interface())]}).encode()
    path = tmp_path / "snapshot.json.gz"
    path.write_bytes(gzip.compress(snapshot) if packed else snapshot)
    done = run("audit", str(path), "-o", "json", *AT)
    (decision,) = json.loads(done.stdout)["decisions"]
    assert done.returncode == 0
    missing = {pointer for one in decision["undetermined"] for pointer in one["missing"]}
    assert "/request/PolicyDocument" in missing


def test_a_state_of_terraform_is_judged_under_its_addresses(audit: Any) -> None:
    values = {"id": "vpce-0c00000000000001a", "vpc_endpoint_type": "Gateway", "vpc_id": "vpc-0a000001"}
    values |= {"service_name": "com.amazonaws.us-east-1.s3", "route_table_ids": ["rtb-0a000001"]}
    resource = {"mode": "managed", "type": "aws_vpc_endpoint", "name": "s3", "instances": [{"attributes": values}]}
    done = audit({"version": 4, "terraform_version": "1.9.0", "lineage": "l", "resources": [resource]})
    (decision,) = json.loads(done.stdout)["decisions"]
    assert (done.returncode, decision["subject"]["address"]) == (1, "aws_vpc_endpoint.s3")
    assert violated(done) == {"vpce-0c00000000000001a": {"VPCE-ORG-003"}}


def test_documents_may_stand_on_a_line_each(tmp_path: Path) -> None:
    documents = [SUBNETS, *({"VpcEndpoints": [one]} for one in (interface(), gateway())), {"Resources": {}}]
    path = tmp_path / "all.jsonl"
    path.write_text("".join(f"{json.dumps(one)}\n" for one in documents[:3]))
    done = run("audit", str(path), "-o", "json", *AT)
    assert len(json.loads(done.stdout)["decisions"]) == 2, done.stderr
    path.write_text("".join(f"{json.dumps(one)}\n" for one in documents))
    done = run("audit", str(path))
    assert (done.returncode, b"all.jsonl, line 4: This tells of no endpoints" in done.stderr) == (2, True)


def test_standard_input_is_read() -> None:
    done = run("audit", "-o", "json", *AT, stdin=json.dumps({"VpcEndpoints": []}).encode())
    assert (done.returncode, json.loads(done.stdout)["decisions"]) == (0, [])


def test_context_is_taken_from_its_own_files(audit: Any, tmp_path: Path) -> None:
    (tmp_path / "context.json").write_text(json.dumps({**SUBNETS, "Region": "us-east-1"}))
    done = audit(
        {"VpcEndpoints": [interface(DnsEntries=[])]},
        options=("-o", "json", "--context", str(tmp_path / "context.json")),
    )
    (one,) = json.loads(done.stdout)["audit"]["endpoints"]
    assert one["region"] == "us-east-1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"Resources": {}}', b"no endpoints that exist"),
        (b'{"Subnets": []}', b"No file tells which endpoints there are"),
        (b"{", b"doc.json"),
        (b"\x1f\x8bxx", b"not a whole gzip file"),
        (b'{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "SubnetIds": "x"}]}', b"/request/SubnetIds"),
    ],
)
def test_what_cannot_be_read_is_2(tmp_path: Path, content: bytes, said: bytes) -> None:
    path = tmp_path / "doc.json"
    path.write_bytes(content)
    done = run("audit", str(path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr


def test_a_cut_off_answer_is_told(audit: Any) -> None:
    done = audit({"VpcEndpoints": [interface()], "NextToken": "t"})
    assert b"the answer was cut off (NextToken)" in done.stderr


def test_since_tells_what_is_new_still_there_resolved_and_gone(audit: Any, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    untagged = interface("vpce-0b00000000000001a", Tags=[])
    gone = interface("vpce-0b00000000000002a")
    audit({"VpcEndpoints": [gateway(), untagged, gone]}, options=("-o", f"json={first}"))
    tagged = {**untagged, "Tags": [{"Key": "owner", "Value": "net"}]}
    new = interface("vpce-0b00000000000003a", Tags=[])
    later = ("--at", "2026-12-30T12:00:00Z")
    options = ("--since", str(first), "-o", f"json={second}", "-o", "text")
    done = audit({"VpcEndpoints": [gateway(), tagged, new]}, options=options, at=later)
    changes = json.loads(second.read_text())["audit"]["changes"]
    denied = ("VPCE-ORG-003",)
    assert [(o["endpoint_id"]) for o in changes["resolved"] if o["violation"]["rule_id"] in denied] == [
        "vpce-0b00000000000001a"
    ]
    assert [one["endpoint_id"] for one in changes["gone"]] == ["vpce-0b00000000000002a"]
    assert b"since 2026-11-30" in done.stdout
    assert b"\n         new\n" in done.stdout
    assert b"1 endpoint gone." in done.stdout


def test_what_is_no_earlier_report_is_2(audit: Any, tmp_path: Path) -> None:
    done = audit({"VpcEndpoints": []}, options=("--since", str(tmp_path / "org.json")))
    assert done.returncode == 2
    assert b"org.json is no report of an earlier audit" in done.stderr


def test_warnings_fail_on_demand(audit: Any) -> None:
    unused = {"VpcEndpoints": [gateway(RouteTableIds=[], Tags=interface()["Tags"])]}
    assert audit(unused).returncode == 0
    assert audit(unused, options=("--fail-on", "warn")).returncode == 1


def test_an_engine_that_fails_is_3(audit: Any) -> None:
    done = audit({"VpcEndpoints": [interface()]}, options=("--engine", "opa", "--opa-url", "http://127.0.0.1:9"))
    assert done.returncode == 3
    assert b"1 could not be decided" in done.stdout


def test_a_time_that_is_none_is_2(audit: Any) -> None:
    assert audit({"VpcEndpoints": []}, at=("--at", "yesterday")).returncode == 2


@pytest.mark.parametrize("name", report_names())
def test_every_report_tells_an_audit(audit: Any, name: str) -> None:
    done = audit({"VpcEndpoints": [interface(Tags=[]), gateway()]}, options=("-o", name))
    assert done.returncode == 1
    assert done.stdout


def test_controls_of_a_framework_are_told(audit: Any) -> None:
    done = audit({"VpcEndpoints": [interface()]}, options=("-o", "json", "--framework", "prowler"))
    assert json.loads(done.stdout)["framework"]["id"] == "prowler"


def test_an_audit_grows_with_the_endpoints_and_not_with_their_square(audit: Any, monkeypatch: Any) -> None:
    from vpce_guard.engines.embedded import EmbeddedEngine

    sizes: list[int] = []
    ask = EmbeddedEngine.ask

    async def measure(self: Any, entrypoint: str, given: Any, **more: Any) -> Any:
        sizes.append(len(json.dumps(given)))
        return await ask(self, entrypoint, given, **more)

    monkeypatch.setattr(EmbeddedEngine, "ask", measure)
    spent = []
    for vpcs in (5, 20):
        sizes.clear()
        endpoints = [interface(f"vpce-{number:017x}", VpcId=f"vpc-{number // 10:08x}") for number in range(vpcs * 10)]
        subnets = [subnet(f"subnet-{vpc:08x}", "a", VpcId=f"vpc-{vpc:08x}") for vpc in range(vpcs)]
        audit({"VpcEndpoints": endpoints, "Subnets": subnets})
        spent.append(sum(sizes))
    assert spent[1] < spent[0] * 4.5


def test_what_the_inventory_holds_is_judged_without_a_file(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    unit = Unit(ACCOUNT, "us-east-1", "VpcEndpoints")
    write_unit(database, unit, [interface(Tags=[]), gateway()], snapshot="2026", source="aws")
    done = run("audit", "--inventory", "--database-url", sqlite_url, "-o", "json")
    assert done.returncode == 0, done.stderr
    assert b"endpoints are as they were read between " in done.stderr
    endpoints = json.loads(done.stdout)["audit"]["endpoints"]
    assert {one["endpoint_id"] for one in endpoints} == {"vpce-0a00000000000001a", "vpce-0a00000000000002a"}
    both = run("audit", "x.json", "--inventory")
    assert (both.returncode, b"give no FILE" in both.stderr) == (2, True)


def test_what_is_worth_doing_is_told_in_each_report_that_people_read(audit: Any) -> None:
    asked = {"StartTime": "2026-11-01T00:00:00Z", "EndTime": "2026-11-29T00:00:00Z"}
    metrics = {"MetricDataResults": [{"Label": "vpce-0a00000000000001a", "Values": []}], **asked}
    done = audit({"VpcEndpoints": [interface()]}, SUBNETS, metrics, options=("-o", "text"))
    text = done.stdout.decode().partition("WORTH DOING")[2]
    assert "idle             vpce-0a00000000000001a; saves 14.60 USD a month; owner payments" in text
    assert "open-policy      vpce-0a00000000000001a; owner payments" in text
    assert "do: Ask its owner, and delete it." in text
    markdown = audit({"VpcEndpoints": [interface()]}, SUBNETS, metrics, options=("-o", "markdown")).stdout.decode()
    assert "| idle | `vpce-0a00000000000001a` |" in markdown
    found = json.loads(audit({"VpcEndpoints": [interface()]}, SUBNETS, metrics).stdout)["audit"]["worth_doing"]
    assert [(one["kind"], one["monthly"]) for one in found] == [("idle", 14.6), ("open-policy", 0.0)]


def test_a_consolidation_is_told_after_the_findings(audit: Any) -> None:
    documents = make_organisation(2, services=("sqs",))
    options = ("-o", "text", "--consolidate", CENTRE, "--gb", "10", "--tag", "owner=net")
    text = audit(documents, options=options).stdout.decode()
    told = text[text.index("CONSOLIDATION") :]
    assert told.startswith(f"CONSOLIDATION into {CENTRE}, us-east-1: costs 95.30 USD a month, 5 steps, all admissible")
    assert text.index("WORTH DOING") < text.index("CONSOLIDATION")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--gb", "1"), b"go with --consolidate"),
        (("--consolidate", CENTRE, "--tag", "owner"), b"write KEY=VALUE"),
        (("--consolidate", "vpc-0a000009"), b"Nothing tells of the subnets of vpc-0a000009"),
    ],
)
def test_what_a_consolidation_needs_is_said(audit: Any, options: tuple[str, ...], told: bytes) -> None:
    done = audit({"VpcEndpoints": [interface()]}, SUBNETS, options=options)
    assert (done.returncode, told in done.stderr) == (2, True)
