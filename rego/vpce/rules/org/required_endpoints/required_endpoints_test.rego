package vpce.rules.org.required_endpoints_test

import data.vpce.rules.org.required_endpoints as rule
import data.vpce.testing.fixture

told := {"required_endpoints": [{"services": ["sqs", "ssm", "kms"]}]}

test_what_is_missing_is_named if {
	rule.deny == {{
		"message": "vpc-0a000001 has no endpoint for kms, ssm",
		"path": "/request/VpcId",
	}} with input as fixture.interface({}) with data.org as told
	rule.undetermined == set() with input as fixture.interface({}) with data.org as told
}

test_endpoints_of_the_same_document_count if {
	peers := [{"VpcId": "vpc-0a000001", "ServiceName": $"com.amazonaws.us-east-1.{name}"} | some name in ["ssm", "kms"]]
	proposal := object.union(fixture.interface({}), {"peers": peers})
	rule.deny == set() with input as proposal with data.org as told
}

test_what_is_not_known_is_not_judged if {
	hidden := json.remove(fixture.interface({}), ["context/VpcEndpoints"])
	rule.deny == set() with input as hidden with data.org as told
	rule.undetermined == {{
		"reason": "whether the VPC has endpoints for kms, ssm is not known",
		"missing": ["/context/VpcEndpoints"],
	}} with input as hidden with data.org as told
	unsure := fixture.unknown(fixture.interface({}), ["ServiceName"])
	rule.deny == set() with input as unsure with data.org as told
	rule.undetermined == {{
		"reason": "which service the endpoint is for is not known yet",
		"missing": {"/request/ServiceName"},
	}} with input as unsure with data.org as told
	untold := fixture.interface({"ServiceName": null})
	rule.undetermined == {{
		"reason": "which service the endpoint is for is not told",
		"missing": ["/request/ServiceName"],
	}} with input as untold with data.org as told
}

test_a_resource_endpoint_serves_none if {
	resource := fixture.create({"VpcEndpointType": "Resource", "VpcId": "vpc-0a000001"})
	count(rule.deny) == 1 with input as resource with data.org as told
}

test_without_the_section_and_on_delete_nothing_is_said if {
	every org in [{}, {"required_endpoints": []}] {
		rule.deny == set() with input as fixture.interface({}) with data.org as org
		rule.undetermined == set() with input as fixture.interface({}) with data.org as org
	}
	gone := object.union(fixture.interface({}), {"operation": "delete"})
	every envs in [["prod"], ["dev"]] {
		org := {"required_endpoints": [{"services": ["a"], "envs": envs}]}
		rule.deny == set() with input as gone with data.org as org
		rule.undetermined == set() with input as gone with data.org as org
	}
}

test_where_nothing_is_missing_nothing_has_to_be_known if {
	own := {"required_endpoints": [{"services": ["sqs"]}]}
	hidden := json.remove(fixture.interface({}), ["context/VpcEndpoints"])
	rule.deny == set() with input as fixture.interface({}) with data.org as own
	rule.undetermined == set() with input as hidden with data.org as own
	peer := {"peers": [{"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.sqs"}]}
	every proposal in [fixture.unknown(fixture.interface({}), ["ServiceName"]), fixture.interface({"ServiceName": null})] {
		rule.undetermined == set() with input as object.union(proposal, peer) with data.org as own
	}
}
