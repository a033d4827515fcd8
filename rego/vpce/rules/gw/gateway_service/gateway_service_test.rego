package vpce.rules.gw.gateway_service_test

import data.vpce.rules.gw.gateway_service as rule
import data.vpce.testing.fixture

test_gateway_services_pass if {
	every service in ["s3", "dynamodb", "s3express"] {
		rule.deny == set() with input as fixture.gateway({"ServiceName": $"com.amazonaws.us-east-1.{service}"})
	}
	rule.undetermined == set() with input as fixture.gateway({})
}

test_another_service_is_denied if {
	rule.deny == {{
		"message": "com.amazonaws.us-east-1.nonesuch has no gateway endpoints",
		"path": "/request/ServiceName",
	}} with input as fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.nonesuch"})
}

test_a_service_known_to_have_interface_endpoints_gets_that_type if {
	catalogue := {"partitions": {}, "services": {"kms": {"types": ["Interface"]}}}
	kms := fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.kms"})
	remove := {"op": "remove", "path": "/request/RouteTableIds"}
	change := {"path": "/request/VpcEndpointType", "value": "Interface"}
	{d.fix | some d in rule.deny} == {[object.union(change, {"op": "replace"}), remove]} with input as kms
		with data.vpce.services as catalogue
	bare := json.remove(kms, ["/request/VpcEndpointType", "/request/RouteTableIds"])
	{d.fix | some d in rule.deny} == {[object.union(change, {"op": "add"})]} with input as bare
		with data.vpce.services as catalogue
}

test_names_that_only_begin_like_s3_are_denied if {
	every name in [
		"com.amazonaws.us-east-1.s3-outposts",
		"com.amazonaws.us-east-1.s3tables",
		"com.amazonaws.s3-global.accesspoint",
		"com.amazonaws.us-east-1.dynamodb-streams",
	] {
		count(rule.deny) == 1 with input as fixture.gateway({"ServiceName": name})
	}
}

test_s3express_came_after_2023 if {
	express := fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.s3express"})
	count(rule.deny) == 1 with input as fixture.in_2023(express)
}

test_what_aws_lists_wins_today if {
	details := [
		{"ServiceName": "com.amazonaws.us-east-1.new", "ServiceType": [{"ServiceType": "Interface"}]},
		{"ServiceName": "com.amazonaws.us-east-1.new", "ServiceType": [{"ServiceType": "Gateway"}]},
	]
	new := fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.new"})
	proposal := object.union(new, {"context": {"ServiceDetails": details}})
	rule.deny == set() with input as proposal
	count(rule.deny) == 1 with input as fixture.in_2023(proposal)
}

test_a_service_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which service the endpoint is for is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.gateway({}), ["ServiceName"])
}
