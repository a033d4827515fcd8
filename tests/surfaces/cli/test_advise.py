"""`vpce-guard advise`: which type serves a need, and why."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import run


def test_the_row_of_the_type_chooser_is_named() -> None:
    done = run("advise", "--service", "s3", "-o", "json")
    assert json.loads(done.stdout)["why"] == "a gateway endpoint costs nothing and is scoped by route tables"


def test_a_tag_without_a_value_is_wrong_usage() -> None:
    done = run("advise", "--service", "s3", "--tag", "team")
    assert done.returncode == 2
    assert b"KEY=VALUE" in done.stderr


def test_what_must_be_known_is_asked_for_in_options() -> None:
    done = run("advise", "--service", "s3")
    assert done.returncode == 2
    assert done.stdout.decode().splitlines() == [
        "More must be known (a gateway endpoint costs nothing and is scoped by route tables):",
        "    region: the Region of the VPC",
        "    vpc_id: the VPC; a context tells its subnets, groups and route tables too",
        "For example: --region us-east-1 --vpc vpc-0a1b2c3d4e5f67890",
    ]
    assert run("advise", "--service", "s3", "--region", "us-east-1", "--vpc", "vpc-0a1b2c3d4e5f67890").returncode == 0


def test_what_has_no_option_is_shown_as_a_file() -> None:
    (line,) = (one for one in run("advise", "--purpose", "tunnel").stdout.decode().splitlines() if "NEED" in one)
    assert line.startswith('For example, in the file NEED: {"resource_configuration_arn":"arn:')


POLICY = ("advise", "--policy", "--service", "s3", "--region", "eu-west-1", "--account", "111122223333")
LAYERS = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"


def test_a_policy_is_written_with_what_it_leaves_open() -> None:
    done = run(*POLICY, "--needs", "ecr,codedeploy", "--action", "s3:GetObject")
    first, *lines = done.stdout.decode().splitlines()
    assert (done.returncode, first) == (0, "Policy for com.amazonaws.eu-west-1.s3: no rule objects.")
    assert lines[0].startswith("    open for codedeploy: to install and update the CodeDeploy agent; see")
    assert lines[lines.index("{") - 1] == "    proved: No resource outside is reached. But for what is open."
    document = json.loads("\n".join(lines[lines.index("{") :]))
    assert [statement["Action"] for statement in document["Statement"]] == [["s3:GetObject"]] * 3
    assert document["Statement"][-1]["Resource"] == [LAYERS]
    (policy,) = json.loads(run(*POLICY, "--needs", "ecr", "-o", "json").stdout)["policies"]
    assert (policy["admissible"], policy["opens"][0]["resources"]) == (True, [LAYERS])


def test_a_policy_that_a_rule_objects_to_is_written_with_the_objection(tmp_path: Path) -> None:
    org = tmp_path / "org.yaml"
    org.write_text("org_ids: [o-abc1234567]\npolicy: {require_resource_org: true}\n")
    done = run(*POLICY, "--needs", "ecr", "--data", str(org))
    assert done.returncode == 1
    first, second, *_ = done.stdout.decode().splitlines()
    assert first == "Policy for com.amazonaws.eu-west-1.s3: a rule objects."
    assert second.startswith("    VPCE-ORG-009  statement 1 leads to others than resources of o-abc1234567")


def test_where_there_is_no_policy_it_says_why() -> None:
    done = run("advise", "--policy", "--service", "apprunner.requests", *POLICY[4:])
    assert (done.returncode, done.stdout) == (
        1,
        b"There is no policy: apprunner.requests takes no endpoint policies. Leave PolicyDocument out.\n",
    )
    assert run(*POLICY[:-2]).stdout.endswith(b"For example: --account 111122223333\n")
