"""What the packages tell of services: names, hosts, IAM prefixes and other names they go by. Nothing is read here."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

Facts = dict[str, Any]
_NAMELESS = {"dynamodb-fips"}  # dynamodb itself has no private name, so the host of its API tells nothing here
_AGREE = 0.66  # the share of an API's operations that are actions of a prefix it does not sign for


def cdk_names(script: str) -> dict[str, Facts]:
    """Interface services by name from the script of CDK's vpc-endpoint module; a prefix where CDK gives one."""
    found: dict[str, Facts] = {}
    for name, prefix in re.findall(r'new InterfaceVpcEndpointAwsService\("([^"]+)"(?:,"([^"]+)")?', script):
        found.setdefault(name, {"prefix": prefix} if prefix and prefix != "com.amazonaws" else {})
    return found


def cdk_prefixes(script: str, partitions: Facts) -> dict[str, dict[str, list[str]]]:
    """Names by prefix and Region that do not start with com.amazonaws, as CDK lists them."""
    table = re.search(r"getDefaultEndpointPrefix\(name,region\)\{if\(\{(.*?)\}\[region\]", script)
    if table is None:
        raise ValueError("CDK's table of prefixes is not where it was.")
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for region, names in re.findall(r'"([a-z0-9-]+)":\[([^\]]*)\]', table[1]):
        found[partitions[partition_of(region)]["prefix"]][region] = sorted(re.findall(r'"([^"]+)"', names))
    return dict(found)


def partition_of(region: str) -> str:
    """The partition of a Region by the start of its name."""
    starts = {
        "cn-": "aws-cn",
        "eusc-": "aws-eusc",
        "us-gov-": "aws-us-gov",
        "us-iso-": "aws-iso",
        "us-isob-": "aws-iso-b",
        "eu-isoe-": "aws-iso-e",
        "us-isof-": "aws-iso-f",
    }
    return next((partition for start, partition in starts.items() if region.startswith(start)), "aws")


def regions(partitions: Facts) -> dict[str, list[str]]:
    """The Regions of each partition by botocore's partitions.json; one that is only announced counts."""
    return {
        partition["id"]: sorted(region for region in partition["regions"] if not region.endswith("-global"))
        for partition in partitions["partitions"]
    }


def hosts(name: str, apis: dict[str, Facts]) -> tuple[list[str], list[str], list[str]]:
    """The default host of a service name, further hosts of the same API, and its models; each may be empty.

    A name is taken for a host only where its labels are those of the host, in the same or in the opposite order.
    """
    if name in _NAMELESS:
        return [], [], []
    kind = "fips" if re.search(r"-fips\b", name) else "plain"
    for label in (name, ".".join(reversed(name.split(".")))):
        models = [
            model for model, facts in sorted(apis.items()) if any(_is(host, label) for host in facts.get(kind, ()))
        ]
        if models:
            found = next(host for host in apis[models[0]][kind] if _is(host, label))
            return [_pattern(found)], _further(found, kind, [apis[model] for model in models]), models
    return [], [], []


def _is(host: str, label: str) -> bool:
    return host.startswith((f"{label}.us-east-1.", f"{label}.amazonaws.com"))


def _further(host: str, kind: str, models: list[Facts]) -> list[str]:
    """Hosts for both address families, and those for FIPS where the name itself is not one of them."""
    others = {other for facts in models for other in facts.get("dual", ()) if kind == "plain"}
    before = host.split(".")[0]
    fitting = {other for other in others if other.split(".")[0] == before or len(others) == 1}
    return sorted(_pattern(other) for other in fitting if other != host and other.endswith(".api.aws"))


def _pattern(host: str) -> str:
    return host.replace("us-east-1", "{region}").replace("amazonaws.com", "{suffix}")


def models_of(private_dns: list[str], apis: dict[str, Facts]) -> list[str]:
    """The models whose API answers at one of the private names of a service."""
    wanted = set(private_dns)
    return [
        model
        for model, facts in sorted(apis.items())
        if wanted & {_pattern(host) for kind in ("plain", "fips") for host in facts.get(kind, ())}
    ]


def iam(name: str, models: list[str], apis: dict[str, Facts], actions: dict[str, set[str]]) -> list[str]:
    """The IAM prefixes of what a service name leads to: by its APIs, else by its own name."""
    found = {prefix for model in models if (prefix := _prefix(apis[model], actions))}
    plain = name.replace("-fips", "")
    if not found:
        found = {one for one in (plain, plain.split(".")[0]) if one in actions}
    return sorted(found)


def _prefix(api: Facts, actions: dict[str, set[str]]) -> str | None:
    if api["signing"] in actions:
        return str(api["signing"])
    operations = {operation.lower() for operation in api["operations"]}
    share = {prefix: len(known & operations) / len(operations) for prefix, known in actions.items()}
    best = max(sorted(share), key=lambda prefix: share[prefix])
    return best if share[best] >= _AGREE else None


def aliases(services: dict[str, Facts], apis: dict[str, Facts]) -> dict[str, list[str]]:
    """Names people know a service by that are no service names: of models, signing, IAM; with what is meant."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, facts in services.items():
        if "-fips" in name:
            continue
        known = {one for model in models_of(facts.get("private_dns", []), apis) for one in apis[model]["ids"]}
        for other in known | set(facts.get("iam", [])):
            if other not in services:
                found[other].add(name)
    return {other: sorted(found[other]) for other in sorted(found) if len(found[other]) <= 6}
