package vpce.rules.gwlb.no_policy_test

import data.vpce.rules.gwlb.no_policy as rule
import data.vpce.testing.fixture

test_no_policy_passes if {
	rule.deny == set() with input as fixture.gwlb({"PolicyDocument": "", "ResetPolicy": false})
	rule.undetermined == set() with input as fixture.gwlb({})
}

test_a_policy_is_denied if {
	rule.deny == {{
		"message": "PolicyDocument is given, but traffic through a GWLB endpoint is not filtered by endpoint policies",
		"path": "/request/PolicyDocument",
		"fix": [{"op": "remove", "path": "/request/PolicyDocument"}],
	}} with input as fixture.gwlb({"PolicyDocument": "{}"})
}

test_a_reset_is_denied if {
	rule.deny == {{
		"message": "the policy is to be reset, but a GWLB endpoint has none",
		"path": "/request/ResetPolicy",
		"fix": [{"op": "remove", "path": "/request/ResetPolicy"}],
	}} with input as fixture.modify({"ResetPolicy": true}, {"VpcEndpointType": "GatewayLoadBalancer"}, {})
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "a value that must not be given is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["PolicyDocument"])
}
