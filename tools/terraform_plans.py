"""Plan the configurations of tests/formats/terraform/idioms with Terraform, apply them, and keep what came of it.

    python tools/terraform_plans.py [NAME]...

A service that stands in for AWS answers (moto, on 127.0.0.1); nothing else is asked. Each folder gets the plan as
`terraform show -json` prints it, without what no reader looks at (`plan.json`), and what the endpoints had after
`terraform apply`, resources by their address (`applied.json`): the truth that the reader has to find before.
Needs terraform, a provider mirror (TF_PLUGINS) and moto's server (MOTO_SERVER).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

IDIOMS = Path(__file__).parents[1] / "tests/formats/terraform/idioms"
TERRAFORM = shutil.which("terraform") or "terraform"
LISTS = ("subnet_ids", "route_table_ids", "security_group_ids")
SCALARS = ("vpc_id", "service_name", "vpc_endpoint_type")
OVERRIDE = """
provider "aws" {{
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {{
    ec2 = "{url}"
    sts = "{url}"
  }}
}}
"""

MIRROR = """
provider_installation {{
  filesystem_mirror {{
    path = "{path}"
  }}
}}
"""


def main(names: list[str]) -> None:
    """Plan and apply the folders named, or all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = [os.environ.get("MOTO_SERVER", "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            for folder in [IDIOMS / name for name in names] or sorted(IDIOMS.iterdir()):
                if folder.is_dir():
                    _plan(folder, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the stand-in for AWS does not answer")


def _plan(folder: Path, url: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name) / "root"
        shutil.copytree(folder, work)
        (work / "stand_in_override.tf").write_text(OVERRIDE.format(url=url))
        (Path(name) / "rc").write_text(MIRROR.format(path=os.environ.get("TF_PLUGINS", "/opt/tf-plugins")))
        environment = {**os.environ, "TF_CLI_CONFIG_FILE": f"{name}/rc", "TF_IN_AUTOMATION": "1"}

        def run(*arguments: str) -> str:
            done = subprocess.run(
                [TERRAFORM, *arguments], cwd=work, env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise SystemExit(f"{folder.name}: terraform {arguments[0]}:\n{done.stdout}{done.stderr}")
            return done.stdout

        run("init", "-input=false", "-no-color")
        run("plan", "-input=false", "-no-color", "-out=plan.bin")
        plan = json.loads(run("show", "-json", "plan.bin"))
        run("apply", "-input=false", "-no-color", "-auto-approve", "plan.bin")
        state = json.loads(run("show", "-json"))
    (folder / "plan.json").write_text(json.dumps(_trim(plan), separators=(",", ":"), sort_keys=True) + "\n")
    (folder / "applied.json").write_text(json.dumps(_applied(state), indent=1, sort_keys=True) + "\n")
    print(f"{folder.name}: {len(plan['resource_changes'])} resources")


def _trim(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without what no reader looks at, and without the address of the stand-in."""
    for name in ("planned_values", "timestamp", "relevant_attributes", "output_changes", "resource_drift"):
        plan.pop(name, None)
    provider = plan["configuration"]["provider_config"]["aws"]
    provider["expressions"] = {"region": provider["expressions"]["region"]}
    return plan


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
