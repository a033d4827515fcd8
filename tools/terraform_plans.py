"""Plan the configurations of the Terraform tests with Terraform, and keep what came of it.

    python tools/terraform_plans.py [NAME]...

A service that stands in for AWS answers (moto, on 127.0.0.1); nothing else is asked. Plans are kept as `terraform show
-json` prints them, without what no reader looks at: whole members, and attributes that no reader and no source names.

Each folder of tests/formats/terraform/idioms is planned (`plan.json`) and applied: `applied.json` is what its
endpoints had afterwards, resources by their address, the truth that the reader has to find before.

Each row of tests/formats/terraform/roots/verdicts.yaml names a folder beside it. What lies in its `elsewhere` is
applied with a state of its own, what lies in `before` with the state of the root. Then the root is planned
(`plan.json`), and once more with its seeded fault (`fault.json`).

Needs terraform, a provider mirror (TF_PLUGINS) and moto's server (MOTO_SERVER).
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

TERRAFORM_TESTS = Path(__file__).parents[1] / "tests/formats/terraform"
READERS = Path(__file__).parents[1] / "service/vpce_guard/formats"
IDIOMS, ROOTS = TERRAFORM_TESTS / "idioms", TERRAFORM_TESTS / "roots"
TERRAFORM = shutil.which("terraform") or "terraform"
LISTS = ("subnet_ids", "route_table_ids", "security_group_ids")
SCALARS = ("vpc_id", "service_name", "vpc_endpoint_type")
UNREAD = {
    "plan": (
        "planned_values",
        "timestamp",
        "relevant_attributes",
        "output_changes",
        "resource_drift",
        "applyable",
        "complete",
        "checks",
        "terraform_version",
    ),
    "resource": ("provider_name", "schema_version", "sensitive_values", "depends_on", "identity_schema_version"),
    "change": ("before_sensitive", "after_sensitive"),
}
PROVIDER = """
provider_installation {{
  dev_overrides {{
    "hashicorp/aws" = "{path}"
  }}
}}
"""


def main(names: list[str]) -> None:
    """Plan the folders named, or all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = [os.environ.get("MOTO_SERVER", "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            _plan_all(names, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _plan_all(names: list[str], url: str) -> None:
    for folder in sorted(IDIOMS.iterdir()):
        if folder.is_dir() and (not names or folder.name in names):
            _start_anew(url)
            _apply_idiom(folder, url)
    for row in yaml.safe_load((ROOTS / "verdicts.yaml").read_text()):
        if not names or row["root"] in names:
            _start_anew(url)
            _plan_root(row, url)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the stand-in for AWS does not answer")


def _start_anew(url: str) -> None:
    """Have the stand-in forget everything, and give the same ids again."""
    for path in ("reset", "seed?a=1"):
        connection = http.client.HTTPConnection(url.removeprefix("http://"))
        connection.request("POST", f"/moto-api/{path}")
        connection.getresponse().read()
        connection.close()


class _Work:
    """A directory in which Terraform runs, with a state of its own."""

    def __init__(self, directory: Path, url: str) -> None:
        directory.mkdir()
        self.directory = directory
        plugins = Path(os.environ.get("TF_PLUGINS", "/opt/tf-plugins"))
        (binary,) = plugins.glob("**/terraform-provider-aws*")
        settings = directory / "settings.tfrc"
        settings.write_text(PROVIDER.format(path=binary.parent))
        self._environment = {
            **os.environ,
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": url,
        }

    def configure(self, source: Path) -> None:
        """Take the configuration in a folder in the place of the one before."""
        for file in self.directory.glob("*.tf"):
            file.unlink()
        shutil.copytree(source, self.directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.json"))
        if "module " in "".join(file.read_text() for file in self.directory.glob("*.tf")):
            self.run("get", "-no-color")

    def plan(self, *options: str) -> dict[str, Any]:
        """The plan, as Terraform shows it."""
        self.run("plan", "-input=false", "-no-color", "-out=plan.bin", *options)
        found: dict[str, Any] = json.loads(self.run("show", "-json", "plan.bin"))
        return found

    def apply(self, *arguments: str) -> None:
        """Make what the configuration, or a plan, says."""
        self.run("apply", "-input=false", "-no-color", "-auto-approve", *arguments)

    def run(self, *arguments: str) -> str:
        """What a command of Terraform prints. Raises SystemExit where it fails."""
        done = subprocess.run(
            [TERRAFORM, *arguments],
            cwd=self.directory,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"terraform {arguments[0]}:\n{done.stdout}{done.stderr}")
        return done.stdout


def _apply_idiom(folder: Path, url: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        work = _Work(Path(name) / "root", url)
        work.configure(folder)
        plan = work.plan()
        work.apply("plan.bin")
        state = json.loads(work.run("show", "-json"))
    _write_plan(folder / "plan.json", plan)
    (folder / "applied.json").write_text(json.dumps(_applied(state), indent=1, sort_keys=True) + "\n")


def _plan_root(row: dict[str, Any], url: str) -> None:
    folder = ROOTS / row["root"]
    with tempfile.TemporaryDirectory() as name:
        if (folder / "elsewhere").is_dir():
            other = _Work(Path(name) / "elsewhere", url)
            other.configure(folder / "elsewhere")
            other.apply()
        work = _Work(Path(name) / "root", url)
        if (folder / "before").is_dir():
            work.configure(folder / "before")
            work.apply()
        work.configure(folder)
        _write_plan(folder / "plan.json", work.plan(*row.get("options", [])))
        if fault := row.get("fault"):
            file = work.directory / fault.get("file", "main.tf")
            text = file.read_text()
            if text.count(fault["replace"]) != 1:
                raise SystemExit(f"{row['root']}: the text to be replaced is not there once")
            file.write_text(text.replace(fault["replace"], fault["by"]))
            _write_plan(folder / "fault.json", work.plan(*row.get("options", [])))


def _write_plan(path: Path, plan: dict[str, Any]) -> None:
    _drop_unread_attributes(plan, _words([*READERS.rglob("*.py"), *path.parent.rglob("*.tf")]))
    path.write_text(json.dumps(_trim(plan), separators=(",", ":"), sort_keys=True) + "\n")
    print(f"{path.parent.name}/{path.name}: {len(plan.get('resource_changes', []))} changes", flush=True)


def _trim(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without what no reader looks at; marks of sensitive values stay where there are any."""
    _drop(plan, UNREAD["plan"])
    for change in plan.get("resource_changes", []):
        _drop(change, UNREAD["resource"])
        body = change["change"]
        _drop(body, [name for name in UNREAD["change"] if "true" not in json.dumps(body.get(name))])
        unknown = body.get("after_unknown") or {}
        _drop(unknown, [name for name, mark in unknown.items() if mark in (False, {}, [])])
    _drop_from_blocks(plan["configuration"].get("root_module", {}))
    for provider in plan["configuration"].get("provider_config", {}).values():
        _drop(provider, ("full_name", "version_constraint"))
    state = plan.get("prior_state", {}).get("values", {})
    state.pop("outputs", None)
    _drop_told_twice(state.get("root_module", {}), {change["address"] for change in plan.get("resource_changes", [])})
    for resource in _resources(state.get("root_module", {})):
        _drop(resource, UNREAD["resource"])
    return plan


def _words(files: Iterable[Path]) -> set[str]:
    return {word for file in files for word in re.findall(r"\w+", file.read_text())}


def _drop_unread_attributes(plan: dict[str, Any], words: set[str]) -> None:
    """Leave out the attributes that neither the readers nor the source of the plan name."""
    state = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    parts = [resource.get("values") for resource in _resources(state)]
    for change in plan.get("resource_changes", []):
        parts += [change["change"].get(name) for name in ("before", "after", "after_unknown")]
    for part in parts:
        if isinstance(part, dict):
            _drop(part, [name for name in part if name not in words])


def _drop_told_twice(module: dict[str, Any], changed: set[str]) -> None:
    """Leave out of a state what the changes tell again, and win."""
    module["resources"] = [one for one in module.get("resources", []) if one["address"] not in changed]
    for child in module.get("child_modules", []):
        _drop_told_twice(child, changed)


def _drop_from_blocks(module: dict[str, Any]) -> None:
    for block in module.get("resources", []):
        _drop(block, ("address", "schema_version"))
    for call in module.get("module_calls", {}).values():
        _drop_from_blocks(call.get("module", {}))


def _drop(entry: dict[str, Any], names: Any) -> None:
    for name in names:
        entry.pop(name, None)


def _resources(module: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [resource for child in module.get("child_modules", []) for resource in _resources(child)]
    return [*module.get("resources", []), *inner]


def _applied(state: dict[str, Any]) -> dict[str, Any]:
    resources = [r for r in _resources(state["values"]["root_module"]) if r["mode"] == "managed"]
    address = {resource["values"].get("id"): resource["address"] for resource in resources}
    more = {
        resource["values"]["vpc_endpoint_id"]: resource["values"]["subnet_id"]
        for resource in resources
        if resource["type"] == "aws_vpc_endpoint_subnet_association"
    }
    for resource in resources:
        if (subnet := more.get(resource["values"].get("id"))) is not None:
            resource["values"]["subnet_ids"] = sorted({*resource["values"]["subnet_ids"], subnet})
    return {
        resource["address"]: {
            **{name: sorted(address.get(i, i) for i in resource["values"].get(name) or []) for name in LISTS},
            **{name: address.get(value := resource["values"].get(name), value) for name in SCALARS},
        }
        for resource in resources
        if resource["type"] == "aws_vpc_endpoint"
    }


if __name__ == "__main__":
    main(sys.argv[1:])
