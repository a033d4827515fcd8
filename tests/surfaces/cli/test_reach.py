"""`vpce-guard reach`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Done, run

OUR_ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}
ALL: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def policy(**members: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{**ALL, **members}]}


@pytest.fixture
def org(tmp_path: Path) -> str:
    path = tmp_path / "org.yaml"
    path.write_text("org_ids: [o-abc1234567]\naccounts: ['111122223333']\n")
    return str(path)


def reach(document: Any, *options: str) -> Done:
    return run("reach", "-", *options, stdin=json.dumps(document).encode())


def test_what_is_proved_exits_with_0(org: str) -> None:
    test = {"StringEquals": {**OUR_ORG["StringEquals"], "aws:ResourceOrgID": "o-abc1234567"}}
    done = reach(policy(Condition=test), "--data", org, "--service", "kms")
    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[:2] == [
        "outside_principals: proved. No principal outside passes.",
        "outside_resources: proved. No resource outside is reached.",
    ]


def test_what_is_refuted_exits_with_1_and_shows_a_request(org: str) -> None:
    done = reach(policy(Condition=OUR_ORG), "--data", org, "--service", "kms")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[1:6] == [
        "outside_resources: refuted. This request of a resource outside passes.",
        "    principal: arn:aws:iam::999999999999:root",
        "    action: kms:GetKeyPolicy",
        "    resource: arn:aws:kms:us-east-1:999999999999:key/a",
        "    aws:PrincipalOrgID: o-abc1234567",
    ]


def test_what_is_undecided_exits_with_3() -> None:
    done = reach(policy(Condition=OUR_ORG), "--can", "111122223333", "s3:GetObject", "arn:aws:s3:::a", "-o", "json")
    assert done.returncode == 3
    assert [answer["answer"] for answer in json.loads(done.stdout)["answers"]] == ["proved", "proved", "undecided"]


def test_what_looks_like_a_variable_and_is_none_is_told() -> None:
    older = {**policy(Resource="arn:aws:s3:::${aws:username}/${*}"), "Version": "2008-10-17"}
    done = reach(older, "--service", "s3")
    said = "${aws:username} in statement 0 is plain text: a policy has variables with Version 2012-10-17 only."
    assert done.stderr.decode().splitlines() == [f"vpce-guard: {said}"]
    assert json.loads(reach(older, "-o", "json").stdout)["notes"] == [said]
    assert reach({**older, "Version": "2012-10-17"}, "--service", "s3").stderr == b""


def test_a_file_is_compared_with_the_one_it_replaces(tmp_path: Path) -> None:
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    new.write_text(json.dumps({"PolicyDocument": json.dumps(policy())}))
    old.write_text(json.dumps(policy(Action="s3:Get*")))
    assert b"newly_allowed: refuted" in run("reach", str(new), "--against", str(old)).stdout
    assert b"newly_allowed: proved" in run("reach", str(old), "--against", str(new)).stdout


@pytest.mark.parametrize(
    ("document", "options", "says"),
    [
        ({"Statement": 5}, (), b"a list of objects"),
        (policy(), ("--against", "/nowhere"), b"cannot be read"),
        (policy(), ("--service", "s4"), b"does not know s4"),
        (policy(), ("--can", "me", "s3:GetObject", "*"), b"no principal"),
    ],
)
def test_what_cannot_be_read_exits_with_2(document: Any, options: tuple[str, ...], says: bytes) -> None:
    done = reach(document, *options)
    assert (done.returncode, says in done.stderr) == (2, True)
