"""Which actions pass through an endpoint, by the name of its service."""

from __future__ import annotations

import pytest

from vpce_guard.formats.aws.iam.endpoints import action_prefixes, service_part


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("com.amazonaws.us-east-1.ecr.api", "ecr.api"),
        ("cn.com.amazonaws.cn-north-1.sqs", "sqs"),
        ("com.amazonaws.us-gov-west-1.s3", "s3"),
        ("eu.amazonaws.eusc-de-east-1.ecr.dkr", "ecr.dkr"),
        ("gov.ic.c2s.us-iso-east-1.kms", "kms"),
        ("com.amazonaws.s3-global.accesspoint", "s3-global.accesspoint"),
        ("kms", "kms"),
    ],
)
def test_what_follows_the_region_is_the_service(name: str, part: str) -> None:
    assert service_part(name) == part


@pytest.mark.parametrize(
    ("name", "prefixes"),
    [
        ("com.amazonaws.us-east-1.monitoring", ("cloudwatch",)),
        ("com.amazonaws.us-east-1.s3", ("s3", "s3-object-lambda", "s3express")),
        ("com.amazonaws.us-east-1.transfer.server.c-0001", ("transfer",)),
        ("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f67890", ()),
        ("com.amazonaws.us-east-1.unheard-of.s3", ()),
        ("", ()),
    ],
)
def test_the_prefixes_are_those_of_the_service_and_none_of_what_nobody_knows(
    name: str, prefixes: tuple[str, ...]
) -> None:
    assert action_prefixes(name) == prefixes
