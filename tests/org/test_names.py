"""Services and Regions that org data name and nobody knows."""

from __future__ import annotations

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.model import Json
from vpce_guard.org.names import find_unknown_names

CATALOGUE = open_bundle().data["services"]


def found(**document: object) -> dict[str, str]:
    given: Json = document
    return dict(find_unknown_names(given, CATALOGUE))


@pytest.mark.parametrize(
    "name",
    [
        "sqs",
        "sqs-fips",
        "s3*",
        "*",
        "transfer.server.c-0001",
        "com.amazonaws.eu-west-1.sqs",
        "cn.com.amazonaws.cn-north-1.ecr.api",
        "com.amazonaws.*.sqs",
        "com.amazonaws.*",
        "com.amazonaws.vpce.*",
        "*.eu-west-1.sqs",
        "aws.sagemaker.us-east-1.notebook",
        "aws.api.global.codecatalyst",
        "com.amazonaws.s3-global.accesspoint",
        "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
        "com.amazonaws.vpce.*.vpce-svc-0a000000000000001",
        "vpce-svc-0a000000000000001",
    ],
)
def test_services_in_every_form_that_org_data_take_are_known(name: str) -> None:
    assert found(services={"allow": [name]}) == {}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sqss", "names the service sqss, which nobody knows; did you mean sqs?"),
        ("cloudwatch", "names the service cloudwatch, which nobody knows; did you mean monitoring?"),
        ("bedrok*", "names the service bedrok*, which nobody knows; did you mean bedrock?"),
        ("com.amazonaws.eu-wst-1.sqs", "names the Region eu-wst-1, which nobody knows; did you mean eu-west-1?"),
        ("com.amazonaws.eu-west-1.sqss", "names the service com.amazonaws.eu-west-1.sqss, which nobody knows; "
         "did you mean sqs?"),
        ("zzzzzzzzz", "names the service zzzzzzzzz, which nobody knows. If it is new, list it in /known_names"),
    ],
)  # fmt: skip
def test_an_unknown_service_is_told_with_what_was_meant(name: str, said: str) -> None:
    assert found(services={"deny": [name]}) == {"/services/deny/0": said}


def test_every_place_that_names_services_or_regions_counts() -> None:
    told = found(
        regions={"allowed": {"prod": ["eu-west-1", "xx-1"]}},
        services={"allow": ["yy1"], "deny": ["yy2"]},
        policy={"exempt_services": ["yy3"]},
        dns={"exempt_services": ["yy4"]},
        central={"services": ["yy5"]},
        service_ports={"yy6": [25]},
        third_party=[{"service_name": "com.amazonaws.vpce.xx-2.vpce-svc-0a000000000000001"}],
        cost={"prices": {"regions": {"xx-3": {}}}},
        clusters=[{"region": "xx-4"}],
        waivers=[{"match": {"service": "yy7", "region": ["xx-5"]}}, {"match": {"service": ["yy8"], "region": "xx-6"}}],
        layers=[{"services": {"allow": ["yy9"]}}],
        required_endpoints=[{"services": ["zz1"]}],
    )
    assert set(told) == {
        "/regions/allowed/prod/1",
        "/services/allow/0",
        "/services/deny/0",
        "/policy/exempt_services/0",
        "/dns/exempt_services/0",
        "/central/services/0",
        "/service_ports/yy6",
        "/third_party/0/service_name",
        "/cost/prices/regions/xx-3",
        "/clusters/0/region",
        "/waivers/0/match/service",
        "/waivers/0/match/region/0",
        "/waivers/1/match/service/0",
        "/waivers/1/match/region",
        "/layers/0/services/allow/0",
        "/required_endpoints/0/services/0",
    }


def test_what_the_document_says_exists_is_known() -> None:
    added = {"services": ["brandnew"], "regions": ["xx-new-1"]}
    assert found(known_names=added, services={"allow": ["brandnew", "com.amazonaws.xx-new-1.sqs"]}) == {}


def test_a_catalogue_without_regions_tells_of_none() -> None:
    document: Json = {"regions": {"allowed": {"*": ["anywhere-1"]}}}
    assert list(find_unknown_names(document, {"services": {"sqs": {}}})) == []
