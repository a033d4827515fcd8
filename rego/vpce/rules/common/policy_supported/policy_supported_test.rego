package vpce.rules.common.policy_supported_test

import data.vpce.rules.common.policy_supported as rule
import data.vpce.testing.fixture

policy := `{"Statement":[]}`

with_details(supported) := {"context": {"ServiceDetails": [{
	"ServiceName": "com.amazonaws.us-east-1.sqs",
	"ServiceType": [{"ServiceType": "Interface"}],
	"VpcEndpointPolicySupported": supported,
}]}}

nowhere := {"partitions": {}, "services": {}}

asked := fixture.interface({"PolicyDocument": policy})

test_a_service_that_takes_policies_passes if {
	rule.deny == set() with input as object.union(asked, with_details(true))
	rule.undetermined == set() with input as object.union(asked, with_details(true))
	rule.deny == set() with input as object.union(fixture.interface({}), with_details(false))
	rule.undetermined == set() with input as fixture.interface({}) with data.vpce.services as nowhere
}

test_a_service_that_takes_none_is_told if {
	rule.deny == {{
		"message": "com.amazonaws.us-east-1.sqs takes no endpoint policy but the one that allows full access",
		"path": "/request/PolicyDocument",
		"fix": [{"op": "remove", "path": "/request/PolicyDocument"}],
	}} with input as object.union(asked, with_details(false))
}

full_access := `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`

test_the_policy_of_full_access_is_taken_everywhere if {
	proposal := fixture.interface({"PolicyDocument": full_access})
	rule.deny == set() with input as object.union(proposal, with_details(false))
	rule.undetermined == set() with input as proposal with data.vpce.services as nowhere
}

test_endpoint_services_take_none_else if {
	own := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002", "PolicyDocument": policy}
	count(rule.deny) == 1 with input as fixture.interface(own)
	rule.deny == set() with input as fixture.gwlb({"PolicyDocument": policy})
}

test_types_without_a_service_take_none if {
	every type in ["Resource", "ServiceNetwork", "Tunnel"] {
		rule.deny == {{
			"message": $"PolicyDocument is given, and an endpoint of type {type} takes no endpoint policy",
			"path": "/request/PolicyDocument",
			"fix": [{"op": "remove", "path": "/request/PolicyDocument"}],
		}} with input as fixture.create({"VpcEndpointType": type, "PolicyDocument": full_access})
		{d.path | some d in rule.deny} == {"/request/ResetPolicy"} with input as fixture.modify(
			{"ResetPolicy": true},
			{"VpcEndpointType": type},
			{},
		)
		rule.deny == set() with input as fixture.create({"VpcEndpointType": type, "PolicyDocument": ""})
		rule.deny == set() with input as fixture.modify({"ResetPolicy": false}, {"VpcEndpointType": type}, {})
	}
}

test_what_nobody_knows_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether com.amazonaws.us-east-1.sqs takes endpoint policies is not known",
		"missing": ["/context/ServiceDetails"],
	}} with input as asked with data.vpce.services as nowhere
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known",
		"missing": ["/current/ServiceName"],
	}} with input as fixture.modify({"PolicyDocument": policy}, {"VpcEndpointType": "Interface"}, {})
}

test_what_is_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether a policy is given is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as object.union(fixture.unknown(fixture.interface({}), ["PolicyDocument"]), with_details(false))
	rule.undetermined == set() with input as object.union(
		fixture.unknown(fixture.interface({}), ["PolicyDocument"]),
		with_details(true),
	)
	rule.undetermined == set() with input as fixture.unknown(fixture.gwlb({}), ["PolicyDocument"])
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known yet",
		"missing": ["/request/ServiceName"],
	}} with input as fixture.unknown(asked, ["ServiceName"])
}

test_without_a_policy_no_service_is_asked_for if {
	rule.undetermined == set() with input as fixture.modify({}, {"VpcEndpointType": "Interface"}, {})
	rule.undetermined == set() with input as fixture.unknown(fixture.interface({}), ["ServiceName"])
}
