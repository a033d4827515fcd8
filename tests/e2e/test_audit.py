"""An audit as somebody runs it: what AWS printed goes in, the worst comes first, and next month tells what changed."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.existing import config_item, gateway, interface, subnet
from tests.support.serving import serving

if TYPE_CHECKING:
    from tests.support.opa_server import Opa

ORG = "tags: {required: [{key: owner}]}\npolicy: {required: {'*': true}}\n"
OWN_POLICY = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}'


def audit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vpce_guard", "audit", "--data", "org.yaml", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def write(folder: Path, **documents: Any) -> None:
    (folder / "org.yaml").write_text(ORG)
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))


def test_an_audit_finds_the_worst_first_and_the_next_one_what_was_mended(tmp_path: Path) -> None:
    rejected = interface("vpce-0a00000000000003a", State="rejected", PolicyDocument=OWN_POLICY)
    gone = interface("vpce-0a00000000000004a", State="deleted")
    subnets = {"Subnets": [subnet("subnet-0a100001", "a"), subnet("subnet-0a200001", "b")]}
    write(tmp_path, endpoints={"VpcEndpoints": [interface(), gateway(), rejected, gone]}, subnets=subnets)
    first = audit(
        tmp_path,
        "endpoints.json",
        "subnets.json",
        "--at",
        "2026-11-30T12:00:00Z",
        "-o",
        "json=first.json",
        "-o",
        "text",
    )
    assert first.returncode == 1, first.stderr
    heads = [line for line in first.stdout.splitlines() if line.startswith(("VIOLATES", "IN ORDER"))]
    assert heads == [
        "VIOLATES vpce-0a00000000000002a",
        "VIOLATES vpce-0a00000000000001a",
        "IN ORDER vpce-0a00000000000003a",
    ]
    assert "1735 days old, no owner told" in first.stdout
    assert "1 rejected; 1 deleted, not judged." in first.stdout

    mended = [interface(PolicyDocument=OWN_POLICY), gateway()]
    write(tmp_path, endpoints={"VpcEndpoints": mended}, subnets=subnets)
    second = audit(tmp_path, "endpoints.json", "subnets.json", "--at", "2026-12-30T12:00:00Z", "--since", "first.json")
    assert second.returncode == 1, second.stderr
    assert "resolved  vpce-0a00000000000001a VPCE-ORG-007" in second.stdout
    assert "gone      vpce-0a00000000000003a" in second.stdout
    assert "since 2026-11-30" in second.stdout


def test_both_engines_say_the_same_of_what_exists(tmp_path: Path, opa_server: Opa) -> None:
    write(tmp_path, described={"VpcEndpoints": [gateway()]}, items={"configurationItems": [config_item(interface())]})
    answers = []
    for engine in ((), ("--engine", "opa", "--opa-url", opa_server.url)):
        done = audit(tmp_path, "described.json", "items.json", "-o", "json", "--at", "2026-11-30T12:00:00Z", *engine)
        assert done.returncode == 1, done.stderr
        members = ("allowed", "violations", "waived", "undetermined")
        answers.append([{name: one[name] for name in members} for one in json.loads(done.stdout)["decisions"]])
    assert answers[0] == answers[1]


def test_a_service_audits_for_whoever_sends_what_aws_printed(tmp_path: Path) -> None:
    write(tmp_path)
    content = {"documents": [{"VpcEndpoints": [gateway()]}], "at": "2026-11-30T12:00:00Z"}
    with serving(tmp_path, org_data=tmp_path / "org.yaml") as port:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/audit", json.dumps(content).encode())
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)
    (endpoint,) = found["audit"]["endpoints"]
    assert (found["allowed"], endpoint["endpoint_id"]) == (False, "vpce-0a00000000000002a")
    assert "VPCE-ORG-003" in {one["rule_id"] for one in endpoint["violations"]}
