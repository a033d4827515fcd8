"""The report as SARIF 2.1.0, for code scanning and editors.

Source: OASIS SARIF 2.1.0, errata 01.

One result for each violation (waived ones are suppressed) and for each rule that could not be judged (kind `open`).
A fix is a JSON Patch of the proposal and is in `properties`; where that is surely an edit of the file, also in `fixes`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from vpce_guard import __version__
from vpce_guard.model import Decision, Edit, Json, Location, Violation
from vpce_guard.surfaces.json_pieces import StreamedItems, json_pieces
from vpce_guard.surfaces.reports import Report, endpoint_name

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {"deny": "error", "warn": "warning", "inform": "note"}
_BASELINE = {"new": "new", "still there": "unchanged"}
_ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """One SARIF log with one run, indented."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The same in pieces."""
    rules = _rules(report)
    index = {rule["id"]: at for at, rule in enumerate(rules)}
    results = (result for decision in report.decisions for result in _results(decision, report))
    run = {
        "tool": {
            "driver": {"name": "vpce-guard", "version": __version__, "semanticVersion": __version__, "rules": rules}
        },
        "invocations": [_invocation(report)],
        "automationDetails": {"id": "vpce-guard/"},
        "columnKind": "unicodeCodePoints",
        "results": StreamedItems({**result, "ruleIndex": index[result["ruleId"]]} for result in results),
    }
    return json_pieces({"$schema": SCHEMA, "version": "2.1.0", "runs": StreamedItems([run])})


def _results(decision: Decision, report: Report) -> Iterator[Json]:
    there = report.endpoints.get(decision.decision_id)
    for number, violation in enumerate(decision.violations):
        seen = there.violations[number] if there else None
        edits = report.edits.get((decision.decision_id, number), ())
        yield {
            **_result(decision, violation.rule_id, violation.path, violation.location),
            "kind": "fail",
            "level": _LEVELS[violation.enforcement_action],
            "message": {"text": f"{violation.message}. {violation.remediation}"},
            "properties": _without_empty(
                severity=violation.severity,
                path=violation.path,
                remediation=violation.remediation,
                source=violation.source,
                fix=violation.fix,
                fix_verified=violation.fix_verified if violation.fix else None,
                endpoint=report.facts(decision),
                first_seen=seen.first_seen if seen else None,
            ),
            **({"baselineState": _BASELINE[seen.drift]} if seen and seen.drift else {}),
            **({"fixes": [_fix(violation, edits)]} if edits else {}),
        }
    for waived in decision.waived:
        yield {
            **_result(decision, waived.rule_id, waived.message, decision.subject.source),
            "kind": "fail",
            "level": "error",
            "message": {"text": waived.message},
            "suppressions": [
                {
                    "kind": "external",
                    "status": "accepted",
                    "justification": f"waiver {waived.waiver_id}, until {waived.expires}",
                }
            ],
        }
    for unjudged in decision.undetermined:
        yield {
            **_result(decision, unjudged.rule_id, unjudged.reason, decision.subject.source),
            "kind": "open",
            "level": "none",
            "message": {"text": f"Could not be judged: {unjudged.reason}."},
            "properties": {"missing": unjudged.missing},
        }


def _result(decision: Decision, rule_id: str, what: str, location: Location | None) -> Json:
    name = endpoint_name(decision)
    place: Json = {"logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"}]}
    if location is not None:
        place["physicalLocation"] = _physical(location)
    return {
        "ruleId": rule_id,
        "locations": [place],
        "partialFingerprints": {"vpceGuard/v1": _fingerprint(rule_id, decision.operation, name, what)},
    }


def _fix(violation: Violation, edits: Sequence[Edit]) -> Json:
    changes = [
        {
            "artifactLocation": _artifact(edit.file),
            "replacements": [
                {
                    "deletedRegion": {
                        "startLine": edit.start_line,
                        "startColumn": edit.start_column,
                        "endLine": edit.end_line,
                        "endColumn": edit.end_column,
                    },
                    "insertedContent": {"text": edit.text},
                }
            ],
        }
        for edit in edits
    ]
    return {"description": {"text": violation.remediation}, "artifactChanges": changes}


def _artifact(file: str) -> Json:
    path = PurePath(file)
    return {"uri": path.as_uri()} if path.is_absolute() else {"uri": quote(path.as_posix()), "uriBaseId": _ROOT}


def _physical(location: Location) -> Json:
    physical: Json = {"artifactLocation": _artifact(location.file)}
    if location.line is not None:
        physical["region"] = {"startLine": location.line}
    return physical


def _fingerprint(*parts: str) -> str:
    """The same for the same finding, wherever it has moved to in the file and whoever looks."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _rules(report: Report) -> list[Json]:
    """Each rule that is spoken of, once, by id."""
    told: dict[str, Violation | None] = {}
    for decision in report.decisions:
        told |= {waived.rule_id: None for waived in decision.waived if waived.rule_id not in told}
        told |= {one.rule_id: None for one in decision.undetermined if one.rule_id not in told}
        told |= {violation.rule_id: violation for violation in decision.violations}
    return [_rule(rule_id, told[rule_id], report) for rule_id in sorted(told)]


def _rule(rule_id: str, violation: Violation | None, report: Report) -> Json:
    """A rule as the violation and the bundle that decided describe it; where neither does, its page still helps."""
    rule = report.rules.get(rule_id)
    described: Json = {"id": rule_id, "helpUri": report.help_url(rule_id)}
    if (known := violation or rule) is not None:
        described["shortDescription"] = {"text": known.title}
        described["help"] = {
            "text": f"{known.remediation}\nSource: {known.source}",
            "markdown": f"{known.remediation}\n\nSource: {known.source}",
        }
    if rule is not None:
        described["fullDescription"] = {"text": rule.description or rule.title}
        controls = [f"{one.framework}:{control}" for one in rule.frameworks for control in one.controls]
        described["properties"] = {"tags": ["aws", "vpc-endpoint", rule.kind, *controls]}
        if rule.enforcement_action != "off":
            described["defaultConfiguration"] = {"level": _LEVELS[rule.enforcement_action]}
    return described


def _invocation(report: Report) -> Json:
    failures = [decision.error for decision in report.decisions if decision.error is not None]
    notes = [{"level": "error", "message": {"text": f"No decision could be made: {error}"}} for error in failures]
    return {"executionSuccessful": not failures, **({"toolExecutionNotifications": notes} if notes else {})}


def _without_empty(**members: Any) -> Json:
    return {name: value for name, value in members.items() if value not in (None, "")}
