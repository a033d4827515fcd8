package vpce.rules.common.policy_length_test

import data.vpce.rules.common.policy_length as rule
import data.vpce.testing.fixture

document := {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}

test_a_policy_within_the_limit_passes if {
	rule.deny == set() with input as fixture.gateway({"PolicyDocument": document})
		with data.org.limits.policy_chars as count(json.marshal(document))
	rule.deny == set() with input as fixture.gateway({"PolicyDocument": json.marshal(document)})
	rule.deny == set() with input as fixture.gateway({})
}

test_a_longer_object_is_denied if {
	length := count(json.marshal(document))
	rule.deny == {{
		"message": $"minified, the policy still has {length} characters; at most {length - 1} are allowed",
		"path": "/request/PolicyDocument",
	}} with input as fixture.gateway({"PolicyDocument": document})
		with data.org.limits.policy_chars as length - 1
}

test_a_longer_text_is_minified_where_that_fits if {
	text := json.marshal(document)
	length := count(text)
	padded := $"{text} "
	rule.deny == {{
		"message": $"the policy has {length + 1} characters; at most {length} are allowed",
		"path": "/request/PolicyDocument",
		"fix": [{
			"op": "copy",
			"from": "/request/PolicyDocument/Statement",
			"path": "/request/PolicyDocument/Statement",
		}],
	}} with input as fixture.gateway({"PolicyDocument": padded})
		with data.org.limits.policy_chars as length
	rule.deny == {{
		"message": $"the policy has {length + 1} characters; at most {length - 1} are allowed",
		"path": "/request/PolicyDocument",
	}} with input as fixture.gateway({"PolicyDocument": padded})
		with data.org.limits.policy_chars as length - 1
}

test_a_text_without_statements_has_no_fix if {
	{d | some d in rule.deny; d.fix} == set() with input as fixture.gateway({"PolicyDocument": "{    }"})
		with data.org.limits.policy_chars as 5
	count(rule.deny) == 1 with input as fixture.gateway({"PolicyDocument": "{    }"})
		with data.org.limits.policy_chars as 5
}

test_a_text_that_is_not_json_is_another_rules_business if {
	rule.deny == set() with input as fixture.gateway({"PolicyDocument": "{{{{{{"})
		with data.org.limits.policy_chars as 2
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "how long the policy will be is not known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	gone := object.union(fixture.gateway({"PolicyDocument": document}), {
		"operation": "delete",
		"unknown": ["/request/PolicyDocument"],
	})
	rule.deny == set() with input as gone with data.org.limits.policy_chars as 2
	rule.undetermined == set() with input as gone
}
