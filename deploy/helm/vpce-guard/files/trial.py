"""Ask the installed service about an endpoint that cannot be: it must deny that, with a reason, and keep no record.

Environment: URL, of the webhook; CA, the file of its CA.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
import urllib.request

ENDPOINT = {
    "apiVersion": "ec2.services.k8s.aws/v1alpha1",
    "kind": "VPCEndpoint",
    "metadata": {"name": "trial", "namespace": "default"},
    "spec": {
        "serviceName": "com.amazonaws.us-east-1.s3",
        "vpcEndpointType": "Gateway",
        "vpcID": "vpc-0a1b2c3d",
        "subnetIDs": ["subnet-0a1b2c3d"],  # a gateway endpoint has none
    },
}
REVIEW = {
    "apiVersion": "admission.k8s.io/v1",
    "kind": "AdmissionReview",
    "request": {
        "uid": "trial",
        "operation": "CREATE",
        "kind": {"group": "ec2.services.k8s.aws", "version": "v1alpha1", "kind": "VPCEndpoint"},
        "resource": {"group": "ec2.services.k8s.aws", "version": "v1alpha1", "resource": "vpcendpoints"},
        "name": "trial",
        "namespace": "default",
        "userInfo": {"username": "helm-test"},
        "object": ENDPOINT,
        "dryRun": True,
    },
}

url = os.environ["URL"]
trust = ssl.create_default_context(cafile=os.environ["CA"]) if url.startswith("https:") else None
asked = urllib.request.Request(url, json.dumps(REVIEW).encode(), {"Content-Type": "application/json"})
with urllib.request.urlopen(asked, timeout=20, context=trust) as response:
    answer = json.load(response)["response"]
print(json.dumps(answer, indent=1))
if answer["allowed"] or "VPCE-" not in answer["status"]["message"]:
    sys.exit("An endpoint that cannot be was not denied by a rule.")
