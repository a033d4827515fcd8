"""Which hosts AWS's APIs answer at, from botocore's models: printed as JSON, one object by model name.

Runs with the packages under review on the path, never with those of the project. An object has

    ids       what the API is called elsewhere: model name, service id, signing name, endpoint prefix
    signing   the name requests are signed for, which is the IAM prefix of nearly all services
    plain, dual, fips    hosts in us-east-1 without scheme, with each prefix that operations put before them
    operations    names of the API's operations
"""

from __future__ import annotations

import json
import sys
from typing import Any

import botocore.session
from botocore.endpoint_provider import EndpointProvider

_KINDS = {"plain": {}, "dual": {"UseDualStack": True}, "fips": {"UseFIPS": True}}


def _main() -> None:
    loader = botocore.session.get_session().get_component("data_loader")
    partitions = loader.load_data("partitions")
    found = {}
    for name in loader.list_available_services("service-2"):
        model = loader.load_service_model(name, "service-2")
        try:
            rules = loader.load_service_model(name, "endpoint-rule-set-1")
        except botocore.exceptions.DataNotFoundError:
            continue
        found[name] = _facts(name, model, EndpointProvider(rules, partitions), rules["parameters"])
    json.dump(found, sys.stdout, indent=1, sort_keys=True)


def _facts(name: str, model: dict[str, Any], provider: EndpointProvider, parameters: dict[str, Any]) -> dict[str, Any]:
    metadata = model["metadata"]
    before = {operation.get("endpoint", {}).get("hostPrefix", "") for operation in model["operations"].values()}
    before = {prefix for prefix in before if "{" not in prefix} | {""}
    ids = {name, metadata.get("signingName", ""), metadata["endpointPrefix"], metadata.get("serviceId", "")}
    facts: dict[str, Any] = {
        "ids": sorted({one.lower().replace(" ", "-") for one in ids if one} | {name.replace("-", "")}),
        "signing": metadata.get("signingName", metadata["endpointPrefix"]),
        "operations": sorted(model["operations"]),
    }
    for kind, asked in _KINDS.items():
        if host := _host(provider, parameters, asked):
            facts[kind] = sorted(prefix + host for prefix in before)
    return facts


def _host(provider: EndpointProvider, parameters: dict[str, Any], asked: dict[str, bool]) -> str | None:
    if not set(asked) <= set(parameters):
        return None
    given = {flag: False for flag in ("UseDualStack", "UseFIPS") if flag in parameters} | asked
    try:
        return str(provider.resolve_endpoint(Region="us-east-1", **given).url).removeprefix("https://")
    except botocore.exceptions.BotoCoreError:
        return None


if __name__ == "__main__":
    _main()
