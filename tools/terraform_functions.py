"""Have Terraform plan and apply the expressions of tests/formats/terraform/functions, and keep what came of them.

    python tools/terraform_functions.py

Terraform asks nobody for that: it uses its own resource terraform_data only. `plan.json` is the plan as `terraform show
-json` prints it, without what no reader looks at; `applied.json` is the value of each output after `terraform apply`,
ids with their resource's address in the place of the id. Needs terraform.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "tests/formats/terraform/functions"
TERRAFORM = shutil.which("terraform") or "terraform"
MEMBERS = ("address", "mode", "type", "name", "index", "change")
SIDES = ("actions", "before", "after", "after_unknown")


def main() -> None:
    """Plan, apply and write both files."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        (work / "terraform.rc").touch()
        shutil.copy(FOLDER / "main.tf", work)
        _run(work, "init")
        _run(work, "plan", "-input=false", "-out=plan.bin")
        plan = json.loads(_run(work, "show", "-json", "plan.bin"))
        _run(work, "apply", "plan.bin")
        outputs = json.loads(_run(work, "output", "-json"))
        state = json.loads(_run(work, "show", "-json"))
    (FOLDER / "plan.json").write_text(_write(_trim(plan)))
    ids = {r["values"]["id"]: f"<{r['address']}>" for r in state["values"]["root_module"]["resources"]}
    applied = {name: _with_addresses(output["value"], ids) for name, output in sorted(outputs.items())}
    (FOLDER / "applied.json").write_text(_write(applied))


def _run(work: Path, *command: str) -> str:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(work / "terraform.rc"), "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run([TERRAFORM, *command], cwd=work, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"terraform {command[0]}: {done.stderr}")
    return done.stdout


def _trim(plan: Any) -> Any:
    changes = [{name: change[name] for name in MEMBERS if name in change} for change in plan["resource_changes"]]
    for change in changes:
        change["change"] = {side: change["change"][side] for side in SIDES}
    outputs = {
        name: {"after": change.get("after"), "after_unknown": change["after_unknown"]}
        for name, change in sorted(plan["output_changes"].items())
    }
    return {
        "format_version": plan["format_version"],
        "terraform_version": plan["terraform_version"],
        "resource_changes": changes,
        "output_changes": outputs,
    }


def _with_addresses(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        for identity, address in ids.items():
            value = value.replace(identity, address)
        return value
    if isinstance(value, list):
        return [_with_addresses(item, ids) for item in value]
    if isinstance(value, dict):
        return {_with_addresses(name, ids): _with_addresses(item, ids) for name, item in value.items()}
    return value


def _write(members: dict[str, Any]) -> str:
    lines = [f"{json.dumps(name)}: {_write_member(value)}" for name, value in members.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _write_member(value: Any) -> str:
    """A list or object of objects a line each; anything else in one line."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "change" in value[0]:
        return "[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n]"
    if isinstance(value, dict) and len(value) > 20:
        return _write(value).rstrip("\n")
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
