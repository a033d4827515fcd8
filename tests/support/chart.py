"""The chart as Helm renders it. Tests that need it skip where Helm, or the schemas, cannot be had."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy/helm/vpce-guard"
WAYS = sorted(path.name for path in CHART.glob("values*.yaml"))
"""The files of values that come with the chart."""


@functools.cache
def tool(name: str) -> str:
    """What one of tools/ prints, which makes it where it is not there; skips where that cannot be."""
    command = [sys.executable, ROOT / "tools" / name] if name.endswith(".py") else [ROOT / "tools" / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"tools/{name}: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout.strip()


@functools.cache
def template(way: str, *sets: str) -> str:
    """All objects under a file of values, as YAML; `sets` are further ones, as `--set` takes them."""
    done = run_template(way, *sets)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_template(way: str, *sets: str) -> subprocess.CompletedProcess[str]:
    """Rendering under a file of values and further ones."""
    more = [part for value in sets for part in ("--set", value)]
    command = [tool("helm"), "template", "guard", CHART, "--namespace", "safety", "--values", CHART / way, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def objects(way: str, *sets: str, kind: str | None = None) -> list[Any]:
    """Those objects, or those of a kind."""
    found = [one for one in yaml.load_all(template(way, *sets), yaml.CSafeLoader) if one]
    return [one for one in found if kind in (None, one["kind"])]


def deployment(way: str, *sets: str) -> Any:
    """The pod of the Deployment: its spec."""
    (found,) = objects(way, *sets, kind="Deployment")
    return found["spec"]["template"]["spec"]


def container(way: str, *sets: str, name: str = "vpce-guard") -> Any:
    """A container of that pod."""
    (found,) = [one for one in deployment(way, *sets)["containers"] if one["name"] == name]
    return found


def environment(way: str, *sets: str) -> dict[str, str]:
    """The environment of the service; a value from a Secret is a URL of a database."""
    return {one["name"]: one.get("value", "postgresql://guard@db/guard") for one in container(way, *sets)["env"]}
