"""`policy lint`: each check finds what it is for, with file and line, and nothing in the repository's own policies."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.rego import FOLDER, edit, write_out
from vpce_guard.authoring.lint import CHECKS, lint
from vpce_guard.authoring.new import NewRule, scaffold
from vpce_guard.surfaces.cli.policy import command

RULE, TEST, EXAMPLES = "my_rule.rego", "my_rule_test.rego", "examples.yaml"
HEAD = "deny contains {"


def fact(doc: str, status: str) -> str:
    """An `aws` fact, in place of the line of `reads`."""
    return f"#   aws:\n#   - text: It is so.\n#     doc: {doc}\n#     status: {status}\n#   reads:"


@pytest.fixture
def small(rego: Path) -> Path:
    """rego/ with one rule, which is in order."""
    for folder in (rego / "vpce/rules").glob("*/*/"):
        if folder.name != "my_rule":
            shutil.rmtree(folder)
    return rego


@pytest.fixture
def found(small: Path, opa: str) -> Callable[[], list[str]]:
    """Check, file name and line of each finding."""
    return lambda: [f"{f.check} {f.path.name}:{f.line}" for f in lint(small, opa=opa)]


def test_a_rule_in_order_has_no_finding(found: Callable[[], list[str]]) -> None:
    assert found() == []


def test_metadata_that_is_indented_wrongly_is_found_at_its_line(small: Path, found: Callable[[], list[str]]) -> None:
    edit(small, RULE, "#   id:", "# id:")
    assert "metadata my_rule.rego:9" in found()


def test_a_member_that_no_input_has_is_found_with_the_one_that_was_meant(small: Path, opa: str) -> None:
    edit(small, RULE, "input.request.ServiceName ==", "input.request.ServiceNam ==")
    told = [(f.line, f.message) for f in lint(small, opa=opa) if f.check == "compiles" and f.path.name == RULE]
    assert told == [(19, "input.request.ServiceNam: input.request has no ServiceNam; did you mean ServiceName?")]


SPOILT = [  # file, text, what is put in its place, and the beginning of the finding
    (RULE, '\tinput.operation == "create"', '\tinput.operation   == "create"', "format my_rule.rego:18"),
    (RULE, "rules.gw.my_rule", "rules.gw.your_rule", "package my_rule.rego:15"),
    (TEST, "package vpce.rules.gw.my_rule_test", "package vpce.rules.gw.test", "package my_rule_test.rego:1"),
    (RULE, "The condition below", "x" * 120, "line-length my_rule.rego:3"),
    (RULE, "#   reads:", "#   colour: red\n#   reads:", "metadata my_rule.rego:1"),
    (RULE, "#   severity: warning\n", "", "metadata my_rule.rego:1"),
    (RULE, "Give the name of the service.", "the condition below is meant", "words my_rule.rego:13"),
    (RULE, "#   remediation: ", "#   remediation: TODO ", "scaffold my_rule.rego:13"),
    (TEST, "the service is NONE", "the service is TODO", "scaffold my_rule_test.rego:10"),
    (EXAMPLES, "a service still to be named", "TODO", "scaffold examples.yaml:8"),
    (RULE, "https://docs.aws", "http://docs.aws", "metadata my_rule.rego:1"),
    (RULE, "What endpoints are.", "What endpoints are, from memory.", "references my_rule.rego:6"),
    (RULE, "reads: [", "reads: [/org/colours, ", "references my_rule.rego:14"),
    (RULE, "kind: documented", "kind: org", "references my_rule.rego:14"),
    (RULE, "#   reads:", fact("https://example.com/x", "documented"), "references my_rule.rego:16"),
    (RULE, "#   reads:", fact("none", "documented"), "metadata my_rule.rego:1"),
    (RULE, "#   reads:", fact("https://example.com/x", "from memory"), "metadata my_rule.rego:1"),
    (RULE, "#   reads:", fact("https://example.com/x", "observed"), "metadata my_rule.rego:1"),
    (RULE, "/request/ServiceName]", "/request/VpcId]", "reads-unused my_rule.rego:14"),
    (RULE, "input.operation ==", "input.intent.initiator ==", "reads my_rule.rego:14"),
    (RULE, '$"the service is {input.request.ServiceName}"', '"the service is bad"', "message my_rule.rego:20"),
    (RULE, 'input.operation == "create"', 'input.request.VpcId != "a"', "not-equal my_rule.rego:18"),
    (RULE, 'input.operation == "create"', 'some t in input.peers\n\tt != "a"', "not-in my_rule.rego:19"),
    (RULE, '$"the service', 'sprintf("%s", [1])\n\t_ := $"the service', "wasm my_rule.rego:20"),
    (RULE, "/request/ServiceName]", "/request/ServiceName, /context/Subnet]", "reads my_rule.rego:14"),
    (RULE, "deny contains", "denies contains", "yields my_rule.rego:17"),
    (RULE, '\tmessage := $"', '\ttime.now_ns() > 0\n\tmessage := $"', "pure my_rule.rego:20"),
    (EXAMPLES, "name: and one more", "name: another service", "names examples.yaml:5"),
    (EXAMPLES, "name: and one more", "colour: red", "examples examples.yaml:5"),
    (RULE, HEAD, f"# lint: accept reads - to see\n{HEAD}", "accept my_rule.rego:17"),
    (RULE, HEAD, f"# lint: accept message\n{HEAD}", "accept my_rule.rego:17"),
]


@pytest.fixture(scope="module")
def found_in_all(root: Path, tmp_path_factory: pytest.TempPathFactory, opa: str) -> set[str]:
    """The findings of one lint of many rules, each spoilt in one of the ways above; `rule_3` is by the fourth."""
    rego = tmp_path_factory.mktemp("spoilt") / "rego"
    shutil.copytree(root / "rego", rego)
    shutil.rmtree(rego / "vpce/rules")
    (rego / "coverage.yaml").unlink()
    for number, (file, old, new, _) in enumerate(SPOILT):
        name = f"rule_{number}"
        write_out(scaffold(rego, "gw", name, NewRule(rule_id=f"VPCE-GW-{900 + number}")).files)
        path = rego / "vpce/rules/gw" / name / file.replace("my_rule", name)
        text, old = path.read_text(), old.replace("my_rule", name)
        assert old in text
        path.write_text(text.replace(old, new.replace("my_rule", name)))
    return {f"{f.check} {f.path.parent.name}/{f.path.name}:{f.line}" for f in lint(rego, opa=opa)}


@pytest.mark.parametrize("number", range(len(SPOILT)), ids=[row[3] for row in SPOILT])
def test_what_a_check_is_for_is_found_at_its_line(number: int, found_in_all: set[str]) -> None:
    check, _, place = SPOILT[number][3].partition(" ")
    expected = f"{check} rule_{number}/{place.replace('my_rule', f'rule_{number}')}"
    assert any(one.startswith(expected) for one in found_in_all), found_in_all


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("input.operation", "nothing.operation", "compiles my_rule.rego:18"),
        ('\tmessage := $"', '\tnet.lookup_ip_addr("x")\n\tmessage := $"', "compiles my_rule.rego:20"),
    ],
)
def test_what_does_not_compile_is_found_at_its_line(
    small: Path, found: Callable[[], list[str]], old: str, new: str, expected: str
) -> None:
    edit(small, RULE, old, new)
    assert any(one.startswith(expected) for one in found()), found()


def test_libraries_that_a_rule_calls_are_looked_into(small: Path, opa: str) -> None:
    edit(small, RULE, HEAD, f"import data.vpce.lib.zones\n\n{HEAD}")
    edit(small, RULE, '\tinput.operation == "create"', '\tzones.same("a", "b")')
    told = [f.message for f in lint(small, opa=opa)]
    assert told == [
        "the rule reads /context/Subnets, which METADATA does not name",
        "the rule reads /request/SubnetIds or /current/SubnetIds, which METADATA does not name",
    ]


def test_another_rule_may_not_be_used(small: Path, found: Callable[[], list[str]]) -> None:
    shutil.copytree(small / FOLDER, small / "vpce/rules/gw/other")
    for path in (small / "vpce/rules/gw/other").iterdir():
        path.write_text(path.read_text().replace("my_rule", "other").replace("GW-900", "GW-901"))
        path.rename(path.with_name(path.name.replace("my_rule", "other")))
    edit(small, RULE, HEAD, f"import data.vpce.rules.gw.other\n\n{HEAD}")
    edit(small, RULE, '\tinput.operation == "create"', "\tcount(other.deny) > 0")
    assert "imports my_rule.rego:17" in found()


def test_a_rule_without_a_public_page_is_refused(small: Path, opa: str) -> None:
    path = small / FOLDER / RULE
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:3] + lines[6:]))
    (found,) = lint(small, opa=opa)
    assert (found.check, found.message) == (
        "metadata",
        "METADATA is wrong: no public page: name one in related_resources or in aws.",
    )


def test_an_untouched_scaffold_is_refused_with_each_text_that_is_left(rego: Path, opa: str) -> None:
    scaffold(rego, "org", "owned")
    found = [f for f in lint(rego, opa=opa) if f.path.parent.name == "owned"]
    assert {f.check for f in found} == {"scaffold", "references"}
    assert [f.message for f in found if f.path.name == "owned.rego"][:2] == [
        "this is still the scaffold's, put the rule's own in its place: "
        'description: "TODO: what the rule demands, and of which endpoints, in a sentence or two."',
        "this is still the scaffold's, put the rule's own in its place: - ref: https://docs.aws.amazon.com/TODO",
    ]
    assert {f.path.name for f in found} == {"owned.rego", "owned_test.rego", "examples.yaml"}


def test_the_id_of_a_rule_that_is_gone_is_not_used_again(small: Path, opa: str) -> None:
    (small / "retired.yaml").write_text("VPCE-GW-900: says the same as another\n")
    (found,) = lint(small, opa=opa)
    assert (found.check, found.line) == ("ids", 8)
    assert found.message == "VPCE-GW-900 was the id of a rule that is gone: says the same as another"


def test_ids_are_unique(small: Path, found: Callable[[], list[str]]) -> None:
    shutil.copytree(small / FOLDER, small / "vpce/rules/gw/other")
    for path in (small / "vpce/rules/gw/other").iterdir():
        path.write_text(path.read_text().replace("my_rule", "other"))
        path.rename(path.with_name(path.name.replace("my_rule", "other")))
    assert found() == ["ids other.rego:8"]


def test_a_folder_holds_the_files_of_its_rule_only(small: Path, found: Callable[[], list[str]]) -> None:
    (small / FOLDER / "notes.txt").write_text("later")
    (small / FOLDER / TEST).unlink()
    assert sorted(found()) == ["folder my_rule_test.rego:1", "folder notes.txt:1"]


def test_a_long_body_is_found(small: Path, found: Callable[[], list[str]]) -> None:
    edit(small, RULE, '\tinput.operation == "create"\n', '\tinput.operation == "create"\n' * 30)
    assert "body-length my_rule.rego:17" in found()


def test_a_finding_is_accepted_with_a_reason(small: Path, found: Callable[[], list[str]]) -> None:
    edit(small, RULE, '$"the service is {input.request.ServiceName}"', '"the service is bad"')
    edit(small, RULE, HEAD, f"# lint: accept message - there is but one such service\n{HEAD}")
    assert found() == []


def test_org_data_are_checked_too(small: Path, opa: str, tmp_path: Path) -> None:
    data = tmp_path / "org.yaml"
    data.write_text(
        """\
