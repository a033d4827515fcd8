"""A proposal whose subnets are one of two known lists, as the service's own format tells it."""

from __future__ import annotations

from vpce_guard.model import Json

SUBNETS = [
    {"SubnetId": f"subnet-0a00000{at}", "VpcId": "vpc-0a000001", "AvailabilityZone": f"us-east-1{zone}"}
    for at, zone in ((1, "a"), (2, "a"), (3, "b"))
]
FIRST, SECOND, THIRD = (subnet["SubnetId"] for subnet in SUBNETS)


def one_of(*choices: list[str]) -> Json:
    """The proposals of an endpoint that gets one of the lists of subnets."""
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "PrivateDnsEnabled": False,
    }
    context = {"Region": "us-east-1", "AccountId": "111122223333", "Subnets": SUBNETS}
    return {
        "proposals": [
            {
                "operation": "create",
                "request": request,
                "context": context,
                "unknown": ["/request/SubnetIds"],
                "possibilities": [
                    {"request": {**request, "SubnetIds": subnets}, "context": context} for subnets in choices
                ],
            }
        ]
    }
