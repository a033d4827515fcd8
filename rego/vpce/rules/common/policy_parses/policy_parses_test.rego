package vpce.rules.common.policy_parses_test

import data.vpce.rules.common.policy_parses as rule
import data.vpce.testing.fixture

allow := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

message_for(document) := messages if {
	messages := {d.message | some d in rule.deny} with input as fixture.interface({"PolicyDocument": document})
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
		"message": "the policy cannot be read as JSON: unreadable",
		"path": "/request/PolicyDocument",
	}} with input as fixture.interface({"PolicyDocument": "{\"Statement\": [}"})
}

test_a_policy_encoded_twice_is_denied if {
	twice := json.marshal(json.marshal({"Statement": [allow]}))
	message_for(twice) == {"the policy is a JSON string instead of an object, so it was encoded twice"}
}

test_a_list_or_a_number_is_denied if {
	message_for([allow]) == {"the policy is a JSON array, not an object"}
	message_for([]) == {"the policy is a JSON array, not an object"}
	message_for("7") == {"the policy is a JSON number, not an object"}
}

test_a_policy_without_statement_is_denied if {
	every policy in [{}, {"Version": "2012-10-17"}, {"Statement": []}, {"Statement": {}}, {"Statement": null}] {
		message_for(policy) == {"the policy has no statement"}
	}
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "the policy is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.interface({}), ["PolicyDocument"])
}

test_a_statement_that_is_no_object_is_denied if {
	message_for({"Statement": [allow, 7]}) == {"statement 1 of the policy is not an object with members"}
	message_for({"Statement": [{}]}) == {"statement 0 of the policy is not an object with members"}
	message_for({"Statement": "x"}) == {"Statement of the policy is a string, not a list of statements"}
}

test_a_statement_known_later_is_undetermined if {
	every case in [
		[{"Version": "2012-10-17"}, "/request/PolicyDocument/Statement"],
		[{"Statement": [allow, null]}, "/request/PolicyDocument/Statement/1"],
	] {
		[policy, hidden] := case
		proposal := object.union(fixture.interface({"PolicyDocument": policy}), {"unknown": [hidden]})
		rule.deny == set() with input as proposal
		{m | some u in rule.undetermined; some m in u.missing} == {hidden} with input as proposal
	}
}

test_a_version_that_iam_does_not_have_is_denied if {
	message_for({"Version": "2012-10-17", "Statement": [allow]}) == set()
	message_for({"Version": "2008-10-17", "Statement": [allow]}) == set()
	every version, shown in {"2012-10-18": "\"2012-10-18\"", "2012-10-17 ": "\"2012-10-17 \""} {
		told := {$"the policy has Version {shown}; IAM's language has \"2012-10-17\" and \"2008-10-17\" only"}
		message_for({"Version": version, "Statement": [allow]}) == told
	}
	message_for({"Version": 1, "Statement": [allow]}) == {
		"the policy has Version 1; IAM's language has \"2012-10-17\" and \"2008-10-17\" only",
	}
}

test_a_version_that_is_not_known_is_not_denied if {
	given := fixture.interface({"PolicyDocument": {"Version": null, "Statement": [allow]}})
	rule.deny == set() with input as object.union(given, {"unknown": ["/request/PolicyDocument/Version"]})
}
