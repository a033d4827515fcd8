"""What workloads need open: by Region, as the dated data tell, and never a name that nobody documents."""

from __future__ import annotations

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.errors import MalformedError
from vpce_guard.whatif.advice.workloads import find_open_buckets, find_shown, read_buckets

BUCKETS = read_buckets(open_bundle().data)


def opened(name: str, region: str) -> tuple[str, ...]:
    return next((one.resources for one in find_open_buckets([name], region, BUCKETS) if one.workload == name), ())


def test_services_show_workloads_by_the_part_after_the_region() -> None:
    assert find_shown(["ecr.dkr", "cloudformation-fips", "sqs"], BUCKETS) == {"ecr", "cloudformation"}


def test_resources_show_workloads_by_their_type() -> None:
    types = ["AWS::EMR::Cluster", "AWS::Lambda::Function"]
    assert find_shown(["ecr.dkr"], BUCKETS, types=types) == {"ecr", "emr"}
    before = {name: value for name, value in BUCKETS.items() if name != "resources"}
    assert find_shown(["ecr.dkr"], before, types=types) == {"ecr"}


@pytest.mark.parametrize(
    ("workload", "region", "resources"),
    [
        ("ecr", "us-gov-west-1", ("arn:aws-us-gov:s3:::prod-us-gov-west-1-starport-layer-bucket/*",)),
        ("ecr", "cn-north-1", ()),
        ("codeartifact", "eu-west-1", ("arn:aws:s3:::assets-438097961670-eu-west-1/*",)),
        ("codeartifact", "sa-east-1", ()),
        (
            "cloudformation",
            "us-west-2",
            (
                "arn:aws:s3:::cloudformation-custom-resource-response-uswest2/*",
                "arn:aws:s3:::cloudformation-waitcondition-us-west-2/*",
            ),
        ),
        (
            "ssm-distributor",
            "af-south-1",
            (
                "arn:aws:s3:::aws-ssm-distributor-file-af-south-1/*",
                "arn:aws:s3:::aws-ssm-document-attachments-af-south-1/*",
            ),
        ),
        (
            "elasticbeanstalk",
            "me-central-1",
            (
                "arn:aws:s3:::elasticbeanstalk-env-resources-me-central-1-f08b818c/*",
                "arn:aws:s3:::elasticbeanstalk-platform-assets-me-central-1-f08b818c/*",
            ),
        ),
    ],
)
def test_names_are_those_of_the_region(workload: str, region: str, resources: tuple[str, ...]) -> None:
    assert opened(workload, region) == resources


def test_a_part_of_a_bucket_is_enough_where_it_is() -> None:
    assert opened("imagebuilder", "us-east-1")[0] == (
        "arn:aws:s3:::ec2imagebuilder-managed-resources-us-east-1-prod/components/*"
    )


def test_of_several_the_newest_is_open_unless_another_is_named() -> None:
    assert [one.workload for one in find_open_buckets(["emr"], "us-east-1", BUCKETS)] == ["amazon-linux-2023", "emr"]
    named = find_open_buckets(["emr", "amazon-linux-2"], "us-east-1", BUCKETS)
    assert [one.workload for one in named] == ["amazon-linux-2", "emr"]


def test_a_bundle_without_such_data_knows_no_workload() -> None:
    buckets = read_buckets({"services": {}})
    assert find_shown(["ecr.dkr"], buckets) == set()
    with pytest.raises(MalformedError, match="ecr: no such workload"):
        find_open_buckets(["ecr"], "us-east-1", buckets)
