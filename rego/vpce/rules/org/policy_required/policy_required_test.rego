package vpce.rules.org.policy_required_test

import data.vpce.rules.org.policy_required as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "policy": {"required": {"prod": true}}, "org_ids": ["o-abc1234567"]}

own := `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}`

paths(proposal) := {found.path | some found in denied} if {
	denied := rule.deny with input as proposal with data.org as told
		with data.vpce.services as {"services": {"s3": {"types": ["Gateway"], "policy": true}}, "partitions": {"aws": {}}}
}

missing(proposal, org) := {pointer | some u in unsure; some pointer in u.missing} if {
	unsure := rule.undetermined with input as proposal with data.org as org
		with data.vpce.services as {"services": {"s3": {"types": ["Gateway"], "policy": true}}, "partitions": {"aws": {}}}
}

test_a_policy_of_its_own_passes if {
	paths(fixture.gateway({"PolicyDocument": own})) == set()
	paths(fixture.gateway({})) == {"/request/PolicyDocument"}
	whole := `{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["*"],"Resource":"*"}}`
	paths(fixture.gateway({"PolicyDocument": whole})) == {"/request/PolicyDocument"}
}

test_a_reset_is_no_policy_and_what_was_there_is_a_warning if {
	current := {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.us-east-1.s3", "PolicyDocument": own}
	paths(fixture.modify({"ResetPolicy": true}, current, {})) == {"/request/ResetPolicy"}
	paths(fixture.modify({}, current, {})) == set()
	whole := `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
	open := object.union(current, {"PolicyDocument": whole})
	paths(fixture.modify({}, open, {})) == {"/current/PolicyDocument"}
	missing(fixture.modify({}, object.remove(current, ["PolicyDocument"]), {}), told) == {"/current/PolicyDocument"}
}

test_exempt_and_foreign_services_pass if {
	exempt := object.union(told, {"policy": {"exempt_services": ["s3"]}})
	rule.deny == set() with input as fixture.gateway({}) with data.org as exempt
	rule.deny == set() with input as fixture.gwlb({}) with data.org as told
	rule.deny == set() with input as fixture.gateway({})
}

test_what_is_not_known_is_not_judged if {
	missing(fixture.unknown(fixture.gateway({}), ["PolicyDocument"]), told) == {"/request/PolicyDocument"}
	missing(fixture.gateway({}), object.remove(told, ["environment"])) == {"/context/Vpc/Tags"}
	missing(fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.new"}), told) == {"/context/ServiceDetails"}
}