enforcement: {VPCE-GW-999: warn}
waivers:
- id: W-1
  rule: VPCE-GW-900
  match: {account: '111122223333'}
  requested_by: payments
  approved_by: payments
  reason: moving to a second zone
  expires: '2020-01-01T00:00:00Z'
"""
    )
    found = [(f.check, f.line, f.message) for f in lint(small, data=[data], opa=opa)]
    assert found == [
        ("org-data", 1, "/enforcement/VPCE-GW-999 is not a rule, so this has no effect"),
        ("waivers", 3, "waiver W-1 does not count: refused, VPCE-GW-900 may not be waived"),
        ("waivers", 3, "waiver W-1 does not count: ended, for VPCE-GW-900, at 2020-01-01T00:00:00Z"),
    ]
    data.write_text("layers: 3\n")
    assert [(f.check, f.path, f.line) for f in lint(small, data=[data], opa=opa)] == [("org-data", data, 1)]


def test_the_command_tells_file_line_and_check_in_each_form(small: Path, opa: str) -> None:
    edit(small, RULE, "Give the name of the service.", "the condition below is meant")
    ask = ["lint", "--source", str(small), "--opa", opa]
    text = CliRunner().invoke(command, ask, standalone_mode=False)
    assert text.return_value == 1
    assert text.output == (
        f"{small}/{FOLDER}/my_rule.rego:13: lint/words: the remediation says the same as the description\n1 findings\n"
    )
    told = json.loads(CliRunner().invoke(command, [*ask, "-o", "json"], standalone_mode=False).output)
    assert [(f["check"], f["line"]) for f in told["findings"]] == [("words", 13)]
    github = CliRunner().invoke(command, [*ask, "-o", "github"], standalone_mode=False).output
    assert github.startswith(f"::error file={small}/{FOLDER}/my_rule.rego,line=13,title=lint/words::")


def test_every_check_is_documented_and_listed(root: Path) -> None:
    documented = re.findall(
        r"^\| lint/([\w-]+) \|", (root / "docs/reference/policy-commands.md").read_text(), re.MULTILINE
    )
    assert documented == list(CHECKS)
    listed = CliRunner().invoke(command, ["lint", "--checks"], standalone_mode=False).output
    assert re.findall(r"^lint/([\w-]+): ", listed, re.MULTILINE) == list(CHECKS)
