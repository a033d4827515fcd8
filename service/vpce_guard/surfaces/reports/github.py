"""The report as workflow commands of GitHub Actions: annotations on the lines of a pull request.

Source: GitHub's documentation of workflow commands (error, warning, notice).
"""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.model import Decision, Location
from vpce_guard.surfaces.reports import Report, endpoint_name
from vpce_guard.surfaces.reports.text import summary
from vpce_guard.surfaces.visible import visible, visible_decision

_COMMANDS = {"deny": "error", "warn": "warning", "inform": "notice"}


def render(report: Report) -> str:
    """A line for each annotation, and one that sums up."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The same line by line."""
    for decision in report.decisions:
        yield from (f"{line}\n" for line in _lines(visible_decision(decision), report))
    yield summary(report)


def _lines(decision: Decision, report: Report) -> Iterator[str]:
    name = ", ".join(part for part in (endpoint_name(decision), visible(report.facts(decision))) if part)
    if decision.error is not None:
        yield annotation("error", decision.subject.source, "no decision", f"{name}: {decision.error}")
    for v in decision.violations:
        said = f"{name}: {v.message}\n{v.remediation}\nHelp: {report.help_url(v.rule_id)}"
        yield annotation(_COMMANDS[v.enforcement_action], v.location, f"{v.rule_id} {v.title}", said)
    for waived in decision.waived:
        said = f"{name}: {waived.message} (waiver {waived.waiver_id}, until {waived.expires})"
        yield annotation("notice", decision.subject.source, f"{waived.rule_id} waived", said)
    if decision.undetermined:
        ids = ", ".join(dict.fromkeys(one.rule_id for one in decision.undetermined))
        command = "notice" if decision.allowed else "warning"
        yield annotation(command, decision.subject.source, "could not be judged", f"{name}: {ids}")


def annotation(command: str, location: Location | None, title: str, message: str) -> str:
    """A workflow command that annotates a line."""
    properties = {"title": title}
    if location is not None:
        properties = {"file": location.file, **({"line": str(location.line)} if location.line else {}), **properties}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
