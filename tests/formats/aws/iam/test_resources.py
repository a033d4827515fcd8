"""ARNs that no resource has."""

from __future__ import annotations

from vpce_guard.formats.aws.iam.resources import wrong_arn


def test_a_partition_that_aws_does_not_have_is_told_with_the_nearest() -> None:
    assert wrong_arn("arn:awz:s3:::bucket") == ("names the partition awz, which AWS does not have", ("aws",))


def test_an_arn_of_a_bucket_is_in_order() -> None:
    assert wrong_arn("arn:aws:s3:::bucket/*") is None
