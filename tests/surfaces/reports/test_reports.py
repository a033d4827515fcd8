"""Each report over every kind of finding; SARIF and JUnit against their published schemas."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import jsonschema
import pytest
import xmlschema
from pydantic_core import to_json

from tests.support.audits import EARLIER, audit, endpoint, seen
from tests.support.decisions import make_decision
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.rules import RelatedResource, Rule
from vpce_guard.formats.document import Draft
from vpce_guard.model import Decision, Location, Metrics, Subject, Undetermined, Violation, WaivedViolation
from vpce_guard.surfaces.reports import Report, pieces_of, renderer, report_names
from vpce_guard.whatif.audit.types import Changes, Drift, PastViolation

NASTY = 'a|b`c\n::error::<script> & "q" @team [x](y) %0A \x00 \ud7ff'


def violation(action: str, rule_id: str = "VPCE-IFACE-002", **more: Any) -> Violation:
    given: dict[str, Any] = {
        "rule_id": rule_id,
        "title": "One subnet per zone",
        "severity": "error",
        "enforcement_action": action,
        "message": "two subnets in one zone",
        "path": "/request/SubnetIds/1",
        "remediation": "Remove one.",
        "source": "https://docs.aws.amazon.com/x",
        "location": Location(file="infra/main file.tf", line=15),
        **more,
    }
    return Violation(**given)


def decision(address: str = "aws_vpc_endpoint.a", **more: Any) -> Decision:
    given: dict[str, Any] = {
        "decision_id": "d",
        "timestamp": "2026-01-01T00:00:00.000Z",
        "allowed": False,
        "subject": Subject(
            address=address,
            endpoint_type="Interface",
            service_name="s",
            vpc_id="v",
            source=Location(file="infra/main.tf", line=3),
        ),
        "metrics": Metrics(evaluate_ms=1.0),
        **more,
    }
    return make_decision(**given)


FIX = ({"op": "remove", "path": "/request/SubnetIds/1"},)
EVERYTHING = Report(
    request_id="r",
    decisions=(
        decision(
            violations=(
                violation("deny", fix=FIX, fix_verified=True),
                violation("warn", "VPCE-COMMON-020", location=None),
                violation("inform", "VPCE-ORG-999", source="guide.md: 3"),
            ),
            waived=(
                WaivedViolation(rule_id="VPCE-ORG-006", waiver_id="W-1", expires="2026-12-01", message="waived one"),
            ),
            undetermined=(Undetermined(rule_id="VPCE-IFACE-005", reason="not known", missing=("/context/Subnets",)),),
        ),
        decision("aws_vpc_endpoint.b", allowed=True),
        decision("aws_vpc_endpoint.c", error="the engine did not answer"),
        decision("aws_vpc_endpoint.d", undetermined=(Undetermined(rule_id="VPCE-GW-001", reason="x", missing=()),)),
        decision(NASTY, violations=(violation("deny", message=NASTY, remediation=NASTY, title=NASTY),)),
    ),
)
NOTHING = Report(request_id="r", decisions=())


@pytest.mark.parametrize("report", [EVERYTHING, NOTHING], ids=["everything", "nothing"])
def test_sarif_is_valid(report: Report, schemas: Path) -> None:
    document = json.loads(renderer("sarif")(report))
    jsonschema.Draft4Validator(json.loads((schemas / "sarif-2.1.0.json").read_text())).validate(document)


@pytest.mark.parametrize("report", [EVERYTHING, NOTHING], ids=["everything", "nothing"])
def test_junit_is_valid(report: Report, schemas: Path) -> None:
    xmlschema.XMLSchema(str(schemas / "junit-10.xsd")).validate(renderer("junit")(report))


def test_sarif_says_everything() -> None:
    (run,) = json.loads(renderer("sarif")(EVERYTHING))["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert ids == sorted(set(ids))
    results = run["results"]
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in results)
    first = results[0]
    assert (first["kind"], first["level"]) == ("fail", "error")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "infra/main%20file.tf", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 15}
    assert first["properties"]["fix"] == list(FIX)
    assert [r["level"] for r in results if r["kind"] == "fail"][:3] == ["error", "warning", "note"]
    (waived,) = [r for r in results if "suppressions" in r]
    assert "W-1" in waived["suppressions"][0]["justification"]
    assert {r["ruleId"] for r in results if r["kind"] == "open"} == {"VPCE-IFACE-005", "VPCE-GW-001"}
    assert run["invocations"][0]["executionSuccessful"] is False


def test_sarif_describes_rules_as_the_bundle_that_decided_does() -> None:
    own = Rule(
        name="gw.own",
        title="Not the packaged title",
        description="What the organisation's own rule wants.",
        id="VPCE-GW-001",
        kind="documented",
        severity="warning",
        enforcement_action="warn",
        effect="hygiene",
        remediation="Do it.",
        reads=(),
        related_resources=(RelatedResource(ref="https://docs.aws.amazon.com/own"),),
    )
    report = Report(request_id="r", decisions=EVERYTHING.decisions, rules={own.id: own}, docs_url="https://docs.corp/")
    described = {r["id"]: r for r in json.loads(renderer("sarif")(report))["runs"][0]["tool"]["driver"]["rules"]}
    assert described["VPCE-GW-001"] == {
        "id": "VPCE-GW-001",
        "helpUri": "https://docs.corp/rules/VPCE-GW-001/",
        "shortDescription": {"text": "Not the packaged title"},
        "help": {
            "text": "Do it.\nSource: https://docs.aws.amazon.com/own",
            "markdown": "Do it.\n\nSource: https://docs.aws.amazon.com/own",
        },
        "fullDescription": {"text": "What the organisation's own rule wants."},
        "properties": {"tags": ["aws", "vpc-endpoint", "documented"]},
        "defaultConfiguration": {"level": "warning"},
    }
    assert described["VPCE-IFACE-005"] == {
        "id": "VPCE-IFACE-005",
        "helpUri": "https://docs.corp/rules/VPCE-IFACE-005/",
    }


@pytest.mark.parametrize("name", ["sarif", "github", "junit", "markdown", "text"])
def test_every_report_for_people_links_to_the_page_of_the_rule(name: str) -> None:
    assert "https://vpce-guard.example/rules/VPCE-IFACE-002/" in renderer(name)(EVERYTHING)


def test_fingerprints_do_not_move_with_the_line() -> None:
    def prints(line: int) -> list[str]:
        moved = violation("deny", location=Location(file="main.tf", line=line))
        report = Report(request_id="r", decisions=(decision(violations=(moved, violation("deny", path="/request/x"))),))
        results = json.loads(renderer("sarif")(report))["runs"][0]["results"]
        return [result["partialFingerprints"]["vpceGuard/v1"] for result in results]

    assert prints(3) == prints(300)
    assert len(set(prints(3))) == 2


def test_junit_counts_what_failed() -> None:
    root = ElementTree.fromstring(renderer("junit")(EVERYTHING))  # noqa: S314 - our own
    counts = {s.get("name"): (s.get("failures"), s.get("errors"), s.get("skipped")) for s in root}
    assert counts["aws_vpc_endpoint.a"] == ("1", "0", "1")
    assert counts["aws_vpc_endpoint.b"] == ("0", "0", "0")
    assert counts["aws_vpc_endpoint.c"] == ("0", "1", "0")
    assert counts["aws_vpc_endpoint.d"] == ("1", "0", "1")  # strict: not everything could be judged
    assert (root.get("failures"), root.get("errors")) == ("3", "1")


def test_annotations_are_on_the_line_and_cannot_be_forged() -> None:
    lines = renderer("github")(EVERYTHING).splitlines()
    assert lines[0].startswith("::error file=infra/main file.tf,line=15,title=VPCE-IFACE-002 One subnet per zone::")
    assert sum(line.startswith("::error") for line in lines) == 3
    assert not any(line.startswith("::") and "\x00\n" in line for line in lines)
    assert lines[-1] == "1 allowed, 4 denied; 2 with rules that could not be judged."


UNSURE = (
    Undetermined(rule_id="VPCE-IFACE-004", reason="a", missing=("/context/Subnets",)),
    Undetermined(rule_id="VPCE-IFACE-005", reason="b", missing=("/context/Subnets",)),
    Undetermined(rule_id="VPCE-COMMON-013", reason="the policy is not known yet", missing=("/request/PolicyDocument",)),
)
INCOMPLETE = Report(
    request_id="r",
    decisions=tuple(decision(f"aws_vpc_endpoint.{n}", decision_id=n, undetermined=UNSURE) for n in "abc"),
    drafts={n: Draft(operation="create", request={"SubnetIds": [f"subnet-0{n}1b2c3d"]}) for n in "abc"},
)
COMMAND = "aws ec2 describe-subnets --subnet-ids subnet-0a1b2c3d subnet-0b1b2c3d subnet-0c1b2c3d > subnets.json"


def test_text_tells_what_is_not_known_once_for_all_endpoints() -> None:
    lines = click.unstyle(renderer("text")(INCOMPLETE)).splitlines()
    assert lines.count("  unsure 3 rules, see NOT KNOWN below") == 3
    assert lines[lines.index("NOT KNOWN, so not judged") : -2] == [
        "NOT KNOWN, so not judged",
        "  subnets (3 endpoints)",
        f"         {COMMAND}",
        "         settles VPCE-IFACE-004, VPCE-IFACE-005",
        "  values of the request (3 endpoints)",
        "         /request/PolicyDocument. Known later, or with more given: a plan's Terraform source",
        "         (--source), a template's --parameters.",
        "         settles VPCE-COMMON-013: the policy is not known yet",
        "  then check again with --context subnets.json",
    ]


def test_markdown_has_the_commands_in_one_block() -> None:
    lines = renderer("markdown")(INCOMPLETE).splitlines()
    assert "<details><summary>9 could not be judged, and what would settle that</summary>" in lines
    begin = lines.index("```sh")
    assert lines[begin + 1 : begin + 5] == [COMMAND, "```", "", "Then check again with `--context subnets.json`."]


def test_no_file_is_asked_for_where_none_can_be_given() -> None:
    for name in ("text", "markdown"):
        told = renderer(name)(replace(INCOMPLETE, takes_context=False))
        assert "subnets.json" not in told
        assert "VPCE-IFACE-004" in told


def test_markdown_says_the_verdict_first_and_escapes_what_it_quotes() -> None:
    text = renderer("markdown")(EVERYTHING)
    assert text.splitlines()[0] == "## VPC endpoints: could not decide"
    outside = re.sub("`[^`]*`", "", text.replace("\\`", ""))
    assert "<script>" not in outside
    assert "@team" not in outside
    assert "| `aws_vpc_endpoint.a`<br>infra/main file.tf:15 |" in text
    assert '{"op":"remove","path":"/request/SubnetIds/1"}' in text
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert all(len(row.replace("\\|", "").strip("|").split("|")) == 4 for row in rows)


def test_a_comment_stays_within_what_github_takes() -> None:
    many = Report(
        request_id="r",
        decisions=tuple(
            decision(
                f"aws_vpc_endpoint.x{i}",
                violations=(violation("deny", message="m" * 5000, fix=FIX, fix_verified=True),),
            )
            for i in range(500)
        ),
    )
    text = renderer("markdown")(many)
    assert "450 more are not shown." in text
    assert len(text) < 65_536


@pytest.mark.parametrize("name", report_names())
def test_every_report_takes_everything_and_nothing(name: str) -> None:
    assert renderer(name)(EVERYTHING)
    assert renderer(name)(NOTHING) is not None


def test_controls_of_a_framework_are_told_where_they_are_asked_for() -> None:
    default_group = open_bundle().rule("VPCE-ORG-012")
    found = decision(violations=(violation("deny", "VPCE-ORG-012"),))
    asked = Report(request_id="r", decisions=(found,), rules={default_group.id: default_group}, framework="cis")
    title = "CIS AWS Foundations Benchmark v5.0.0"
    text = click.unstyle(renderer("text")(asked))
    assert f"{title}\n  violated   VPCE-ORG-012\n         5.5\n" in text
    assert f"<details><summary>{title}</summary>" in renderer("markdown")(asked)
    assert "| violated | 5.5 | [VPCE-ORG-012](" in renderer("markdown")(asked)
    assert json.loads(renderer("json")(asked))["framework"] == {
        "id": "cis",
        "title": title,
        "controls": [{"control": "5.5", "state": "violated", "rules": ["VPCE-ORG-012"]}],
    }
    assert "framework" not in json.loads(renderer("json")(replace(asked, framework=None)))
    assert "no rule that is known here" in renderer("text")(replace(asked, framework="pci-dss-4"))


def test_sarif_has_the_controls_of_a_rule_among_its_tags() -> None:
    default_group = open_bundle().rule("VPCE-ORG-012")
    found = decision(violations=(violation("deny", "VPCE-ORG-012"),))
    report = Report(request_id="r", decisions=(found,), rules={default_group.id: default_group})
    (rule,) = json.loads(renderer("sarif")(report))["runs"][0]["tool"]["driver"]["rules"]
    assert {"security-hub:EC2.2", "fsbp:EC2.2", "cis:5.5", "nist-800-53:SC-7"} <= set(rule["properties"]["tags"])


def of_audit(drift: Drift | None) -> Report:
    """A report on an endpoint that exists, compared with an earlier audit where it has a drift."""
    one = decision("vpce-1", violations=(violation("deny"),))
    then = seen("two subnets in one zone", "/request/SubnetIds/1", at=EARLIER).model_copy(update={"drift": drift})
    there = endpoint("vpce-1", then).model_copy(update={"decision_id": "d", "owner": NASTY, "age_days": 9})
    past = PastViolation(endpoint_id="vpce-2", violation=seen(NASTY))
    changes = Changes(
        since=EARLIER, new=0, still_there=1, resolved=(past,), gone=(endpoint("vpce-3"),), unsettled=(past,), carried=()
    )
    found = audit(there).model_copy(update={"changes": changes if drift else None})
    return Report(request_id="r", decisions=(one,), audit=found)


@pytest.mark.parametrize("name", report_names())
@pytest.mark.parametrize("report", [EVERYTHING, NOTHING], ids=["everything", "nothing"])
def test_pieces_are_the_report(name: str, report: Report) -> None:
    assert "".join(pieces_of(name, report)) == renderer(name)(report)


def test_json_is_what_the_whole_prints() -> None:
    report = of_audit("new")
    whole = {"request_id": "r", "allowed": False, "decisions": report.decisions, "audit": report.audit}
    assert renderer("json")(report) == to_json(whole, indent=2).decode()


def test_junit_is_indented_as_one_document() -> None:
    text = renderer("junit")(EVERYTHING)
    root = ElementTree.fromstring(text)  # noqa: S314 - our own
    ElementTree.indent(root)
    assert text.partition("\n")[2] == ElementTree.tostring(root, encoding="unicode")


def test_an_audit_is_valid_in_the_forms_that_have_a_schema(schemas: Path) -> None:
    document = json.loads(renderer("sarif")(of_audit("new")))
    jsonschema.Draft4Validator(json.loads((schemas / "sarif-2.1.0.json").read_text())).validate(document)
    xmlschema.XMLSchema(str(schemas / "junit-10.xsd")).validate(renderer("junit")(of_audit("new")))


def test_sarif_tells_what_an_audit_saw_before() -> None:
    for drift, state in (("new", "new"), ("still there", "unchanged"), (None, None)):
        (run,) = json.loads(renderer("sarif")(of_audit(drift)))["runs"]
        (result,) = run["results"]
        assert result.get("baselineState") == state
        assert result["properties"]["first_seen"] == EARLIER


@pytest.mark.parametrize("name", ["text", "markdown", "github"])
def test_an_audit_says_whose_an_endpoint_is_and_nothing_in_it_acts(name: str) -> None:
    told = click.unstyle(renderer(name)(of_audit("still there")))
    assert "9 days old" in told
    assert "1 endpoint: 1 in violation" in told
    assert not any(line.startswith("::error::<script>") for line in told.splitlines())
    assert "\x00" not in told


def test_the_text_tells_an_endpoint_that_exists_without_an_operation_and_what_changed() -> None:
    told = click.unstyle(renderer("text")(of_audit("still there")))
    assert told.startswith("VIOLATES vpce-1\n")
    assert "         since 2026-10-01\n" in told
    assert "CHANGES since 2026-10-01" in told
    assert "  gone      vpce-3, 1 us-east-1, available, no owner told\n" in told
    assert "at /request" not in told


def test_markdown_folds_what_changed() -> None:
    told = renderer("markdown")(of_audit("still there"))
    assert told.startswith("## VPC endpoints: in violation\n")
    assert "- gone: `vpce-3`" in told
    assert "- resolved: `vpce-2` VPCE-ORG-003, " in told


def test_json_holds_the_audit() -> None:
    told = json.loads(renderer("json")(of_audit("new")))["audit"]
    assert [one["endpoint_id"] for one in told["endpoints"]] == ["vpce-1"]
