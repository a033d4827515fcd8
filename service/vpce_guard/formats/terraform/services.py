"""Names of AWS services as the provider's data source makes them."""

from __future__ import annotations

from typing import Any


def service_name(service: Any, region: str | None) -> str | None:
    """The service name that data.aws_vpc_endpoint_service finds for a `service`; None where that is not certain.

    Source: the AWS provider's documentation of the data source: `com.amazonaws.<region>.<service>`.
    """
    if not isinstance(service, str) or not service or not region or region.startswith("cn-"):
        return None
    return f"com.amazonaws.{region}.{service}"
