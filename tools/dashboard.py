"""Prints deploy/grafana/vpce-guard.json: the dashboard, from one line for each panel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any, NamedTuple

ON = 'job=~"$job",instance=~"$instance"'
RATE = "$__rate_interval"
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24


class Panel(NamedTuple):
    """A panel: its queries are pairs of an expression and a legend."""

    title: str
    unit: str
    queries: list[tuple[str, str]]
    kind: str = "timeseries"
    width: int = 8
    shows: str = "auto"


def rate(metric: str, *by: str, only: str = "") -> str:
    """How often something happens a second, summed over everything but some labels."""
    over = f" by ({', '.join(by)}) " if by else ""
    return f"sum{over}(rate({metric}{{{ON}{only}}}[{RATE}]))"


def gauge(metric: str, only: str = "") -> str:
    """The value of something on each instance."""
    return f"{metric}{{{ON}{only}}}"


def quantiles(metric: str, *by: str, only: str = "") -> list[tuple[str, str]]:
    """Median, and what one in a hundred and one in a thousand exceeds."""
    named = "".join(f" {{{{{label}}}}}" for label in by)
    inner = rate(f"{metric}_bucket", "le", *by, only=only)
    return [(f"histogram_quantile({q}, {inner})", f"p{str(q)[2:]:0<2}{named}") for q in (0.5, 0.99, 0.999)]


def share(outcome: str) -> str:
    """The part of the decisions with an outcome."""
    only, all_of_them = f',outcome="{outcome}"', rate("vpce_guard_decisions_total")
    return f"{rate('vpce_guard_decisions_total', only=only)} / {all_of_them}"


def most(metric: str, label: str, *, only: str = "") -> list[tuple[str, str]]:
    """The ten values of a label that are seen most often."""
    return [(f"topk(10, {rate(metric, label, only=only)})", f"{{{{{label}}}}}")]


def since(metric: str) -> list[tuple[str, str]]:
    """How long ago something was."""
    return [(f"time() - {gauge(metric)}", "{{instance}}")]


ROWS: dict[str, list[Panel]] = {
    "Now": [
        Panel("Ready", "short", [(gauge("vpce_guard_ready"), "{{instance}}")], "stat", 4),
        Panel("Decisions a second", "reqps", [(rate("vpce_guard_decisions_total"), "")], "stat", 4),
        Panel("Denied", "percentunit", [(share("denied"), "")], "stat", 4),
        Panel("Could not be decided", "percentunit", [(share("error"), "")], "stat", 4),
        Panel("Bundle in force for", "s", since("vpce_guard_bundle_activated_timestamp_seconds"), "stat", 4),
        Panel("Org data in force for", "s", since("vpce_guard_org_data_loaded_timestamp_seconds"), "stat", 4),
    ],
    "Decisions": [
        Panel("By outcome", "reqps", [(rate("vpce_guard_decisions_total", "outcome"), "{{outcome}}")]),
        Panel("By caller", "reqps", most("vpce_guard_caller_decisions_total", "caller")),
        Panel(
            "By engine",
            "reqps",
            [
                (
                    rate("vpce_guard_decisions_total", "engine", "fallback"),
                    "{{engine}}, in place of another: {{fallback}}",
                )
            ],
        ),
        Panel(
            "Denied by rule",
            "reqps",
            most("vpce_guard_violations_total", "rule_id", only=',enforcement_action="deny"'),
        ),
        Panel("Not judged, by rule", "reqps", most("vpce_guard_undetermined_total", "rule_id")),
        Panel("Waived, by rule", "reqps", most("vpce_guard_waived_total", "rule_id")),
    ],
    "Time": [
        Panel(
            "Requests for a decision",
            "s",
            quantiles("vpce_guard_request_duration_seconds", only=',route="/v1/decisions"'),
        ),
        Panel("Engine calls", "s", quantiles("vpce_guard_engine_call_duration_seconds", "engine")),
        Panel("Writes to the log", "s", quantiles("vpce_guard_log_write_duration_seconds")),
        Panel("Reading a document", "s", quantiles("vpce_guard_read_duration_seconds")),
        Panel("Endpoints of a document", "short", quantiles("vpce_guard_document_endpoints")),
        Panel("99 % of requests, by route", "s", [quantiles("vpce_guard_request_duration_seconds", "route")[1]]),
    ],
    "Requests": [
        Panel("By status", "reqps", [(rate("vpce_guard_requests_total", "status"), "{{status}}")]),
        Panel("Refused, by why", "reqps", [(rate("vpce_guard_refusals_total", "reason"), "{{reason}}")]),
        Panel("Being answered", "short", [(gauge("vpce_guard_requests_in_flight"), "{{instance}}")]),
    ],
    "Decision log": [
        Panel(
            "Waiting",
            "short",
            [
                (gauge("vpce_guard_decision_log_queue_length"), "{{instance}}"),
                (gauge("vpce_guard_forwarder_lag_decisions"), "{{instance}} to the sink"),
            ],
        ),
        Panel(
            "Lag",
            "s",
            [
                (gauge("vpce_guard_decision_log_lag_seconds"), "{{instance}}"),
                (gauge("vpce_guard_forwarder_lag_seconds"), "{{instance}} to the sink"),
                (gauge("vpce_guard_anchor_lag_seconds"), "{{instance}} to {{place}}"),
            ],
        ),
        Panel(
            "Written, sent and lost",
            "cps",
            [
                (rate("vpce_guard_decision_log_written_total", "job"), "written"),
                (rate("vpce_guard_decision_log_commits_total", "job"), "commits"),
                (rate("vpce_guard_decision_log_lost_total", "job"), "lost"),
                (rate("vpce_guard_forwarder_sent_total", "job"), "sent to the sink"),
                (rate("vpce_guard_forwarder_missed_total", "job"), "missed by the sink"),
                (rate("vpce_guard_anchor_sent_total", "place"), "seals sent to {{place}}"),
            ],
        ),
        Panel(
            "Failures",
            "cps",
            [
                (rate("vpce_guard_decision_log_failures_total", "job"), "transactions"),
                (rate("vpce_guard_forwarder_failures_total", "job"), "attempts to send"),
                (rate("vpce_guard_anchor_failures_total", "place"), "attempts to send to {{place}}"),
            ],
        ),
        Panel("Cannot be written", "short", [(gauge("vpce_guard_decision_log_failing"), "{{instance}}")]),
    ],
    "Engine and policy": [
        Panel(
            "Failed engine calls",
            "cps",
            [(rate("vpce_guard_engine_failures_total", "engine", "reason"), "{{engine}}: {{reason}}")],
        ),
        Panel(
            "Breaker open", "short", [(gauge("vpce_guard_breaker_state", ',state!="closed"'), "{{instance}} {{state}}")]
        ),
        Panel(
            "Breaker opened, sidecar stood in for",
            "cps",
            [
                (rate("vpce_guard_breaker_opened_total", "instance"), "{{instance}} opened"),
                (rate("vpce_guard_engine_fallbacks_total", "instance"), "{{instance}} stood in for"),
            ],
        ),
        Panel(
            "Newer state refused",
            "short",
            [
                (gauge("vpce_guard_bundle_refused"), "{{instance}} bundle"),
                (gauge("vpce_guard_bundle_outdated"), "{{instance}} bundle of another version's rules"),
                (gauge("vpce_guard_org_data_refused"), "{{instance}} org data"),
                (gauge("vpce_guard_api_keys_refused"), "{{instance}} API keys"),
            ],
        ),
        Panel("Candidate beside", "cps", [(rate("vpce_guard_shadow_decisions_total", "what"), "{{what}}")]),
        Panel("Candidate: differences", "cps", [(rate("vpce_guard_shadow_differences_total", "kind"), "{{kind}}")]),
        Panel(
            "What is in force",
            "short",
            [
                (gauge("vpce_guard_bundle_info"), "{{instance}} bundle {{revision}} on {{engine}}"),
                (gauge("vpce_guard_org_data_info"), "{{instance}} org data {{revision}}"),
                (gauge("vpce_guard_build_info"), "{{instance}} vpce-guard {{version}}"),
            ],
            "stat",
            WIDTH,
            "name",
        ),
    ],
    "Process": [
        Panel("Memory", "bytes", [(gauge("process_resident_memory_bytes"), "{{instance}}")]),
        Panel("CPU", "percentunit", [(rate("process_cpu_seconds_total", "instance"), "{{instance}}")]),
        Panel("Open files", "short", [(gauge("process_open_fds"), "{{instance}}")]),
        Panel(
            "Workers",
            "short",
            [
                (gauge("vpce_guard_workers"), "{{instance}} answer"),
                (rate("vpce_guard_workers_ended_total", "instance"), "{{instance}} ended unasked"),
            ],
        ),
    ],
}


def main() -> None:
    """Print the dashboard."""
    print(json.dumps(dashboard(), indent=2))


def dashboard() -> dict[str, Any]:
    """The dashboard as Grafana imports it."""
    return {
        "uid": "vpce-guard",
        "title": "vpce-guard",
        "tags": ["vpce-guard"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [*_variables()]},
        "annotations": {"list": [_activations()]},
        "panels": [*_panels()],
    }


def _variables() -> Iterator[dict[str, Any]]:
    yield {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "hide": 0}
    for name, query in (
        ("job", "label_values(vpce_guard_build_info, job)"),
        ("instance", 'label_values(vpce_guard_build_info{job=~"$job"}, instance)'),
    ):
        yield {
            "name": name,
            "label": name.capitalize(),
            "type": "query",
            "datasource": DATASOURCE,
            "query": {"query": query, "refId": name},
            "refresh": 2,
            "includeAll": True,
            "allValue": ".*",
            "multi": True,
            "sort": 1,
            "current": {"text": "All", "value": "$__all"},
        }


def _activations() -> dict[str, Any]:
    """A line in every graph where another bundle came into force."""
    return {
        "name": "Bundle put in force",
        "datasource": DATASOURCE,
        "enable": True,
        "iconColor": "purple",
        "expr": f"changes({gauge('vpce_guard_bundle_activated_timestamp_seconds')}[{RATE}]) > 0",
    }


def _panels() -> Iterator[dict[str, Any]]:
    ids, y = count(1), 0
    for row, panels in ROWS.items():
        place = {"x": 0, "y": y, "w": WIDTH, "h": 1}
        yield {"id": next(ids), "type": "row", "title": row, "collapsed": False, "gridPos": place, "panels": []}
        x, y = 0, y + 1
        height = 4 if panels[0].kind == "stat" else 8
        for panel in panels:
            if x + panel.width > WIDTH:
                x, y = 0, y + height
            yield _panel(panel, next(ids), {"x": x, "y": y, "w": panel.width, "h": height})
            x += panel.width
        y += height


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": DATASOURCE,
        "gridPos": place,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": _options(panel),
        "targets": [
            {"refId": chr(65 + i), "datasource": DATASOURCE, "expr": expression, "legendFormat": legend or "__auto"}
            for i, (expression, legend) in enumerate(panel.queries)
        ],
    }


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"]}, "textMode": panel.shows, "colorMode": "none"}
    return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}


if __name__ == "__main__":
    main()
