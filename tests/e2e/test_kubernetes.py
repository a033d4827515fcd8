"""A real API server asks the service, through the chart's webhook, about what is created, changed and deleted.

ACK's own CustomResourceDefinition and the parts of Crossplane's that the tests know are installed. Nobody works off
what is stored, so that tests say themselves what a controller would: statuses, finalizers.
"""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from typing import Any

import pytest

from tests.support.api_server import DEVELOPER, Reply
from tests.support.cluster import KEY, Cluster, endpoint
from tests.support.kubernetes import ENDPOINT_ID, SUBNETS, crossplane, upjet_kinds
from tests.support.service import get

NAMESPACED = "ec2.aws.m.upbound.io/v1beta1"
S3 = {"serviceName": "com.amazonaws.us-east-1.s3", "vpcId": "vpc-0a000001", "vpcEndpointType": "Gateway"}
KMS = {**S3, "serviceName": "com.amazonaws.us-east-1.kms"}


def namespaced(item: Any) -> Any:
    """The object in the group of namespaces."""
    return {**item, "apiVersion": NAMESPACED, "metadata": {**item["metadata"], "namespace": "net"}}


def set_status(cluster: Cluster, item: Any) -> None:
    """What the controller of ACK writes once its endpoint is there."""
    status = {"status": {"vpcEndpointID": ENDPOINT_ID, "state": "available"}}
    assert cluster.api.patch(item, status, query="/status").status == 200


def recorded(cluster: Cluster) -> list[Any]:
    """The newest decisions of the service, newest first."""
    context = ssl.create_default_context(cadata=cluster.ca.decode())
    status, answer = get(cluster.service, "/v1/decisions?limit=20", context=context, key=KEY)
    assert status == 200, answer
    found: list[Any] = [one["decision"] for one in answer["decisions"]]
    return found


def assert_denied(reply: Reply, rule: str) -> None:
    assert (reply.status, reply.body["reason"]) == (403, "Forbidden")
    assert 'admission webhook "endpoints.vpce-guard.example" denied the request: vpce-guard: ' in reply.reason
    assert rule in reply.reason


