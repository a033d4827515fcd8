"""What is sent and answered, by example: in openapi.yaml, checked against its schemas by a test."""

from __future__ import annotations

from typing import Any

from vpce_guard.surfaces.api.openapi.samples_of_documents import ENDPOINT, PLAN, PROPOSAL, REVIEW

BATCH: dict[str, tuple[str, Any]] = {
    "two": ("Two documents of different formats", {"items": [{"document": PROPOSAL}, {"document": PLAN}]})
}
INPUTS: dict[str, tuple[str, Any]] = {"s3": ("A gateway endpoint for S3", {"input": PROPOSAL})}
REVIEWS: dict[str, tuple[str, Any]] = {"create": ("A VPCEndpoint of ACK that is created", REVIEW)}
NEEDS: dict[str, tuple[str, Any]] = {
    "s3": (
        "S3 from one VPC",
        {"service": "s3", "region": "us-east-1", "vpc_id": "vpc-0a000001", "route_table_ids": ["rtb-0a000001"]},
    ),
    "policy": (
        "The least open policy for S3 in a VPC that pulls images from ECR",
        {"policy": True, "service": "s3", "region": "us-east-1", "account": "111122223333", "workloads": ["ecr"]},
    ),
}
_COST: dict[str, Any] = {
    "currency": "USD",
    "monthly": 0.0,
    "difference": 0.0,
    "with_data": False,
    "unknown": [],
    "prices_of": "2026-05-31",
    "prices_from": "https://aws.amazon.com/privatelink/pricing/",
}
DECISION: dict[str, Any] = {
    "decision_id": "0f6f2c5e-27ee-4a3a-8a9d-1b0f6c1f4f11",
    "request_id": "change-1",
    "timestamp": "2026-06-01T12:00:00.000Z",
    "allowed": True,
    "operation": "create",
    "subject": {
        "address": None,
        "endpoint_type": "Gateway",
        "service_name": "com.amazonaws.us-east-1.s3",
        "vpc_id": "vpc-0a000001",
        "source": None,
    },
    "violations": [
        {
            "rule_id": "VPCE-COMMON-029",
            "title": "Endpoint has a policy of its own",
            "severity": "info",
            "enforcement_action": "inform",
            "message": "no policy is given and AWS attaches its default",
            "path": "/request/PolicyDocument",
            "remediation": "Give PolicyDocument a policy that allows only the principals, actions and resources that "
            "are needed.",
            "source": "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
            "fix": None,
            "fix_verified": False,
            "location": None,
        }
    ],
    "waived": [],
    "undetermined": [
        {
            "rule_id": "VPCE-COMMON-001",
            "reason": "whether vpc-0a000001 exists is not known",
            "missing": ["/context/Vpc"],
        }
    ],
    "overrides": [],
    "bundle": {"revision": "6df990f459a4e8e0d50f77aab5480c86fce77756a1573c2613471db42c88f1ff"},
    "org": None,
    "cost": _COST,
    "policy_reach": None,
    "profile": "aws-current",
    "engine": "embedded",
    "metrics": {"evaluate_ms": 0.31},
    "error": None,
}
EVALUATION: dict[str, Any] = {
    "result": {
        "revision": DECISION["bundle"]["revision"],
        "violations": [
            {
                "rule": "common.not_the_default_policy",
                "deny": {
                    "message": "no policy is given and AWS attaches its default",
                    "path": "/request/PolicyDocument",
                },
            }
        ],
        "undetermined": [
            {
                "rule": "common.vpc_named",
                "undetermined": {"reason": "whether vpc-0a000001 exists is not known", "missing": ["/context/Vpc"]},
            }
        ],
        "waivers": [],
        "reach": None,
    }
}
ANSWER: dict[str, Any] = {"request_id": "change-1", "allowed": True, "decisions": [DECISION]}
BATCH_ANSWER: dict[str, Any] = {"results": [{**ANSWER, "error": None}]}
ADMITTED: dict[str, Any] = {
    "apiVersion": "admission.k8s.io/v1",
    "kind": "AdmissionReview",
    "response": {
        "uid": REVIEW["request"]["uid"],
        "allowed": False,
        "status": {
            "code": 403,
            "reason": "Forbidden",
            "message": "vpce-guard: VPCE-GW-001 kms has no gateway endpoints",
        },
        "auditAnnotations": {"decision_id": DECISION["decision_id"]},
    },
}
LOGGED: dict[str, Any] = {
    "decision": DECISION,
    "requested_by": "portal",
    "input": {"operation": "create", "request": ENDPOINT, "profile": "aws-current"},
    "erased": [],
    "masked": [],
    "became": {
        "decision_id": DECISION["decision_id"],
        "decided": DECISION["timestamp"],
        "vpc_id": "vpc-0a000001",
        "service": "com.amazonaws.us-east-1.s3",
        "outcome": "as decided",
        "certainty": "only one",
        "endpoint_ids": ["vpce-0a00000000000001a"],
        "differs": [],
        "linked": "2026-06-02T06:00:00.000Z",
    },
}
PAGE: dict[str, Any] = {
    "decisions": [{member: value for member, value in LOGGED.items() if member != "input"}],
    "cursor": None,
}
ADVICE: dict[str, Any] = {
    "endpoint_type": "Gateway",
    "row": 1,
    "why": "a gateway endpoint costs nothing and is scoped by route tables",
    "also": "",
    "proposals": [{"operation": "create", "request": ENDPOINT}],
    "decisions": [DECISION],
    "cost": _COST,
    "alternatives": [],
    "stands_in_the_way": [],
    "needs": [],
    "parts": [],
    "notes": [],
    "source": None,
    "ways": [],
    "policies": [],
}
SERVICES: dict[str, Any] = {
    "date": "2026-11-29",
    "age_days": 1,
    "services": [{"name": "s3", "types": ["Gateway", "Interface"]}],
}
SERVICE: dict[str, Any] = {
    "date": "2026-11-29",
    "age_days": 1,
    "name": "appmesh",
    "facts": {"types": ["Interface"], "policy": False},
    "sources": {"guide": {"title": "AWS services that integrate with AWS PrivateLink", "read": "2026-11-24"}},
}
RULE: dict[str, Any] = {
    "id": "VPCE-GW-001",
    "kind": "documented",
    "severity": "error",
    "enforcement_action": "deny",
    "effect": "api-rejects",
    "remediation": "Set VpcEndpointType to Interface.",
    "operations": ["create"],
    "reads": ["/request/ServiceName", "/request/VpcEndpointType", "/context/ServiceDetails"],
    "optional": [],
    "sources": [],
    "aws": [],
    "profiles": {},
    "assumptions": [],
    "name": "gw.gateway_service",
    "title": "Only S3 (incl. S3 Express) and DynamoDB have gateway endpoints",
    "description": "A gateway endpoint names a gateway-capable service: S3, S3 Express One Zone or DynamoDB.",
    "related_resources": [],
    "effective_enforcement_action": "deny",
}
ORG_DATA: dict[str, Any] = {
    "revision": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    "environment": "prod",
    "layers": ["organisation", "prod"],
    "sections": {"services": {"deny": ["athena"]}},
    "origins": {"/services/deny": ["prod"]},
    "undecided": {},
}
ORG_SCHEMA: dict[str, Any] = {"title": "org data document", "type": "object", "properties": {"version": {}}}
READY: dict[str, Any] = {
    "status": "ready",
    "engine": "embedded",
    "fallback": None,
    "revision": DECISION["bundle"]["revision"],
    "org": None,
    "refused": None,
    "outdated": None,
}
EXPLANATION: dict[str, Any] = {
    "decision_id": DECISION["decision_id"],
    "allowed": False,
    "decided_by": ["VPCE-IFACE-002"],
    "operation": "create",
    "subject": DECISION["subject"],
    "revision": DECISION["bundle"]["revision"],
    "profile": "aws-current",
    "rules": [],
    "not_applied": [{"rule_id": "VPCE-GW-019", "reason": "it is about modify"}],
    "notes": [],
    "flip": None,
}
REACHED: dict[str, tuple[str, Any]] = {
    "policy": (
        "What the policy of an S3 endpoint lets through",
        {
            "policy": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}],
            },
            "service": "s3",
        },
    )
}
REACH: dict[str, Any] = {
    "answers": [
        {
            "question": "allows_anything",
            "answer": "proved",
            "request": {
                "principal": "anonymous",
                "action": "s3:GetObject",
                "resource": "arn:aws:s3:::a",
                "context": {},
            },
            "why": "This request passes.",
        }
    ],
    "notes": [],
}
_EXISTING: dict[str, Any] = {
    "VpcEndpointId": "vpce-0a00000000000002a",
    "VpcEndpointType": "Gateway",
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.us-east-1.s3",
    "State": "available",
    "RouteTableIds": ["rtb-0a000001"],
    "CreationTimestamp": "2024-03-01T10:00:00Z",
    "OwnerId": "111122223333",
    "Tags": [{"Key": "owner", "Value": "payments"}],
}
AUDITS: dict[str, tuple[str, Any]] = {
    "described": (
        "An answer of describe-vpc-endpoints",
        {"documents": [{"VpcEndpoints": [_EXISTING]}], "at": "2026-06-01T12:00:00Z"},
    )
}
AUDITED: dict[str, Any] = {
    **ANSWER,
    "audit": {
        "at": "2026-06-01T12:00:00Z",
        "endpoints": [
            {
                "decision_id": DECISION["decision_id"],
                "endpoint_id": "vpce-0a00000000000002a",
                "account": "111122223333",
                "region": "us-east-1",
                "state": "available",
                "owner": "payments",
                "created": "2024-03-01T10:00:00.000000Z",
                "age_days": 822,
                "managed_by_service": False,
                "violations": [],
                "drift": None,
            }
        ],
        "states": {"available": 1},
        "deleted": 0,
        "worth_doing": [],
        "consolidation": None,
        "changes": None,
    },
}
EXPLAINED: dict[str, tuple[str, Any]] = {
    "one_rule": (
        "Why one rule says what it says",
        {"document": PROPOSAL, "format": "proposal", "rule_id": "VPCE-GW-001", "flip": False},
    )
}
REPLAYS: dict[str, tuple[str, Any]] = {
    "org data": ("What a ban of SQS would have refused", {"candidate": {"org_data": {"services": {"deny": ["sqs"]}}}})
}
REPLAY: dict[str, Any] = {
    "replay_id": "7b0c1a52-8f7e-4c7e-9d55-3c1f5a0b9e21",
    "status": "running",
    "requested_by": "platform",
    "started": "2026-06-01T12:00:00.000Z",
    "ended": None,
    "progress": {"read": 4096, "total": 100000},
    "report": None,
    "error": None,
}
