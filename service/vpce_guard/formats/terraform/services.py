"""Names of services as the provider gives them: those of AWS, and those of endpoint services that a plan makes."""

from __future__ import annotations

from typing import Any


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
