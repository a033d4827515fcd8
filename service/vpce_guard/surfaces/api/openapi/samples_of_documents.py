"""Documents by example, one of each format: a service asks for any of them."""

from __future__ import annotations

from typing import Any

ENDPOINT = {
    "VpcEndpointType": "Gateway",
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.us-east-1.s3",
    "RouteTableIds": ["rtb-0a000001"],
}
PROPOSAL = {"operation": "create", "request": ENDPOINT, "context": {"Region": "us-east-1"}}
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "resource_changes": [
        {
            "address": "aws_vpc_endpoint.s3",
            "mode": "managed",
            "type": "aws_vpc_endpoint",
            "name": "s3",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {
                    "vpc_endpoint_type": "Gateway",
                    "vpc_id": "vpc-0a000001",
                    "service_name": "com.amazonaws.us-east-1.s3",
                    "route_table_ids": ["rtb-0a000001"],
                },
                "after_unknown": {"id": True},
            },
        }
    ],
}
_TEMPLATE = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Parameters": {"Vpc": {"Type": "AWS::EC2::VPC::Id"}},
    "Resources": {
        "S3": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcEndpointType": "Gateway",
                "VpcId": {"Ref": "Vpc"},
                "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
                "RouteTableIds": ["rtb-0a000001"],
            },
        }
    },
}
REVIEW: dict[str, Any] = {
    "apiVersion": "admission.k8s.io/v1",
    "kind": "AdmissionReview",
    "request": {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "operation": "CREATE",
        "object": {
            "apiVersion": "ec2.services.k8s.aws/v1alpha1",
            "kind": "VPCEndpoint",
            "metadata": {"name": "s3", "namespace": "network"},
            "spec": {
                "vpcID": "vpc-0a000001",
                "serviceName": "com.amazonaws.us-east-1.s3",
                "routeTableIDs": ["rtb-0a000001"],
            },
        },
        "oldObject": None,
    },
}
_CLOUD_CONTROL = {
    "TypeName": "AWS::EC2::VPCEndpoint",
    "DesiredState": '{"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": '
    '["rtb-0a000001"]}',
}
_PULUMI = {
    "config": {"aws:region": "us-east-1"},
    "steps": [
        {
            "op": "create",
            "urn": "urn:pulumi:prod::network::aws:ec2/vpcEndpoint:VpcEndpoint::s3",
            "newState": {
                "urn": "urn:pulumi:prod::network::aws:ec2/vpcEndpoint:VpcEndpoint::s3",
                "type": "aws:ec2/vpcEndpoint:VpcEndpoint",
                "custom": True,
                "inputs": {
                    "vpcId": "vpc-0a000001",
                    "serviceName": "com.amazonaws.us-east-1.s3",
                    "routeTableIds": ["rtb-0a000001"],
                },
            },
        }
    ],
}
DOCUMENTS: dict[str, tuple[str, Any]] = {
    "proposal": (
        "A proposal, with what is known of its surroundings",
        {"document": PROPOSAL, "format": "proposal", "labels": {"team": "payments"}, "request_id": "change-1"},
    ),
    "aws_api": ("The members of an AWS API request", {"document": ENDPOINT, "format": "aws_api"}),
    "terraform_plan": (
        "The output of `terraform show -json PLAN`",
        {"document": PLAN, "format": "terraform_plan", "context": {"Region": "us-east-1"}},
    ),
    "cloudformation": (
        "A template and its parameters",
        {
            "document": _TEMPLATE,
            "format": "cloudformation",
            "parameters": {"Vpc": "vpc-0a000001", "AWS::Region": "us-east-1"},
        },
    ),
    "admission_review": ("A VPCEndpoint of Kubernetes", {"document": REVIEW, "format": "admission_review"}),
    "cloud_control": ("A request to the Cloud Control API", {"document": _CLOUD_CONTROL, "format": "cloud_control"}),
    "pulumi_preview": ("The output of `pulumi preview --json`", {"document": _PULUMI, "format": "pulumi_preview"}),
    "dry_run": (
        "Whatever the document is, not recorded, and refused where not everything is known",
        {"document": PROPOSAL, "strict": True, "dry_run": True},
    ),
}
