package vpce.rules.org.wildcard_principal_test

import data.vpce.rules.org.wildcard_principal as rule
import data.vpce.testing.fixture

told := {"policy": {"narrowing_keys": ["aws:PrincipalOrgID", "aws:PrincipalIsAWSService"]}, "org_ids": ["o-abc1234567"]}

open := {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}

under(condition) := object.union(open, {"Condition": condition})

found(statements) := denied if {
	denied := rule.deny with data.org as told
		with input as fixture.gateway({"PolicyDocument": {"Statement": statements}})
}

test_narrowed_statements_pass if {
	found([under({"StringEquals": {"aws:PrincipalOrgID": "o-abc1234567"}})]) == set()
	found([under({"Bool": {"aws:PrincipalIsAWSService": "true"}})]) == set()
	others := {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc1234567"}}
	found([open, object.union(under(others), {"Effect": "Deny"})]) == set()
	found([object.union(open, {"Principal": {"AWS": "111122223333"}})]) == set()
}

test_open_statements_are_told_with_what_narrows_them if {
	count(found([under({"StringLike": {"aws:PrincipalOrgID": "*"}})])) == 1
	on_dynamodb := rule.deny with data.org as told
		with input as fixture.gateway({
			"ServiceName": "com.amazonaws.us-east-1.dynamodb",
			"PolicyDocument": {"Statement": [open]},
		})
	{told.fix | some told in on_dynamodb} == {[{
		"op": "add",
		"path": "/request/PolicyDocument/Statement/0/Condition",
		"value": {"StringEquals": {"aws:PrincipalOrgID": ["o-abc1234567"]}},
	}]}
}

test_a_current_policy_is_a_warning if {
	current := {"VpcEndpointType": "Gateway", "PolicyDocument": {"Statement": [open]}}
	actions := {told.enforcement_action | some told in rule.deny} with data.org as told
		with input as fixture.modify({}, current, {})
	actions == {"warn"}
}

test_what_is_not_known_is_not_judged if {
	unsure := fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	count(rule.undetermined) == 1 with data.org as told with input as unsure
	rule.undetermined == set() with input as unsure
}

test_named_principals_and_own_ones_pass if {
	found([object.union(open, {"Principal": {"AWS": "999900001111"}})]) == set()
	found([under({"StringEquals": {"aws:PrincipalAccount": "111122223333"}})]) == set()
}

test_whom_a_narrowing_key_names_is_for_others_to_judge if {
	found([under({"StringEquals": {"aws:PrincipalOrgID": "o-other00000"}})]) == set()
	others := under({"StringNotEquals": {"aws:PrincipalOrgID": "o-other00000"}})
	found([open, object.union(others, {"Effect": "Deny"})]) == set()
}

test_without_narrowing_keys_nothing_is_demanded if {
	gateway := fixture.gateway({"PolicyDocument": {"Statement": [open]}})
	rule.deny == set() with input as gateway with data.org as {"policy": {}, "org_ids": ["o-abc1234567"]}
}

test_a_statement_known_in_part_is_not_judged if {
	gateway := fixture.gateway({"PolicyDocument": {"Statement": [open]}})
	hidden := object.union(gateway, {"unknown": ["/request/PolicyDocument/Statement/0/Condition"]})
	rule.deny == set() with data.org as told with input as hidden
}
