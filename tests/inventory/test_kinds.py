"""What is read is what rules look at, and what is printed is all that reading needs."""

from __future__ import annotations

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.inventory.kinds import KINDS, actions_of

# What rules read of the context that is of the request or the document, comes and goes by the minute, or nobody lists.
NOT_READ = {
    *("Region", "AccountId", "Partition", "time", "principal", "predecessor", "Kubernetes", "Workloads"),
    *("NetworkInterfaces", "OptedInRegions", "ServiceNames", "ResourceGateway", "ServiceNetworkResourceAssociations"),
}


def test_every_fact_that_rules_read_is_read_or_is_known_not_to_be() -> None:
    rules = open_bundle().catalogue.rules
    read = {
        pointer.split("/")[2] for rule in rules for pointer in (*rule.reads, *rule.optional) if "/context/" in pointer
    }
    told = {"Vpc" if name == "Vpcs" else name for name in KINDS}
    assert read - told - NOT_READ == set()


def test_actions_are_those_of_all_kinds_that_are_read() -> None:
    few = {name: KINDS[name] for name in ("Vpcs", "PrivateHostedZones", "ManagedPrefixLists")}
    assert actions_of(few) == [
        "ec2:DescribeManagedPrefixLists",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcs",
        "route53:ListHostedZonesByVPC",
    ]
    assert "vpc-lattice:ListServiceNetworks" in actions_of(KINDS)
