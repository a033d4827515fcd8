package vpce.rules.common.long_enough_patterns_test

import data.vpce.rules.common.long_enough_patterns as rule
import data.vpce.testing.fixture

ok := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}

proposal(condition) := fixture.gateway({"PolicyDocument": {"Statement": [object.union(ok, {"Condition": condition})]}})

at(rest) := $"/request/PolicyDocument/Statement/0/Condition/{rest}"

test_patterns_with_six_characters_beside_each_wildcard_pass if {
	every value in ["abcdef*", "*abcdef", "a", "*abcdef*", "abcdef?*", "${a}*", "a${*}", ""] {
		rule.deny == set() with input as proposal({"StringLike": {"s3:prefix": value}})
	}
	rule.deny == set() with input as proposal({"StringEquals": {"s3:prefix": "a*"}, "ArnLike": {"aws:PrincipalArn": "*"}})
	rule.deny == set() with input as fixture.gateway({})
}

test_a_wildcard_without_them_is_told if {
	short := ["abcde*", "*abcde", "*", "abcdef*abc*", "?", "*abc*abcdef", "abcde**abcde", "abcdef*abcde*abcde*abcdef"]
	every value in short {
		rule.deny == {{
			"message": $"statement 0 compares s3:prefix with {value}: a wildcard has fewer than 6 characters beside it",
			"path": at("StringNotLike/s3:prefix/1"),
		}} with input as proposal({"StringNotLike": {"s3:prefix": ["a", value]}})
	}
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "not all values the policy's conditions compare with are known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	gone := object.union(proposal({"StringLike": {"s3:prefix": "*"}}), {"operation": "delete"})
	rule.deny == set() with input as gone
	hidden := object.union(gone, {"unknown": ["/request/PolicyDocument"]})
	rule.undetermined == set() with input as hidden
}
