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

whole := `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`

test_where_no_policy_is_required_nothing_is_said if {
	current := {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.us-east-1.s3", "PolicyDocument": whole}
	elsewhere := object.union(told, {"environment": "dev"})
	rule.deny == set() with input as fixture.modify({}, current, {}) with data.org as elsewhere
	missing(fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.new"}), elsewhere) == set()
}

test_a_policy_of_its_own_passes_whether_the_service_takes_it_or_not if {
	missing(fixture.gateway({"ServiceName": "com.amazonaws.us-east-1.new", "PolicyDocument": own}), told) == set()
}

test_services_that_take_none_and_those_of_others_are_not_judged if {
	current := {"VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.us-east-1.s3", "PolicyDocument": whole}
	rule.deny == set() with input as fixture.modify({}, current, {})
		with data.org as told
		with data.vpce.services as {"services": {"s3": {"policy": false}}, "partitions": {"aws": {}}}
	provided := {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0b000000000000002"}
	missing(fixture.interface(provided), told) == set()
	inspected := fixture.gwlb({"ServiceName": "com.amazonaws.us-east-1.new", "PolicyDocument": whole})
	missing(inspected, told) == set()
}

fixes(proposal) := {d.path: object.get(d, "fix", []) | some d in denied} if {
	denied := rule.deny with input as proposal with data.org as told
		with data.vpce.services as {"services": {"dynamodb": {"policy": true}}, "partitions": {"aws": {}}}
}

test_the_policy_of_the_organisation_is_given_only_where_there_is_none if {
	dynamodb := {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}
	fixes(fixture.gateway(dynamodb)) == {"/request/PolicyDocument": [{
		"op": "add",
		"path": "/request/PolicyDocument",
		"value": concat("", [
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":["*"],`,
			`"Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-abc1234567"]}}}]}`,
		]),
	}]}
	fixes(fixture.gateway(object.union(dynamodb, {"PolicyDocument": whole}))) == {"/request/PolicyDocument": []}
}
