"""The script that fetches what is not known: it runs, what it prints is a context, and then strict mode passes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.command import run
from tests.surfaces.reports.test_reports import decision
from vpce_guard.formats.document import Draft
from vpce_guard.model import Undetermined
from vpce_guard.surfaces.reports import Report
from vpce_guard.surfaces.reports.fetch import render

ANSWERS = """#!/bin/sh
echo "$@" >> "$0.asked"
case "$2" in
  describe-vpc-endpoints) echo '{"VpcEndpoints": []}' ;;
  list-hosted-zones-by-vpc) echo '{"PrivateHostedZones": []}' ;;
  *) exit 254 ;;
esac
"""


def report(*missing: str, region: str | None = "us-east-1") -> Report:
    unsure = decision(undetermined=tuple(Undetermined(rule_id="R-1", reason="r", missing=(one,)) for one in missing))
    context = {"Region": region} if region else {}
    return Report(
        request_id="r", decisions=(unsure,), drafts={"d": Draft(operation="create", context=context, request={})}
    )


def test_what_the_script_prints_makes_strict_mode_pass(root: Path, tmp_path: Path) -> None:
    plan = root / "tests/formats/terraform/roots/existing_vpc"
    asked = (str(plan / "plan.json"), "--source", str(plan))
    aws, script, context = tmp_path / "aws", tmp_path / "fetch.sh", tmp_path / "context.json"
    aws.write_text(ANSWERS)
    aws.chmod(0o755)
    assert run("check", *asked, "-o", f"fetch={script}").returncode == 0
    printed = subprocess.run(
        ["/bin/sh", str(script)], env={"PATH": f"{tmp_path}:/bin:/usr/bin"}, capture_output=True, check=True
    )
    context.write_bytes(printed.stdout)
    assert (tmp_path / "aws.asked").read_text().splitlines()[0] == (
        "ec2 describe-vpc-endpoints --region us-east-1 --output json"
    )
    assert run("check", *asked, "--strict").returncode == 1
    assert run("check", *asked, "--strict", "--context", str(context)).returncode == 0


def test_a_command_that_fails_fails_the_script(tmp_path: Path) -> None:
    (tmp_path / "aws").write_text(ANSWERS)
    (tmp_path / "aws").chmod(0o755)
    script = render(report("/context/VpcEndpoints", "/context/ManagedPrefixLists"))
    done = subprocess.run(
        ["/bin/sh", "-c", script], env={"PATH": f"{tmp_path}:/bin:/usr/bin"}, capture_output=True, check=False
    )
    assert done.returncode == 254
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.stdout)


def test_where_all_is_known_the_script_prints_an_empty_list() -> None:
    assert render(report()).splitlines()[2:] == ["set -eu", "echo '[]'"]


def test_what_no_command_tells_is_a_comment() -> None:
    assert render(report("/intent/client_cidrs")).splitlines()[3:] == [
        "echo '[]'",
        "# no command tells: what the endpoint is for (/intent/client_cidrs), for R-1",
    ]


def test_a_list_of_contexts_is_a_context_and_anything_else_is_none(tmp_path: Path) -> None:
    file, request = tmp_path / "context.json", tmp_path / "request.json"
    request.write_text('{"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": []}')
    file.write_text('[{"VpcEndpoints": []}, {"Region": "us-east-1"}]')
    assert run("check", str(request), "--context", str(file)).returncode == 0
    file.write_text("[1]")
    done = run("check", str(request), "--context", str(file))
    assert (done.returncode, b"object or a list of objects" in done.stderr) == (2, True)
