"""Examples of what other products send to their hooks."""

from __future__ import annotations

from typing import Any

RUN_TASKS: dict[str, tuple[str, Any]] = {
    "post_plan": (
        "After a plan",
        {
            "payload_version": 1,
            "stage": "post_plan",
            "access_token": "a token for this run",
            "run_id": "run-1",
            "workspace_name": "network",
            "organization_name": "example",
            "workspace_working_directory": "stacks/network",
            "plan_json_api_url": "https://app.terraform.io/api/v2/plans/plan-1/json-output",
            "configuration_version_download_url": "https://app.terraform.io/api/v2/configuration-versions/cv-1/download",
            "task_result_callback_url": "https://app.terraform.io/api/v2/task-results/1/callback",
        },
    )
}
PORTAL_ACTIONS: dict[str, tuple[str, Any]] = {
    "create": (
        "A form for an endpoint was sent",
        {
            "action": "create_vpc_endpoint",
            "context": {"runId": "r_1"},
            "trigger": {"by": {"user": {"email": "someone@example.org"}}},
            "payload": {
                "properties": {
                    "document": {
                        "operation": "create",
                        "request": {
                            "VpcEndpointType": "Gateway",
                            "VpcId": "vpc-0a000001",
                            "ServiceName": "com.amazonaws.us-east-1.s3",
                        },
                    }
                }
            },
        },
    )
}
