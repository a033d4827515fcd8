"""The command as a person or a pipeline runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import run


def run_process(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "vpce_guard", *arguments], input=stdin, capture_output=True, timeout=600, check=False
    )


def test_the_example_plan(root: Path) -> None:
    done = run_process("check", str(root / "examples/terraform/plan.json"), "-o", "json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    by_key = {d["subject"]["address"].split("this")[1]: d for d in answer["decisions"]}
    found = {
        key: (d["allowed"], [(v["rule_id"], v["path"]) for v in d["violations"] if v["enforcement_action"] == "deny"])
        for key, d in by_key.items()
    }
    assert found == {
        '["ecr.api"]': (True, []),
        '["inspection"]': (False, [("VPCE-GWLB-004", "/request/SecurityGroupIds")]),
        '["kms"]': (False, [("VPCE-IFACE-002", "/request/SubnetIds/1")]),
        '["s3"]': (True, []),
        '["sns"]': (
            False,
            [("VPCE-COMMON-005", "/request/VpcEndpointType"), ("VPCE-GW-001", "/request/ServiceName")],
        ),
        '["sqs"]': (True, []),
    }
    unsure = {u["rule_id"]: u["missing"] for u in by_key['["ecr.api"]']["undetermined"]}
    assert unsure["VPCE-IFACE-002"] == ["/request/SubnetIds"]
    violation = by_key['["kms"]']["violations"][0]
    assert violation["remediation"].startswith("Keep one subnet")
    assert violation["fix"] == [{"op": "remove", "path": "/request/SubnetIds/1"}]
    assert violation["fix_verified"] is True


def test_text_names_the_endpoint_the_rule_the_place_and_the_remedy(root: Path) -> None:
    text = run("check", str(root / "examples/terraform/plan.json")).stdout.decode()
    assert 'DENIED   create module.endpoints.aws_vpc_endpoint.this["kms"]' in text
    assert "VPCE-IFACE-002" in text
    assert "at /request/SubnetIds/1" in text
    assert "do: Keep one subnet per Availability Zone" in text
    assert "3 allowed, 3 denied" in text
    assert "\x1b" not in text


def test_an_allowed_plan_is_0(root: Path) -> None:
    assert run("check", str(root / "tests/formats/terraform/plans/create-one-interface/plan.json")).returncode == 0


def test_standard_input_and_a_context_file(root: Path) -> None:
    request = (root / "examples/requests/create-interface.json").read_bytes()
    context = str(root / "examples/requests/context.json")
    done = run("check", "--context", context, "-o", "json", stdin=request)
    assert done.returncode == 1
    rules = {v["rule_id"] for v in json.loads(done.stdout)["decisions"][0]["violations"]}
    assert rules >= {"VPCE-COMMON-006", "VPCE-COMMON-013", "VPCE-IFACE-007"}


def test_fail_on_warn(root: Path) -> None:
    plan = str(root / "tests/formats/terraform/plans/defaults-omitted/plan.json")
    assert run("check", plan, "--fail-on", "warn").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["check"], b""),
        (["check"], b'{"operation": '),
        (["check"], b"\xff\xfe\x00\x01"),
        (["check"], b"[" * 100_000),
        (["check"], b'{"proposals": 3}'),
        (["check"], b'{"operation": "destroy", "request": {}}'),
        (["check", "--format", "pdf"], b"{}"),
        (["check", "/does/not/exist"], b""),
        (["check", "--no-such-flag"], b""),
        (["no-such-command"], b""),
        (["rules", "VPCE-XXX-001"], b""),
    ],
)
def test_bad_input_is_2_with_a_message_and_no_traceback(arguments: list[str], stdin: bytes) -> None:
    done = run(*arguments, stdin=stdin)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.strip()
    assert b"Traceback" not in done.stderr


def test_a_process_that_cannot_read_its_input_ends_with_2() -> None:
    done = run_process("check", stdin=b'{"operation": ')
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_a_setting_that_cannot_work_is_2() -> None:
    done = run("check", stdin=b"{}", VPCE_GUARD_PORT="many")
    assert done.returncode == 2
    assert b"port" in done.stderr


def test_an_engine_that_cannot_be_reached_is_3_and_never_0(root: Path) -> None:
    plan = str(root / "tests/formats/terraform/plans/create-one-interface/plan.json")
    done = run("check", plan, "--engine", "opa", "--opa-url", "http://127.0.0.1:1")
    assert done.returncode == 3
    assert b"cannot be reached" in done.stdout


def test_a_bundle_that_is_none_is_3(tmp_path: Path) -> None:
    assert run("check", "--bundle", str(tmp_path), stdin=b'{"VpcId": "vpc-1"}').returncode == 3


def test_serving_strangers_without_credentials_is_2() -> None:
    done = run("serve", "--host", "0.0.0.0")  # noqa: S104
    assert done.returncode == 2
    assert b"credentials" in done.stderr


def test_rules_are_listed_and_shown() -> None:
    assert b"VPCE-IFACE-002" in run("rules").stdout
    page = run("rules", "vpce-iface-002").stdout.decode()
    assert "two subnets in one Availability Zone" in page
    assert json.loads(run("rules", "VPCE-IFACE-002", "-o", "json").stdout)["examples"]["fail"]


def test_the_service_catalogue_tells_its_age_and_what_it_knows() -> None:
    answer = json.loads(run("services", "s3", "-o", "json").stdout)
    assert answer["age_days"] >= 0
    assert set(answer["services"]["s3"]["types"]) == {"Gateway", "Interface"}
    text = run("services", "s3").stdout.decode()
    assert f"Service catalogue of {answer['date']}" in text
    for fact, value in answer["services"]["s3"].items():
        word = value[0] if isinstance(value, list) else "yes"
        assert fact == "from" or (f"  {fact} " in text and word in text)
    assert all(f"[{source}]" in text for source in answer["services"]["s3"]["from"].values() if isinstance(source, str))
    assert b"cells" in run("services", "transfer.server.c-0001").stdout
    assert b"Did you mean monitoring?" in run("services", "cloudwatch").stderr
    assert b"Did you mean secretsmanager?" in run("services", "secretmanager").stderr
    unknown = run("services", "nonesuch")
    assert unknown.returncode == 2
    assert "ServiceDetails" in unknown.stderr.decode()


def test_coverage_lists_sentences_with_rules_and_what_fires_them() -> None:
    answer = json.loads(run("rules", "--coverage", "-o", "json").stdout)
    assert all(s["note"] or s["rules"] for s in answer)
    assert all(s["examples"][rule] for s in answer for rule in s["rules"])
    assert run("rules", "-o", "sarif").returncode == 2
