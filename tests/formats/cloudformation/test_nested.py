"""Nested stacks whose templates lie beside the one that names them, and what is not read."""

from __future__ import annotations

import json
from typing import Any

from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.formats.text import Text
from vpce_guard.model import Json

VPC: Json = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
SUBNET: Json = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}}}


def endpoint(**properties: Any) -> Json:
    return {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}


def stack(url: str, **parameters: Any) -> Json:
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": parameters}}


def found(document: Json, **files: Json) -> Document:
    def open_beside(path: str) -> Text | None:
        name = path.removeprefix("./").removesuffix(".yaml")
        return Text(files[name], file=path, data=json.dumps(files[name]).encode()) if name in files else None

    return read_drafts(document, given=Extras(open_beside=open_beside))


def drafts(document: Json, **files: Json) -> dict[str, Draft]:
    return {str(draft.address): draft for draft in found(document, **files).drafts}


ENDPOINTS: Json = {
    "Parameters": {"Vpc": {"Type": "String"}, "Subnets": {"Type": "CommaDelimitedList"}},
    "Resources": {
        "Sqs": endpoint(VpcId={"Ref": "Vpc"}, SubnetIds={"Ref": "Subnets"}, SecurityGroupIds=[{"Ref": "Group"}]),
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Ref": "Vpc"}}},
    },
}


def test_parameters_go_down_and_the_network_of_the_parent_is_known() -> None:
    subnets = {"Fn::Join": [",", [{"Ref": "A"}, {"Ref": "B"}]]}
    resources = {
        "Vpc": VPC,
        "A": SUBNET,
        "B": SUBNET,
        "Net": stack("./endpoints.yaml", Vpc={"Ref": "Vpc"}, Subnets=subnets),
    }
    sqs = drafts({"Resources": resources}, endpoints=ENDPOINTS)["Net: Sqs"]
    assert sqs.request["VpcId"] == "${Vpc}"
    assert sqs.request["SubnetIds"] == ["${A}", "${B}"]
    assert sqs.request["SecurityGroupIds"] == ["${Net/Group}"]
    assert [subnet["SubnetId"] for subnet in sqs.context["Subnets"]] == ["${A}", "${B}"]
    assert sqs.context["SecurityGroups"][0]["VpcId"] == "${Vpc}"
    assert sqs.context["VpcEndpoints"] == []


def test_outputs_come_up() -> None:
    network: Json = {"Resources": {"Vpc": VPC}, "Outputs": {"Id": {"Value": {"Ref": "Vpc"}}}}
    resources = {"Net": stack("network.yaml"), "E": endpoint(VpcId={"Fn::GetAtt": "Net.Outputs.Id"})}
    found_endpoint = drafts({"Resources": resources}, network=network)["E"]
    assert found_endpoint.request["VpcId"] == "${Net/Vpc}"
    assert found_endpoint.context["Vpc"]["VpcId"] == "${Net/Vpc}"


def test_an_output_goes_from_one_stack_to_the_next() -> None:
    network: Json = {"Resources": {"Vpc": VPC}, "Outputs": {"Id": {"Value": {"Ref": "Vpc"}}}}
    passed = stack("endpoints.yaml", Vpc={"Fn::GetAtt": "Net.Outputs.Id"}, Subnets="subnet-1")
    sqs = drafts({"Resources": {"Net": stack("network.yaml"), "Ends": passed}}, network=network, endpoints=ENDPOINTS)
    assert sqs["Ends: Sqs"].request["VpcId"] == "${Net/Vpc}"
    assert sqs["Ends: Sqs"].context["Vpc"]["CidrBlock"] == "10.0.0.0/16"


def test_what_may_not_be_there_is_apart_in_other_templates_too() -> None:
    document = {
        "Parameters": {"On": {"Type": "String"}},
        "Conditions": {"On": {"Fn::Equals": [{"Ref": "On"}, "yes"]}},
        "Resources": {
            "Vpc": VPC,
            "Mine": endpoint(VpcId={"Ref": "Vpc"}),
            "Net": {**stack("endpoints.yaml", Vpc={"Ref": "Vpc"}, Subnets="subnet-1"), "Condition": "On"},
        },
    }
    both = drafts(document, endpoints=ENDPOINTS)
    assert both["Mine"].apart == ("Net: Sqs",)
    assert both["Mine"].context["VpcEndpoints"] is None
    assert both["Net: Sqs"].apart == ()


