"""`vpce-guard policy score`: from events in files to numbers, disagreements and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cloudtrail import SUBNETS, create, in_subnets
from tests.support.command import Done, run

SAME_ZONE = "Client.DuplicateSubnetsInSameZone"
EVENTS = [
    in_subnets(1, "a", "c"),
    in_subnets(2, "a", "b", code=SAME_ZONE),
    in_subnets(3, "a", "b"),
    in_subnets(4, "a", "c", code=SAME_ZONE),
    create(5, code="Client.UnauthorizedOperation"),
    create(6, code="Client.InvalidParameter", message="There is already a conflicting DNS domain for it."),
    create(7, code="Client.InvalidVpcEndpointService.NotFound", VpcEndpointType="Nothing"),
    in_subnets(2, "a", "b", code=SAME_ZONE),
]


@pytest.fixture(name="folder")
def events_in_a_folder(tmp_path: Path) -> Path:
    """A folder of events, beside a file of what is known of their subnets."""
    (tmp_path / "events").mkdir()
    (tmp_path / "events/one.json").write_text(json.dumps({"Records": EVENTS[:4]}))
    (tmp_path / "events/two.jsonl").write_text("\n".join(map(json.dumps, EVENTS[4:])))
    (tmp_path / "context.json").write_text(json.dumps({"Subnets": SUBNETS}))
    return tmp_path


def score(folder: Path, *arguments: str) -> Done:
    """Score the events of the folder."""
    return run("policy", "score", str(folder / "events"), "--context", str(folder / "context.json"), *arguments)


def test_the_numbers_and_each_disagreement(folder: Path) -> None:
    done = score(folder, "-o", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["precision"], told["recall"]) == (0.5, 0.5)
    assert told["counts"] == {
        "both_allow": 0,
        "allowed_undetermined": 1,
        "wrongly_denied": 1,
        "foreseen": 1,
        "denied_otherwise": 0,
        "missed": 1,
        "missed_undetermined": 1,
        "not_stated": 1,
    }
    assert (told["not_counted"]["repeated"], told["not_counted"]["of_access"]) == (1, 1)
    assert (told["files"], told["events"]) == (2, 7)
    rule = told["rules"]["VPCE-IFACE-002"]
    assert (rule["foreseen"], rule["wrong"], rule["missed"]) == (1, 1, 1)
    assert [one["event_id"][-1] for one in told["disagreements"]] == ["3", "4"]
    assert told["disagreements"][0]["denied"][0]["path"] == "/request/SubnetIds/1"


def test_without_what_is_around_nothing_is_denied_and_the_miss_is_undetermined(folder: Path) -> None:
    (folder / "context.json").write_text("{}")
    counts = json.loads(score(folder, "-o", "json").stdout)["counts"]
    assert (counts["wrongly_denied"], counts["missed"], counts["missed_undetermined"]) == (0, 0, 3)


@pytest.mark.parametrize("output", ["text", "markdown"])
def test_people_read_the_same(folder: Path, output: str) -> None:
    text = score(folder, "-o", output).stdout.decode()
    assert "Precision 50.0%, recall 50.0%." in text
    assert "1 refused because of who asked" in text
    for number in (3, 4):
        assert f"00000000-0000-4000-8000-00000000000{number} at 2026-03-01T10:00:0{number}Z" in text
    assert "DuplicateSubnetsInSameZone" in text
    assert '"SubnetIds":["subnet-0a00000000000000a","subnet-0a00000000000000b"]' in text


@pytest.mark.parametrize(
    ("demands", "code"),
    [
        (("--min-precision", "0.5", "--min-recall", "0.5"), 0),
        (("--min-precision", "0.51"), 1),
        (("--min-recall", "0.51"), 1),
    ],
)
def test_demands_decide_the_exit_code(folder: Path, demands: tuple[str, ...], code: int) -> None:
    done = score(folder, *demands)
    assert done.returncode == code
    assert (b"0.500, and 0.51 is demanded" in done.stderr) == bool(code)


def test_a_demand_that_nothing_can_meet_is_not_met() -> None:
    done = run("policy", "score", "-", "--min-recall", "0", stdin=json.dumps(in_subnets(1, "a")).encode())
    assert done.returncode == 1
    assert b"recall is not known" in done.stderr


def test_what_an_organisation_wants_is_told_apart(folder: Path) -> None:
    (folder / "org.yaml").write_text("regions: {allowed: {'*': [eu-west-1]}}\n")
    told = json.loads(score(folder, "--data", str(folder / "org.yaml"), "-o", "json").stdout)
    assert told["left_apart"] != {}
    assert told["counts"]["wrongly_denied"] == 1


def test_what_cannot_be_read_is_told_and_the_rest_is_scored(folder: Path) -> None:
    (folder / "events/three.json").write_text('{"Records": [{"eventName": "CreateVpcEndpoint"')
    done = score(folder, "-o", "json")
    assert done.returncode == 2
    assert b"three.json is not JSON" in done.stderr
    assert json.loads(done.stdout)["counts"]["foreseen"] == 1


def test_a_name_that_stands_for_nothing_is_wrong_usage(folder: Path) -> None:
    assert run("policy", "score", str(folder / "none")).returncode == 2
