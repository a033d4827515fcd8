"""Good documents of every format, for tests that spoil them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.formats.cloudformation.test_template import TEMPLATE
from tests.formats.pulumi.test_preview import PREVIEW
from tests.formats.test_cloud_control import CREATE, DELETE, PATCH, STATE, UPDATE
from tests.formats.test_proposal import DELETED, MODIFIED, RECORD
from tests.support.kubernetes import ACK, CROSSPLANE, existing, review

PLANS = Path(__file__).parents[1] / "formats/terraform/plans"
PROPOSAL = {
    "proposals": [
        {
            "operation": "modify",
            "request": {"VpcEndpointId": "vpce-1", "AddSubnetIds": ["subnet-1"], "PolicyDocument": {"Statement": []}},
            "current": {"VpcEndpointId": "vpce-1", "SubnetIds": [], "Tags": [{"Key": "a", "Value": "b"}]},
            "context": {"Region": "us-east-1", "Subnets": [{"SubnetId": "subnet-1"}], "time": "2026-01-01T00:00:00Z"},
            "intent": {"access_paths": ["vpc"]},
            "labels": {"team": "a"},
            "unknown": ["/request/PrivateDnsEnabled"],
            "source": {"file": "a", "line": 1},
        }
    ],
    "neighbours": [{"VpcEndpointId": "vpce-2"}],
}


def seeds() -> dict[str, list[bytes]]:
    """Documents by format."""
    changed = existing(CROSSPLANE, privateDnsEnabled=False)
    reviews = [review("CREATE", ACK), review("UPDATE", changed, existing(CROSSPLANE)), [ACK, CROSSPLANE]]
    requests = [CREATE, [DELETE, {**UPDATE, "PatchDocument": PATCH, "ResourceModel": STATE}]]
    records = [{"Records": [RECORD, MODIFIED, DELETED]}, {"Events": [{"CloudTrailEvent": json.dumps(RECORD)}]}]
    return {
        "terraform_plan": [path.read_bytes() for path in sorted(PLANS.glob("*/plan.json"))],
        "cloudformation": [TEMPLATE.encode()],
        "cloud_control": [json.dumps(document).encode() for document in requests],
        "pulumi_preview": [json.dumps(PREVIEW).encode()],
        "admission_review": [json.dumps(document).encode() for document in reviews],
        "aws_api": [json.dumps(document).encode() for document in records],
        "proposal": [json.dumps(PROPOSAL).encode()],
    }
