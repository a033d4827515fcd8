"""The Region and the account that a provider leads to."""

from __future__ import annotations

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
