"""Names and types of services as the provider gives them: of AWS, and of endpoint services that a plan makes."""

from __future__ import annotations

from typing import Any

TYPE_BY_BALANCERS = {"network_load_balancer_arns": "Interface", "gateway_load_balancer_arns": "GatewayLoadBalancer"}
"""The type of an endpoint service by the attribute with its load balancers; a service has those of one kind."""


def service_name(service: Any, region: str | None) -> str | None:
    """The service name that data.aws_vpc_endpoint_service finds for a `service`; None where that is not certain.

    Source: the AWS provider's documentation of the data source: `com.amazonaws.<region>.<service>`.
    """
    if not isinstance(service, str) or not service or not region or region.startswith("cn-"):
        return None
    return f"com.amazonaws.{region}.{service}"


def name_to_come(address: str, region: str | None) -> str:
    """What stands for the name of an endpoint service that does not exist yet, which is at an address of the plan."""
    return f"com.amazonaws.vpce.{region or '{{Region}}'}.${{{address}}}"
