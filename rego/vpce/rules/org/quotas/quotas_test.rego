package vpce.rules.org.quotas_test

import data.vpce.rules.org.quotas as rule
import data.vpce.testing.fixture

told := {"quotas": {
	"interface_gwlb_per_vpc": 3,
	"gateway_per_region": 2,
	"warn_above": {"interface_gwlb_per_vpc": 1, "gateway_per_region": 2},
}}

beside(proposal, number) := object.union(proposal, {"context": {"VpcEndpoints": [other |
	some i in numbers.range(1, number)
	other := {"VpcEndpointId": $"vpce-{i}", "VpcEndpointType": proposal.request.VpcEndpointType, "VpcId": "vpc-0a000001"}
]}})

number(proposal) := count(denied) if {
	denied := rule.deny with input as proposal with data.org as told
}

test_the_ceiling_has_a_reserve if {
	number(fixture.interface({})) == 0
	number(beside(fixture.interface({}), 1)) == 1
	number(beside(fixture.interface({}), 3)) == 1
	number(beside(fixture.gateway({}), 1)) == 0
	number(beside(fixture.gateway({}), 2)) == 1
}

test_the_last_one_is_a_warning_of_the_reserve if {
	messages := {found.message | some found in rule.deny} with data.org as told
		with input as beside(fixture.interface({}), 2)
	messages == {"3 of 3 interface and Gateway Load Balancer endpoints of the VPC would be used (warning above 1)"}
}

test_gateways_do_not_count_for_a_vpc_and_its_vpc_does_not_matter if {
	gateways := [object.union(other, {"VpcEndpointType": "Gateway"}) |
		some other in beside(fixture.interface({}), 3).context.VpcEndpoints
	]
	number(object.union(fixture.interface({}), {"context": {"VpcEndpoints": gateways}})) == 0
	rule.undetermined == set() with input as fixture.unknown(fixture.gateway({}), ["VpcId"]) with data.org as told
	rule.undetermined == set() with input as fixture.unknown(fixture.interface({}), ["VpcId"])
}

test_what_is_not_known_is_not_judged if {
	alone := fixture.without(fixture.interface({}), "VpcEndpoints")
	count(rule.undetermined) == 1 with input as alone with data.org as told
	count(rule.undetermined) == 1 with input as fixture.unknown(fixture.interface({}), ["VpcId"]) with data.org as told
	rule.deny | rule.undetermined == set() with input as beside(fixture.interface({}), 9)
}

test_a_modify_counts_nothing if {
	changed := fixture.modify({}, {"VpcEndpointType": "Interface", "VpcId": "vpc-0a000001"}, {})
	rule.deny | rule.undetermined == set() with input as fixture.without(changed, "VpcEndpoints") with data.org as told
	rule.undetermined == set() with input as fixture.unknown(changed, ["VpcId"]) with data.org as told
}
