package vpce.rules.common.policy_is_a_filter_test

import data.vpce.rules.common.policy_is_a_filter as rule
import data.vpce.testing.fixture

allow := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}

document := {"Statement": [allow, allow, {"Effect": "Deny"}]}

current := {"VpcEndpointType": "Gateway"}

given := concat("", [
	"the policy grants nobody access to com.amazonaws.us-east-1.s3: ",
	"it only lets requests pass, which identity and resource policies must allow as well",
])

test_a_policy_that_is_given_is_explained if {
	rule.deny == {{
		"message": given,
		"path": "/request/PolicyDocument",
	}} with input as fixture.gateway({"PolicyDocument": document})
}

test_a_reset_is_explained if {
	reset := {{
		"message": concat("", [
			"after the reset the endpoint filters nothing, but that grants nobody access to the service: ",
			"identity and resource policies decide alone",
		]),
		"path": "/request/ResetPolicy",
	}}
	rule.deny == reset with input as fixture.modify({"ResetPolicy": true}, current, {})
	rule.deny == reset with input as fixture.modify({"ResetPolicy": true, "PolicyDocument": document}, current, {})
}

test_an_endpoint_that_is_not_known_may_have_a_policy if {
	{d.path | some d in rule.deny} == {"/request/PolicyDocument"} with input as {
		"operation": "modify",
		"request": {"PolicyDocument": document},
	}
}

test_no_policy_and_types_without_one_are_not_explained if {
	every proposal in [
		fixture.gateway({}),
		fixture.gateway({"PolicyDocument": "{"}),
		fixture.gwlb({"PolicyDocument": document, "ResetPolicy": true}),
		fixture.modify({"ResetPolicy": false}, current, {}),
		fixture.unknown(fixture.gwlb({}), ["PolicyDocument"]),
	] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether the endpoint gets a policy is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	every request in [{"ResetPolicy": true}, {"PolicyDocument": document}] {
		gone := object.union(fixture.modify(request, current, {}), {
			"operation": "delete",
			"unknown": ["/request/PolicyDocument"],
		})
		rule.deny == set() with input as gone
		rule.undetermined == set() with input as gone
	}
}
