"""AdmissionReviews as API servers send them: 50 a second over TLS to the listener for them, one service process.

    python benchmarks/admission.py [SECONDS] [RUNS]

A cycle of ten reviews is of ACK's and Crossplane's endpoints and of associations: created (allowed and denied), changed
in their spec and beside it, and deleted. They are timed from when each was due, so that a stall is seen by all that it
delays, and the log is durable. Of several runs the best counts: what else the machine does only makes answers slower.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import aiohttp
from gates import hold
from processes import free_port, process

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.pki import Authority  # noqa: E402 - the tests are beside the benchmarks

PER_SECOND, CONNECTIONS = 50, 6  # what a few API servers keep open
ID, VPC = "vpce-0a1b2c3d4e5f60718", "vpc-0a1b2c3d4e5f60718"
S3, KMS = "com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.kms"
SUBNETS = ("subnet-0a1b2c3d4e5f60701", "subnet-0a1b2c3d4e5f60702")
POLICY = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]})
MANAGED = [
    {"manager": "controller", "operation": "Update", "fieldsV1": {f"f:field{n}": {"f:a": {}} for n in range(40)}}
]
Json = dict[str, Any]


def main() -> None:
    """Run everything, print what was measured and check the gates."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with ExitStack() as stack:
        kept = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        authority = Authority(kept, "ca")
        issued, port = authority.issue("service", "127.0.0.1"), free_port()
        environment = {
            "VPCE_GUARD_DATABASE_URL": f"sqlite:///{kept}/decisions.db",
            "VPCE_GUARD_LOG_LEVEL": "error",
            "VPCE_GUARD_ADMISSION_PORT": str(port),
            "VPCE_GUARD_ADMISSION_TLS_CERT_FILE": str(issued.cert),
            "VPCE_GUARD_ADMISSION_TLS_KEY_FILE": str(issued.key),
        }
        command = [sys.executable, "-m", "vpce_guard", "serve"]
        stack.enter_context(process(command, "--port", "/readyz", environment=environment))
        url = f"https://127.0.0.1:{port}/v1/admission?timeout=10s"
        trusted = ssl.create_default_context(cafile=authority.cert)
        asyncio.run(_ask(url, trusted, seconds=3.0))
        found = [_measure(url, trusted, seconds) for _ in range(runs)]
    best = min(found, key=lambda run: run["p99 ms"])
    hold("admission", {**best, "errors": sum(run["errors"] for run in found)})


def _measure(url: str, trusted: ssl.SSLContext, seconds: float) -> dict[str, float]:
    before = os.getloadavg()[0]
    times, denied, errors = asyncio.run(_ask(url, trusted, seconds=seconds))
    times.sort()
    run = {"p50 ms": statistics.median(times), "p99 ms": times[int(len(times) * 0.99)], "most ms": times[-1]}
    told = ", ".join(f"{name} {value:.1f}" for name, value in run.items())
    print(f"{len(times)} reviews, {denied} denied, {errors} errors: {told}; load {before:.1f} before", flush=True)
    return {**run, "errors": errors}


async def _ask(url: str, trusted: ssl.SSLContext, *, seconds: float) -> tuple[list[float], int, int]:
    """The milliseconds of each review, how many were denied, and how many not answered as they should be."""
    times: list[float] = []
    denied = errors = 0
    started = time.perf_counter()

    async def send(session: aiohttp.ClientSession, due: float, review: bytes) -> None:
        nonlocal denied, errors
        try:
            async with session.post(url, data=review) as answer:
                response = json.loads(await answer.read())["response"]
                denied += not response["allowed"]
                errors += answer.status != 200 or response.get("status", {}).get("code", 403) != 403
        except (aiohttp.ClientError, OSError, ValueError, KeyError):
            errors += 1
        times.append((time.perf_counter() - due) * 1000)

    connector = aiohttp.TCPConnector(limit=CONNECTIONS, ssl=trusted)
    timeout = aiohttp.ClientTimeout(total=10)
    headers = {"content-type": "application/json"}
    client = aiohttp.ClientSession(connector=connector, timeout=timeout, headers=headers)
    async with client as session, asyncio.TaskGroup() as tasks:
        for number in range(int(seconds * PER_SECOND)):
            due, review = started + number / PER_SECOND, _review(number)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(send(session, due, review))
    return times, denied, errors


def _review(number: int) -> bytes:
    new, old = _changes(f"endpoint-{number}")[number % 10]
    operation = "DELETE" if new is None else "CREATE" if old is None else "UPDATE"
    about = new or old
    group, _, version = about["apiVersion"].partition("/")
    user = {"username": "system:serviceaccount:argocd:controller", "groups": ["system:authenticated"]}
    request = {
        "uid": f"00000000-0000-0000-0000-{number:012d}",
        "kind": {"group": group, "version": version, "kind": about["kind"]},
        "resource": {"group": group, "version": version, "resource": f"{about['kind'].lower()}s"},
        "name": about["metadata"]["name"],
        "operation": operation,
        "userInfo": user,
        "object": new,
        "oldObject": old,
        "dryRun": False,
    }
    return json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}).encode()


def _changes(name: str) -> list[tuple[Any, Any]]:
    """Ten changes of objects, each as it will be and as it was."""
    gateway = _ack(name, serviceName=S3, vpcEndpointType="Gateway", routeTableIDs=["rtb-0a1b2c3d4e5f60701"])
    interface = _ack(name, serviceName=KMS, vpcEndpointType="Interface", subnetIDs=list(SUBNETS), policyDocument=POLICY)
    there = {**interface, "status": {"vpcEndpointID": ID, "state": "available"}}
    wider = {**there, "spec": {**there["spec"], "securityGroupIDs": ["sg-0a1b2c3d4e5f60701"]}}
    labelled = {**there, "metadata": {**there["metadata"], "labels": {"team": "payments"}}}
    crossplane = _upjet(name, vpcId=VPC, serviceName=KMS, vpcEndpointType="Interface", privateDnsEnabled=True)
    seen = {**crossplane["spec"]["forProvider"], "id": ID, "subnetIds": [SUBNETS[0]]}
    made = {**crossplane, "status": {"atProvider": seen}}
    private = {**made, "spec": {"forProvider": {**made["spec"]["forProvider"], "privateDnsEnabled": False}}}
    part = _upjet(name, "VPCEndpointSubnetAssociation", vpcEndpointId=ID, subnetId=SUBNETS[1])
    policy = _upjet(name, "VPCEndpointPolicy", vpcEndpointId=ID, policy=POLICY)
    return [
        (gateway, None),
        ({**gateway, "spec": {**gateway["spec"], "serviceName": KMS}}, None),
        (interface, None),
        (wider, there),
        (labelled, there),
        (None, there),
        (crossplane, None),
        (private, made),
        (part, None),
        (policy, None),
    ]


def _ack(name: str, **spec: Any) -> Json:
    metadata = {"name": name, "namespace": "net", "managedFields": MANAGED}
    spec = {"vpcID": VPC, "tags": [{"key": "owner", "value": "payments"}], **spec}
    return {"apiVersion": "ec2.services.k8s.aws/v1alpha1", "kind": "VPCEndpoint", "metadata": metadata, "spec": spec}


def _upjet(name: str, kind: str = "VPCEndpoint", **fields: Any) -> Json:
    metadata = {"name": name, "namespace": "net", "managedFields": MANAGED}
    spec = {"forProvider": {"region": "us-east-1", **fields}}
    return {"apiVersion": "ec2.aws.m.upbound.io/v1beta1", "kind": kind, "metadata": metadata, "spec": spec}


if __name__ == "__main__":
    main()
