"""Which resources of a plan there are: objects left behind, changes put off."""

from __future__ import annotations

from tests.support.planned import SERVICE, VPC, change, endpoint, only, plan


def test_an_object_left_behind_by_a_replacement_is_not_the_resource() -> None:
    vpc = change("aws_vpc", "v", ["no-op"], before={"id": VPC}, after={"id": VPC, "enable_dns_support": False})
    left = change("aws_vpc", "v", ["delete"], before={"id": "vpc-0old"}, deposed="0a1b2c3d")
    assert only(plan(endpoint(), vpc, left)).context["Vpc"]["EnableDnsSupport"] is False


def test_what_terraform_puts_off_is_judged() -> None:
    document = {**plan(), "deferred_changes": [{"reason": "instance_count_unknown", "resource_change": endpoint()}]}
    assert only(document).request["ServiceName"] == SERVICE