def test_what_is_not_read_is_told_and_may_hold_more_endpoints() -> None:
    resources = {
        "Vpc": VPC,
        "E": endpoint(VpcId={"Ref": "Vpc"}),
        "Net": stack("https://bucket/x.yaml"),
        "All": {"Type": "AWS::CloudFormation::StackSet", "Properties": {}},
        "Module": {"Type": "Example::Net::Endpoints::MODULE"},
    }
    document = found({"Resources": resources})
    assert [note.split(" is not read")[0] for note in document.notes] == [
        "the nested stack Net (AWS::CloudFormation::Stack)",
        "All (AWS::CloudFormation::StackSet)",
        "Module (Example::Net::Endpoints::MODULE)",
    ]
    assert "VpcEndpoints" not in document.drafts[0].context


def test_a_call_of_ec2_and_a_product_may_make_endpoints() -> None:
    call = {"Type": "Custom::AWS", "Properties": {"Create": '{"service":"EC2","action":"createVpcEndpoint"}'}}
    look = {"Type": "Custom::AWS", "Properties": {"Create": '{"service":"EC2","action":"describeVpcEndpoints"}'}}
    product = {"Type": "AWS::ServiceCatalog::CloudFormationProvisionedProduct", "Properties": {"ProductName": "net"}}
    document = found({"Resources": {"Call": call, "Look": look, "Product": product}})
    assert [note.split(" ")[0] for note in document.notes] == ["Call", "Product"]


def test_endpoints_that_defaults_leave_out_are_told() -> None:
    on = {"Fn::Equals": [{"Ref": "On"}, "yes"]}
    template: Json = {
        "Parameters": {"On": {"Type": "String", "Default": "no"}},
        "Conditions": {"On": on, "Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Sqs": {**endpoint(VpcId="vpc-1"), "Condition": "On"},
            "Sns": {**endpoint(VpcId="vpc-1"), "Condition": "Never"},
        },
    }
    (warning,) = read_drafts(template).warnings
    assert "there is no Sqs:" in warning
    assert read_drafts(template, given=Extras(parameters={"On": "no"})).warnings == ()
    assert read_drafts(template, given=Extras(parameters={"On": "yes"})).warnings == ()
    assert found({"Resources": {"Net": stack("x.yaml")}}, x=template).warnings[0].startswith("Net: x.yaml: by")


def test_stacks_that_name_each_other_end() -> None:
    loop: Json = {"Resources": {"Again": stack("loop.yaml"), "E": endpoint(VpcId="vpc-1")}}
    assert len(drafts(loop, loop=loop)) == 6


