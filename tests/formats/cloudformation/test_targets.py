"""What a template makes that endpoints lead to: endpoint services, service networks, resource configurations."""

from __future__ import annotations

from typing import Any

from tests.formats.cloudformation.test_context import VPC, context, of
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.model import Json

GIVEN = Extras(parameters={"AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"})
LB = "ElasticLoadBalancingV2::LoadBalancer"
ARNS = {"NetworkLoadBalancerArns": [{"Ref": "Lb"}]}


def subnet(zone: Any = "eu-west-1a") -> Json:
    return of("EC2::Subnet", VpcId=VPC, CidrBlock="10.0.0.0/24", AvailabilityZone=zone)


def service(
    given: Extras = GIVEN, *, balancer: Json | None = None, more: Json | None = None, **properties: Any
) -> Json:
    lb = balancer or of(LB, Type="network", Subnets=[{"Ref": "A"}])
    made = {"A": subnet(), "Lb": lb, "S": of("EC2::VPCEndpointService", **(properties or ARNS)), **(more or {})}
    (found,) = context(given, **made)["ServiceDetails"]
    return dict(found)


def test_a_service_of_the_template_tells_what_its_resource_says() -> None:
    found = service(**ARNS, AcceptanceRequired=False, SupportedIpAddressTypes=["ipv4", "ipv6"])
    assert found == {
        "ServiceName": "com.amazonaws.vpce.eu-west-1.${S}",
        "ServiceId": "${S}",
        "Owner": "111122223333",
        "ServiceRegion": "eu-west-1",
        "ServiceType": [{"ServiceType": "Interface"}],
        "AcceptanceRequired": False,
        "SupportedIpAddressTypes": ["ipv4", "ipv6"],
        "AvailabilityZones": ["eu-west-1a"],
    }


def test_a_service_in_an_unknown_region_has_the_expression_of_it() -> None:
    found = service(Extras())
    assert found["ServiceName"] == "com.amazonaws.vpce.${AWS::Region}.${S}"
    assert not {"Owner", "ServiceRegion", "PrivateDnsName"} & found.keys()


def test_the_type_is_that_of_the_load_balancers_and_open_where_those_are() -> None:
    assert service(GatewayLoadBalancerArns=[{"Ref": "Lb"}])["ServiceType"] == [{"ServiceType": "GatewayLoadBalancer"}]
    assert "ServiceType" not in service(NetworkLoadBalancerArns={"Fn::Split": [",", {"Ref": "Unknown"}]})
    assert "ServiceType" not in service(AcceptanceRequired=True)


def test_zones_are_told_only_where_all_are() -> None:
    mapped = of(LB, SubnetMappings=[{"SubnetId": {"Ref": "A"}}, {"SubnetId": {"Ref": "B"}}])
    both = service(balancer=mapped, more={"B": subnet({"Fn::Select": [1, {"Fn::GetAZs": ""}]})})
    assert both["AvailabilityZones"] == ["eu-west-1a", "${GetAZs[1]}"]
    assert "AvailabilityZones" not in service(balancer=of(LB, Subnets=[{"Ref": "A"}, "subnet-0a1b2c3d"]))
    assert "AvailabilityZones" not in service(balancer=of(LB, Subnets={"Ref": "Unknown"}))
    assert "AvailabilityZones" not in service(NetworkLoadBalancerArns=[{"Ref": "Lb"}, {"Ref": "Unknown"}])
    assert "AvailabilityZones" not in service(more={"A": of("EC2::Subnet", VpcId=VPC)})


def test_a_custom_resource_may_give_a_private_name() -> None:
    found = service(more={"Domain": {"Type": "Custom::AWS", "Properties": {}}})
    assert found["PrivateDnsName"] == "{{private name of S}}"


def request(**properties: Any) -> tuple[Json, tuple[str, ...]]:
    document = {
        "Parameters": {"Unknown": {"Type": "String"}},
        "Resources": {
            "S": of("EC2::VPCEndpointService", **ARNS),
            "Lb": of(LB),
            "Network": of("VpcLattice::ServiceNetwork"),
            "E": of("EC2::VPCEndpoint", VpcId="vpc-0a1b2c3d", **properties),
        },
    }
    (found,) = read(document, given=GIVEN)
    return found.request, found.unknown


def test_an_endpoint_names_what_the_template_makes_by_its_expression() -> None:
    for own in ("${S}", "${S.ServiceId}"):
        made, unknown = request(ServiceName={"Fn::Sub": f"com.amazonaws.vpce.${{AWS::Region}}.{own}"})
        assert (made["ServiceName"], unknown) == ("com.amazonaws.vpce.eu-west-1.${S}", ())
    for arn in ({"Ref": "Network"}, {"Fn::GetAtt": ["Network", "Arn"]}):
        made, unknown = request(ServiceNetworkArn=arn)
        assert (made["ServiceNetworkArn"], unknown) == ("${Network}", ())


def test_what_a_parameter_gives_stays_unknown() -> None:
    named = {"Fn::Sub": "com.amazonaws.vpce.${AWS::Region}.${Unknown}"}
    assert request(ServiceName=named)[1] == ("/request/ServiceName",)
    assert request(ServiceNetworkArn={"Ref": "Unknown"})[1] == ("/request/ServiceNetworkArn",)
    assert request(ServiceNetworkArn={"Fn::GetAtt": ["Network", "Id"]})[1] == ("/request/ServiceNetworkArn",)


def test_networks_and_configurations_go_by_their_arns() -> None:
    found = context(
        Network=of("VpcLattice::ServiceNetwork", Name="shared"),
        Config=of("VpcLattice::ResourceConfiguration", ResourceConfigurationType="SINGLE"),
        Open=of("VpcLattice::ResourceConfiguration", ResourceConfigurationType={"Ref": "Unknown"}),
    )
    assert found["ServiceNetworks"] == [{"arn": "${Network}"}]
    assert found["ResourceConfigurations"] == [{"arn": "${Config}", "type": "SINGLE"}, {"arn": "${Open}"}]
    assert "ServiceNetworks" not in context()
