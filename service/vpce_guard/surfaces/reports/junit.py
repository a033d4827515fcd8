"""The report as JUnit XML, in the form that Jenkins and GitLab read.

One suite for each endpoint. A rule that denies is a failed case, one that could not be judged a skipped one; what only
warns or informs is in the output of a case that passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from vpce_guard.model import Decision, Location, Violation
from vpce_guard.surfaces.reports import Report, endpoint_name, strict_refusal

_COUNTS = ("tests", "failures", "errors")


def render(report: Report) -> str:
    """One XML document."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The same suite by suite; what they count together stands before them, so they are made twice."""
    totals = dict.fromkeys(_COUNTS, 0)
    for decision in report.decisions:
        suite = _suite(decision, report)
        for count in _COUNTS:
            totals[count] += int(suite.get(count, "0"))
    root = Element("testsuites", {"name": "vpce-guard", **{count: str(number) for count, number in totals.items()}})
    whole = tostring(root, encoding="unicode", xml_declaration=True)
    if not report.decisions:
        yield whole
        return
    yield f"{whole.removesuffix(' />')}>\n"
    for decision in report.decisions:
        suite = _suite(decision, report)
        indent(suite, level=1)
        yield f"  {tostring(suite, encoding='unicode')}\n"
    yield "</testsuites>"


def _suite(decision: Decision, report: Report) -> Element:
    name = drop_illegal_characters(endpoint_name(decision))
    suite = Element("testsuite", name=name, timestamp=decision.timestamp.split(".")[0].removesuffix("Z"))
    if facts := report.facts(decision):
        properties = SubElement(suite, "properties")
        SubElement(properties, "property", name="endpoint", value=drop_illegal_characters(facts))
    for case in _cases(decision, name, report):
        suite.append(case)
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    return suite


def _cases(decision: Decision, name: str, report: Report) -> Iterator[Element]:
    if decision.error is not None:
        case = case_of(name, "decision")
        SubElement(case, "error", message=drop_illegal_characters(decision.error), type="no decision")
        yield case
    for violation in decision.violations:
        case = case_of(name, f"{violation.rule_id} {violation.title}")
        if violation.enforcement_action == "deny":
            failure = SubElement(
                case, "failure", message=drop_illegal_characters(violation.message), type=violation.rule_id
            )
            failure.text = drop_illegal_characters(_detail(violation, report))
        else:
            SubElement(case, "system-out").text = drop_illegal_characters(
                f"{violation.enforcement_action}: {_detail(violation, report)}"
            )
        yield case
    for waived in decision.waived:
        case = case_of(name, f"{waived.rule_id} waived")
        SubElement(case, "system-out").text = drop_illegal_characters(
            f"{waived.message}\nwaiver {waived.waiver_id}, until {waived.expires}"
        )
        yield case
    for unjudged in decision.undetermined:
        case = case_of(name, f"{unjudged.rule_id} could not be judged")
        SubElement(
            case,
            "skipped",
            message=drop_illegal_characters(f"{unjudged.reason}; missing: {', '.join(unjudged.missing)}"),
        )
        yield case
    if decision.allowed and not (decision.violations or decision.waived or decision.undetermined):
        yield case_of(name, "allowed")
    elif not decision.allowed and not decision.error and not any(_is_denying(v) for v in decision.violations):
        case = case_of(name, "strict")
        SubElement(case, "failure", message=strict_refusal([decision]), type="strict")
        yield case


def _is_denying(violation: Violation) -> bool:
    return violation.enforcement_action == "deny"


def case_of(classname: str, name: str) -> Element:
    """An empty testcase, which passed."""
    return Element("testcase", classname=classname, name=drop_illegal_characters(name))


def _detail(violation: Violation, report: Report) -> str:
    place = f"at {_place(violation.location)}{violation.path or 'the whole proposal'}"
    lines = [violation.message, place, f"do: {violation.remediation}"]
    return "\n".join([*lines, f"help: {report.help_url(violation.rule_id)}", f"source: {violation.source}"])


def _place(location: Location | None) -> str:
    if location is None:
        return ""
    return f"{location.file}:{location.line} " if location.line else f"{location.file} "


def drop_illegal_characters(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return "".join(
        c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "?" for c in text
    )
