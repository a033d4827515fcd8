package vpce.rules.org.org_condition_test

import data.vpce.rules.org.org_condition as rule
import data.vpce.testing.fixture

told := {"policy": {"require_principal_org": true}, "org_ids": ["o-abc1234567"], "accounts": ["111122223333"]}

both := object.union(told, {"policy": {"require_resource_org": true}})

open := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

under(condition) := object.union(open, {"Condition": condition})

ours := {"aws:PrincipalOrgID": "o-abc1234567"}

found(statement, org) := denied if {
	denied := rule.deny with data.org as org
		with input as fixture.gateway({"PolicyDocument": {"Statement": [statement]}})
}

test_statements_of_the_organisation_pass if {
	found(under({"StringEquals": ours}), told) == set()
	found(under({"StringEquals": object.union(ours, {"aws:ResourceOrgID": ["o-abc1234567"]})}), both) == set()
	count(found(under({"StringEquals": ours}), both)) == 1
	count(found(open, both)) == 2
}

on_dynamodb(statement, org) := denied if {
	denied := rule.deny with data.org as org
		with input as fixture.gateway({
			"ServiceName": "com.amazonaws.us-east-1.dynamodb",
			"PolicyDocument": {"Statement": [statement]},
		})
}

test_what_is_fixed_is_added_to_what_is_there if {
	{told.fix[0].path | some told in on_dynamodb(under({"StringEquals": ours}), both)} == {
		"/request/PolicyDocument/Statement/0/Condition/StringEquals/aws:ResourceOrgID",
	}
}

test_no_fix_closes_the_buckets_of_aws if {
	layers := object.union(open, {
		"Action": "s3:GetObject",
		"Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
	})
	every statement in [open, layers] {
		[told] := [told | some told in found(statement, told_of_principals)]
		not told.fix
	}
	own := object.union(open, {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"})
	[mended] := [told | some told in found(own, told_of_principals)]
	mended.fix
}

told_of_principals := told

test_a_current_policy_is_a_warning if {
	current := {"VpcEndpointType": "Gateway", "PolicyDocument": {"Statement": [open]}}
	actions := {told.enforcement_action | some told in rule.deny} with data.org as both
		with input as fixture.modify({}, current, {})
	actions == {"warn"}
}

test_what_is_not_known_is_not_judged if {
	unsure := fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	count(rule.undetermined) == 1 with data.org as told with input as unsure
	count(rule.undetermined) == 1 with data.org as {"policy": {"require_resource_org": true}} with input as unsure
	rule.undetermined == set() with input as unsure
	unsaid := fixture.modify({}, {"VpcEndpointType": "Gateway"}, {})
	count(rule.undetermined) == 1 with data.org as told with input as unsaid
}

test_only_what_is_demanded_of_what_allows_is_judged if {
	found(object.union(open, {"Effect": "Deny"}), both) == set()
	demand := {"policy": {"require_resource_org": true}, "org_ids": ["o-abc1234567"]}
	{d.message | some d in found(open, demand)} == {concat(" ", [
		"statement 0 leads to others than resources of o-abc1234567:",
		"nothing in the policy keeps to those",
	])}
}

test_a_statement_known_in_part_is_not_judged if {
	gateway := fixture.gateway({"PolicyDocument": {"Statement": [open]}})
	hidden := object.union(gateway, {"unknown": ["/request/PolicyDocument/Statement/0/Condition"]})
	rule.deny == set() with data.org as both with input as hidden
}
