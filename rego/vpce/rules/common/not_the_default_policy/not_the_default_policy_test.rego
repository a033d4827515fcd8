package vpce.rules.common.not_the_default_policy_test

import data.vpce.rules.common.not_the_default_policy as rule
import data.vpce.testing.fixture

open := {"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["*"], "Resource": "*"}}

closed := {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}

current := {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.us-east-1.s3", "PolicyDocument": open}

message(why) := concat(" ", [
	$"{why}, so the endpoint lets everyone do everything with com.amazonaws.us-east-1.s3",
	"that other policies allow",
])

test_a_create_without_a_policy_is_told if {
	rule.deny == {{
		"message": message("no policy is given and AWS attaches its default"),
		"path": "/request/PolicyDocument",
	}} with input as fixture.gateway({})
	{d.path | some d in rule.deny} == {"/request/PolicyDocument"} with input as fixture.interface({})
}

test_the_default_in_other_words_is_told if {
	rule.deny == {{
		"message": message("the policy says the same as AWS's default"),
		"path": "/request/PolicyDocument",
	}} with input as fixture.modify({"PolicyDocument": open}, current, {})
}

test_a_reset_is_told if {
	rule.deny == {{
		"message": message("the policy is reset to AWS's default"),
		"path": "/request/ResetPolicy",
	}} with input as fixture.modify({"ResetPolicy": true}, current, {})
}

test_what_is_no_default_or_left_alone_is_not_told if {
	details := {"ServiceDetails": [{
		"ServiceName": "com.amazonaws.us-east-1.s3",
		"ServiceType": [{"ServiceType": "Gateway"}],
		"VpcEndpointPolicySupported": false,
	}]}
	every proposal in [
		fixture.gateway({"PolicyDocument": closed}),
		fixture.gateway({"PolicyDocument": "{"}),
		fixture.gateway({"PolicyDocument": open, "VpcEndpointType": "Resource"}),
		fixture.gwlb({}),
		fixture.modify({}, current, {}),
		fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.nonesuch"}),
		object.union(fixture.gateway({}), {"context": details}),
		fixture.unknown(fixture.gwlb({}), ["PolicyDocument"]),
		object.union(fixture.gateway({}), {"operation": "delete", "unknown": ["/request/PolicyDocument"]}),
		object.union(fixture.gateway({"ResetPolicy": true}), {"operation": "delete"}),
	] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which policy the endpoint gets is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}
