"""The pages about rules: what they hold, that each rule has one, and the index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.surfaces.cli.rules import command
from vpce_guard.surfaces.reports import renderer, report_names
from vpce_guard.surfaces.reports.rules import EFFECTS, RuleReport, markdown


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return open_bundle()


def run(*arguments: str) -> str:
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert done.exception is None, done.exception
    return done.output


def test_every_rule_has_a_page_that_the_index_links_to(tmp_path: Path, bundle: Bundle) -> None:
    run("--pages", str(tmp_path / "pages"))
    ids = sorted(rule.id for rule in bundle.catalogue.rules)
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        *(f"{i}.md" for i in ids),
        "frameworks.md",
        "index.md",
    ]
    index = (tmp_path / "pages/index.md").read_text()
    assert sorted(re.findall(r"\[(VPCE-[A-Z]+-\d{3})\]\(\1\.md\)", index)) == ids
    assert f"{len(ids)} rules." in index


def test_a_page_says_what_the_rule_wants_why_and_what_to_do(bundle: Bundle) -> None:
    page = run("VPCE-COMMON-007", "-o", "markdown")
    rule = bundle.rule("VPCE-COMMON-007")
    assert page.startswith(f"# VPCE-COMMON-007: {rule.title}\n")
    assert "| error | deny, off under aws-2023 | create | `rego/vpce/rules/common/cross_region_conditions` |" in page
    headings = re.findall(r"^##+ (.*)$", page, re.MULTILINE)
    assert headings == [
        "Why",
        "What to do",
        "Examples",
        "Passes",
        "Violated",
        "Cannot be judged",
        "Assumed",
        "Sources",
        "History",
    ]
    assert EFFECTS[rule.effect] in page
    assert all(f"<{url}>" in page for url in rule.pages)
    assert page.rstrip().endswith("- 0.1.0: first version")


def test_examples_are_documents_that_read_as_they_were_written(bundle: Bundle) -> None:
    page = run("VPCE-IFACE-002", "-o", "markdown")
    told = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)\n```", page, re.DOTALL)]
    written = [example for examples in bundle.examples["VPCE-IFACE-002"].values() for example in examples]
    assert told == [{name: value for name, value in one.items() if name != "name"} for one in written]


def test_a_page_of_the_organisation_names_the_section_of_org_data() -> None:
    assert "## Parameters\n\nOrg data, section `regions`:" in run("VPCE-ORG-001", "-o", "markdown")


def test_texts_cannot_become_markup() -> None:
    assert markdown.escape("a <b> & `c` | *d*\n_e_ [f]") == "a &lt;b> &amp; \\`c\\` \\| \\*d\\* \\_e\\_ \\[f\\]"


@pytest.mark.parametrize("name", report_names("rules"))
def test_every_form_is_made_for_every_rule(name: str, bundle: Bundle) -> None:
    for rule in bundle.catalogue.rules:
        assert rule.id in renderer(name, "rules")(RuleReport(rule=rule, examples=bundle.examples[rule.id]))


def test_the_page_is_linked_under_the_address_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "help: https://vpce-guard.example/rules/VPCE-GW-001/" in run("vpce-gw-001")
    monkeypatch.setenv("VPCE_GUARD_DOCS_URL", "https://docs.corp/guard/")
    assert "help: https://docs.corp/guard/rules/VPCE-GW-001/" in run("VPCE-GW-001")


def test_each_sentence_of_the_two_documents_is_covered_or_says_why_not(bundle: Bundle) -> None:
    assert {sentence.file for sentence in bundle.coverage} == {
        "gateway-vs-interface-endpoint.txt",
        "interface-vs-gateway-vs-gwlb-endpoint.txt",
    }
    assert all(s.note or all(bundle.examples[rule]["fail"] for rule in s.rules) for s in bundle.coverage)
    assert all(s.note or s.rules for s in bundle.coverage)
    assert run("--coverage").count("\n") > len(bundle.coverage)


def test_controls_are_told_with_their_source_on_the_page_and_by_framework(tmp_path: Path) -> None:
    page = run("VPCE-ORG-006", "-o", "markdown")
    address = "https://hub.prowler.com/check/vpc_endpoint_multi_az_enabled"
    told = f"[Prowler checks for AWS]({address}): vpc\\_endpoint\\_multi\\_az\\_enabled (looks for the same)"
    assert f"## Frameworks\n\n- {told}\n" in page
    assert "Prowler checks for AWS: vpc_endpoint_multi_az_enabled (same; " in run("VPCE-ORG-006")
    run("--pages", str(tmp_path))
    frameworks = (tmp_path / "frameworks.md").read_text()
    assert "## PCI DSS v4.0.1\n" in frameworks
    assert "| EC2.2 | [VPCE-IFACE-008](VPCE-IFACE-008.md), [VPCE-ORG-012](VPCE-ORG-012.md) |" in frameworks
    assert run("--framework", "cis").splitlines()[-1] == "5.5  VPCE-IFACE-008, VPCE-ORG-012"
    assert '"5.5": [' in run("--framework", "cis", "-o", "json")
    assert "| 5.5 | [VPCE-IFACE-008]" in run("--framework", "cis", "-o", "markdown")
