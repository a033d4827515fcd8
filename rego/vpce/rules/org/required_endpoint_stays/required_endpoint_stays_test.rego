package vpce.rules.org.required_endpoint_stays_test

import data.vpce.rules.org.required_endpoint_stays as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "required_endpoints": [{"services": ["ssm"], "envs": ["prod"]}]}

gone(current) := {
	"operation": "delete",
	"request": {"VpcEndpointId": "vpce-0a000001"},
	"current": object.union({"VpcEndpointId": "vpce-0a000001", "VpcId": "vpc-0a000001"}, current),
	"endpoint": {},
	"context": fixture.context,
	"peers": [],
	"unknown": [],
}

ssm := gone({"ServiceName": "com.amazonaws.us-east-1.ssm"})

test_the_only_one_stays if {
	rule.deny == {{
		"message": "vpc-0a000001 must have an endpoint for ssm, and this is its only one",
		"path": "/current/VpcEndpointId",
	}} with input as ssm with data.org as told
	rule.undetermined == set() with input as ssm with data.org as told
}

test_a_successor_of_the_same_document_counts if {
	peers := {"peers": [{"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.ssm"}]}
	rule.deny == set() with input as object.union(ssm, peers) with data.org as told
	elsewhere := {"peers": [{"VpcId": "vpc-0b00000b", "ServiceName": "com.amazonaws.us-east-1.ssm"}]}
	count(rule.deny) == 1 with input as object.union(ssm, elsewhere) with data.org as told
}

test_what_is_not_known_is_not_judged if {
	hidden := json.remove(ssm, ["context/VpcEndpoints"])
	rule.deny == set() with input as hidden with data.org as told
	rule.undetermined == {{
		"reason": "whether the VPC keeps another endpoint for ssm is not known",
		"missing": ["/context/VpcEndpoints"],
	}} with input as hidden with data.org as told
	rule.undetermined == {{
		"reason": "which service the endpoint is for is not known",
		"missing": ["/current/ServiceName"],
	}} with input as gone({}) with data.org as told
	nowhere := object.remove(told, ["environment"])
	count(rule.undetermined) == 1 with input as ssm with data.org as nowhere
	rule.undetermined == set() with input as gone({"ServiceName": "com.amazonaws.us-east-1.kms"}) with data.org as nowhere
	count(rule.undetermined) == 1 with input as gone({}) with data.org as nowhere
}

test_a_vpc_that_is_not_told_is_called_the_vpc if {
	nowhere := json.remove(ssm, ["current/VpcId"])
	rule.deny == {{
		"message": "the VPC must have an endpoint for ssm, and this is its only one",
		"path": "/current/VpcEndpointId",
	}} with input as nowhere with data.org as told
}

test_where_nobody_requires_it_nothing_is_said if {
	kms := gone({"ServiceName": "com.amazonaws.us-east-1.kms"})
	rule.deny == set() with input as kms with data.org as told
	rule.undetermined == set() with input as json.remove(kms, ["context/VpcEndpoints"]) with data.org as told
}

test_resource_endpoints_and_other_operations_are_not_asked if {
	rule.undetermined == set() with input as gone({"VpcEndpointType": "Resource"}) with data.org as told
	created := object.union(ssm, {"operation": "create"})
	untold := object.union(gone({}), {"operation": "create"})
	rule.undetermined == set() with input as untold with data.org as told
	rule.deny == set() with input as created with data.org as told
	rule.undetermined == set() with input as created with data.org as object.remove(told, ["environment"])
}
