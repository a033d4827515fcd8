"""A cluster with the kinds of ACK and Crossplane in it, guarded by the service as the chart registers it."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.api_server import ADMIN, ApiServer
from tests.support.kubernetes import upjet_kinds
from tests.support.pki import Authority
from tests.support.servers import free_port
from tests.support.service import Service, running
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]
KEY = "of-the-service"
ROUTE_TABLE = {"vpcID": "vpc-0a000001", "routeTableIDs": ["rtb-0a000001"]}
ORG = """
clusters:
- when: {namespaces: [frozen]}
  environment: prod
- when: {namespaces: [few]}
  environment: stage
freeze: [{from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z', envs: [prod]}]
requesters: {stage: [admin]}
tags: {required: [{key: cost-centre, envs: [stage]}]}
"""
"""What the organisation of the tests wants: in three namespaces, and nothing elsewhere."""


@dataclass(frozen=True)
class Cluster:
    """An API server, the service behind its webhook, and the CA that the webhook is trusted by."""

    api: ApiServer
    service: Service
    ca: bytes
    door: int

    def register(self) -> None:
        """Register the webhook of the chart, and wait until it is asked."""
        assert self.api.create(self.configuration(f"https://127.0.0.1:{self.door}/v1/admission")).status == 201
        until(lambda: self.api.create(endpoint("probe", service="kms"), query="?dryRun=All").status == 403)

    def configuration(self, url: str, *, name: str = "vpce-guard", **changes: Any) -> Any:
        """The chart's configuration with a URL, as there is no network of pods here."""
        objects = yaml.safe_load_all((ROOT / "deploy/kustomize/base/vpce-guard.yaml").read_text())
        (one,) = [o for o in objects if o and o["kind"] == "ValidatingWebhookConfiguration"]
        client = {"url": url, "caBundle": base64.b64encode(self.ca).decode()}
        webhook = {**one["webhooks"][0], "clientConfig": client, **changes}
        return {**one, "metadata": {"name": name}, "webhooks": [webhook]}

    @contextmanager
    def unguarded(self) -> Iterator[None]:
        """A time before the webhook was there."""
        assert self.api.delete(self.configuration("")).status == 200
        until(lambda: self.api.create(endpoint("probe", service="kms"), query="?dryRun=All").status == 201)
        try:
            yield
        finally:
            self.register()


def endpoint(name: str, *, service: str = "s3", namespace: str = "net", **spec: Any) -> Any:
    """A gateway endpoint of ACK, which exists for S3 and not for KMS."""
    return {
        "apiVersion": "ec2.services.k8s.aws/v1alpha1",
        "kind": "VPCEndpoint",
        "metadata": {"name": name, "namespace": namespace, "annotations": {"services.k8s.aws/region": "us-east-1"}},
        "spec": {"serviceName": f"com.amazonaws.us-east-1.{service}", **ROUTE_TABLE, **spec},
    }


@pytest.fixture(scope="session")
def cluster(api_server: ApiServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster, with every kind and a guard."""
    folder = tmp_path_factory.mktemp("cluster")
    authority = Authority(folder, "ca")
    issued = authority.issue("guard", "127.0.0.1", "localhost")
    (folder / "keys").write_text(f"someone:{hashlib.sha256(KEY.encode()).hexdigest()} scopes=admin\n")
    (folder / "org.yaml").write_text(ORG)
    for definition in (*_definitions_of_ack(), *map(_definition, upjet_kinds())):
        assert api_server.create(definition).status == 201, definition
    for name in ("net", "frozen", "few", "elsewhere"):
        kind = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        assert api_server.create(kind).status == 201
    _allow_developers(api_server)
    until(lambda: _is_served(api_server))
    settings = {
        "api_keys_file": folder / "keys",
        "org_data": folder / "org.yaml",
        "admission_port": (door := free_port()),
        "admission_tls_cert_file": issued.cert,
        "admission_tls_key_file": issued.key,
        "tls_cert_file": issued.cert,
        "tls_key_file": issued.key,
    }
    with running(folder, **settings) as service:
        cluster = Cluster(api_server, service, authority.cert.read_bytes(), door)
        cluster.register()
        yield cluster


def _is_served(api: ApiServer) -> bool:
    kinds = [f"/apis/ec2.services.k8s.aws/v1alpha1/{'vpcendpoints'}"]
    kinds += [f"/apis/{one.api_version}/{one.plural}" for one in upjet_kinds()]
    return all(api.ask("GET", path).status == 200 for path in kinds)


def _definitions_of_ack() -> list[Any]:
    done = subprocess.run([ROOT / "tools/ack-definitions"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(done.stderr.strip())
    return [yaml.safe_load((Path(done.stdout.strip()) / "ec2.services.k8s.aws_vpcendpoints.yaml").read_text())]


def _definition(kind: Any) -> Any:
    """The CustomResourceDefinition of a kind of Crossplane, with the parts of its schema that the tests know."""
    schema = {"type": "object", "properties": {"spec": as_structural(kind.spec), "status": _OPEN}}
    version = {
        "name": kind.version,
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.plural}.{kind.group}"},
        "spec": {
            "group": kind.group,
            "scope": "Namespaced" if kind.is_namespaced else "Cluster",
            "names": {"kind": kind.name, "plural": kind.plural},
            "versions": [version],
        },
    }


_OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def as_structural(schema: Any) -> Any:
    """A schema as a definition has it: other members are dropped by the API server, not refused."""
    if schema == {"type": "object"}:
        return _OPEN
    found = {name: value for name, value in schema.items() if name != "additionalProperties" or value is not False}
    if "properties" in found:
        found["properties"] = {name: as_structural(value) for name, value in found["properties"].items()}
    if "items" in found:
        found["items"] = as_structural(found["items"])
    return {"type": "string", **found} if "enum" in found else found


def _allow_developers(api: ApiServer) -> None:
    """Let developers change everything of both controllers."""
    groups = ["ec2.services.k8s.aws", *{one.group for one in upjet_kinds()}]
    group = "rbac.authorization.k8s.io"
    role = {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "developers"},
        "rules": [{"apiGroups": groups, "resources": ["*"], "verbs": ["*"]}],
    }
    binding = {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "developers"},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "developers"},
        "subjects": [{"apiGroup": group, "kind": "Group", "name": "developers"}],
    }
    for item in (role, binding):
        assert api.ask("POST", f"/apis/{group}/v1/{item['kind'].lower()}s", item, token=ADMIN).status == 201
