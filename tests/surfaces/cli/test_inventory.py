"""`vpce-guard inventory`: accounts are read, what cannot be is named, and what is there is told with its age."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import run
from tests.support.existing import gateway, interface
from tests.support.moto_aws import OTHER, OWN, UNKNOWN, make_endpoints
from vpce_guard.inventory.aws import Accounts, ReadError


@pytest.fixture
def url(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("VPCE_GUARD_DATABASE_URL", sqlite_url)
    return sqlite_url


@pytest.mark.usefixtures("moto_url", "url")
def test_accounts_and_regions_are_read_and_summed_up() -> None:
    make_endpoints(2)
    scope = ("--accounts", f"{OWN},{OTHER}", "--role", "reader", "--regions", "us-east-1")
    done = run("inventory", "sync", *scope, "--without", UNKNOWN, "--traffic")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"2 accounts, 2 Regions of theirs: 3 endpoints among ")
    assert done.stdout.endswith(b"; 24 lists read.\n")
    listed = json.loads(run("inventory", "list", "-o", "json").stdout)["places"]
    assert [(one["account"], one["region"]) for one in listed] == [
        (OTHER, "us-east-1"),
        (OWN, "us-east-1"),
    ]
    assert (listed[1]["things"]["VpcEndpoints"], listed[1]["source"]) == (3, "aws")
    assert listed[1]["things"]["EndpointTraffic"] == 2  # of interface endpoints
    assert f"{OWN} us-east-1  {listed[1]['taken']} (new), aws: ".encode() in run("inventory", "list").stdout


@pytest.mark.usefixtures("moto_url", "url")
def test_what_cannot_be_read_is_named_and_gives_3() -> None:
    done = run("inventory", "sync", "--without", "ResourceConfigurations,PrivateHostedZones,ServiceDetails")
    assert done.returncode == 3
    assert b"9 lists read, 1 could not be read." in done.stdout
    assert b"vpce-guard: ec2:DescribeSecurityGroupVpcAssociations failed: " in done.stderr
    assert f": {OWN} us-east-1\n".encode() in done.stderr


@pytest.mark.usefixtures("url")
def test_files_are_read_without_asking_anybody(tmp_path: Path) -> None:
    file = tmp_path / "endpoints.json"
    file.write_text(json.dumps({"VpcEndpoints": [interface(), gateway()]}))
    done = run("inventory", "sync", "--from", str(file))
    assert (done.returncode, done.stdout) == (
        0,
        b"1 account, 1 Region of theirs: 2 endpoints among 2 things; 1 list read.\n",
    )


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "x.json", "--role", "r"), b"--from and --role"),
        (("--from", "/nowhere/x.json"), b"/nowhere/x.json cannot be read"),
        (("--from", "x.json", "--traffic"), b"--from and --traffic"),
        (("--from", "x.json", "--without", "Vpcs"), b"--from and --without"),
        (("--aggregator", "all", "--without", "Vpcs"), b"--aggregator and --without"),
        (("--aggregator", "all", "--regions", "all"), b"is in one Region"),
        (("--aggregator", "all", "--traffic"), b"AWS Config knows no metrics"),
        (("--without", "Vpc"), b"--without Vpc: there are Vpcs,"),
        (("--accounts", OTHER, "--regions", "us-east-1"), b"give --role"),
        (("--accounts", OTHER, "--organization", "--role", "r"), b"cannot be used together"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(moto_url: str, arguments: tuple[str, ...], said: bytes) -> None:
    assert moto_url
    done = run("inventory", "sync", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_least_policy_is_printed_without_what_is_not_to_be_read() -> None:
    policy = json.loads(run("inventory", "policy", "--without", UNKNOWN).stdout)
    (statement,) = policy["Statement"]
    assert statement["Effect"] == "Allow"
    assert "ec2:DescribeVpcEndpoints" in statement["Action"]
    assert "vpc-lattice:ListResourceConfigurations" not in statement["Action"]


@pytest.mark.usefixtures("url")
def test_an_empty_inventory_is_told() -> None:
    done = run("inventory", "list")
    assert done.returncode == 2
    assert b"The inventory is empty. Run `vpce-guard inventory sync`." in done.stderr


def test_the_policy_for_traffic_has_what_cloudwatch_needs() -> None:
    policies = [json.loads(run("inventory", "policy", *options).stdout) for options in ((), ("--traffic",))]
    plain, with_traffic = (set(policy["Statement"][0]["Action"]) for policy in policies)
    assert with_traffic - plain == {"cloudwatch:GetMetricData"}


@pytest.mark.usefixtures("moto_url", "url")
def test_an_account_that_does_not_tell_its_regions_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_: Accounts, account: str) -> list[str]:
        if account != OWN:
            raise ReadError("no entry", action="sts:AssumeRole")
        return ["us-east-1"]

    monkeypatch.setattr(Accounts, "find_regions", find)
    scope = ("--accounts", f"{OWN},{OTHER}", "--role", "reader", "--regions", "all")
    done = run("inventory", "sync", *scope, "--without", UNKNOWN)
    assert done.returncode == 0
    assert done.stdout.startswith(b"2 accounts, 2 Regions of theirs: ")
