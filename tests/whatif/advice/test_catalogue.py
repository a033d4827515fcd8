"""Names of services in a Region, as the catalogue tells them."""

import pytest

from vpce_guard.whatif.advice.catalogue import entry, full_name

CATALOGUE = {
    "partitions": {"aws": {"prefix": "com.amazonaws"}, "aws-cn": {"prefix": "cn.com.amazonaws"}},
    "prefixes": {"cn.com.amazonaws": {"cn-north-1": ["s3", "sqs", "transcribe"]}},
    "services": {
        "qbusiness": {"prefix": "aws.api"},
        "freetier": {"prefix": ["com.amazonaws", "aws.api"]},
        "transfer.server": {"cells": True},
        "email-smtp": {"types": ["Interface"]},
    },
}


@pytest.mark.parametrize(
    ("part", "region", "gateway", "name"),
    [
        ("sqs", "us-east-1", False, "com.amazonaws.us-east-1.sqs"),
        ("sqs", "cn-north-1", False, "cn.com.amazonaws.cn-north-1.sqs"),
        ("kms", "cn-north-1", False, "com.amazonaws.cn-north-1.kms"),
        ("s3", "cn-north-1", True, "com.amazonaws.cn-north-1.s3"),
        ("s3", "cn-north-1", False, "cn.com.amazonaws.cn-north-1.s3"),
        ("transcribe.cn", "cn-north-1", False, "cn.com.amazonaws.cn-north-1.transcribe.cn"),
        ("qbusiness", "us-east-1", False, "aws.api.us-east-1.qbusiness"),
        ("freetier", "us-east-1", False, "com.amazonaws.us-east-1.freetier"),
    ],
)
def test_a_full_name_has_the_prefix_it_has_in_the_region(part: str, region: str, gateway: bool, name: str) -> None:
    assert full_name(part, region, CATALOGUE, gateway=gateway) == name


def test_an_entry_is_found_by_name_and_by_cell() -> None:
    assert entry("email-smtp", CATALOGUE) == {"types": ["Interface"]}
    assert entry("transfer.server.c-0001", CATALOGUE) == {"cells": True}
    assert entry("email-smtp1", CATALOGUE) is None
    assert entry("sssm", CATALOGUE) is None
