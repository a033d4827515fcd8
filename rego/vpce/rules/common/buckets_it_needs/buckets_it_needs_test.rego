package vpce.rules.common.buckets_it_needs_test

import data.vpce.rules.common.buckets_it_needs as rule
import data.vpce.testing.fixture

s3 := {
	"VpcEndpointId": "vpce-s3",
	"VpcEndpointType": "Gateway",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"PolicyDocument": `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::own/*"}]}`,
}

made(service, endpoints) := object.union(
	fixture.interface({"ServiceName": $"com.amazonaws.us-east-1.{service}"}),
	{"context": {"VpcEndpoints": endpoints}},
)

told := {
	"message": concat("", [
		"the policy of vpce-s3 lets nobody reach prod-us-east-1-starport-layer-bucket, ",
		"which users of this endpoint need to pull image layers",
	]),
	"path": "/request/ServiceName",
	"remediation": concat("", [
		"Add a statement to the policy of vpce-s3 that allows s3:GetObject on ",
		"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*; ",
		"see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html.",
	]),
}

test_an_endpoint_whose_users_need_what_is_shut_out_is_told if {
	rule.deny == {told} with input as made("ecr.dkr", [s3])
	rule.deny == set() with input as made("sqs", [s3])
	rule.deny == set() with input as made("ecr.dkr", [])
}

test_resources_that_need_the_same_are_named_too if {
	cluster := {"Name": "nodes", "ResourceType": "AWS::EKS::Nodegroup", "SubnetIds": ["subnet-1"]}
	around := object.union(made("ecr.dkr", [s3]), {"context": {
		"VpcEndpoints": [s3],
		"Workloads": [cluster, object.union(cluster, {"Name": "emr", "ResourceType": "AWS::EMR::Cluster"})],
		"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-0a000001"}],
	}})
	{d.message | some d in rule.deny} == {concat("", [
		"the policy of vpce-s3 lets nobody reach prod-us-east-1-starport-layer-bucket, ",
		"which users of this endpoint and nodes (AWS::EKS::Nodegroup) need to pull image layers",
	])} with input as around
}

test_one_way_that_may_let_it_pass_is_enough if {
	other := object.union(s3, {"VpcEndpointId": "vpce-other"})
	rule.deny == set() with input as made("ecr.dkr", [s3, object.remove(other, ["PolicyDocument"])])
	{d.message | some d in rule.deny} == {concat("", [
		"the policy of vpce-other and vpce-s3 lets nobody reach prod-us-east-1-starport-layer-bucket, ",
		"which users of this endpoint need to pull image layers",
	])} with input as made("ecr.dkr", [s3, other])
}

test_what_the_same_document_makes_is_judged_by_itself if {
	peer := object.union(object.remove(s3, ["VpcEndpointId"]), {"address": "s3"})
	rule.deny == set() with input as object.union(made("ecr.dkr", []), {"peers": [peer]})
	left_alone := object.union(s3, {"address": "s3"})
	count(rule.deny) == 1 with input as object.union(made("ecr.dkr", []), {"peers": [left_alone]})
}

test_a_vpc_that_is_known_later_is_undetermined if {
	later := fixture.unknown(made("ecr.dkr", [s3]), ["VpcId"])
	rule.deny == set() with input as later
	rule.undetermined == {{
		"reason": "whether an endpoint for S3 is beside the endpoint is not known yet",
		"missing": ["/request/VpcId"],
	}} with input as later
	rule.undetermined == set() with input as fixture.unknown(made("sqs", [s3]), ["VpcId"])
	rule.undetermined == set() with input as made("ecr.dkr", [s3])
}

test_what_is_there_already_is_not_told_again if {
	there := object.union(made("ecr.dkr", [s3]), {"operation": "modify"})
	rule.deny == set() with input as there
}
