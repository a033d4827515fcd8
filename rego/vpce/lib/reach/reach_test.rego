package vpce.lib.reach_test

import data.vpce.lib.reach
import data.vpce.testing.fixture

org := {"org_ids": ["o-abc1234567"], "accounts": ["111122223333"]}

allow(members) := object.union(
	{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"},
	members,
)

told(statements) := found if {
	found := reach.told with data.org as org
		with input as fixture.gateway({"PolicyDocument": {"Statement": statements}})
}

test_who_and_what_is_outside_is_told_with_its_statement if {
	condition := {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
	told([allow({"Condition": condition})]) == {
		"principals": {{"statement": 0, "name": "*", "conditions": ["StringEquals aws:SourceVpc"]}},
		"resources": {{"statement": 0, "name": "*", "conditions": ["StringEquals aws:SourceVpc"]}},
		"services": {"s3"},
	}
}

test_what_is_inside_is_not if {
	ours := {"StringEquals": {"aws:PrincipalOrgID": "o-abc1234567", "aws:ResourceOrgID": "o-abc1234567"}}
	found := told([allow({"Condition": ours})])
	found.principals | found.resources == set()
	mixed := told([allow({
		"Principal": {"AWS": ["111122223333", "999900001111"]},
		"Resource": ["arn:aws:sqs:us-east-1:111122223333:q", "arn:aws:s3:::x"],
	})])
	{p.name | some p in mixed.principals} == {"999900001111"}
	{r.name | some r in mixed.resources} == {"arn:aws:s3:::x"}
}

test_exceptions_are_about_all_others if {
	found := told([{"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "NotAction": "s3:*", "NotResource": "x"}])
	{p.name | some p in found.principals} == {"everyone but 1"}
	{r.name | some r in found.resources} == {"everything but x"}
	found.services == {"*"}
}

test_actions_of_other_services_open_nothing if {
	others := allow({"Action": ["sqs:*", "kms:Decrypt"]})
	found := told([others, allow({"Action": ["sqs:*", "s?:GetObject"], "Resource": "a"})])
	{p.statement | some p in found.principals} == {1}
	{r.name | some r in found.resources} == {"a"}
	found.services == {"s?"}
}

test_actions_of_a_service_that_nobody_knows_open_what_they_say if {
	request := {
		"ServiceName": "com.amazonaws.us-east-1.unheard-of",
		"PolicyDocument": {"Statement": [allow({})]},
	}
	reach.services == {"s3"} with data.org as org with input as fixture.interface(request)
}

test_a_deny_opens_nothing if {
	found := told([allow({"Effect": "Deny"})])
	found.services == set()
}

test_on_modify_it_is_told_what_widens if {
	current := {"VpcEndpointType": "Gateway", "PolicyDocument": {"Statement": [
		allow({}),
		allow({"Effect": "Deny", "Action": "s3:PutObject"}),
	]}}
	proposal := fixture.modify({"PolicyDocument": {"Statement": [allow({}), allow({"Action": "s3:*"})]}}, current, {})
	found := reach.told with input as proposal with data.org as org
	found.newly_allowed == {1}
	found.no_longer_denied == {1}
}

test_nothing_is_told_without_a_policy if {
	not reach.told with input as fixture.gateway({})
	reset := fixture.modify({"ResetPolicy": true}, {"VpcEndpointType": "Gateway"}, {})
	found := reach.told with input as reset
	not found.newly_allowed
	{p.name | some p in found.principals} == {"*"}
}

test_what_is_proved_is_told if {
	proofs := {"outside_principals": {"answer": "proved", "why": "No principal outside passes.", "request": null}}
	proposal := object.union(fixture.gateway({"PolicyDocument": {"Statement": [allow({})]}}), {"proofs": proofs})
	found := reach.told with input as proposal with data.org as org
	found.proofs == proofs
	found.principals == set()
	not told([allow({})]).proofs
}
