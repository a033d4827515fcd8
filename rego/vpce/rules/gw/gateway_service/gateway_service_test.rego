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
		"message": "com.amazonaws.us-east-1.kms has no gateway endpoints",
		"path": "/request/ServiceName",
	}} with input as fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.kms"})
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
	count(rule.deny) == 1 with input as fixture.in_2023(fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.s3express"}))
}

test_what_aws_lists_wins_today if {
	proposal := object.union(fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.new"}), {"context": {"ServiceDetails": [
		{"ServiceName": "com.amazonaws.us-east-1.new", "ServiceType": [{"ServiceType": "Interface"}]},
		{"ServiceName": "com.amazonaws.us-east-1.new", "ServiceType": [{"ServiceType": "Gateway"}]},
	]}})
	rule.deny == set() with input as proposal
	count(rule.deny) == 1 with input as fixture.in_2023(proposal)
}

test_a_service_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which service the endpoint is for is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(fixture.gateway({}), ["ServiceName"])
}