@pytest.mark.parametrize(
    "item",
    [
        endpoint("denied", service="kms"),
        crossplane("denied", **KMS),
        namespaced(crossplane("denied", **KMS)),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused_with_reasons_and_not_stored(cluster: Cluster, item: Any) -> None:
    assert_denied(cluster.api.create(item), "VPCE-GW-001")
    assert cluster.api.read(item).status == 404


@pytest.mark.parametrize("item", [endpoint("fine"), crossplane("fine", **S3), namespaced(crossplane("fine", **S3))])
def test_an_endpoint_that_can_be_is_stored(cluster: Cluster, item: Any) -> None:
    assert cluster.api.create(item).status == 201
    assert cluster.api.read(item).status == 200


@pytest.mark.parametrize(
    "kind", [one for one in upjet_kinds() if one.name != "VPCEndpoint"], ids=lambda one: one.plural
)
def test_what_completes_an_endpoint_is_judged(cluster: Cluster, kind: Any) -> None:
    own = {
        "VPCEndpointSubnetAssociation": ("subnetId", "subnet-1"),
        "VPCEndpointRouteTableAssociation": ("routeTableId", "rtb-1"),
        "VPCEndpointSecurityGroupAssociation": ("securityGroupId", "sg-1"),
        "VPCEndpointPolicy": ("policy", "{"),
    }
    name, wrong = own[kind.name]
    item = crossplane("part", kind=kind.name, vpcEndpointId=ENDPOINT_ID, **{name: wrong})
    item = namespaced(item) if kind.is_namespaced else item
    reply = cluster.api.create(item)
    assert reply.status == 403
    assert "vpce-guard: VPCE-" in reply.reason


def test_an_association_is_a_change_of_the_endpoint_that_it_names(cluster: Cluster) -> None:
    spec = {"vpcEndpointId": ENDPOINT_ID, "subnetId": SUBNETS[0]}
    item = namespaced(crossplane("added", kind="VPCEndpointSubnetAssociation", **spec))
    assert cluster.api.create(item).status == 201
    assert recorded(cluster)[0]["operation"] == "modify"
    assert cluster.api.delete(item).status == 200
    assert recorded(cluster)[0]["operation"] == "modify"


def test_warnings_come_with_what_is_allowed(cluster: Cluster) -> None:
    reply = cluster.api.create(endpoint("warned", service="dynamodb"))
    assert reply.status == 201
    assert any(warning.startswith("VPCE-") for warning in reply.warnings), reply.warnings


def test_an_update_is_judged_and_what_is_refused_changes_nothing(cluster: Cluster) -> None:
    item = endpoint("updated")
    assert cluster.api.create(item).status == 201
    set_status(cluster, item)
    assert_denied(cluster.api.patch(item, {"spec": {"vpcID": "vpc-0a000099"}}), "VPCE-COMMON-009")
    assert cluster.api.read(item).body["spec"]["vpcID"] == "vpc-0a000001"
    assert cluster.api.patch(item, {"spec": {"routeTableIDs": ["rtb-0a000001", "rtb-0a000002"]}}).status == 200


def test_a_failed_create_that_is_corrected_is_judged_as_a_create(cluster: Cluster) -> None:
    with cluster.unguarded():
        item = endpoint("failed", service="kms")
        assert cluster.api.create(item).status == 201
    reply = cluster.api.patch(item, {"spec": {"serviceName": "com.amazonaws.us-east-1.dynamodb"}})
    assert reply.status == 200
    assert recorded(cluster)[0]["operation"] == "create"


def test_a_dry_run_is_judged_and_neither_stored_nor_recorded(cluster: Cluster) -> None:
    before = recorded(cluster)
    assert_denied(cluster.api.create(endpoint("tried", service="kms"), query="?dryRun=All"), "VPCE-GW-001")
    item = endpoint("tried")
    assert cluster.api.create(item, query="?dryRun=All").status == 201
    assert cluster.api.read(item).status == 404
    assert recorded(cluster) == before


def test_an_object_is_deleted_and_its_finalizer_worked_off(cluster: Cluster) -> None:
    item = endpoint("deleted")
    item["metadata"]["finalizers"] = ["finalizers.ec2.services.k8s.aws/VPCEndpoint"]
    assert cluster.api.create(item).status == 201
    set_status(cluster, item)
    assert cluster.api.delete(item).status == 200
    assert recorded(cluster)[0]["operation"] == "delete"
    assert "deletionTimestamp" in cluster.api.read(item).body["metadata"]
    judged = recorded(cluster)
    assert cluster.api.patch(item, {"metadata": {"finalizers": []}}).status == 200
    assert cluster.api.read(item).status == 404
    assert recorded(cluster) == judged


def test_who_may_not_ask_deletes_nothing(cluster: Cluster) -> None:
    item = endpoint("theirs", namespace="few", tags=[{"key": "cost-centre", "value": "7"}])
    assert cluster.api.create(item).status == 201
    set_status(cluster, item)
    reply = cluster.api.ask("DELETE", f"/apis/{item['apiVersion']}/namespaces/few/vpcendpoints/theirs", token=DEVELOPER)
    assert_denied(reply, "VPCE-ORG-025")
    assert cluster.api.read(item).status == 200
    assert_denied(cluster.api.create(endpoint("other", namespace="few"), token=DEVELOPER), "VPCE-ORG-025")


def test_a_freeze_holds_in_the_namespaces_of_its_environment(cluster: Cluster) -> None:
    assert_denied(cluster.api.create(endpoint("late", namespace="frozen")), "VPCE-ORG-019")
    assert cluster.api.create(endpoint("late", namespace="net")).status == 201


def test_endpoints_from_before_the_webhook_stay_manageable(cluster: Cluster) -> None:
    item = endpoint("older", service="kms")
    item["metadata"]["finalizers"] = ["finalizers.ec2.services.k8s.aws/VPCEndpoint"]
    with cluster.unguarded():
        assert cluster.api.create(item).status == 201
        set_status(cluster, item)
    assert cluster.api.patch(item, {"metadata": {"labels": {"team": "a"}}}).status == 200
    assert cluster.api.patch(item, {"status": {"state": "failed"}}, query="/status").status == 200
    assert cluster.api.delete(item).status == 200
    assert cluster.api.patch(item, {"metadata": {"finalizers": []}}).status == 200
    assert cluster.api.read(item).status == 404


def test_an_old_fault_that_stays_is_a_warning_and_a_new_one_is_not(cluster: Cluster) -> None:
    item = endpoint("faulty", namespace="few")  # without the tag that is wanted there
    with cluster.unguarded():
        assert cluster.api.create(item).status == 201
        set_status(cluster, item)
    reply = cluster.api.patch(item, {"spec": {"routeTableIDs": ["rtb-0a000001", "rtb-0a000002"]}})
    assert reply.status == 200
    assert any(warning.startswith("VPCE-ORG-003: ") for warning in reply.warnings), reply.warnings
    assert_denied(cluster.api.patch(item, {"spec": {"routeTableIDs": ["rtb-1"]}}), "VPCE-COMMON")


def test_kubectl_shows_reasons_and_warnings(cluster: Cluster) -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not there")

    def create(item: Any) -> subprocess.CompletedProcess[str]:
        command = [kubectl, "--kubeconfig", cluster.api.kubeconfig(), "create", "-f", "-"]
        return subprocess.run(command, input=json.dumps(item), capture_output=True, text=True, check=False)

    denied = create(endpoint("shown", service="kms"))
    assert denied.returncode == 1
    assert 'admission webhook "endpoints.vpce-guard.example" denied the request: vpce-guard: VPCE-' in denied.stderr
    allowed = create(endpoint("shown", service="dynamodb"))
    assert (allowed.returncode, allowed.stdout) == (0, "vpcendpoint.ec2.services.k8s.aws/shown created\n")
    assert "Warning: VPCE-" in allowed.stderr
