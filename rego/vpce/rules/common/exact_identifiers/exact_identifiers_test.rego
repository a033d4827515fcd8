package vpce.rules.common.exact_identifiers_test

import data.vpce.rules.common.exact_identifiers as rule
import data.vpce.testing.fixture

ok := {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}

proposal(condition) := fixture.gateway({"PolicyDocument": {"Statement": [object.union(ok, {"Condition": condition})]}})

at(rest) := $"/request/PolicyDocument/Statement/0/Condition/{rest}"

test_exact_identifiers_pass if {
	rule.deny == set() with input as proposal({
		"StringEquals": {"aws:PrincipalAccount": "111122223333"},
		"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app", "aws:SourceVpc": ["vpc-1", "${aws:PrincipalTag/a}"]},
		"NumericEquals": {"s3:max-keys": 5},
	})
	rule.deny == set() with input as fixture.gateway({})
}

test_a_pattern_of_an_identifier_is_denied if {
	rule.deny == {{
		"message": "statement 0 compares aws:SOURCEVPC with vpc-?, a pattern instead of an identifier",
		"path": at("StringLike/aws:SOURCEVPC/1"),
	}} with input as proposal({"StringLike": {"aws:SOURCEVPC": ["vpc-1", "vpc-?"]}})
}

test_a_number_is_no_identifier if {
	rule.deny == {{
		"message": "statement 0 compares aws:PrincipalAccount, an identifier, by NumericEqualsIfExists",
		"path": at("NumericEqualsIfExists/aws:PrincipalAccount"),
	}} with input as proposal({"NumericEqualsIfExists": {"aws:PrincipalAccount": 111122223333}})
}

test_paths_of_an_organisation_only_warn if {
	rule.deny == {{
		"message": "statement 0 compares aws:PrincipalOrgPaths with o-1/*, a pattern instead of an identifier",
		"path": at("ForAnyValue:StringLike/aws:PrincipalOrgPaths"),
		"enforcement_action": "warn",
	}} with input as proposal({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-1/*"}})
	rule.deny == {{
		"message": "statement 0 compares aws:PrincipalOrgPaths, an identifier, by NumericEquals",
		"path": at("NumericEquals/aws:PrincipalOrgPaths"),
		"enforcement_action": "warn",
	}} with input as proposal({"NumericEquals": {"aws:PrincipalOrgPaths": "1"}})
}

test_a_policy_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "not all conditions of the policy are known yet",
		"missing": ["/request/PolicyDocument"],
	}} with input as fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_delete_is_not_judged if {
	gone := object.union(proposal({"NumericEquals": {"aws:PrincipalAccount": "1*"}}), {"operation": "delete"})
	rule.deny == set() with input as gone
	hidden := object.union(gone, {"unknown": ["/request/PolicyDocument"]})
	rule.undetermined == set() with input as hidden
}
