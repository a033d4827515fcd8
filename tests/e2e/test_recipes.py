"""The manifests of the page of recipes: each fits its definition, and the Job's command is run."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.support.api_server import ApiServer
from tests.support.chart import ROOT, tool
from tests.support.kubernetes import VPC_ID, ack
from vpce_guard.surfaces.cli.check import command as check

PAGE = (ROOT / "docs/how-to/check-before-a-sync.md").read_text()
MANIFESTS: list[Any] = [
    one for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S) for one in yaml.safe_load_all(text)
]
OVERLAY, JOB, GUARD, ENDPOINTS, POLICY = MANIFESTS
GATEWAY = ack(serviceName="com.amazonaws.us-east-1.s3", vpcID=VPC_ID, routeTableIDs=["rtb-0a1b2c3d4e5f60701"])
SCHEMAS = "{{.ResourceKind}}{{.KindSuffix}}.json"


def fit(manifests: list[Any]) -> subprocess.CompletedProcess[str]:
    """What kubeconform says of manifests under the schemas of their definitions."""
    folder = tool("kubernetes_schemas.py")
    command = [tool("kubeconform"), "-strict", "-output", "json", "-summary", "-schema-location", f"{folder}/{SCHEMAS}"]
    return subprocess.run(command, input=yaml.safe_dump_all(manifests), capture_output=True, text=True, check=False)


def test_each_manifest_fits_its_definition() -> None:
    done = fit([JOB, GUARD, ENDPOINTS, POLICY])
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["summary"] == {"valid": 4, "invalid": 0, "errors": 0, "skipped": 0}


@pytest.mark.parametrize("manifest", [GUARD, POLICY], ids=["flux", "kyverno"])
def test_a_member_that_is_none_does_not_fit(manifest: Any) -> None:
    assert fit([{**manifest, "spec": {**manifest["spec"], "waits": True}}]).returncode == 1


@pytest.mark.usefixtures("kinds_beside")
def test_a_real_api_server_takes_each_manifest(api_server: ApiServer) -> None:
    for name in ("network", "flux-system"):
        metadata = {"name": name, "labels": {"pod-security.kubernetes.io/warn": "restricted"}}
        assert api_server.create({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}).status == 201
    job = {**JOB, "metadata": {**JOB["metadata"], "namespace": "network"}}  # where restricted pods warn of what is not
    for one in (job, GUARD, ENDPOINTS, POLICY):
        reply = api_server.create(one, query="?fieldValidation=Strict")
        assert (reply.status, reply.warnings) == (201, ()), reply.reason


def test_the_job_mounts_what_the_overlay_generates_a_wave_before_it() -> None:
    (generated,) = OVERLAY["configMapGenerator"]
    (volume,) = JOB["spec"]["template"]["spec"]["volumes"]
    assert volume["configMap"]["name"] == generated["name"]
    assert generated["options"]["disableNameSuffixHash"] is True
    assert generated["options"]["annotations"] == {
        **JOB["metadata"]["annotations"],
        "argocd.argoproj.io/sync-wave": "-1",
    }


@pytest.mark.parametrize(("service", "code"), [("s3", 0), ("kms", 1)])
def test_the_job_fails_where_an_endpoint_is_denied(tmp_path: Path, service: str, code: int) -> None:
    (container,) = JOB["spec"]["template"]["spec"]["containers"]
    item = {**GATEWAY, "spec": {**GATEWAY["spec"], "serviceName": f"com.amazonaws.us-east-1.{service}"}}
    (tmp_path / "endpoints.yaml").write_text(yaml.safe_dump(item))
    (tmp_path / "org.yaml").write_text("services: {allow: ['*']}\n")
    name, *arguments = [one.replace("/manifests", str(tmp_path)) for one in container["args"]]
    assert name == "check"
    assert CliRunner().invoke(check, arguments, standalone_mode=False).return_value == code


def test_the_guard_is_waited_for() -> None:
    assert GUARD["spec"]["wait"] is True
    assert ENDPOINTS["spec"]["dependsOn"] == [{"name": GUARD["metadata"]["name"]}]