def test_the_template_in_a_stack_set_is_read() -> None:
    properties = "{ServiceName: !Sub 'com.amazonaws.${AWS::Region}.sqs'}"
    body = "Resources: {Sqs: {Type: AWS::EC2::VPCEndpoint, Properties: " + properties + "}}"
    rollout = {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": body}}
    document = found({"Resources": {"Rollout": rollout}})
    assert [(draft.address, draft.request["ServiceName"]) for draft in document.drafts] == [
        ("Rollout: Sqs", "com.amazonaws.${AWS::Region}.sqs")
    ]
    assert document.notes == ()
    broken = {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": "a: ["}}
    assert len(found({"Resources": {"Rollout": broken}}).notes) == 1


def test_a_sam_application_at_a_local_place_is_read() -> None:
    properties = {"Location": "./endpoints.yaml", "Parameters": {"Vpc": {"Ref": "Vpc"}, "Subnets": "subnet-1"}}
    resources = {"Vpc": VPC, "Net": {"Type": "AWS::Serverless::Application", "Properties": properties}}
    document = {"Transform": "AWS::Serverless-2016-10-31", "Resources": resources}
    assert drafts(document, endpoints=ENDPOINTS)["Net: Sqs"].request["VpcId"] == "${Vpc}"
    elsewhere = {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "arn:x"}}}
    assert len(found({**document, "Resources": {"Net": elsewhere}}).notes) == 1


def test_a_stack_set_in_one_region_is_read_for_that() -> None:
    body = {"Resources": {"S3": endpoint(ServiceName={"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"})}}

    def service(*regions: str) -> Any:
        group = {"Regions": list(regions), "DeploymentTargets": {"Accounts": ["111122223333"]}}
        properties = {"TemplateBody": json.dumps(body), "StackInstancesGroup": [group]}
        rollout = {"Type": "AWS::CloudFormation::StackSet", "Properties": properties}
        return drafts({"Resources": {"R": rollout}})["R: S3"].request["ServiceName"]

    assert service("eu-west-1") == "com.amazonaws.eu-west-1.s3"
    assert service("eu-west-1", "us-east-1") == "com.amazonaws.${AWS::Region}.s3"


def test_what_is_given_for_all_tells_nothing_of_a_stack_set() -> None:
    outputs = {"Id": {"Value": {"Ref": "Vpc"}, "Export": {"Name": "v"}}}
    body = {"Resources": {"Vpc": VPC, "S3": endpoint(VpcId={"Fn::ImportValue": "v"})}, "Outputs": outputs}
    rollout = {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": json.dumps(body)}}
    document = {"Resources": {"R": rollout, "E": endpoint(VpcId={"Fn::ImportValue": "v"})}}
    context = {"Region": "us-east-1", "AccountId": "111122223333", "principal": "arn:aws:iam::111122223333:root"}
    found = {proposal.address: proposal for proposal in read(document, context=context)}
    assert found["E"].context.keys() >= context.keys()
    assert found["R: S3"].context.keys() & context.keys() == {"principal"}
    assert [found[name].request["VpcId"] for name in ("E", "R: S3")] == ["{{ImportValue(v)}}"] * 2


def test_a_stack_set_takes_its_template_and_parameters() -> None:
    parameters = [
        {"ParameterKey": "Vpc", "ParameterValue": "vpc-1"},
        {"ParameterKey": "Subnets", "ParameterValue": "a,b"},
    ]
    properties = {"TemplateURL": "endpoints.yaml", "Parameters": parameters}
    rollout = {"Type": "AWS::CloudFormation::StackSet", "Properties": properties}
    request = drafts({"Resources": {"R": rollout}}, endpoints=ENDPOINTS)["R: Sqs"].request
    assert (request["VpcId"], request["SubnetIds"]) == ("vpc-1", ["a", "b"])


def test_a_nested_stack_imports_what_one_beside_it_exports() -> None:
    outputs = {"Id": {"Value": {"Ref": "Vpc"}, "Export": {"Name": "v"}}}
    network: Json = {"Resources": {"Vpc": VPC}, "Outputs": outputs}
    other: Json = {"Resources": {"E": endpoint(VpcId={"Fn::ImportValue": "v"})}}
    parent = {"Resources": {"Net": stack("network.yaml"), "Ends": stack("other.yaml")}}
    assert drafts(parent, network=network, other=other)["Ends: E"].request["VpcId"] == "${Net/Vpc}"


def test_stacks_in_nested_stacks_see_the_network_of_all() -> None:
    middle: Json = {
        "Parameters": {"Vpc": {"Type": "String"}},
        "Resources": {"In": stack("endpoints.yaml", Vpc={"Ref": "Vpc"}, Subnets="subnet-1")},
    }
    resources = {"Vpc": VPC, "Mine": endpoint(VpcId={"Ref": "Vpc"}), "Net": stack("middle.yaml", Vpc={"Ref": "Vpc"})}
    both = drafts({"Resources": resources}, middle=middle, endpoints=ENDPOINTS)
    assert both["Net: In: Sqs"].context["Vpc"]["VpcId"] == "${Vpc}"
    assert [group["GroupId"] for group in both["Mine"].context["SecurityGroups"]] == ["${Net/In/Group}"]


def test_the_endpoints_of_a_nested_stack_are_no_rivals_of_themselves() -> None:
    def there(name: str) -> Json:
        tags = {"aws:cloudformation:stack-name": name, "aws:cloudformation:logical-id": "Sqs"}
        return {"VpcEndpointId": f"vpce-{name}", "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}

    given = Extras(
        parameters={"AWS::StackName": "app"},
        context={"VpcEndpoints": [there("app-Net-1A2B3C"), there("other-Net-1A2B3C")]},
        open_beside=lambda place: Text(ENDPOINTS, file=place, data=b""),
    )
    (sqs,) = read_drafts({"Resources": {"Net": stack("x.yaml", Vpc="vpc-1", Subnets="subnet-1")}}, given=given).drafts
    assert [e["VpcEndpointId"] for e in sqs.context["VpcEndpoints"]] == ["vpce-other-Net-1A2B3C"]


def test_routes_through_own_endpoints_are_left_out_of_tables_that_are_given_beside_those_of_the_template() -> None:
    tags = [{"Key": "aws:cloudformation:logical-id", "Value": "E"}]
    route = {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"}
    context = {
        "VpcEndpoints": [{"VpcEndpointId": "vpce-1", "Tags": tags}],
        "RouteTables": [{"RouteTableId": "rtb-1", "Routes": [route, {"GatewayId": "igw-1"}]}],
    }
    table = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": "vpc-1"}}
    resources = {"Table": table, "E": endpoint(VpcId="vpc-1", RouteTableIds=["rtb-1"])}
    (draft,) = read_drafts({"Resources": resources}, given=Extras(context=context)).drafts
    assert draft.context["VpcEndpoints"] == []
    assert [(one["RouteTableId"], one["Routes"]) for one in draft.context["RouteTables"]] == [
        ("${Table}", []),
        ("rtb-1", [{"GatewayId": "igw-1"}]),
    ]
