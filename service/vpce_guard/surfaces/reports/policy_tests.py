"""The results of tests as text, JSON and JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import click
from pydantic_core import to_json

from vpce_guard.authoring.testing.checks import Result
from vpce_guard.surfaces.reports.junit import case_of, legal

FORMATS = ("text", "json", "junit")

_MARKS = {"both": ("  ", None), "expected": ("- ", "red"), "found": ("+ ", "green")}


def render(results: Sequence[Result], output: str, *, color: bool = False) -> str:
    """The results in one of FORMATS."""
    return {"text": _text, "json": _json, "junit": _junit}[output](results, color)


def _text(results: Sequence[Result], color: bool) -> str:
    failed = [result for result in results if not result.passed]
    lines = [line for result in failed for line in _told(result, color)]
    if any(result.diff for result in failed):
        lines.append("(- expected and not found, + found and not expected)")
    count = f"{len(results) - len(failed)} passed, {len(failed)} failed"
    return "\n".join([*lines, click.style(count, fg="red" if failed else "green") if color else count])


def _told(result: Result, color: bool) -> Iterator[str]:
    where = f" [{result.engine}]" if result.engine else ""
    head = f"FAIL {result.rule}: {result.name}{where}"
    yield click.style(head, bold=True) if color else head
    first, *more = result.problem.splitlines()
    yield f"  {result.file}:{result.line}: {first}"
    yield from (f"    {line}" for line in more)
    for line in result.diff:
        mark, fg = _MARKS[line.where]
        yield "    " + (click.style(mark + line.text, fg=fg) if color and fg else mark + line.text)


def _json(results: Sequence[Result], _: bool) -> str:
    failed = sum(not result.passed for result in results)
    told = {
        "passed": len(results) - failed,
        "failed": failed,
        "results": [
            {
                "rule": result.rule,
                "check": result.check,
                "name": result.name,
                "engine": result.engine or None,
                "passed": result.passed,
                **({} if result.passed else _details(result)),
            }
            for result in results
        ],
    }
    return to_json(told, indent=2).decode()


def _details(result: Result) -> dict[str, object]:
    return {
        "file": str(result.file),
        "line": result.line,
        "problem": result.problem,
        "expected": [line.text for line in result.diff if line.where != "found"],
        "found": [line.text for line in result.diff if line.where != "expected"],
    }


def _junit(results: Sequence[Result], _: bool) -> str:
    """A suite for each rule; the file and line of a failure are in its text."""
    root = Element("testsuites", name="vpce-guard policy test")
    for rule, some in groupby(sorted(results, key=lambda result: result.rule), key=lambda result: result.rule):
        suite = SubElement(root, "testsuite", name=legal(rule))
        for result in some:
            name = f"{result.check}: {result.name}" + (f" [{result.engine}]" if result.engine else "")
            case = case_of(legal(rule), name)
            if not result.passed:
                first = result.problem.splitlines()[0]
                failure = SubElement(case, "failure", message=legal(first), type=result.check)
                failure.text = legal("\n".join(_told(result, color=False)))
            suite.append(case)
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("errors", "0")
    for count in ("tests", "failures"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True)
