package vpce.rules.org.central_vpc_test

import data.vpce.rules.org.central_vpc as rule
import data.vpce.testing.fixture

told := {"central": {"hub_vpcs": ["vpc-0b00000b"], "services": ["sqs", "ecr.*"]}}

number(members) := count(denied) if {
	denied := rule.deny with input as fixture.interface(members) with data.org as told
}

test_shared_services_are_in_hubs if {
	number({}) == 1
	number({"ServiceName": "com.amazonaws.us-east-1.ecr.dkr"}) == 1
	number({"VpcId": "vpc-0b00000b"}) == 0
	number({"ServiceName": "com.amazonaws.us-east-1.kms"}) == 0
}

test_without_hubs_there_is_no_place if {
	count(rule.deny) == 1 with input as fixture.interface({}) with data.org as {"central": {"services": ["sqs"]}}
	rule.deny == set() with input as fixture.interface({}) with data.org as {"central": {"hub_vpcs": []}}
}

test_what_is_not_known_is_not_judged if {
	every member in ["VpcId", "ServiceName"] {
		unsure := fixture.unknown(fixture.interface({}), [member])
		rule.deny == set() with input as unsure with data.org as told
		count(rule.undetermined) == 1 with input as unsure with data.org as told
	}
}

test_a_vpc_that_may_be_any_is_not_judged if {
	unsure := fixture.interface({"VpcId": "{{VpcId}}"})
	rule.deny == set() with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as unsure with data.org as told
	number({"VpcId": "${Vpc}"}) == 1
}

unasked(proposal, org) if {
	rule.deny == set() with input as proposal with data.org as org
	rule.undetermined == set() with input as proposal with data.org as org
}

test_other_services_types_and_operations_are_not_asked if {
	sns := {"ServiceName": "com.amazonaws.us-east-1.sns"}
	unasked(fixture.unknown(fixture.interface(sns), ["VpcId"]), told)
	unasked(fixture.interface(object.union(sns, {"VpcId": "{{Vpc}}"})), told)
	unasked(fixture.unknown(fixture.gateway({}), ["ServiceName"]), told)
	nameless := fixture.unknown(fixture.interface({}), ["ServiceName"])
	unasked(object.union(nameless, {"operation": "delete"}), told)
	unasked(nameless, {"central": {}})
	unasked(fixture.interface({"VpcId": null}), told)
}
