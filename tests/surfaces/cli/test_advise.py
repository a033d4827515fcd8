"""`vpce-guard advise`: which type serves a need, and why."""

from __future__ import annotations

import json

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
