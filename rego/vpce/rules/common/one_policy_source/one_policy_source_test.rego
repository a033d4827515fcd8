package vpce.rules.common.one_policy_source_test

import data.vpce.rules.common.one_policy_source as rule
import data.vpce.testing.fixture

modify(type, request) := fixture.modify(request, {"VpcEndpointType": type}, {})

reset := {"ResetPolicy": true}

both := {"ResetPolicy": true, "PolicyDocument": "{}"}

remove := {"op": "remove", "path": "/request/ResetPolicy"}

test_one_source_passes if {
	every proposal in [
		modify("Gateway", reset),
		modify("Gateway", {"ResetPolicy": true, "PolicyDocument": ""}),
		modify("Interface", {"ResetPolicy": false}),
		modify("Interface", {"ResetPolicy": false, "PolicyDocument": "{}"}),
		fixture.gateway({}),
		fixture.unknown(modify("Gateway", {}), ["ResetPolicy"]),
		fixture.unknown(modify("Interface", {}), ["PolicyDocument"]),
	] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_a_policy_and_a_reset_are_denied if {
	every type in ["Gateway", "Interface"] {
		rule.deny == {{
			"message": "the policy is given and is to be reset to the default as well",
			"path": "/request/ResetPolicy",
			"fix": [remove],
		}} with input as modify(type, both)
	}
}

test_only_gateway_endpoints_are_reset if {
	rule.deny == {{
		"message": "the policy of an endpoint of type Interface cannot be reset",
		"path": "/request/ResetPolicy",
		"fix": [remove, {
			"op": "add",
			"path": "/request/PolicyDocument",
			"value": `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}`,
		}],
	}} with input as modify("Interface", reset)
	rule.deny == {{
		"message": "the policy of an endpoint of type GatewayLoadBalancer cannot be reset",
		"path": "/request/ResetPolicy",
		"fix": [remove],
	}} with input as modify("GatewayLoadBalancer", reset)
}

missing(proposal) := pointers if {
	pointers := {p | some u in rule.undetermined; some p in u.missing} with input as proposal
}

test_what_it_depends_on_and_is_not_known_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether the request has two sources for the policy is not known yet",
		"missing": ["/current/VpcEndpointType"],
	}} with input as {"operation": "modify", "request": reset}
	missing({"operation": "modify", "request": {}}) == set()
	missing({"operation": "create", "request": reset}) == {"/request/VpcEndpointType"}
	missing(fixture.unknown(modify("Gateway", reset), ["PolicyDocument"])) == {"/request/PolicyDocument"}
	missing(fixture.unknown(modify("Interface", {}), ["ResetPolicy"])) == {"/request/ResetPolicy"}
	missing(fixture.unknown(modify("Gateway", {"PolicyDocument": "{}"}), ["ResetPolicy"])) == {"/request/ResetPolicy"}
	missing(fixture.unknown(modify("Gateway", {}), ["ResetPolicy", "PolicyDocument"])) == {"/request/ResetPolicy"}
}

test_a_delete_is_not_judged if {
	rule.deny == set() with input as object.union(modify("Interface", reset), {"operation": "delete"})
	missing(object.union(modify("Interface", {}), {
		"operation": "delete",
		"unknown": ["/request/ResetPolicy"],
	})) == set()
}
