package vpce.rules.common.buckets_of_neighbours_test

import data.vpce.rules.common.buckets_of_neighbours as rule
import data.vpce.testing.fixture

own := {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::own/*"}

layers := "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*"

neighbour(service) := {
	"VpcEndpointId": $"vpce-{service}",
	"VpcEndpointType": "Interface",
	"VpcId": "vpc-0a000001",
	"ServiceName": $"com.amazonaws.us-east-1.{service}",
}

beside(proposal, endpoints) := object.union(proposal, {"context": {"VpcEndpoints": endpoints}})

gateway(statements) := fixture.gateway({"PolicyDocument": {"Statement": statements}})

told := {
	"message": concat("", [
		"the policy lets nobody reach prod-us-east-1-starport-layer-bucket, which users of ",
		"vpce-ecr.dkr (com.amazonaws.us-east-1.ecr.dkr) need to pull image layers",
	]),
	"path": "/request/PolicyDocument",
	"remediation": concat("", [
		$"Add a statement that allows s3:GetObject on {layers}; ",
		"see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.",
	]),
	"fix": [{"op": "add", "path": "/request/PolicyDocument/Statement/-", "value": opening}],
}

opening := {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": [layers]}

test_what_a_neighbour_needs_is_named_with_the_statement_that_opens_it if {
	rule.deny == {told} with input as beside(gateway([own]), [neighbour("ecr.dkr")])
	rule.deny == set() with input as beside(gateway([own, opening]), [neighbour("ecr.dkr")])
	rule.deny == set() with input as beside(gateway([own]), [neighbour("sqs")])
	rule.deny == set() with input as beside(gateway([own]), [])
}

test_a_neighbour_of_the_same_document_counts if {
	peer := object.union(object.remove(neighbour("ecr.dkr"), ["VpcEndpointId"]), {"address": "ecr"})
	{d.message | some d in rule.deny} == {concat("", [
		"the policy lets nobody reach prod-us-east-1-starport-layer-bucket, which users of ",
		"ecr (com.amazonaws.us-east-1.ecr.dkr) need to pull image layers",
	])} with input as object.union(gateway([own]), {"peers": [peer]})
}

with_builder(subnets) := object.union(gateway([own]), {"context": {
	"VpcEndpoints": [],
	"Workloads": [{
		"Name": "builder",
		"ResourceType": "AWS::ImageBuilder::InfrastructureConfiguration",
		"SubnetIds": ["subnet-1"],
	}],
	"Subnets": subnets,
}})

test_a_resource_in_the_vpc_counts if {
	{d.message | some d in rule.deny} == {concat("", [
		"the policy lets nobody reach ec2imagebuilder-managed-resources-us-east-1-prod and ",
		"ec2imagebuilder-toe-us-east-1-prod, which users of ",
		"builder (AWS::ImageBuilder::InfrastructureConfiguration) need to build images",
	])} with input as with_builder([{"SubnetId": "subnet-1", "VpcId": "vpc-0a000001"}])
	rule.deny == set() with input as with_builder([{"SubnetId": "subnet-1", "VpcId": "vpc-2"}])
	rule.deny == set() with input as with_builder([{"SubnetId": "subnet-1"}])
	rule.undetermined == set() with input as with_builder([{"SubnetId": "subnet-1"}])
	later := fixture.unknown(with_builder([]), ["VpcId"])
	{u.reason | some u in rule.undetermined} == {"what is beside the endpoint is not known yet"} with input as later
}

test_a_single_statement_becomes_one_of_two if {
	single := fixture.gateway({"PolicyDocument": {"Statement": own}})
	patch := {"op": "replace", "path": "/request/PolicyDocument/Statement", "value": [own, opening]}
	rule.deny == {object.union(told, {"fix": [patch]})} with input as beside(single, [neighbour("ecr.dkr")])
}

test_another_service_shuts_out_nothing if {
	dynamodb := "com.amazonaws.us-east-1.dynamodb"
	other := fixture.gateway({"ServiceName": dynamodb, "PolicyDocument": {"Statement": [own]}})
	rule.deny == set() with input as beside(other, [neighbour("ecr.dkr")])
	later := fixture.unknown(beside(other, [neighbour("ecr.dkr")]), ["PolicyDocument"])
	rule.undetermined == set() with input as later
}

test_each_workload_is_told_with_all_of_its_buckets if {
	found := rule.deny with input as beside(gateway([own]), [neighbour("cloudformation"), neighbour("codedeploy")])
	{d.fix[0].value.Resource | some d in found} == {
		["arn:aws:s3:::aws-codedeploy-us-east-1/*"],
		[
			"arn:aws:s3:::cloudformation-custom-resource-response-useast1/*",
			"arn:aws:s3:::cloudformation-waitcondition-us-east-1/*",
		],
	}
	{d.fix[0].value.Action | some d in found} == {["s3:GetObject"], ["s3:PutObject"]}
}

test_neighbours_of_one_workload_are_told_together if {
	found := rule.deny with input as beside(gateway([own]), [neighbour("ecr.dkr"), neighbour("eks-auth")])
	{d.message | some d in found} == {concat("", [
		"the policy lets nobody reach prod-us-east-1-starport-layer-bucket, which users of ",
		"vpce-ecr.dkr (com.amazonaws.us-east-1.ecr.dkr) and vpce-eks-auth (com.amazonaws.us-east-1.eks-auth) ",
		"need to pull image layers",
	])}
}

test_only_a_deny_that_spares_it_helps_against_a_deny if {
	everything := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
	found := rule.deny with input as beside(
		gateway([everything, {"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}]),
		[neighbour("ecr.dkr")],
	)
	found == {object.union(object.remove(told, ["fix"]), {"remediation": concat("", [
		$"Let statement 1, a Deny, spare {layers}; ",
		"see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.",
	])})}
}

current := {
	"VpcEndpointId": "vpce-s3",
	"VpcEndpointType": "Gateway",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"PolicyDocument": {"Statement": [own]},
}

test_a_policy_that_is_kept_is_told_without_a_fix if {
	kept := beside(fixture.modify({"AddRouteTableIds": ["rtb-1"]}, current, {}), [neighbour("ecr.dkr")])
	rule.deny == {object.union(object.remove(told, ["fix"]), {"path": "/current/PolicyDocument"})} with input as kept
	reset := beside(fixture.modify({"ResetPolicy": true}, current, {}), [neighbour("ecr.dkr")])
	rule.deny == set() with input as reset
	unread := object.remove(current, ["PolicyDocument"])
	rule.undetermined == {{
		"reason": "the policy the endpoint has is not known",
		"missing": ["/current/PolicyDocument"],
	}} with input as beside(fixture.modify({"AddRouteTableIds": ["rtb-1"]}, unread, {}), [neighbour("ecr.dkr")])
}

test_a_way_that_may_let_it_pass_is_enough if {
	open := object.remove(current, ["PolicyDocument"])
	rule.deny == set() with input as beside(gateway([own]), [neighbour("ecr.dkr"), open])
	rule.deny == {told} with input as beside(gateway([own]), [neighbour("ecr.dkr"), current])
}

interface(members) := beside(
	fixture.interface(object.union(
		{
			"ServiceName": "com.amazonaws.us-east-1.s3",
			"PolicyDocument": {"Statement": [own]},
			"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": false},
		},
		members,
	)),
	[neighbour("ecr.dkr")],
)

test_an_interface_endpoint_counts_where_the_vpc_reaches_s3_by_it if {
	rule.deny == {told} with input as interface({})
	rule.deny == set() with input as interface({"PrivateDnsEnabled": false})
	rule.deny == set() with input as interface({"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": true}})
	rule.deny == set() with input as interface({"ServiceName": "com.amazonaws.us-east-1.sqs"})
	by_default := object.union(
		json.remove(interface({}), ["/request/PrivateDnsEnabled", "/endpoint/PrivateDnsEnabled"]),
		{"defaults": {"PrivateDnsEnabled": "aws"}},
	)
	rule.deny == {told} with input as by_default
}

test_private_dns_that_is_known_later_is_undetermined if {
	reason := "whether the VPC reaches S3 by the endpoint is not known yet"
	later := fixture.unknown(interface({}), ["DnsOptions"])
	rule.deny == set() with input as later
	rule.undetermined == {{"reason": reason, "missing": ["/request/DnsOptions"]}} with input as later
	rule.undetermined == set() with input as fixture.unknown(interface({"PrivateDnsEnabled": false}), ["DnsOptions"])
	inbound := interface({"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": true}})
	rule.undetermined == set() with input as fixture.unknown(inbound, ["PrivateDnsEnabled"])
	open := interface({"PolicyDocument": {"Statement": [opening]}})
	rule.undetermined == set() with input as fixture.unknown(open, ["DnsOptions"])
	rule.undetermined == set() with input as fixture.unknown(inbound, ["PolicyDocument"])
}

test_private_dns_is_no_matter_for_a_gateway if {
	later := fixture.unknown(beside(gateway([own]), [neighbour("ecr.dkr")]), ["DnsOptions"])
	rule.deny == {told} with input as later
	rule.undetermined == set() with input as later
}

test_a_vpc_that_is_known_later_is_undetermined if {
	later := fixture.unknown(beside(gateway([own]), [neighbour("ecr.dkr")]), ["VpcId"])
	rule.deny == set() with input as later
	rule.undetermined == {{
		"reason": "what is beside the endpoint is not known yet",
		"missing": ["/request/VpcId"],
	}} with input as later
	rule.undetermined == set() with input as beside(gateway([own]), [neighbour("ecr.dkr")])
	open := fixture.unknown(beside(gateway([opening]), [neighbour("ecr.dkr")]), ["VpcId"])
	rule.undetermined == set() with input as open
}

test_a_policy_that_is_known_later_is_undetermined if {
	later := fixture.unknown(beside(gateway([own]), [neighbour("ecr.dkr")]), ["PolicyDocument"])
	rule.deny == set() with input as later
	rule.undetermined == {{
		"reason": "the policy is not known yet",
		"missing": {"/request/PolicyDocument"},
	}} with input as later
	alone := fixture.unknown(gateway([own]), ["PolicyDocument"])
	rule.undetermined == set() with input as alone
	rule.undetermined == set() with input as fixture.without(alone, "VpcEndpoints")
}

partly(statements, pointer) := object.union(beside(gateway(statements), [neighbour("ecr.dkr")]), {"unknown": [pointer]})

test_parts_that_are_known_later_may_open_it if {
	unnamed := object.union(own, {"Resource": null})
	at := "/request/PolicyDocument/Statement/1/Resource"
	rule.deny == set() with input as partly([own, unnamed], at)
	rule.undetermined == {{
		"reason": "the policy is not known yet",
		"missing": {at},
	}} with input as partly([own, unnamed], at)
	rule.undetermined == set() with input as partly([opening, unnamed], at)
	allowed_later := object.union(opening, {"Condition": null})
	condition := "/request/PolicyDocument/Statement/1/Condition"
	rule.deny == set() with input as partly([own, allowed_later], condition)
	denied_later := {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": null}
	rule.deny == set() with input as partly([opening, denied_later], condition)
	rule.undetermined == {{
		"reason": "the policy is not known yet",
		"missing": {condition},
	}} with input as partly([opening, denied_later], condition)
	whole := "/request/PolicyDocument/Statement/1"
	rule.undetermined != set() with input as partly([opening, null], whole)
	denied := [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}, unnamed]
	{d.path | some d in rule.deny} == {"/request/PolicyDocument"} with input as partly(denied, at)
}

test_a_region_that_is_not_known_is_undetermined if {
	named := object.union(neighbour("ecr.dkr"), {"ServiceName": "com.amazonaws.${AWS::Region}.ecr.dkr"})
	policy := {"Statement": [own]}
	unnamed := fixture.gateway({"ServiceName": "com.amazonaws.${AWS::Region}.s3", "PolicyDocument": policy})
	rule.deny != set() with input as beside(unnamed, [named])
	nowhere := fixture.without(beside(unnamed, [named]), "Region")
	rule.deny == set() with input as nowhere
	rule.undetermined == {{
		"reason": "the Region, which the names of buckets depend on, is not known",
		"missing": ["/context/Region"],
	}} with input as nowhere
	open := fixture.gateway({"ServiceName": "com.amazonaws.${AWS::Region}.s3"})
	rule.undetermined == set() with input as fixture.without(beside(open, [named]), "Region")
	rule.undetermined == set() with input as fixture.without(beside(unnamed, []), "Region")
	rule.undetermined == set() with input as object.union(nowhere, {"operation": "delete"})
	inbound := {"VpcEndpointType": "Interface", "DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": true}}
	rule.undetermined == set() with input as object.union(nowhere, {"endpoint": inbound})
}

test_a_delete_is_not_judged if {
	gone := object.union(beside(gateway([own]), [neighbour("ecr.dkr")]), {"operation": "delete"})
	rule.deny == set() with input as gone
	rule.undetermined == set() with input as gone
}
