package vpce.rules.common.policy_parses_test

import data.vpce.rules.common.policy_parses as rule
import data.vpce.testing.fixture

allow := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

message_for(policy) := messages if {
	messages := {d.message | some d in rule.deny} with input as fixture.interface({"PolicyDocument": policy})
}

test_an_object_or_a_string_that_holds_one_passes if {
	message_for({"Statement": [allow]}) == set()
	message_for(json.marshal({"Statement": [allow]})) == set()
	message_for({"Statement": allow}) == set()
}

test_a_policy_that_is_not_given_is_not_parsed if {
	message_for("") == set()
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_what_is_not_json_is_denied if {
	rule.deny == {{
		"message": "the policy is not JSON",
		"path": "/request/PolicyDocument",
	}} with input as fixture.interface({"PolicyDocument": "{\"Statement\": [}"})
}

test_a_policy_encoded_twice_is_denied if {
	message_for(json.marshal(json.marshal({"Statement": [allow]}))) == {"the policy is JSON that holds a string: it was encoded twice"}
}

test_a_list_or_a_number_is_denied if {
	message_for([allow]) == {"the policy is not a JSON object"}
	message_for("7") == {"the policy is not a JSON object"}
}

test_a_policy_without_statement_is_denied if {
	every policy in [{}, {"Version": "2012-10-17"}, {"Statement": []}, {"Statement": {}}, {"Statement": ["x"]}] {
		message_for(policy) == {"the policy has no statement"}
	}
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "the policy is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.interface({}), ["PolicyDocument"])
}
