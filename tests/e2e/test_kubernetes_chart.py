"""A real API server takes what the chart installs: every object, as Helm sends it."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.support.api_server import ApiServer
from tests.support.chart import CHART, WAYS, tool

HOOKS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"


@pytest.mark.usefixtures("kinds_beside")
@pytest.mark.parametrize("way", [way for way in WAYS if way != "values.yaml"])
def test_helm_installs_and_upgrades_the_release(api_server: ApiServer, way: str) -> None:
    helm = [tool("helm"), "--namespace", "safety"]
    environment = {**os.environ, "KUBECONFIG": str(api_server.kubeconfig())}
    # nobody here runs pods, so that hooks would not end
    values = ["guard", CHART, "--no-hooks", "--wait=false", "--values", CHART / way]
    for command in (["install", "--create-namespace"], ["upgrade"]):
        done = subprocess.run([*helm, *command, *values], capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr
        assert "warning" not in done.stderr.lower()  # of members that the API server does not know
    found = api_server.ask("GET", "/apis/apps/v1/namespaces/safety/deployments").body["items"]
    assert [one["metadata"]["name"] for one in found] == ["guard-vpce-guard"]
    assert "guard-vpce-guard-safety" in str(api_server.ask("GET", HOOKS).body)
    done = subprocess.run(
        [*helm, "uninstall", "guard", "--no-hooks"], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
