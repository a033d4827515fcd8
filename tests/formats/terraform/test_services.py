"""Names and types of endpoint services that are looked up or made."""

from __future__ import annotations

from tests.support.planned import block, change, endpoint, only, plan


def test_a_service_that_is_looked_up_during_apply_has_its_name_all_the_same() -> None:
    late = change(
        "aws_vpc_endpoint_service",
        "s",
        ["read"],
        mode="data",
        after={"service": "sqs"},
        unknown={"id": True, "service_name": True},
    )
    referring = {"references": ["data.aws_vpc_endpoint_service.s.service_name", "data.aws_vpc_endpoint_service.s"]}
    document = plan(
        endpoint(unknown={"service_name": True}),
        late,
        blocks=[block("aws_vpc_endpoint", "this", service_name=referring)],
        providers={"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}},
    )
    assert only(document).request["ServiceName"] == "com.amazonaws.eu-west-1.sqs"
    document["configuration"]["provider_config"] = {}
    assert "/request/ServiceName" in only(document).unknown


def test_the_type_of_a_service_that_is_made_goes_by_its_load_balancers() -> None:
    service = change(
        "aws_vpc_endpoint_service",
        "s",
        ["create"],
        after={},
        unknown={"service_type": True, "gateway_load_balancer_arns": True},
    )
    refers = {"references": ["aws_vpc_endpoint_service.s.service_type", "aws_vpc_endpoint_service.s"]}
    given = {"references": ["aws_lb.g.arn", "aws_lb.g"]}
    blocks = [
        block("aws_vpc_endpoint", "this", vpc_endpoint_type=refers),
        block("aws_vpc_endpoint_service", "s", gateway_load_balancer_arns=given),
    ]
    document = plan(endpoint(unknown={"vpc_endpoint_type": True}), service, blocks=blocks)
    assert only(document).request["VpcEndpointType"] == "GatewayLoadBalancer"
    blocks[1]["expressions"]["network_load_balancer_arns"] = given
    service["change"]["after_unknown"]["network_load_balancer_arns"] = True
    assert "/request/VpcEndpointType" in only(document).unknown
