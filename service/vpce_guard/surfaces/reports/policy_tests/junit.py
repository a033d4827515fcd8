"""The results of tests as JUnit XML, in the form that Jenkins and GitLab read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import click

from vpce_guard.authoring.testing.checks import Result
from vpce_guard.surfaces.reports.junit import case_of, drop_illegal_characters
from vpce_guard.surfaces.reports.policy_tests.text import failure_lines


def render(results: Sequence[Result]) -> str:
    """A suite for each rule; the file and line of a failure are in its text."""
    root = Element("testsuites", name="vpce-guard policy test")
    for rule, some in groupby(sorted(results, key=lambda result: result.rule), key=lambda result: result.rule):
        suite = SubElement(root, "testsuite", name=drop_illegal_characters(rule))
        for result in some:
            name = f"{result.check}: {result.name}" + (f" [{result.engine}]" if result.engine else "")
            case = case_of(drop_illegal_characters(rule), name)
            if not result.has_passed:
                first = result.problem.splitlines()[0]
                failure = SubElement(case, "failure", message=drop_illegal_characters(first), type=result.check)
                failure.text = drop_illegal_characters(click.unstyle("\n".join(failure_lines(result))))
            suite.append(case)
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("errors", "0")
    for count in ("tests", "failures"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)
