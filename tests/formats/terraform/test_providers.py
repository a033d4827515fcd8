"""The Region and the account that a provider leads to."""

from __future__ import annotations

from tests.support.planned import VPC, data, endpoint, only, plan
from tests.support.terraform import ENDPOINT, block, refers, resource, written
from vpce_guard.formats import read


def test_the_provider_says_region_and_account() -> None:
    document = written(
        {"resources": [{**block("aws_vpc_endpoint", "e"), "provider_config_key": "aws.west"}]},
        resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT),
    )
    role = {"constant_value": "arn:aws:iam::111122223333:role/deploy"}
    document["variables"] = {"region": {"value": "eu-west-1"}}
    document["configuration"]["provider_config"] = {
        "aws.west": {"expressions": {"region": refers("var.region"), "assume_role": [{"role_arn": role}]}}
    }
    (found,) = read(document)
    assert found.context["Region"] == "eu-west-1"
    assert found.context["AccountId"] == "111122223333"


def test_the_region_comes_from_a_data_source_zones_or_arns() -> None:
    assert only(plan(endpoint(), state=[data("aws_region", "r", id="us-west-2")])).context["Region"] == "us-west-2"
    zone = data("aws_subnet", "s", id="subnet-0a", vpc_id=VPC, availability_zone="us-west-2-lax-1a")
    assert only(plan(endpoint(), state=[zone])).context["Region"] == "us-west-2"
    vpc = data("aws_vpc", "v", id=VPC, arn=f"arn:aws:ec2:eu-north-1:111122223333:vpc/{VPC}")
    context = only(plan(endpoint(), state=[vpc])).context
    assert (context["Region"], context["AccountId"]) == ("eu-north-1", "111122223333")
    two = [data("aws_region", name, id=name) for name in ("us-west-2", "us-east-1")]
    assert "Region" not in only(plan(endpoint(), state=two)).context
