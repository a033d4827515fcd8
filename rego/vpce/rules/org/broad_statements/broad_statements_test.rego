package vpce.rules.org.broad_statements_test

import data.vpce.rules.org.broad_statements as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "policy": {"forbid_star_action": {"prod": true}}}

open := {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}

number(statements) := count(denied) if {
	denied := rule.deny with data.org as told
		with input as fixture.gateway({"PolicyDocument": {"Statement": statements}})
}

test_all_actions_on_all_resources_are_too_much if {
	number([open]) == 1
	number([object.union(open, {"Resource": "arn:aws:s3:::data/*"})]) == 0
	number([object.union(open, {"Action": "s3:GetObject"})]) == 0
}

test_the_organisation_narrows_it if {
	ours := {"aws:PrincipalOrgID": "o-abc1234567"}
	number([object.union(open, {"Condition": {"StringEquals": ours}})]) == 0
	number([open, object.union(open, {"Effect": "Deny", "Action": "*", "Condition": {"StringNotEquals": ours}})]) == 0
}

test_what_is_proved_of_the_policy_narrows_it if {
	gateway := fixture.gateway({"PolicyDocument": {"Statement": [open]}})
	every question in ["outside_principals", "outside_resources"] {
		proved := object.union(gateway, {"proofs": {question: {"answer": "proved"}}})
		rule.deny == set() with data.org as told with input as proved
		every answer in ["refuted", "undecided"] {
			unproved := object.union(gateway, {"proofs": {question: {"answer": answer}}})
			count(rule.deny) == 1 with data.org as told with input as unproved
		}
	}
}

test_what_is_not_known_is_not_judged if {
	unsure := fixture.unknown(fixture.gateway({}), ["PolicyDocument"])
	count(rule.undetermined) == 1 with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as fixture.gateway({}) with data.org as object.remove(told, ["environment"])
	unsaid := fixture.modify({}, {"VpcEndpointType": "Gateway"}, {})
	count(rule.undetermined) == 1 with data.org as told with input as unsaid
}

test_what_denies_or_is_known_in_part_is_not_judged if {
	number([object.union(open, {"Effect": "Deny"})]) == 0
	gateway := fixture.gateway({"PolicyDocument": {"Statement": [open]}})
	hidden := object.union(gateway, {"unknown": ["/request/PolicyDocument/Statement/0/Condition"]})
	rule.deny == set() with data.org as told with input as hidden
	nowhere := object.remove(told, ["environment"])
	rule.undetermined == set() with data.org as nowhere with input as object.union(gateway, {"operation": "delete"})
}
