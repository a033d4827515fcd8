"""What `make services` works out, and that it writes the catalogue in the form it has."""

import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_CATALOGUE = _ROOT / "rego/vpce/services/data.yaml"

pytestmark = pytest.mark.usefixtures("_tools")


@pytest.fixture
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(_ROOT / "tools/services"))
    for name in ("catalogue", "derive", "endpoints", "letters", "names"):
        monkeypatch.delitem(sys.modules, name, raising=False)


_APIS = {
    "cloudwatch": {
        "ids": ["cloudwatch", "monitoring"],
        "signing": "monitoring",
        "operations": ["PutMetricData", "GetMetricData", "ListMetrics"],
        "plain": ["monitoring.us-east-1.amazonaws.com"],
        "dual": ["monitoring.us-east-1.api.aws"],
        "fips": ["monitoring-fips.us-east-1.amazonaws.com"],
    },
    "mwaa": {
        "ids": ["airflow", "mwaa"],
        "signing": "airflow",
        "operations": ["CreateEnvironment"],
        "plain": ["airflow.us-east-1.amazonaws.com", "api.airflow.us-east-1.amazonaws.com"],
        "dual": ["airflow.us-east-1.api.aws", "api.airflow.us-east-1.api.aws"],
    },
}
_ACTIONS = {"cloudwatch": {"putmetricdata", "getmetricdata", "listmetrics"}, "airflow": {"createenvironment"}}


def test_the_committed_catalogue_is_in_the_form_the_tool_writes(tmp_path: Path) -> None:
    import catalogue

    comment, data = catalogue.read(_CATALOGUE)
    catalogue.write(tmp_path / "data.yaml", comment, data)
    assert (tmp_path / "data.yaml").read_text() == _CATALOGUE.read_text()


def test_the_committed_letters_are_those_of_the_catalogue() -> None:
    import catalogue
    import letters

    _, data = catalogue.read(_CATALOGUE)
    assert (_CATALOGUE.parent / "letters/data.yaml").read_text() == letters.text(data["services"])


def test_the_committed_prefixes_are_those_of_the_catalogue() -> None:
    import catalogue
    import endpoints

    _, data = catalogue.read(_CATALOGUE)
    committed = _ROOT / "service/vpce_guard/formats/aws/iam/endpoints.json"
    assert committed.read_text() == endpoints.text(data)


def test_pairs_are_found_by_name_and_names_by_pair() -> None:
    import letters

    assert letters.pairs_of("S3-x.a") == {"^s", "s3", "3x", "xa", "a$"}
    assert letters.text(["b", "aaaa", "a.b"]).endswith(
        'names: ["a.b", "aaaa", "b"]\nsizes: [3, 3, 2]\npairs:\n'
        '  "^a": [0, 1]\n  "^b": [2]\n  "a$": [1]\n  "aa": [1]\n  "ab": [0]\n  "b$": [0, 2]\n'
    )


def test_a_change_is_told_by_its_path() -> None:
    import catalogue

    before = {"services": {"sqs": {"policy": False, "cells": True}}}
    after = {"services": {"sqs": {"policy": True}, "sns": {"types": ["Interface"]}}}
    assert list(catalogue.changes(before, after)) == [
        "+ services sns: {types: [Interface]}",
        "- services sqs cells: true",
        "~ services sqs policy: false -> true",
    ]


def test_a_name_is_matched_with_the_host_of_its_api() -> None:
    import derive

    assert derive.hosts("monitoring", _APIS) == (
        ["monitoring.{region}.{suffix}"],
        ["monitoring.{region}.api.aws"],
        ["cloudwatch"],
    )
    assert derive.hosts("monitoring-fips", _APIS) == (["monitoring-fips.{region}.{suffix}"], [], ["cloudwatch"])


def test_labels_in_the_opposite_order_are_a_host_too() -> None:
    import derive

    assert derive.hosts("airflow.api", _APIS) == (
        ["api.airflow.{region}.{suffix}"],
        ["api.airflow.{region}.api.aws"],
        ["mwaa"],
    )


def test_a_name_that_is_no_host_tells_nothing() -> None:
    import derive

    assert derive.hosts("kinesis-streams", _APIS) == ([], [], [])


def test_an_api_that_signs_for_another_name_has_the_prefix_whose_actions_it_has() -> None:
    import derive

    assert derive.iam("monitoring", ["cloudwatch"], _APIS, _ACTIONS) == ["cloudwatch"]
    assert derive.iam("airflow.env", [], _APIS, _ACTIONS) == ["airflow"]
    assert derive.iam("nonesuch", [], _APIS, _ACTIONS) == []


def test_what_people_call_a_service_leads_to_its_name() -> None:
    import derive

    services = {"monitoring": {"private_dns": ["monitoring.{region}.{suffix}"], "iam": ["cloudwatch"]}}
    assert derive.aliases(services, _APIS) == {"cloudwatch": ["monitoring"]}


def test_prefixes_are_read_from_the_table_of_cdk() -> None:
    import derive

    script = 'getDefaultEndpointPrefix(name,region){if({"cn-north-1":["sqs","ec2"]}[region]?.includes(name))'
    partitions = {"aws-cn": {"prefix": "cn.com.amazonaws"}}
    assert derive.cdk_prefixes(script, partitions) == {"cn.com.amazonaws": {"cn-north-1": ["ec2", "sqs"]}}
    with pytest.raises(ValueError, match="not where it was"):
        derive.cdk_prefixes("", partitions)


def test_the_regions_of_a_partition_leave_out_what_is_none() -> None:
    import derive

    told = {"partitions": [{"id": "aws", "regions": {"us-west-2": {}, "aws-global": {}, "eu-west-1": {}}}]}
    assert derive.regions(told) == {"aws": ["eu-west-1", "us-west-2"]}
