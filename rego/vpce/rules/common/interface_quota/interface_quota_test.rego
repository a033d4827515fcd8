package vpce.rules.common.interface_quota_test

import data.vpce.rules.common.interface_quota as rule
import data.vpce.testing.fixture

raised := {"limits": {"interface_gwlb_per_vpc": 2}}

endpoint(members) := object.union(
	{"VpcEndpointType": "Interface", "VpcId": "vpc-0a000001", "State": "available"},
	members,
)

beside(endpoints) := object.union(fixture.interface({}), {"context": {"VpcEndpoints": endpoints}})

gwlb := endpoint({"VpcEndpointType": "GatewayLoadBalancer"})

full := {{
	"message": "vpc-0a000001 has 2 other interface and Gateway Load Balancer endpoints; the quota is 2 per VPC",
	"path": "/request/VpcId",
	"remediation": concat(" ", [
		"Remove endpoints vpc-0a000001 does not need, or request more than 2 for the quota",
		"Interface VPC endpoints per VPC (L-29B6F2EB).",
	]),
}}

test_there_is_room_below_the_quota if {
	rule.deny == set() with input as beside([endpoint({})]) with data.org as raised
	rule.undetermined == set() with input as beside([endpoint({})]) with data.org as raised
}

test_both_types_count_together if {
	rule.deny == full with input as beside([endpoint({}), gwlb]) with data.org as raised
	rule.undetermined == set() with input as beside([endpoint({}), gwlb]) with data.org as raised
	rule.deny == set() with input as beside([endpoint({}), gwlb]) with data.org as {}
}

test_fifty_are_allowed_unless_the_organisation_says_otherwise if {
	rule.deny == set() with input as beside([endpoint({}) | some _ in numbers.range(1, 49)]) with data.org as {}
	count(rule.deny) == 1 with input as beside([endpoint({}) | some _ in numbers.range(1, 50)]) with data.org as {}
}

test_more_than_allowed_is_too_many if {
	count(rule.deny) == 1 with input as beside([gwlb, gwlb, gwlb]) with data.org as raised
}

test_creates_of_one_document_add_up if {
	proposal := object.union(beside([endpoint({})]), {"peers": [endpoint({"address": "b"})]})
	rule.deny == full with input as proposal with data.org as raised
	rule.deny == full with input as fixture.without(
		object.union(proposal, {"peers": [gwlb, gwlb]}),
		"VpcEndpoints",
	)
		with data.org as raised
}

test_others_do_not_count if {
	every members in [
		{"VpcEndpointType": "Gateway"},
		{"VpcEndpointType": "Resource"},
		{"VpcEndpointType": "ServiceNetwork"},
		{"VpcId": "vpc-0f000009"},
		{"VpcId": null},
		{"State": "deleted"},
		{"State": "failed"},
	] {
		rule.deny == set() with input as beside([gwlb, endpoint(members)]) with data.org as raised
	}
	rule.deny == full with input as beside([gwlb, endpoint({"State": "deleting"})]) with data.org as raised
}

test_a_load_balancer_endpoint_counts_itself_and_a_gateway_endpoint_does_not if {
	others := {"context": {"VpcEndpoints": [endpoint({}), gwlb]}}
	count(rule.deny) == 1 with input as object.union(fixture.gwlb({}), others) with data.org as raised
	rule.deny == set() with input as object.union(fixture.gateway({}), others) with data.org as raised
	rule.undetermined == set() with input as fixture.without(fixture.gateway({}), "VpcEndpoints")
}

test_only_a_create_needs_room if {
	proposal := beside([endpoint({}), gwlb])
	every operation in ["modify", "delete"] {
		changed := object.union(proposal, {"operation": operation})
		rule.deny == set() with input as changed with data.org as raised
		rule.undetermined == set() with input as fixture.without(changed, "VpcEndpoints") with data.org as raised
		hidden := fixture.unknown(changed, ["VpcId"])
		rule.undetermined == set() with input as hidden with data.org as raised
	}
}

test_without_the_other_endpoints_it_is_undetermined if {
	rule.undetermined == {{
		"reason": "how many endpoints the VPC has is not known",
		"missing": ["/context/VpcEndpoints"],
	}} with input as fixture.without(fixture.interface({}), "VpcEndpoints")
}

test_a_vpc_known_later_matters_only_where_one_may_be_full if {
	rule.undetermined == {{
		"reason": "which VPC the endpoint gets into is not known yet, and one may be full",
		"missing": ["/request/VpcId"],
	}} with input as somewhere([endpoint({}), gwlb]) with data.org as raised
	rule.undetermined == set() with input as somewhere([gwlb]) with data.org as raised
}

somewhere(endpoints) := fixture.unknown(beside(endpoints), ["VpcId"])

before(members) := object.union(
	fixture.without(fixture.interface({}), "VpcEndpoints"),
	{"context": {"predecessor": endpoint(members)}},
)

test_what_is_deleted_first_leaves_room if {
	rule.undetermined == set() with input as before({"State": "deleted"})
	rule.undetermined == set() with input as before({"State": "deleted", "VpcEndpointType": "GatewayLoadBalancer"})
	every members in [
		{},
		{"State": "deleted", "VpcId": "vpc-0f000009"},
		{"State": "deleted", "VpcEndpointType": "Gateway"},
	] {
		count(rule.undetermined) == 1 with input as before(members)
	}
}
