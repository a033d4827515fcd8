"""The Grafana dashboard, the alert rules and the scrape config load, and speak of metrics that exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "deploy/grafana/vpce-guard.json"
PROMETHEUS = ROOT / "deploy/prometheus"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((PROMETHEUS / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
ALERTS = [rule for rule in RULES if "alert" in rule]


@pytest.fixture(scope="module")
def promtool() -> str:
    """promtool, with prometheus beside it."""
    return subprocess.run([ROOT / "tools/promtool"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def queries() -> list[str]:
    """Every PromQL expression of the dashboard as Prometheus is asked it."""
    dashboard = json.loads(DASHBOARD.read_text())
    found = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    found += [annotation["expr"] for annotation in dashboard["annotations"]["list"]]
    return [re.sub(r"\$(job|instance)\b", ".*", expr).replace("$__rate_interval", "5m") for expr in found]


def metrics_in(text: str) -> set[str]:
    """The metrics of ours, and of the process, that a text names; buckets by the name of their histogram."""
    names = re.findall(r"\b(?:vpce_guard|process)_\w+(?!\w|:)", text)
    return {name.removesuffix("_bucket") for name in names}


def documented() -> set[str]:
    """The metrics that docs/reference/metrics.md lists."""
    return set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/reference/metrics.md").read_text(), re.MULTILINE))


def run(*command: str | Path, cwd: Path = PROMETHEUS) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_dashboard_is_what_its_source_says() -> None:
    made = subprocess.run([sys.executable, ROOT / "tools/dashboard.py"], capture_output=True, text=True, check=True)
    assert made.stdout == DASHBOARD.read_text()


def test_grafana_knows_everything_in_the_dashboard() -> None:
    register_default_plugins()
    dashboard = json.loads(DASHBOARD.read_text())
    understood = json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))
    assert list(lost(dashboard, understood)) == []


def lost(given: Any, understood: Any, place: str = "") -> Any:
    """Where what is given is not what was understood."""
    if isinstance(given, dict):
        for name, value in given.items():
            yield from lost(value, understood.get(name), f"{place}/{name}") if understood else [place]
    elif isinstance(given, list):
        for i, value in enumerate(given):
            yield from lost(value, understood[i], f"{place}/{i}")
    elif given != understood:
        yield place


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken)
    assert max(x for x, _ in taken) < 24


def test_every_query_of_the_dashboard_parses(promtool: str, tmp_path: Path) -> None:
    rules = [{"record": f"query:{i}", "expr": query} for i, query in enumerate(queries())]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = run(promtool, "check", "rules", tmp_path / "rules.yaml")
    assert done.returncode == 0, done.stderr
    assert f"{len(rules)} rules found" in done.stdout


def test_dashboard_and_alerts_speak_of_metrics_that_exist() -> None:
    spoken = metrics_in("\n".join(queries()) + "\n".join(rule["expr"] for rule in RULES))
    assert spoken - documented() == set()


def test_every_metric_of_ours_is_on_the_dashboard() -> None:
    unseen = {name for name in documented() if name.startswith("vpce_guard_")} - metrics_in("\n".join(queries()))
    assert unseen == set()


def test_rules_and_scrape_config_load(promtool: str, tmp_path: Path) -> None:
    done = run(promtool, "check", "rules", "--lint=all", "--lint-fatal", "alerts.yaml")
    assert done.returncode == 0, done.stderr
    key = tmp_path / "key"
    key.write_text("key")
    config = (PROMETHEUS / "prometheus.yml").read_text()
    assert "credentials_file: /etc/prometheus/vpce-guard-key" in config
    (tmp_path / "alerts.yaml").write_text((PROMETHEUS / "alerts.yaml").read_text())
    (tmp_path / "prometheus.yml").write_text(config.replace("/etc/prometheus/vpce-guard-key", str(key)))
    done = run(promtool, "check", "config", "prometheus.yml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_each_alert_fires_on_what_it_is_for_and_only_then(promtool: str) -> None:
    done = run(promtool, "test", "rules", "alerts_test.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_is_expected_once_and_its_metrics_are_also_seen_when_all_is_well() -> None:
    quiet, *others = yaml.safe_load((PROMETHEUS / "alerts_test.yaml").read_text())["tests"]
    expected = {
        sample["labels"] for test in others for query in test["promql_expr_test"] for sample in query["exp_samples"]
    }
    assert expected == {f'{{alertname="{rule["alert"]}"}}' for rule in ALERTS}
    assert [query["exp_samples"] for query in quiet["promql_expr_test"]] == [[]]
    watched = metrics_in("\n".join(rule["expr"] for rule in RULES if "alert" in rule or "ratio" in rule["record"]))
    assert watched - metrics_in("\n".join(series["series"] for series in quiet["input_series"])) == set()


def test_each_alert_is_explained(root: Path) -> None:
    explained = re.findall(
        r"^\| (VpceGuard\w+) \|", (root / "docs/how-to/watch-the-service.md").read_text(), re.MULTILINE
    )
    assert explained == [rule["alert"] for rule in ALERTS]
