"""The check page: documents, examples, recorded decisions and the form about one endpoint."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.console import Reader, written_on
from vpce_guard.formats import read

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_the_form_follows_the_type(reader: Reader) -> None:
    gateway = reader.get("check?endpoint_type=Gateway").text
    assert 'name="RouteTableIds"' in gateway
    assert 'name="SubnetIds"' not in gateway
    assert 'name="SubnetIds"' in reader.get("check?endpoint_type=Interface").text
    assert 'name="SubnetIds"' in reader.get("check?endpoint_type=Strange").text


def test_the_form_makes_a_document_that_is_judged(reader: Reader) -> None:
    page = reader.post(
        "check/endpoint",
        endpoint_type="Gateway",
        Region="us-east-1",
        VpcId="vpc-0a000001",
        ServiceName="com.amazonaws.us-east-1.sqs",
        **{"try": "yes"},
    )
    assert "VPCE-GW-001" in page.text
    assert "&#34;VpcEndpointType&#34;: &#34;Gateway&#34;" in page.text
    assert 'value="com.amazonaws.us-east-1.sqs"' in page.text


def test_what_is_wrong_in_the_form_is_said(reader: Reader) -> None:
    page = reader.post("check/endpoint", endpoint_type="Gateway", tags="x")
    assert page.status_code == 422
    assert "A tag is not name=value." in written_on(page)


def test_an_example_of_a_rule_is_open_to_be_checked(reader: Reader) -> None:
    page = written_on(reader.get("check?rule=VPCE-IFACE-002&example=0"))
    assert "VPCE-IFACE-002, violated: two subnets in one Availability Zone." in page
    assert "subnet-0a200001" in page
    assert reader.get("check?rule=VPCE-IFACE-002&example=77").status_code == 404


def test_a_check_is_kept_unless_it_is_a_try(reader: Reader) -> None:
    document = {"operation": "create", "request": {"VpcEndpointType": "Gateway", "VpcId": "vpc-0a0000ff"}}
    text = json.dumps(document)
    assert "Kept in the decision log" not in reader.post("check", document=text, **{"try": "yes"}).text
    assert "vpc-0a0000ff" not in written_on(reader.get("decisions?vpc_id=vpc-0a0000ff")).split("Time")[-1]
    page = reader.post("check", document=text)
    assert "Kept in the decision log" in page.text
    (place,) = re.findall(r'href="/console/(decisions/[^"]+)">Decision<', page.text)
    assert "vpc-0a0000ff" in reader.get(place).text


def test_a_recorded_decision_opens_again(reader: Reader) -> None:
    document = {
        "operation": "create",
        "request": {
            "VpcEndpointType": "Gateway",
            "VpcId": "vpc-0a0000fe",
            "ServiceName": "com.amazonaws.us-east-1.sqs",
        },
        "context": {"Region": "us-east-1"},
        "labels": {"team": "payments"},
    }
    answer = reader.client.post("/v1/decisions", json={"document": document}).json()
    opened = reader.get(f"check?decision={answer['decisions'][0]['decision_id']}")
    texts = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", opened.text, re.DOTALL)
    told = [json.loads(text.replace("&#34;", '"')) for text in texts[:2]]
    assert told[0] == {name: document[name] for name in ("operation", "request", "labels")}
    assert told[1] == {"Region": "us-east-1"}
    assert reader.get("check?decision=none-of-that-id").status_code == 404


@pytest.mark.parametrize(
    "document",
    [
        {"operation": "create", "request": {name: EVIL}}
        for name in ("VpcEndpointType", "VpcId", "ServiceName", "PolicyDocument", "ServiceRegion", "DnsOptions")
    ]
    + [
        {"operation": "create", "request": {"SubnetIds": [EVIL], "SecurityGroupIds": [EVIL], "RouteTableIds": [EVIL]}},
        {"operation": "create", "address": EVIL, "request": {"VpcEndpointType": "Gateway"}},
        {"operation": EVIL, "request": {}},
        {EVIL: 1},
        {"operation": "create", "request": {EVIL: EVIL}, "labels": {EVIL: EVIL}, "intent": {EVIL: EVIL}},
        {"operation": "create", "request": {}, "context": {"AccountId": EVIL, "Region": EVIL, "principal": EVIL}},
        {"operation": "create", "request": {"TagSpecifications": [{"Tags": [{"Key": EVIL, "Value": EVIL}]}]}},
        {"Resources": {EVIL: {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"VpcId": EVIL, "ServiceName": EVIL}}}},
        {"planned_values": {}, "resource_changes": [{"address": EVIL, "type": "aws_vpc_endpoint", "change": {}}]},
    ],
)
def test_whatever_a_document_says_is_text(reader: Reader, document: object) -> None:
    page = reader.post("check", document=json.dumps(document), context=json.dumps({"Vpc": {"VpcId": EVIL}}))
    found = [page]
    found += [reader.get(place) for place in re.findall(r'href="/console/(decisions/[^"]+)">Decision<', page.text)]
    found.append(reader.get("decisions"))
    for each in found:
        assert each.status_code < 500
        assert "<script>alert" not in each.text
        assert "<img src=x" not in each.text
        assert not re.search(r"<[^>]*\sonerror=", each.text)


def test_whatever_a_form_says_is_text(reader: Reader) -> None:
    fields = dict.fromkeys(("Region", "AccountId", "VpcId", "ServiceName", "RouteTableIds", "PolicyDocument"), EVIL)
    page = reader.post("check/endpoint", endpoint_type="Gateway", tags=f"a={EVIL}", **fields)
    assert "<img src=x" not in page.text
    assert "<script>alert" not in page.text


def test_a_document_that_is_too_large_for_a_page_is_refused(reader: Reader) -> None:
    page = reader.post("check", document="x" * (4 << 20))
    assert page.status_code == 413
    assert 'role="alert"' in page.text


def test_a_right_to_left_mark_is_seen(reader: Reader) -> None:
    document = {"operation": "create", "address": "a\u202eb", "request": {"VpcEndpointType": "Gateway"}}
    page = reader.post("check", document=json.dumps(document, ensure_ascii=False), **{"try": "yes"})
    assert "a\\u202eb" in written_on(page)


def test_a_recorded_decision_opens_with_all_that_rules_saw_of_it(reader: Reader) -> None:
    document = {
        "operation": "create",
        "request": {"VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.us-east-1.sqs"},
        "address": "aws_vpc_endpoint.queue",
        "depends_on": ["aws_vpc.main"],
        "sender_defaults": {"PrivateDnsEnabled": False},
    }
    answer = reader.client.post("/v1/decisions", json={"document": document}).json()
    opened = reader.get(f"check?decision={answer['decisions'][0]['decision_id']}")
    text = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", opened.text, re.DOTALL)[0].replace("&#34;", '"')
    (told,) = (proposal.as_input("aws-current") for proposal in read(json.loads(text)))
    (before,) = (proposal.as_input("aws-current") for proposal in read(document))
    for member in ("address", "depends_on", "defaults", "request"):
        assert told[member] == before[member]
